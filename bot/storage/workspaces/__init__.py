"""Workspaces, their settings, and whom they refer prospects to."""
