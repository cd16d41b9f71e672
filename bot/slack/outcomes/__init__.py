"""Outcomes: the questions, and the taps that answer them."""
