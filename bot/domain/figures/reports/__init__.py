"""The report: what it is about, what stands in it, and what follows from it."""
