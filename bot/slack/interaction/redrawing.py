"""A view that is drawn anew while somebody answers in it: of quick clicks the newest wins."""

from collections.abc import Mapping
from typing import Any

from bot.slack.interaction.interaction import Interaction
from bot.slack.payloads import payloads, view_state


def note_click(it: Interaction) -> None:
    """Remember this click as the newest one in its view."""
    it.surface.redraws.note(_view_id(it), _click(it))


def leave_step(it: Interaction) -> None:
    """Let no click so far redraw the view any more: it is going to show something else."""
    it.surface.redraws.end(_view_id(it))


def redraw_as_typed(it: Interaction, view: Mapping[str, Any], *, is_empty: bool) -> None:
    """Show the view as what was just answered asks for it, if that looks different.

    A field that was emptied makes it different, since the view was drawn with what stood there.
    """
    is_other = is_empty or view_state.face(view) != view_state.face(it.view)
    drawn = payloads.sent_text(it.view, "hash")
    overtakes = it.surface.redraws.is_begun(_view_id(it), drawn)
    if is_other or overtakes:
        it.surface.redraws.begin(_view_id(it), drawn)
        it.afterwards(_show_anew(it, view, overtakes=overtakes))


async def _show_anew(it: Interaction, view: Mapping[str, Any], *, overtakes: bool) -> None:
    """Redraw the view for this click, unless a newer one does; one that it overtakes gives way."""
    redraws, view_id, click = it.surface.redraws, _view_id(it), _click(it)
    if not redraws.is_newest(view_id, click) or await it.redrawn(view):
        return
    if overtakes and redraws.is_newest(view_id, click):
        await it.redraw(view, if_changed=True)


def _view_id(it: Interaction) -> str:
    return payloads.sent_text(it.view, "id")


def _click(it: Interaction) -> str:
    return str(it.action.get("action_ts") or "")
