"""The figures: a timeline of each prospect, and what is counted over them."""
