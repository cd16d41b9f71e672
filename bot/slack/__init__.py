"""The Slack surface: what Slack sends us, and what people see there."""
