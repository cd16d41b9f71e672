"""What the dialogs of actions have in common: how one is opened, and what was typed into it."""

from collections.abc import Callable, Mapping
from datetime import date
from typing import Any

from bot.domain.errors import AnswerProblem, AnswersRejected
from bot.domain.people import Action, MemberId
from bot.domain.prospects import Prospect
from bot.slack.interaction.interaction import Handler, Interaction, Reply
from bot.slack.payloads import payloads
from bot.slack.payloads.view_state import Typed
from bot.slack.texts import Texts

Draw = Callable[[Prospect, payloads.Target, Texts], Mapping[str, Any]]
"""Draws a dialog about a prospect."""


def asking(action: Action, draw: Draw) -> Handler:
    """Return what opens the dialog of an action, if it may be done now."""

    async def ask(it: Interaction) -> Reply:
        prospect, _ = await it.surface.decisions.may(it.caller, it.click, action)
        it.later(it.open(draw(prospect, it.target, await it.texts())))
        return None

    return ask


def typed_text(typed: Typed) -> str:
    """Return what stands in a field for text; nothing if it is empty."""
    return typed.strip() if isinstance(typed, str) else ""


def typed_day(typed: Typed, block_id: str) -> date:
    """Return the day that was chosen; raises AnswersRejected without one."""
    try:
        return date.fromisoformat(str(typed))
    except ValueError:
        raise AnswersRejected([AnswerProblem(block_id, "missing")]) from None


def typed_member(typed: Typed) -> MemberId | None:
    """Return the member who was chosen; None if nobody was."""
    return MemberId(typed) if isinstance(typed, str) else None
