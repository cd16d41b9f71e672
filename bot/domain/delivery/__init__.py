"""The messages to Slack: what waits, one attempt to send it, and what each is drawn from."""
