"""The listeners of decisions, with their dialogs and the decline message.

Nothing is sent to a prospect, and the text of a decline message isn't stored.
"""

from collections.abc import Coroutine, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any

from bot.domain.checklist.rules import LANGUAGES
from bot.domain.decisions.decline import DeclineChoice, Declined, Tone
from bot.domain.errors import AnswerProblem, AnswersRejected, NotWinnable
from bot.domain.people import Action
from bot.domain.prospects import EndedBy
from bot.domain.workspace import referral_key
from bot.slack.card import details
from bot.slack.decisions import dialogs
from bot.slack.decisions.decline_modal import decline_view
from bot.slack.interaction import (
    Interaction,
    Listeners,
    Reply,
    asking,
    take_note,
    typed_day,
    typed_member,
    typed_text,
)
from bot.slack.overrides import listeners as overrides
from bot.slack.payloads import ids, payloads, view_state


async def draft(it: Interaction) -> None:
    """Open the short draft in the member's language; in a modal, in place of the verdict."""
    view = await _first_draft(it, it.target)
    it.later(_instead_of_verdict(it, view) if _is_verdict(it) else it.open(view))


async def _first_draft(it: Interaction, target: payloads.Target) -> Mapping[str, Any]:
    declined = await it.surface.decline.declined(it.caller, target.prospect_id)
    texts = await it.texts()
    choice = DeclineChoice(Tone.SHORT, texts.language)
    return decline_view(declined, choice, target, texts)


def _is_verdict(it: Interaction) -> bool:
    return it.view.get("callback_id") == ids.VERDICT


def _instead_of_verdict(it: Interaction, view: Mapping[str, Any]) -> Coroutine[Any, Any, None]:
    """Turn the modal into this view, even if the verdict was redrawn meanwhile."""
    view_id = payloads.sent_text(it.view, "id")
    return it.redraw(payloads.instead_of_verdict(view, view_id), if_changed=True)


async def rewritten(it: Interaction) -> None:
    """Update the email with the field's content, once nobody has typed for a moment."""
    shown = _OpenModal.read(it.view)
    view = await _drawn_anew(
        it,
        shown,
        chosen_at=shown.drafted_at,
        written=view_state.sections(it.view, ids.WRITTEN),
        edited=shown.text,
    )
    redraw = partial(it.redraw, view, if_changed=True)
    it.later(it.surface.typing.last(payloads.sent_text(it.view, "id"), redraw))


async def redraft(it: Interaction) -> None:
    """Redraft as chosen, keeping in sight what the member has written.

    After two quick choices, the second knows of both, so it's drawn in any case.
    """
    shown = _OpenModal.read(it.view)
    chosen_at = payloads.readable_id(it.action.get("action_ts"))
    view = await _drawn_anew(it, shown, chosen_at=chosen_at, written=shown.written)
    it.later(it.redraw(view, if_changed=True))


@dataclass(frozen=True, slots=True)
class _OpenModal:
    """What a member sees in the modal."""

    chosen: Mapping[str, view_state.Typed]
    text: str
    """What stands in the field."""
    drafted_at: str
    """When the draft in it was chosen."""
    written: Sequence[str]
    """What they have written of their own, the latest first."""

    @classmethod
    def read(cls, view: Mapping[str, Any]) -> "_OpenModal":
        """Read the modal. An input that Slack leaves out counts as it was drawn."""
        prefilled = view_state.prefilled(view)
        state = view_state.read_inputs(view)
        typed = {key: value for key, value in state.items() if value}
        block_id = next((each for each in prefilled if each.startswith(ids.DECLINE_TEXT)), "")
        own = str(typed.get(block_id) or "").strip()
        is_new = bool(own) and own != str(prefilled.get(block_id) or "").strip()
        earlier = view_state.sections(view, ids.WRITTEN)
        written = [own, *(each for each in earlier if each != own)] if is_new else earlier
        text = str(state.get(block_id, prefilled.get(block_id)) or "")
        return cls(prefilled | typed, text, block_id.removeprefix(f"{ids.DECLINE_TEXT}."), written)


