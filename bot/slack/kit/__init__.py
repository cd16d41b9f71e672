"""Block Kit: Slack's blocks and views as plain dicts, escaped and cut to what Slack takes."""
