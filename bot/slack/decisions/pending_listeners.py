"""Buttons, dialogs and the command for what is done while nobody decides."""

from collections.abc import Mapping
from datetime import date

from bot.domain.errors import AnswerProblem, AnswersRejected
from bot.domain.people import Action, MemberId
from bot.slack.decisions import pending_dialogs
from bot.slack.interaction.dialogs import (
    ask,
    carry_out,
    click_of,
    dialog_click,
    typed_day,
    typed_text,
)
from bot.slack.interaction.interaction import Answer, Interaction
from bot.slack.payloads import ids, payloads, view_state


async def chased(it: Interaction, target: payloads.Target) -> Answer:
    """Count a chase; the card tells the rest."""
    await it.person()
    await it.surface.hesitating.chased(it.caller, click_of(target))
    return None


async def ask_what_they_did(it: Interaction, target: payloads.Target) -> Answer:
    """Ask for the sign of life."""
    return await ask(
        it,
        target,
        Action.SIGN_OF_LIFE,
        lambda prospect, texts, _: pending_dialogs.sign_of_life_dialog(prospect, target, texts),
    )


async def ask_how_long(it: Interaction, target: payloads.Target) -> Answer:
    """Ask for how long to snooze; who may not at all is told so."""
    await it.person()
    prospect, choices = await it.surface.hesitating.may_snooze(it.caller, click_of(target))
    it.later(it.open(pending_dialogs.snooze_dialog(prospect, choices, target, await it.texts())))
    return None


async def ask_who_takes_over(it: Interaction, target: payloads.Target) -> Answer:
    """Ask for the new owner."""
    return await ask(
        it,
        target,
        Action.HAND_OVER,
        lambda prospect, texts, _: pending_dialogs.hand_over_dialog(prospect, target, texts),
    )


async def submit_sign_of_life(it: Interaction) -> Answer:
    """Note what the prospect did."""

    async def note(typed: Mapping[str, view_state.Typed]) -> None:
        what = typed_text(typed.get(ids.SIGN))
        await it.surface.hesitating.sign_of_life(it.caller, dialog_click(it), what)

    return await carry_out(it, note)


async def submit_snooze(it: Interaction) -> Answer:
    """Snooze for as long as was chosen."""

    async def snooze(typed: Mapping[str, view_state.Typed]) -> None:
        days = typed.get(ids.DAYS)
        if not isinstance(days, str) or not (days.isascii() and days.isdecimal()):
            raise AnswersRejected([AnswerProblem(ids.DAYS, "missing")])
        await it.surface.hesitating.snooze(it.caller, dialog_click(it), int(days[:3]))

    return await carry_out(it, snooze)


async def submit_hand_over(it: Interaction) -> Answer:
    """Give the prospect to who was chosen."""

    async def give(typed: Mapping[str, view_state.Typed]) -> None:
        chosen = typed.get(ids.OWNER)
        owner = MemberId(chosen) if isinstance(chosen, str) else None
        await it.surface.hesitating.hand_over(it.caller, dialog_click(it), owner)

    return await carry_out(it, give)


async def ask_until_when(it: Interaction) -> None:
    """Ask until when a member wants no nudges."""
    await it.person()
    running = await it.surface.hesitating.paused_until(it.caller)
    await it.open(pending_dialogs.pause_dialog(running, await it.texts()))


async def submit_pause(it: Interaction) -> Answer:
    """Keep the pause, and say from when on nudges come again."""
    await it.person()
    until = view_state.read_inputs(it.view).get(ids.UNTIL)
    try:
        day: date | None = None if until is None else typed_day(until, ids.UNTIL)
        again = await it.surface.hesitating.pause(it.caller, day)
    except AnswersRejected as rejected:
        return await it.reject(rejected)
    view = pending_dialogs.paused_view(again, await it.texts())
    return {"response_action": "update", "view": view}
