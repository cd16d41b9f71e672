"""One thing that somebody did in Slack, and the ways to answer it."""
