"""Buttons, menus and dialogs of decisions, and the decline message.

Nothing is sent to a prospect, and no decline message that is typed is kept.
"""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from bot.domain.checklist.rules import LANGUAGES
from bot.domain.decisions.decline import DeclineChoice, Declined, Tone
from bot.domain.errors import AnswerProblem, AnswersRejected, NotWinnable
from bot.domain.people import Action, MemberId
from bot.domain.prospects import EndedBy
from bot.domain.workspace import referral_key
from bot.slack.card import details
from bot.slack.decisions import dialogs
from bot.slack.decisions.decline_modal import decline_view
from bot.slack.interaction.dialogs import (
    ask,
    carry_out,
    click_of,
    dialog_click,
    typed_day,
    typed_text,
)
from bot.slack.interaction.interaction import Interaction, Reply
from bot.slack.overrides import listeners as overrides
from bot.slack.payloads import ids, payloads, view_state
from bot.slack.screening import steps


async def draft(it: Interaction, target: payloads.Target) -> Reply:
    """Open the short draft in the member's own language."""
    await it.person()
    declined = await it.surface.decline.declined(it.caller, target.prospect_id)
    texts = await it.texts()
    choice = DeclineChoice(Tone.SHORT, texts.language)
    it.later(it.open(decline_view(declined, choice, target, texts)))
    return None


async def redraft(it: Interaction) -> Reply:
    """Draft it anew as chosen; what the member has written of their own stays in sight.

    Of two choices in quick succession the second one tells of both, and so is drawn in any case.
    """
    await it.person()
    target = payloads.Target.of_dialog(it.view)
    declined = await it.surface.decline.declined(it.caller, target.prospect_id)
    shown = _OpenModal.read(it.view)
    view = decline_view(
        declined,
        _choice(shown.chosen, declined),
        target,
        await it.texts(),
        chosen_at=payloads.readable_id(it.action.get("action_ts")),
        written=shown.written,
    )
    it.later(it.redraw(view, if_changed=True))
    return None


async def take_note(_: Interaction) -> Reply:
    """Let the modal close, or the mail program open: nothing is to be done here."""
    return None


@dataclass(frozen=True, slots=True)
class _OpenModal:
    """What a member sees in the modal."""

    chosen: Mapping[str, view_state.Typed]
    written: Sequence[str]
    """What they have written of their own, the latest first."""

    @classmethod
    def read(cls, view: Mapping[str, Any]) -> "_OpenModal":
        """Read the modal; an input that Slack says nothing of is as it was drawn."""
        prefilled = view_state.prefilled(view)
        typed = {key: value for key, value in view_state.read_inputs(view).items() if value}
        block_id = next((each for each in prefilled if each.startswith(ids.DECLINE_TEXT)), "")
        own = str(typed.get(block_id) or "").strip()
        is_new = bool(own) and own != str(prefilled.get(block_id) or "").strip()
        earlier = view_state.sections(view, ids.WRITTEN)
        written = [own, *(each for each in earlier if each != own)] if is_new else earlier
        return cls(prefilled | typed, written)


def _choice(chosen: Mapping[str, view_state.Typed], declined: Declined) -> DeclineChoice:
    """Return what was chosen; a referral that is listed no longer is none. Raises MalformedPayload.

    It is looked up by a key of its own text, so that a changed list never yields another one.
    """
    language = chosen.get(ids.LANGUAGE)
    if not isinstance(language, str) or language not in LANGUAGES:
        raise payloads.MalformedPayload
    try:
        tone = Tone(str(chosen.get(ids.VERSION)))
    except ValueError as error:
        raise payloads.MalformedPayload from error
    listed = {referral_key(each): each for each in declined.referrals}
    return DeclineChoice(tone, language, listed.get(str(chosen.get(ids.REFERRAL))))


async def chased(it: Interaction, target: payloads.Target) -> Reply:
    """Count a chase; the card tells the rest."""
    await it.person()
    await it.surface.follow_up.chased(it.caller, click_of(target))
    return None


