"""A prospect as it stands, the overrides of its verdict, and by when it must be decided."""
