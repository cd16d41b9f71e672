"""Walkaway: keeps a team disciplined about whom it takes on as clients."""
