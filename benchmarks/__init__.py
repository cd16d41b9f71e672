"""What we claim about speed, measured side by side with a bare Bolt app. Start in `__main__`."""
