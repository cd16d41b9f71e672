"""App Home, and the lists that `/qualify` answers with."""
