"""How a prospect is shown: the verdict, its card, the details and the history."""
