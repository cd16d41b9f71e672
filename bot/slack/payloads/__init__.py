"""What we write into Slack's payloads and read back: ids, values and metadata."""
