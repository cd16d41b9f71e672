"""Overrides: the dialogs, the answer of a manager, and the private messages."""
