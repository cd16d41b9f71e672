"""The report and its figures in words."""
