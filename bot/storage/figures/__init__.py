"""What the figures are made from: timelines of prospects, and the facts that these tell."""
