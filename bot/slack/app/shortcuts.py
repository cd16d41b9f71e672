"""Shortcuts: from everywhere, and from the menu of a message; both open the modal."""

from collections.abc import Callable, Coroutine, Mapping
from typing import Any, Final

from bot.slack.interaction.interaction import Interaction
from bot.slack.payloads import ids
from bot.slack.screening import listeners
from bot.slack.screening.message_name import name_in


async def screen_a_prospect(it: Interaction) -> None:
    """Open the modal without a name, or offer the drafts that there are."""
    await listeners.begin(it, "")


async def screen_this_prospect(it: Interaction) -> None:
    """Open the modal with the name that the message begins with."""
    message = it.body.get("message")
    text = message.get("text") if isinstance(message, Mapping) else ""
    await listeners.begin(it, name_in(str(text or "")))


SHORTCUTS: Final[Mapping[str, Callable[[Interaction], Coroutine[Any, Any, None]]]] = {
    ids.SHORTCUT: screen_a_prospect,
    ids.MESSAGE_SHORTCUT: screen_this_prospect,
}
"""By callback_id."""
