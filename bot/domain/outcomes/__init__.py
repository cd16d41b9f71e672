"""What a client turned out to be, and when its owner is asked."""
