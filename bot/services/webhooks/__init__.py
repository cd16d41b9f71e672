"""Webhooks: what managers do with them, and how waiting deliveries are sent."""
