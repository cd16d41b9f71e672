"""What managers hear of, and the messages they got."""
