"""The managers' own messages, and the actions in them."""
