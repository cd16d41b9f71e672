"""What the dialogs of actions have in common: the click behind them, and what was typed."""

from collections.abc import Awaitable, Callable, Mapping
from datetime import date
from typing import Any

from bot.domain.errors import AnswerProblem, AnswersRejected
from bot.domain.people import Action
from bot.domain.prospects import Prospect
from bot.services.transaction.action import Click
from bot.slack.interaction.interaction import Interaction, Reply
from bot.slack.payloads import payloads, view_state
from bot.slack.texts import Texts

Draw = Callable[[Prospect, Texts, date], Mapping[str, Any]]
"""Draws a dialog about a prospect; the day is today for its owner."""


async def ask(it: Interaction, target: payloads.Target, action: Action, draw: Draw) -> Reply:
    """Open the dialog of an action, if it may be done now."""
    await it.person()
    prospect, today = await it.surface.decisions.may(it.caller, click_of(target), action)
    it.later(it.open(draw(prospect, await it.texts(), today)))
    return None


async def carry_out(
    it: Interaction, act: Callable[[Mapping[str, view_state.Typed]], Awaitable[None]]
) -> Reply:
    """Carry out a dialog: it closes, or says beside the field what is wrong."""
    await it.person()
    try:
        await act(view_state.read_inputs(it.view))
    except AnswersRejected as rejected:
        return await it.reject(rejected)
    return None


def click_of(target: payloads.Target) -> Click:
    """Return what a button stands for."""
    return Click(target.prospect_id, target.revision)


def dialog_click(it: Interaction) -> Click:
    """Return the click that opened a dialog; raises MalformedPayload."""
    return click_of(payloads.Target.of_dialog(it.view))


def typed_text(typed: view_state.Typed) -> str:
    """Return what stands in a field for text; nothing if it is empty."""
    return typed.strip() if isinstance(typed, str) else ""


def typed_day(typed: view_state.Typed, block_id: str) -> date:
    """Return the day that was chosen; raises AnswersRejected without one."""
    try:
        return date.fromisoformat(str(typed))
    except ValueError:
        raise AnswersRejected([AnswerProblem(block_id, "missing")]) from None
