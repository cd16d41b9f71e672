"""The Bolt app: what answers each kind of payload, and the handlers it looks up."""
