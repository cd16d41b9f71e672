"""What managers see of webhooks, and what the channel reads of them."""
