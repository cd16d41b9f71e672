"""One interaction in Slack, and the ways to answer it."""

from bot.slack.interaction.dialogs import asking, typed_day, typed_member, typed_text
from bot.slack.interaction.interaction import (
    Follow,
    Handler,
    Interaction,
    Listeners,
    Reply,
    take_note,
)
from bot.slack.interaction.surface import PATIENCE, Background, Surface, TooBusy

__all__ = [
    "PATIENCE",
    "Background",
    "Follow",
    "Handler",
    "Interaction",
    "Listeners",
    "Reply",
    "Surface",
    "TooBusy",
    "asking",
    "take_note",
    "typed_day",
    "typed_member",
    "typed_text",
]
