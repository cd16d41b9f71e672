"""Webhooks: what managers do with them, and how what waits is delivered."""
