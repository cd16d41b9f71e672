"""The doors by which drafts come in, and what came in by them."""
