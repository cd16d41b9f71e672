"""The commands about a workspace's data as a whole."""
