"""The settings that managers change in Slack."""
