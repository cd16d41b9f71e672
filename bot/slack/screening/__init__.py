"""The modal of `/qualify`: its steps, drafts, and prospects of the same name."""
