"""The outbox: writing into it, claiming from it, and workspaces that pause."""
