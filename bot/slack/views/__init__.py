"""What people see in Slack: pure functions from domain objects to plain blocks."""
