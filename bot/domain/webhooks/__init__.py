"""Webhooks: what leaves the bot, to which addresses, and how often that is tried."""
