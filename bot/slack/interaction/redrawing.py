"""Redraws a view while somebody answers in it. Of several quick clicks, the newest wins."""

from collections.abc import Mapping
from typing import Any

from bot.slack.interaction.interaction import Interaction
from bot.slack.payloads import payloads, view_state


def note_click(it: Interaction) -> None:
    """Remember this click as the newest in its view."""
    it.surface.redraws.note(_view_id(it), _click(it))


def leave_step(it: Interaction) -> None:
    """Keep earlier clicks from redrawing the view, which is about to show something else."""
    it.surface.redraws.end(_view_id(it))


def redraw_as_typed(it: Interaction, view: Mapping[str, Any], *, is_empty: bool) -> None:
    """Redraw the view with the questions that the latest answer calls for, if it looks different.

    An emptied field makes a difference, since the view was drawn with its old content.
    """
    is_other = is_empty or view_state.face(view) != view_state.face(it.view)
    drawn = payloads.sent_text(it.view, "hash")
    overtakes = it.surface.redraws.is_begun(_view_id(it), drawn)
    if is_other or overtakes:
        it.surface.redraws.begin(_view_id(it), drawn)
        it.afterwards(_show_anew(it, view, overtakes=overtakes))


async def _show_anew(it: Interaction, view: Mapping[str, Any], *, overtakes: bool) -> None:
    """Redraw the view for this click, unless a newer click has; an overtaken redraw gives way."""
    redraws, view_id, click = it.surface.redraws, _view_id(it), _click(it)
    if not redraws.is_newest(view_id, click) or await it.redrawn(view):
        return
    if overtakes and redraws.is_newest(view_id, click):
        await it.redraw(view, if_changed=True)


def _view_id(it: Interaction) -> str:
    return payloads.sent_text(it.view, "id")


def _click(it: Interaction) -> str:
    return str(it.action.get("action_ts") or "")
