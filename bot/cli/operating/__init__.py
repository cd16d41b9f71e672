"""Commands for who runs the bot: what is wrong, and what waits."""
