"""Buttons and menus of a card, and the dialogs that some of them open."""

from collections.abc import Awaitable, Callable, Mapping
from typing import Final

from bot.domain.errors import AnswerProblem, AnswersRejected, NotWinnable
from bot.domain.people import Action
from bot.domain.prospects.prospect import EndedBy
from bot.slack.card import details
from bot.slack.decisions import decline_listeners, dialogs, pending_listeners
from bot.slack.interaction.dialogs import (
    ask,
    carry_out,
    click_of,
    dialog_click,
    typed_day,
    typed_text,
)
from bot.slack.interaction.interaction import Answer, Interaction
from bot.slack.overrides import listeners
from bot.slack.payloads import ids, payloads, view_state
from bot.slack.screening import steps

Clicked = Callable[[Interaction, payloads.Target], Awaitable[Answer]]


async def choose_from_menu(it: Interaction) -> Answer:
    """Do what was chosen from the menu of a card."""
    action, target = payloads.parse_option(it.value)
    if action not in CLICKS:
        raise payloads.MalformedPayload
    return await CLICKS[action](it, target)


async def click(it: Interaction) -> Answer:
    """Do what the button says."""
    return await CLICKS[Action(it.action["action_id"])](it, payloads.Target.parse(it.value))


async def walk_away(it: Interaction, target: payloads.Target) -> Answer:
    """Walk away; the card tells the rest."""
    await it.person()
    await it.surface.deciding.walk_away(it.caller, click_of(target))
    return None


async def undo(it: Interaction, target: payloads.Target) -> Answer:
    """Take a decision back; the card tells the rest."""
    await it.person()
    await it.surface.deciding.undo(it.caller, click_of(target))
    return None


async def ask_day_won(it: Interaction, target: payloads.Target) -> Answer:
    """Ask on which day the client was won; against the verdict, for an override first."""
    try:
        return await ask(
            it,
            target,
            Action.WON,
            lambda prospect, texts, day: dialogs.won_dialog(prospect, target, texts, today=day),
        )
    except NotWinnable:
        return await listeners.ask_for_grounds(it, target)


async def ask_who_ended_it(it: Interaction, target: payloads.Target) -> Answer:
    """Ask who ended it, and for a sentence."""
    return await ask(
        it,
        target,
        Action.LOST,
        lambda prospect, texts, _: dialogs.lost_dialog(prospect, target, texts),
    )


async def ask_what_was_brought(it: Interaction, target: payloads.Target) -> Answer:
    """Ask what the prospect brought."""
    return await ask(
        it,
        target,
        Action.CONDITION_MET,
        lambda prospect, texts, _: dialogs.condition_met_dialog(prospect, target, texts),
    )


async def screen_again(it: Interaction, target: payloads.Target) -> Answer:
    """Open the modal again, with the earlier answers."""
    await it.person()
    shown = await it.surface.qualifying.screen_again(it.caller, target.prospect_id, target.revision)
    view = steps.step_view(shown, await it.texts())
    it.later(it.open(view))
    return None


async def show_details(it: Interaction, target: payloads.Target) -> Answer:
    """Show everything about a prospect; an old button shows what is true now."""
    person = await it.person()
    dossier = await it.surface.deciding.details(it.caller, target.prospect_id)
    view = details.details_view(dossier, await it.texts(), zone=person.zone)
    it.later(it.open(view))
    return None


CLICKS: Final[Mapping[Action, Clicked]] = {
    Action.WALK_AWAY: walk_away,
    Action.UNDO: undo,
    Action.OVERRIDE: listeners.ask_for_grounds,
    Action.APPROVE_OVERRIDE: listeners.approve,
    Action.DENY_OVERRIDE: listeners.ask_why_not,
    Action.WON: ask_day_won,
    Action.LOST: ask_who_ended_it,
    Action.CONDITION_MET: ask_what_was_brought,
    Action.SIGN_OF_LIFE: pending_listeners.ask_what_they_did,
    Action.CHASED: pending_listeners.chased,
    Action.SNOOZE: pending_listeners.ask_how_long,
    Action.HAND_OVER: pending_listeners.ask_who_takes_over,
    Action.REQUALIFY: screen_again,
    Action.DECLINE_MESSAGE: decline_listeners.draft,
    Action.DETAILS: show_details,
}


async def submit_won(it: Interaction) -> Answer:
    """Win the client on the day that was given."""

    async def win(typed: Mapping[str, view_state.Typed]) -> None:
        day = typed_day(typed.get(ids.DAY), ids.DAY)
        await it.surface.deciding.won(it.caller, dialog_click(it), day)

    return await carry_out(it, win)


async def submit_lost(it: Interaction) -> Answer:
    """Lose the prospect, with who ended it."""

    async def lose(typed: Mapping[str, view_state.Typed]) -> None:
        sentence = typed_text(typed.get(ids.SENTENCE))
        ended_by = _ended_by(typed.get(ids.ENDED_BY))
        await it.surface.deciding.lost(it.caller, dialog_click(it), ended_by, sentence)

    return await carry_out(it, lose)


async def submit_condition_met(it: Interaction) -> Answer:
    """Note what the prospect brought."""

    async def meet(typed: Mapping[str, view_state.Typed]) -> None:
        brought = typed_text(typed.get(ids.BROUGHT))
        await it.surface.deciding.condition_met(it.caller, dialog_click(it), brought)

    return await carry_out(it, meet)


def _ended_by(typed: view_state.Typed) -> EndedBy:
    try:
        return EndedBy(str(typed))
    except ValueError:
        raise AnswersRejected([AnswerProblem(ids.ENDED_BY, "missing")]) from None
