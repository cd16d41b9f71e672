"""Remembering past clients and refusals: the form, one after another."""

from collections.abc import Mapping
from typing import Any

from bot.domain.people import OtherAction
from bot.domain.remembered.recall import RememberedId
from bot.services.remembered.remember import Remembering
from bot.slack.interaction import Interaction, Listeners, Reply
from bot.slack.interaction.redrawing import leave_step, note_click, redraw_as_typed
from bot.slack.payloads import ids, payloads, view_state
from bot.slack.remembered import form


async def begin(it: Interaction) -> None:
    """Open the form for the first one."""
    await it.open(await _view(it, await it.surface.remember.begin(it.caller)))


async def begin_from_home(it: Interaction) -> None:
    """Open it from App Home; in the form itself, take back who was entered by mistake."""
    if it.value:
        it.later(_remove(it))
        return
    shown = await it.surface.remember.begin(it.caller)
    it.later(it.open(await _view(it, shown)))


async def change_answer(it: Interaction) -> None:
    """Redraw the form if a changed answer calls for other questions.

    A failure isn't shown; submitting asks for whatever is missing.
    """
    is_empty = view_state.is_empty(it.action)
    note_click(it)
    ref, typed = payloads.remembered_ref(it.view), _entered(it)
    if is_empty:
        typed.pop(payloads.readable_id(it.action.get("block_id")), None)
    saved = payloads.remembered_saved(it.view)
    shown = await it.surface.remember.follow(it.caller, ref, typed, saved)
    redraw_as_typed(it, await _view(it, shown), is_empty=is_empty)


async def save(it: Interaction) -> Reply:
    """Save one of them, and show the form for the next."""
    leave_step(it)
    ref, drawn = payloads.remembered_ref(it.view), view_state.input_blocks(it.view)
    saved = payloads.remembered_saved(it.view)
    shown = await it.surface.remember.save(it.caller, ref, _entered(it), drawn, saved)
    return {"response_action": "update", "view": await _view(it, shown)}


async def _remove(it: Interaction) -> None:
    """Remove one, keeping what is already entered in the form."""
    ref, mistaken = payloads.remembered_ref(it.view), RememberedId(payloads.readable_id(it.value))
    shown = await it.surface.remember.remove(it.caller, ref, _entered(it), mistaken)
    await it.redraw(await _view(it, shown), if_changed=True)


def _entered(it: Interaction) -> dict[str, Any]:
    """Return the form's content; an untouched input counts as it was drawn."""
    drawn = view_state.prefilled(it.view)
    return {
        block: drawn.get(block) if typed is None else typed for block, typed in it.typed.items()
    }


async def _view(it: Interaction, shown: Remembering) -> Mapping[str, Any]:
    texts = await it.texts()
    return form.form_view(
        shown.form,
        shown.so_far,
        texts,
        saved=shown.saved,
        removed=shown.removed,
        removable=shown.removable,
    )


LISTENERS = Listeners(
    elements={OtherAction.REMEMBER: begin_from_home, ids.REMEMBERED_ANSWER: change_answer},
    submissions={ids.REMEMBERED: save},
    changing_nothing={ids.REMEMBERED_ANSWER},
)
