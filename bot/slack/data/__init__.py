"""A workspace's data as a whole: export, retention, forgetting."""
