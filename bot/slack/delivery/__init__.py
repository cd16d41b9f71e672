"""Delivery to Slack: draws, posts and rewrites messages, and searches for posted ones."""
