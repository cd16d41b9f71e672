"""Overrides: asking for one, answering, and telling managers who wait to be asked."""