async def _drawn_anew(
    it: Interaction,
    shown: _OpenModal,
    *,
    chosen_at: str,
    written: Sequence[str],
    edited: str | None = None,
) -> Mapping[str, Any]:
    """Return the modal with the chosen options."""
    declined = await it.surface.decline.declined(it.caller, it.target.prospect_id)
    choice, texts = _choice(shown.chosen, declined), await it.texts()
    return decline_view(
        declined, choice, it.target, texts, chosen_at=chosen_at, written=written, edited=edited
    )


def _choice(chosen: Mapping[str, view_state.Typed], declined: Declined) -> DeclineChoice:
    """Return the choice; None for a referral that is no longer listed. Raises MalformedPayload.

    It's looked up by a key of its own text, so that a changed list never yields another one.
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


async def chased(it: Interaction) -> None:
    """Record a chase; the card shows the rest."""
    await it.surface.follow_up.chased(it.caller, it.click)


async def still_open(it: Interaction) -> None:
    """Record that an open *pursue* is still open."""
    await it.surface.follow_up.still_open(it.caller, it.click)


ask_what_they_did = asking(Action.SIGN_OF_LIFE, dialogs.sign_of_life_dialog)


async def submit_sign_of_life(it: Interaction) -> None:
    """Record what the prospect did."""
    what = typed_text(it.typed.get(ids.SIGN))
    await it.surface.follow_up.sign_of_life(it.caller, it.click, what)


async def ask_how_long(it: Interaction) -> None:
    """Ask how long to snooze; a member who may not is told so."""
    prospect, choices = await it.surface.follow_up.may_snooze(it.caller, it.click)
    it.later(it.open(dialogs.snooze_dialog(prospect, choices, it.target, await it.texts())))


async def submit_snooze(it: Interaction) -> None:
    """Snooze for the chosen time."""
    days = it.typed.get(ids.DAYS)
    if not isinstance(days, str) or not (days.isascii() and days.isdecimal()):
        raise AnswersRejected([AnswerProblem(ids.DAYS, "missing")])
    await it.surface.follow_up.snooze(it.caller, it.click, int(days[:3]))


ask_who_takes_over = asking(Action.HAND_OVER, dialogs.hand_over_dialog)


async def submit_hand_over(it: Interaction) -> None:
    """Hand the prospect over to the chosen member."""
    owner = typed_member(it.typed.get(ids.OWNER))
    await it.surface.follow_up.hand_over(it.caller, it.click, owner)


async def ask_what_is_right(it: Interaction) -> None:
    """Ask for the correct facts of a prospect."""
    prospect, _ = await it.surface.decisions.may(it.caller, it.click, Action.CORRECT)
    currency = (await it.person()).workspace.settings.currency
    view = dialogs.correct_dialog(prospect, it.target, await it.texts(), currency=currency)
    it.later(it.open(view))


async def submit_correction(it: Interaction) -> None:
    """Correct a prospect's facts."""
    await it.surface.decisions.correct(it.caller, it.click, it.typed)


async def ask_until_when(it: Interaction) -> None:
    """Ask until when a member wants no nudges."""
    running = await it.surface.follow_up.paused_until(it.caller)
    await it.open(dialogs.pause_dialog(running, await it.texts()))


async def submit_pause(it: Interaction) -> Reply:
    """Store the pause, and say when nudges resume."""
    until = it.typed.get(ids.UNTIL)
    day = None if until is None else typed_day(until, ids.UNTIL)
    again = await it.surface.follow_up.pause(it.caller, day)
    view = dialogs.paused_view(again, await it.texts())
    return {"response_action": "update", "view": view}


ask_whether_to_walk_away = asking(
    Action.WALK_AWAY, partial(dialogs.confirm_dialog, Action.WALK_AWAY)
)


