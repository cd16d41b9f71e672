"""A prospect as it is shown: the verdict, its card, the details and the history."""
