"""Drafting a decline message. Nothing is sent to a prospect, and nothing that is typed is kept."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from bot.domain.decline import DeclineChoice, Declined, Version
from bot.domain.referrals import key_of
from bot.domain.rules import LANGUAGES
from bot.slack import drawn, wire
from bot.slack.interaction import Answer, Interaction
from bot.slack.views.declining import decline_view


async def draft(it: Interaction, target: wire.Target) -> Answer:
    """Open the short draft in the member's own language."""
    await it.person()
    declined = await it.surface.declining.declined(it.caller, target.prospect_id)
    texts = await it.texts()
    choice = DeclineChoice(Version.SHORT, texts.language)
    it.later(it.open(decline_view(declined, choice, target, texts)))
    return None


async def redraft(it: Interaction) -> Answer:
    """Draft it anew as chosen; what the member has written of their own stays in sight.

    Of two choices in quick succession the second one tells of both, and so is drawn in any case.
    """
    await it.person()
    target = wire.Target.of_dialog(it.view)
    declined = await it.surface.declining.declined(it.caller, target.prospect_id)
    shown = _Shown.read(it.view)
    view = decline_view(
        declined,
        _choice(shown.chosen, declined),
        target,
        await it.texts(),
        chosen_at=wire.readable_id(it.action.get("action_ts")),
        written=shown.written,
    )
    it.later(it.redraw(view, if_changed=True))
    return None


async def take_note(_: Interaction) -> Answer:
    """Let the modal close, or the mail program open: nothing is to be done here."""
    return None


@dataclass(frozen=True, slots=True)
class _Shown:
    """What a member sees in the modal."""

    chosen: Mapping[str, wire.Typed]
    written: Sequence[str]
    """What they have written of their own, the latest first."""

    @classmethod
    def read(cls, view: Mapping[str, Any]) -> "_Shown":
        """Read the modal; an input that Slack says nothing of is as it was drawn."""
        prefilled = drawn.prefilled(view)
        typed = {key: value for key, value in wire.read_inputs(view).items() if value}
        block_id = next((each for each in prefilled if each.startswith(wire.DECLINE_TEXT)), "")
        own = str(typed.get(block_id) or "").strip()
        is_new = bool(own) and own != str(prefilled.get(block_id) or "").strip()
        earlier = drawn.sections(view, wire.WRITTEN)
        written = [own, *(each for each in earlier if each != own)] if is_new else earlier
        return cls(prefilled | typed, written)


def _choice(chosen: Mapping[str, wire.Typed], declined: Declined) -> DeclineChoice:
    """Return what was chosen; a referral that is listed no longer is none. Raises MalformedPayload.

    It is looked up by a key of its own text, so that a changed list never yields another one.
    """
    language = chosen.get(wire.LANGUAGE)
    if not isinstance(language, str) or language not in LANGUAGES:
        raise wire.MalformedPayload
    try:
        version = Version(str(chosen.get(wire.VERSION)))
    except ValueError as error:
        raise wire.MalformedPayload from error
    listed = {key_of(each): each for each in declined.referrals}
    return DeclineChoice(version, language, listed.get(str(chosen.get(wire.REFERRAL))))
