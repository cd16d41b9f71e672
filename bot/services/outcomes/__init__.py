"""Outcomes: asking owners, and taking their answers."""