async def ask_what_they_did(it: Interaction, target: payloads.Target) -> Reply:
    """Ask for the sign of life."""
    return await ask(
        it,
        target,
        Action.SIGN_OF_LIFE,
        lambda prospect, texts, _: dialogs.sign_of_life_dialog(prospect, target, texts),
    )


async def ask_how_long(it: Interaction, target: payloads.Target) -> Reply:
    """Ask for how long to snooze; who may not at all is told so."""
    await it.person()
    prospect, choices = await it.surface.follow_up.may_snooze(it.caller, click_of(target))
    it.later(it.open(dialogs.snooze_dialog(prospect, choices, target, await it.texts())))
    return None


async def ask_who_takes_over(it: Interaction, target: payloads.Target) -> Reply:
    """Ask for the new owner."""
    return await ask(
        it,
        target,
        Action.HAND_OVER,
        lambda prospect, texts, _: dialogs.hand_over_dialog(prospect, target, texts),
    )


async def submit_sign_of_life(it: Interaction) -> Reply:
    """Note what the prospect did."""

    async def note(typed: Mapping[str, view_state.Typed]) -> None:
        what = typed_text(typed.get(ids.SIGN))
        await it.surface.follow_up.sign_of_life(it.caller, dialog_click(it), what)

    return await carry_out(it, note)


async def submit_snooze(it: Interaction) -> Reply:
    """Snooze for as long as was chosen."""

    async def snooze(typed: Mapping[str, view_state.Typed]) -> None:
        days = typed.get(ids.DAYS)
        if not isinstance(days, str) or not (days.isascii() and days.isdecimal()):
            raise AnswersRejected([AnswerProblem(ids.DAYS, "missing")])
        await it.surface.follow_up.snooze(it.caller, dialog_click(it), int(days[:3]))

    return await carry_out(it, snooze)


async def submit_hand_over(it: Interaction) -> Reply:
    """Give the prospect to who was chosen."""

    async def give(typed: Mapping[str, view_state.Typed]) -> None:
        chosen = typed.get(ids.OWNER)
        owner = MemberId(chosen) if isinstance(chosen, str) else None
        await it.surface.follow_up.hand_over(it.caller, dialog_click(it), owner)

    return await carry_out(it, give)


async def ask_until_when(it: Interaction) -> None:
    """Ask until when a member wants no nudges."""
    await it.person()
    running = await it.surface.follow_up.paused_until(it.caller)
    await it.open(dialogs.pause_dialog(running, await it.texts()))


async def submit_pause(it: Interaction) -> Reply:
    """Keep the pause, and say from when on nudges come again."""
    await it.person()
    until = view_state.read_inputs(it.view).get(ids.UNTIL)
    try:
        day: date | None = None if until is None else typed_day(until, ids.UNTIL)
        again = await it.surface.follow_up.pause(it.caller, day)
    except AnswersRejected as rejected:
        return await it.reject(rejected)
    view = dialogs.paused_view(again, await it.texts())
    return {"response_action": "update", "view": view}


Clicked = Callable[[Interaction, payloads.Target], Awaitable[Reply]]


async def choose_from_menu(it: Interaction) -> Reply:
    """Do what was chosen from the menu of a card."""
    action, target = payloads.parse_option(it.value)
    if action not in CLICKS:
        raise payloads.MalformedPayload
    return await CLICKS[action](it, target)


async def click(it: Interaction) -> Reply:
    """Do what the button says."""
    return await CLICKS[Action(it.action["action_id"])](it, payloads.Target.parse(it.value))


async def walk_away(it: Interaction, target: payloads.Target) -> Reply:
    """Walk away; the card tells the rest."""
    await it.person()
    await it.surface.decisions.walk_away(it.caller, click_of(target))
    return None


async def undo(it: Interaction, target: payloads.Target) -> Reply:
    """Take a decision back; the card tells the rest."""
    await it.person()
    await it.surface.decisions.undo(it.caller, click_of(target))
    return None


