"""The settings that managers change in Slack."""

from bot.domain.errors import AnswersRejected
from bot.slack import wire
from bot.slack.interaction import Answer, Interaction
from bot.slack.listeners.dialogs import typed_text
from bot.slack.shown_settings import settings_shown
from bot.slack.views import settings


async def ask(it: Interaction) -> None:
    """Show a manager the settings; everybody else is told who changes them."""
    await it.person()
    chosen = await it.surface.configuring.chosen(it.caller)
    await it.open(settings.settings_view(chosen, await it.texts()))


async def submit(it: Interaction) -> Answer:
    """Keep the settings, and say so; what others changed since they were shown stays theirs."""
    await it.person()
    typed = wire.read_inputs(it.view)
    try:
        saved = await it.surface.configuring.change(
            it.caller,
            referrals=typed_text(typed.get(wire.REFERRALS)),
            weekdays=(typed[wire.WEEKDAYS] or ()) if wire.WEEKDAYS in typed else None,
            approval=typed_text(typed.get(wire.APPROVAL)) or None,
            shown=settings_shown(it.view),
        )
    except AnswersRejected as rejected:
        return await it.reject(rejected)
    view = settings.saved_view(saved.chosen, await it.texts(), approves_alone=saved.approves_alone)
    return {"response_action": "update", "view": view}
