"""What we put into Slack's payloads and read back: ids, values and metadata."""