async def walk_away(it: Interaction) -> None:
    """Walk away; the card shows the rest. A verdict turns into the decline message."""
    prospect = await it.surface.decisions.walk_away(it.caller, it.click)
    if _is_verdict(it):
        target = payloads.Target(prospect.id, prospect.revision)
        it.later(_instead_of_verdict(it, await _first_draft(it, target)))


async def ask_whether_to_undo(it: Interaction) -> None:
    """Ask once more before a decision is taken back, and say until when that is possible."""
    prospect, today, last = await it.surface.decisions.may_undo(it.caller, it.click)
    texts = await it.texts()
    undo_by = texts.day(last, today)
    it.later(it.open(dialogs.confirm_dialog(Action.UNDO, prospect, it.target, texts, undo_by)))


async def undo(it: Interaction) -> None:
    """Undo a decision; the card shows the rest."""
    await it.surface.decisions.undo(it.caller, it.click)


async def ask_day_won(it: Interaction) -> None:
    """Ask for the day the client was won; against the verdict, ask for an override first."""
    try:
        prospect, today = await it.surface.decisions.may(it.caller, it.click, Action.WON)
    except NotWinnable:
        return await overrides.ask_for_grounds(it, wins_first=True)
    it.later(it.open(dialogs.won_dialog(prospect, it.target, await it.texts(), today=today)))
    return None


async def submit_won(it: Interaction) -> None:
    """Record the client as won on the given day."""
    day = typed_day(it.typed.get(ids.DAY), ids.DAY)
    await it.surface.decisions.won(it.caller, it.click, day)


ask_who_ended_it = asking(Action.LOST, dialogs.lost_dialog)


async def submit_lost(it: Interaction) -> None:
    """Record the prospect as lost, and who ended it."""
    sentence = typed_text(it.typed.get(ids.SENTENCE))
    await it.surface.decisions.lost(it.caller, it.click, _ended_by(it), sentence)


def _ended_by(it: Interaction) -> EndedBy:
    try:
        return EndedBy(str(it.typed.get(ids.ENDED_BY)))
    except ValueError:
        raise AnswersRejected([AnswerProblem(ids.ENDED_BY, "missing")]) from None


async def ask_how_it_ended(it: Interaction) -> None:
    """Ask when a client ended, and who ended it."""
    prospect, today = await it.surface.decisions.may(it.caller, it.click, Action.END_CLIENT)
    view = dialogs.end_client_dialog(prospect, it.target, await it.texts(), today=today)
    it.later(it.open(view))


async def submit_end_client(it: Interaction) -> None:
    """Record the end of a client; the card shows the rest."""
    day, sentence = (
        typed_day(it.typed.get(ids.DAY), ids.DAY),
        typed_text(it.typed.get(ids.SENTENCE)),
    )
    await it.surface.decisions.end_client(it.caller, it.click, day, _ended_by(it), sentence)


ask_what_was_brought = asking(Action.CONDITION_MET, dialogs.condition_met_dialog)


async def submit_condition_met(it: Interaction) -> None:
    """Record what the prospect brought."""
    brought = typed_text(it.typed.get(ids.BROUGHT))
    await it.surface.decisions.condition_met(it.caller, it.click, brought)


async def show_details(it: Interaction) -> None:
    """Show a prospect's details as they are now, even from an old button."""
    overview = await it.surface.decisions.details(it.caller, it.target.prospect_id)
    zone = (await it.person()).zone
    it.later(it.open(details.details_view(overview, await it.texts(), zone=zone)))


LISTENERS = Listeners(
    elements={
        ids.REDRAFT: redraft,
        ids.REWRITE: rewritten,
        ids.MAIL: take_note,
        ids.OPEN_CARD: take_note,
    },
    submissions={ids.PAUSE: submit_pause},
    changing_nothing={ids.REDRAFT, ids.REWRITE, ids.MAIL, ids.OPEN_CARD},
)
"""Besides the actions."""
