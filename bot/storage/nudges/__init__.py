"""When the clock looks at what, and the nudge messages that came of it."""
