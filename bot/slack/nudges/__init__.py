"""The nudge: a private message to an owner."""
