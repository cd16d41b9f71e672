"""Decisions about a prospect, and what is done while nobody decides."""
