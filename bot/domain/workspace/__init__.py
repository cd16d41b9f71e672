"""A workspace and what its managers choose."""
