"""The modal: its steps, Back, and going on with a draft."""

from collections.abc import Mapping
from typing import Any
from zoneinfo import ZoneInfo

from bot.domain.dossier import Dossier
from bot.domain.errors import AnswersRejected
from bot.domain.prospect import ProspectId
from bot.domain.qualification import DraftId, NameAsked
from bot.services.qualifying import DraftsOffered
from bot.services.screening import Shown
from bot.slack import wire
from bot.slack.interaction import Answer, Interaction
from bot.slack.texts import Texts
from bot.slack.views import namesakes, qualification, verdict


async def begin(it: Interaction, name: str) -> None:
    """Open the modal for a prospect of this name, or offer the drafts that there are."""
    person = await it.person()
    texts = await it.texts()
    shown = await it.surface.qualifying.begin(person, name)
    if isinstance(shown, DraftsOffered):
        drafts = [qualification.draft_shown(draft) for draft in shown.drafts]
        view = qualification.drafts_view(drafts, shown.name, texts, zone=person.zone)
    else:
        view = qualification.step_view(shown, texts)
    await it.open(view)


async def screen_another(it: Interaction) -> Answer:
    """Open the modal from App Home, which lists the drafts itself."""
    shown = await it.surface.qualifying.start(await it.person(), "", is_redrawn=False)
    view = qualification.step_view(shown, await it.texts())
    it.later(it.open(view))
    return None


async def submit_step(it: Interaction) -> Answer:
    """Turn a submitted step into answers, and show the next one or the verdict."""
    ref = wire.step_of(it.view)
    person = await it.person()
    texts = await it.texts()
    try:
        result = await it.surface.qualifying.answer(it.caller, ref, wire.read_inputs(it.view))
    except AnswersRejected as rejected:
        return await it.reject(rejected)
    return {"response_action": "update", "view": _view(result, texts, person.zone)}


async def choose_same(it: Interaction) -> Answer:
    """Go on about the prospect that was screened before."""
    return await _settle_name(it, ProspectId(wire.readable_id(it.value)))


async def choose_another(it: Interaction) -> Answer:
    """Go on about another prospect of the name."""
    return await _settle_name(it, None)


async def go_back(it: Interaction) -> Answer:
    """Keep what stands in the step, and show the one before."""
    await it.person()
    shown = await it.surface.qualifying.back(
        it.caller, wire.step_of(it.view), wire.read_inputs(it.view)
    )
    view = qualification.step_view(shown, await it.texts())
    it.later(it.redraw(view))
    return None


async def continue_draft(it: Interaction) -> Answer:
    """Show the step at which the chosen draft was left."""
    await it.person()
    shown = await it.surface.qualifying.resume(it.caller, DraftId(wire.readable_id(it.value)))
    view = qualification.step_view(shown, await it.texts())
    it.later(it.redraw(view))
    return None


async def start_new(it: Interaction) -> Answer:
    """Begin anew instead of going on with a draft."""
    person = await it.person()
    shown = await it.surface.qualifying.start(person, it.value, is_redrawn=True)
    view = qualification.step_view(shown, await it.texts())
    it.later(it.redraw(view))
    return None


async def note_emptied(it: Interaction) -> Answer:
    """Remember that a prefilled field was emptied, or filled again."""
    await it.person()
    await it.surface.qualifying.note_emptied(
        it.caller,
        wire.step_of(it.view),
        wire.readable_id(it.action.get("block_id")),
        is_empty=wire.is_empty(it.action),
    )
    return None


async def _settle_name(it: Interaction, prospect_id: ProspectId | None) -> Answer:
    person = await it.person()
    result = await it.surface.qualifying.settle_name(it.caller, wire.step_of(it.view), prospect_id)
    it.later(it.redraw(_view(result, await it.texts(), person.zone)))
    return None


def _view(result: Shown, texts: Texts, zone: ZoneInfo) -> Mapping[str, Any]:
    """Return the view of what comes next: a step, the question after the name, or the verdict."""
    match result:
        case Dossier():
            return verdict.verdict_view(result, texts, zone=zone)
        case NameAsked():
            return namesakes.name_view(result, texts, zone=zone)
        case _:
            return qualification.step_view(result, texts)
