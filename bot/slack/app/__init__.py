"""The Bolt app: one listener for each kind of payload, and the handlers it looks up."""
