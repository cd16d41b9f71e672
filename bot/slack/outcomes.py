"""The taps that answer for an outcome, in a message or in a prospect's details."""

from bot.domain.people import OtherAction
from bot.domain.prospects import ProspectId
from bot.slack.card import details
from bot.slack.interaction import Interaction, Listeners
from bot.slack.payloads import payloads


async def tap(it: Interaction) -> None:
    """Store an answer or a correction; the message shows the rest."""
    key, choice, seen = payloads.parse_tap(it.value)
    await it.surface.outcomes.note_answer(it.caller, key, choice, seen)
    if it.view.get("type") == "modal":
        it.later(_redraw(it, key.prospect_id))


async def not_now(it: Interaction) -> None:
    """Ask again some days later; the message says when."""
    await it.surface.outcomes.put_off(it.caller, payloads.parse_question(it.value))


async def never(it: Interaction) -> None:
    """Stop asking about this one; the message says so."""
    await it.surface.outcomes.refuse(it.caller, payloads.parse_question(it.value))


async def _redraw(it: Interaction, prospect_id: ProspectId) -> None:
    """Show an answer in the details that it was given in."""
    overview = await it.surface.decisions.details(it.caller, prospect_id)
    zone = (await it.person()).zone
    await it.redraw(details.details_view(overview, await it.texts(), zone=zone))


LISTENERS = Listeners(
    elements={OtherAction.ANSWER_OUTCOME: tap, payloads.NOT_NOW: not_now, payloads.NEVER: never}
)
