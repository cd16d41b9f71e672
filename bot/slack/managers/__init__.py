"""The managers' own messages, and what they do from them."""
