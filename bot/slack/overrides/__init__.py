"""Overrides: their dialogs, a manager's answer, and the private messages."""
