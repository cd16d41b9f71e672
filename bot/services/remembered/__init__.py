"""Remembering past clients and refusals: one by one in Slack, or from a file."""
