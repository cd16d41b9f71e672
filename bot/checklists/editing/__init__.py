"""Help for people who write a checklist: a start, and a schema for their editor."""
