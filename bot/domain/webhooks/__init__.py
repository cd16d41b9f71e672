"""Webhooks: what leaves the bot, for which addresses, and how often delivery is tried."""
