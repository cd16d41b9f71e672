"""The modal of `/qualify`: its steps, drafts, and prospects with the same name."""
