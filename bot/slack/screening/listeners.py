"""The screening modal: its steps, *Back*, and continuing a draft."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from bot.domain.prospects import ProspectId
from bot.domain.read_models import NameAsked, Overview
from bot.domain.screening import DraftId, OpenView, StepRef
from bot.services.screening.draft import Shown
from bot.services.screening.screen import DraftsOffered
from bot.slack.card import verdict
from bot.slack.interaction import Interaction, Listeners, Reply
from bot.slack.interaction.redrawing import leave_step, note_click, redraw_as_typed
from bot.slack.payloads import ids, payloads, view_state
from bot.slack.screening import drafts, names, steps


async def begin(it: Interaction, name: str) -> None:
    """Open the modal for a prospect with this name, or offer the existing drafts."""
    await it.open(await _beginning(it, name, is_redrawn=False))


async def screen_another(it: Interaction) -> None:
    """Open the modal from App Home, which lists the drafts itself."""
    shown = await it.surface.screening.start(await it.person(), "", is_redrawn=False)
    it.later(it.open(steps.step_view(shown, await it.texts())))


async def screen_again(it: Interaction) -> None:
    """Open the modal with the earlier answers."""
    prospect_id, revision = it.target.prospect_id, it.target.revision
    shown = await it.surface.screening.screen_again(it.caller, prospect_id, revision)
    it.later(it.open(steps.step_view(shown, await it.texts())))


async def submit_step(it: Interaction) -> Reply:
    """Save a submitted step's answers, and show the next step or the verdict."""
    leave_step(it)
    drawn = view_state.prefilled(it.view)
    result = await it.surface.screening.answer(it.caller, _handed_in(it), it.typed, drawn)
    return {"response_action": "update", "view": await _view(it, result)}


async def choose_same(it: Interaction) -> None:
    """Continue with the prospect that was screened before."""
    await _settle_name(it, ProspectId(payloads.readable_id(it.value)))


async def choose_another(it: Interaction) -> None:
    """Continue with another prospect of the same name."""
    await _settle_name(it, None)


async def go_back(it: Interaction) -> None:
    """Keep the step's content, and show the previous step."""
    leave_step(it)
    shown = await it.surface.screening.back(
        it.caller, payloads.step_of(it.view), it.typed, view_state.prefilled(it.view)
    )
    it.later(it.redraw(steps.step_view(shown, await it.texts())))


async def continue_draft(it: Interaction) -> None:
    """Show the step at which the chosen draft was left."""
    shown = await it.surface.screening.resume(it.caller, DraftId(payloads.readable_id(it.value)))
    it.later(it.redraw(steps.step_view(shown, await it.texts())))


async def discard_draft(it: Interaction) -> None:
    """Discard the chosen draft, and redraw the offer, even if the draft was already gone."""
    draft_id = DraftId(payloads.readable_id(it.value))
    try:
        await it.surface.screening.discard(it.caller, draft_id)
    finally:
        if not it.is_on_home:
            it.later(_offer_anew(it))


async def start_new(it: Interaction) -> None:
    """Start new instead of continuing a draft."""
    person = await it.person()
    shown = await it.surface.screening.start(person, it.value, is_redrawn=True)
    it.later(it.redraw(steps.step_view(shown, await it.texts())))


async def change_answer(it: Interaction) -> None:
    """Redraw the step if a changed answer calls for other questions, and note an emptied input.

    A failure isn't shown; submitting asks for whatever is missing.
    """
    is_empty = view_state.is_empty(it.action)
    note_click(it)
    shown = await it.surface.screening.changed(
        it.caller,
        payloads.step_of(it.view),
        payloads.readable_id(it.action.get("block_id")),
        it.typed,
        view_state.prefilled(it.view),
        is_empty=is_empty,
    )
    if shown is None:
        return
    redraw_as_typed(it, steps.step_view(shown, await it.texts()), is_empty=is_empty)


async def _offer_anew(it: Interaction) -> None:
    """Show the remaining drafts, or the first step without any."""
    await it.redraw(await _beginning(it, payloads.name_asked_for(it.view), is_redrawn=True))


async def _beginning(it: Interaction, name: str, *, is_redrawn: bool) -> Mapping[str, Any]:
    """Return the first view for a name: the existing drafts, or the first step."""
    person = await it.person()
    texts = await it.texts()
    shown = await it.surface.screening.begin(person, name, is_redrawn=is_redrawn)
    if isinstance(shown, DraftsOffered):
        return drafts.drafts_view(shown.drafts, shown.name, texts, zone=person.zone)
    return steps.step_view(shown, texts)


async def _settle_name(it: Interaction, prospect_id: ProspectId | None) -> None:
    result = await it.surface.screening.settle_name(it.caller, _handed_in(it), prospect_id)
    it.later(it.redraw(await _view(it, result)))


def _handed_in(it: Interaction) -> StepRef:
    """Return which step was submitted, and in which view."""
    page = "" if it.home_page is None else payloads.home_page(it.home_page)
    shown_in = OpenView(payloads.sent_text(it.view, "id"), page)
    return replace(payloads.step_of(it.view), shown_in=shown_in)


async def _view(it: Interaction, result: Shown) -> Mapping[str, Any]:
    """Return the next view: a step, the question about the name, or the verdict."""
    person, texts = await it.person(), await it.texts()
    match result:
        case Overview():
            held = person.roles(result.prospect)
            view = verdict.verdict_view(result, texts, zone=person.zone, held=held)
            return payloads.in_verdict(view, payloads.sent_text(it.view, "id"))
        case NameAsked():
            return names.name_view(result, texts, zone=person.zone)
        case _:
            return steps.step_view(result, texts)


LISTENERS = Listeners(
    elements={
        ids.BACK: go_back,
        ids.CONTINUE_DRAFT: continue_draft,
        ids.DISCARD_DRAFT: discard_draft,
        ids.START_NEW: start_new,
        ids.SAME_ONE: choose_same,
        ids.ANOTHER_ONE: choose_another,
        ids.ANSWER: change_answer,
    },
    submissions={ids.STEP: submit_step},
    changing_nothing={ids.ANSWER},
)
"""Besides the actions."""
