"""Taking what waits in the outbox to Slack."""
