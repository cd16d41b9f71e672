"""One thing that somebody did in Slack, and the ways to answer it."""

from bot.slack.interaction.dialogs import asking, typed_day, typed_member, typed_text
from bot.slack.interaction.interaction import (
    Follow,
    Handler,
    Interaction,
    Listeners,
    Reply,
    take_note,
)
from bot.slack.interaction.surface import Background, Surface

__all__ = [
    "Background",
    "Follow",
    "Handler",
    "Interaction",
    "Listeners",
    "Reply",
    "Surface",
    "asking",
    "take_note",
    "typed_day",
    "typed_member",
    "typed_text",
]
