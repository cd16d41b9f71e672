"""Drafting a decline message. Nothing is sent to a prospect, and nothing that is typed is kept."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from bot.domain.checklist.rules import LANGUAGES
from bot.domain.decisions.decline import DeclineChoice, Declined, Version
from bot.domain.workspace.referrals import key_of
from bot.slack.decisions.decline_modal import decline_view
from bot.slack.interaction.interaction import Answer, Interaction
from bot.slack.payloads import ids, payloads, view_state


async def draft(it: Interaction, target: payloads.Target) -> Answer:
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
    target = payloads.Target.of_dialog(it.view)
    declined = await it.surface.declining.declined(it.caller, target.prospect_id)
    shown = _Shown.read(it.view)
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


async def take_note(_: Interaction) -> Answer:
    """Let the modal close, or the mail program open: nothing is to be done here."""
    return None


@dataclass(frozen=True, slots=True)
class _Shown:
    """What a member sees in the modal."""

    chosen: Mapping[str, view_state.Typed]
    written: Sequence[str]
    """What they have written of their own, the latest first."""

    @classmethod
    def read(cls, view: Mapping[str, Any]) -> "_Shown":
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
        version = Version(str(chosen.get(ids.VERSION)))
    except ValueError as error:
        raise payloads.MalformedPayload from error
    listed = {key_of(each): each for each in declined.referrals}
    return DeclineChoice(version, language, listed.get(str(chosen.get(ids.REFERRAL))))
