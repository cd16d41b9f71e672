"""What members do to a prospect, what each action makes of it, and the history of it."""
