"""Drafts and qualifications."""
