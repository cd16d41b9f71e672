"""The report: what it covers, what it contains, and what follows from it."""
