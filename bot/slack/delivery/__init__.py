"""Delivery to Slack: draws, posts and rewrites messages, and looks for what was posted."""
