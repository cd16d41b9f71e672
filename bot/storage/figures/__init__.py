"""What figures are made from: prospects' timelines, and the facts drawn from them."""
