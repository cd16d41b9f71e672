"""Screening a prospect, from the first step to the filed verdict."""
