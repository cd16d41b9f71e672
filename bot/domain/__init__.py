"""The product's rules as plain Python: no I/O, no clock, no environment."""
