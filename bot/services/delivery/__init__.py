"""Delivery of the messages waiting in the outbox to Slack."""
