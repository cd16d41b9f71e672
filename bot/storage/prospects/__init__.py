"""Prospects, their conditions and their history."""
