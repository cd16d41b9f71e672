"""The doors that drafts come in through, and what came in."""
