"""Buttons, menus and dialogs of decisions, and the decline message."""