async def ask_day_won(it: Interaction, target: payloads.Target) -> Reply:
    """Ask on which day the client was won; against the verdict, for an override first."""
    try:
        return await ask(
            it,
            target,
            Action.WON,
            lambda prospect, texts, day: dialogs.won_dialog(prospect, target, texts, today=day),
        )
    except NotWinnable:
        return await overrides.ask_for_grounds(it, target)


async def ask_who_ended_it(it: Interaction, target: payloads.Target) -> Reply:
    """Ask who ended it, and for a sentence."""
    return await ask(
        it,
        target,
        Action.LOST,
        lambda prospect, texts, _: dialogs.lost_dialog(prospect, target, texts),
    )


async def ask_what_was_brought(it: Interaction, target: payloads.Target) -> Reply:
    """Ask what the prospect brought."""
    return await ask(
        it,
        target,
        Action.CONDITION_MET,
        lambda prospect, texts, _: dialogs.condition_met_dialog(prospect, target, texts),
    )


async def screen_again(it: Interaction, target: payloads.Target) -> Reply:
    """Open the modal again, with the earlier answers."""
    await it.person()
    shown = await it.surface.screening.screen_again(it.caller, target.prospect_id, target.revision)
    view = steps.step_view(shown, await it.texts())
    it.later(it.open(view))
    return None


async def show_details(it: Interaction, target: payloads.Target) -> Reply:
    """Show everything about a prospect; an old button shows what is true now."""
    person = await it.person()
    overview = await it.surface.decisions.details(it.caller, target.prospect_id)
    view = details.details_view(overview, await it.texts(), zone=person.zone)
    it.later(it.open(view))
    return None


CLICKS: Mapping[Action, Clicked] = {
    Action.WALK_AWAY: walk_away,
    Action.UNDO: undo,
    Action.OVERRIDE: overrides.ask_for_grounds,
    Action.APPROVE_OVERRIDE: overrides.approve,
    Action.DENY_OVERRIDE: overrides.ask_why_not,
    Action.WON: ask_day_won,
    Action.LOST: ask_who_ended_it,
    Action.CONDITION_MET: ask_what_was_brought,
    Action.SIGN_OF_LIFE: ask_what_they_did,
    Action.CHASED: chased,
    Action.SNOOZE: ask_how_long,
    Action.HAND_OVER: ask_who_takes_over,
    Action.REQUALIFY: screen_again,
    Action.DECLINE_MESSAGE: draft,
    Action.DETAILS: show_details,
}


async def submit_won(it: Interaction) -> Reply:
    """Win the client on the day that was given."""

    async def win(typed: Mapping[str, view_state.Typed]) -> None:
        day = typed_day(typed.get(ids.DAY), ids.DAY)
        await it.surface.decisions.won(it.caller, dialog_click(it), day)

    return await carry_out(it, win)


async def submit_lost(it: Interaction) -> Reply:
    """Lose the prospect, with who ended it."""

    async def lose(typed: Mapping[str, view_state.Typed]) -> None:
        sentence = typed_text(typed.get(ids.SENTENCE))
        ended_by = _ended_by(typed.get(ids.ENDED_BY))
        await it.surface.decisions.lost(it.caller, dialog_click(it), ended_by, sentence)

    return await carry_out(it, lose)


async def submit_condition_met(it: Interaction) -> Reply:
    """Note what the prospect brought."""

    async def meet(typed: Mapping[str, view_state.Typed]) -> None:
        brought = typed_text(typed.get(ids.BROUGHT))
        await it.surface.decisions.condition_met(it.caller, dialog_click(it), brought)

    return await carry_out(it, meet)


def _ended_by(typed: view_state.Typed) -> EndedBy:
    try:
        return EndedBy(str(typed))
    except ValueError:
        raise AnswersRejected([AnswerProblem(ids.ENDED_BY, "missing")]) from None
