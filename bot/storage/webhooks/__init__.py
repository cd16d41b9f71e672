"""Webhooks: their tables, one workspace's webhooks, and the due deliveries of all workspaces."""
