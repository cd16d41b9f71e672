"""Slack's blocks as plain dicts, and the words and buttons that several views share."""
