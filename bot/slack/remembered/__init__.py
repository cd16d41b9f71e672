"""Remembered clients and refusals: the form for them, and what is said about all of them."""
