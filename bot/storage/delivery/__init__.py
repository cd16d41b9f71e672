"""The outbox: writing into it, claiming from it, and paused workspaces."""
