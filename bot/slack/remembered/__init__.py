"""Past clients and refusals: the form that asks for them, and what is said of all of them."""
