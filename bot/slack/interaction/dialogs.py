"""What the dialogs of actions share: opening one, and reading what was typed into it."""

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
    """Return a handler that opens an action's dialog, if the action is possible now."""

    async def ask(it: Interaction) -> Reply:
        prospect, _ = await it.surface.decisions.may(it.caller, it.click, action)
        it.later(it.open(draw(prospect, it.target, await it.texts())))
        return None

    return ask


def typed_text(typed: Typed) -> str:
    """Return the text in a field; None if it's empty."""
    return typed.strip() if isinstance(typed, str) else ""


def typed_day(typed: Typed, block_id: str) -> date:
    """Return the chosen day. Raises AnswersRejected without one."""
    try:
        return date.fromisoformat(str(typed))
    except ValueError:
        raise AnswersRejected([AnswerProblem(block_id, "missing")]) from None


def typed_member(typed: Typed) -> MemberId | None:
    """Return the chosen member; None without one."""
    return MemberId(typed) if isinstance(typed, str) else None
