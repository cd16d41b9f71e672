"""The modal: its steps, Back, and going on with a draft."""

from collections.abc import Mapping
from typing import Any
from zoneinfo import ZoneInfo

from bot.domain.errors import AnswersRejected
from bot.domain.prospects import ProspectId
from bot.domain.read_models import Overview
from bot.domain.screening import DraftId, NameAsked
from bot.services.screening.draft import Shown
from bot.services.screening.screen import DraftsOffered
from bot.slack.card import verdict
from bot.slack.interaction.interaction import Interaction, Reply
from bot.slack.payloads import payloads, view_state
from bot.slack.screening import names, steps
from bot.slack.texts import Texts


async def begin(it: Interaction, name: str) -> None:
    """Open the modal for a prospect of this name, or offer the drafts that there are."""
    person = await it.person()
    texts = await it.texts()
    shown = await it.surface.screening.begin(person, name)
    if isinstance(shown, DraftsOffered):
        drafts = [steps.draft_shown(draft) for draft in shown.drafts]
        view = steps.drafts_view(drafts, shown.name, texts, zone=person.zone)
    else:
        view = steps.step_view(shown, texts)
    await it.open(view)


async def screen_another(it: Interaction) -> Reply:
    """Open the modal from App Home, which lists the drafts itself."""
    shown = await it.surface.screening.start(await it.person(), "", is_redrawn=False)
    view = steps.step_view(shown, await it.texts())
    it.later(it.open(view))
    return None


async def submit_step(it: Interaction) -> Reply:
    """Turn a submitted step into answers, and show the next one or the verdict."""
    ref = payloads.step_of(it.view)
    person = await it.person()
    texts = await it.texts()
    try:
        result = await it.surface.screening.answer(it.caller, ref, view_state.read_inputs(it.view))
    except AnswersRejected as rejected:
        return await it.reject(rejected)
    return {"response_action": "update", "view": _view(result, texts, person.zone)}


async def choose_same(it: Interaction) -> Reply:
    """Go on about the prospect that was screened before."""
    return await _settle_name(it, ProspectId(payloads.readable_id(it.value)))


async def choose_another(it: Interaction) -> Reply:
    """Go on about another prospect of the name."""
    return await _settle_name(it, None)


async def go_back(it: Interaction) -> Reply:
    """Keep what stands in the step, and show the one before."""
    await it.person()
    shown = await it.surface.screening.back(
        it.caller, payloads.step_of(it.view), view_state.read_inputs(it.view)
    )
    view = steps.step_view(shown, await it.texts())
    it.later(it.redraw(view))
    return None


async def continue_draft(it: Interaction) -> Reply:
    """Show the step at which the chosen draft was left."""
    await it.person()
    shown = await it.surface.screening.resume(it.caller, DraftId(payloads.readable_id(it.value)))
    view = steps.step_view(shown, await it.texts())
    it.later(it.redraw(view))
    return None


async def start_new(it: Interaction) -> Reply:
    """Begin anew instead of going on with a draft."""
    person = await it.person()
    shown = await it.surface.screening.start(person, it.value, is_redrawn=True)
    view = steps.step_view(shown, await it.texts())
    it.later(it.redraw(view))
    return None


async def note_emptied(it: Interaction) -> Reply:
    """Remember that a prefilled field was emptied, or filled again."""
    await it.person()
    await it.surface.screening.note_emptied(
        it.caller,
        payloads.step_of(it.view),
        payloads.readable_id(it.action.get("block_id")),
        is_empty=view_state.is_empty(it.action),
    )
    return None


async def _settle_name(it: Interaction, prospect_id: ProspectId | None) -> Reply:
    person = await it.person()
    result = await it.surface.screening.settle_name(
        it.caller, payloads.step_of(it.view), prospect_id
    )
    it.later(it.redraw(_view(result, await it.texts(), person.zone)))
    return None


def _view(result: Shown, texts: Texts, zone: ZoneInfo) -> Mapping[str, Any]:
    """Return the view of what comes next: a step, the question after the name, or the verdict."""
    match result:
        case Overview():
            return verdict.verdict_view(result, texts, zone=zone)
        case NameAsked():
            return names.name_view(result, texts, zone=zone)
        case _:
            return steps.step_view(result, texts)
