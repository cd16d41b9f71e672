"""The settings that managers change in Slack."""

from bot.slack.interaction import Interaction, Listeners, Reply, typed_text
from bot.slack.payloads import ids
from bot.slack.payloads.payloads import settings_shown
from bot.slack.settings import modal


async def ask(it: Interaction) -> None:
    """Show a manager the settings; everybody else is told who changes them."""
    chosen = await it.surface.settings.chosen(it.caller)
    await it.open(modal.settings_view(chosen, await it.texts()))


async def submit(it: Interaction) -> Reply:
    """Keep the settings, and say so; what others changed since they were shown stays theirs."""
    typed = it.typed
    saved = await it.surface.settings.change(
        it.caller,
        referrals=typed_text(typed.get(ids.REFERRALS)),
        weekdays=(typed[ids.WEEKDAYS] or ()) if ids.WEEKDAYS in typed else None,
        approval=typed_text(typed.get(ids.APPROVAL)) or None,
        shown=settings_shown(it.view),
    )
    view = modal.saved_view(saved.chosen, await it.texts(), approves_alone=saved.approves_alone)
    return {"response_action": "update", "view": view}


LISTENERS = Listeners(submissions={ids.SETTINGS: submit})
