"""Drafts that come in by the workspace's door: the door itself, what comes in, and who takes it."""
