"""The decline message: which true reason a prospect is told kindly, and in which tones.

The rules of a checklist speak to us, and harshly. What a prospect is told is just as true, but it
says what we could not do, never what is wrong with them. The sentences themselves are among the
texts. We never send any of this ourselves.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from types import MappingProxyType

from bot.domain.checklist.rules import Answers

CHECKLIST = "walk-away"
"""The id of the checklist whose rules this module knows."""


class KindReason(StrEnum):
    """The kind of reason that a prospect is told."""

    OFFER_NOT_CLEAR = "offer_not_clear"
    NUMBERS_MISSING = "numbers_missing"
    VALUE_NOT_SEEN = "value_not_seen"
    VALUE_NOT_SHOWN = "value_not_shown"
    DOES_NOT_PAY = "does_not_pay"
    TERMS_APART = "terms_apart"
    WAYS_DIFFER = "ways_differ"
    OUTSIDE_OUR_FIELD = "outside_our_field"
    NO_MATCH = "no_match"
    """The general reason."""


class Tone(StrEnum):
    """How much a decline message says."""

    SHORT = "short"
    WARM = "warm"


@dataclass(frozen=True, slots=True)
class Declined:
    """What a decline message is drafted from."""

    name: str
    """The prospect's name."""
    reason: KindReason
    referrals: tuple[str, ...]
    """Those to whom the workspace may refer a prospect."""
    sender: str
    """The name of the member who will send it."""


@dataclass(frozen=True, slots=True)
class DeclineChoice:
    """Which draft of the message a member wants to see."""

    tone: Tone
    language: str
    referral: str | None = None


def kind_reason(checklist: str, rule: str, answers: Answers) -> KindReason:
    """Return what to tell a prospect after this rule decided.

    A rule of another checklist, and one that spoke for the prospect, gets the general reason:
    nobody told us why we walk away all the same.
    """
    told = _TOLD.get(rule) if checklist == CHECKLIST else None
    match told:
        case None:
            return KindReason.NO_MATCH
        case KindReason():
            return told
        case _:
            return told(answers)


def _weak_start(answers: Answers) -> KindReason:
    """Return which half of the first question was missing; the offer comes before the numbers."""
    is_clear = answers.get("offer") == "clear"
    return KindReason.NUMBERS_MISSING if is_clear else KindReason.OFFER_NOT_CLEAR


def _signs(answers: Answers) -> KindReason:
    """Return the terms for those who haggle and argue about cancelling; else ways of working."""
    signs = answers.get("signs")
    is_about_terms = isinstance(signs, frozenset) and signs >= {"haggles", "cancellation_quarrels"}
    return KindReason.TERMS_APART if is_about_terms else KindReason.WAYS_DIFFER


_TOLD: Mapping[str, KindReason | Callable[[Answers], KindReason]] = MappingProxyType(
    {
        "no_offer": KindReason.OFFER_NOT_CLEAR,
        "no_numbers": KindReason.NUMBERS_MISSING,
        "talked_into_it": KindReason.VALUE_NOT_SEEN,
        "loses_money": KindReason.DOES_NOT_PAY,
        "many_signs": _signs,
        "value_not_shown": KindReason.VALUE_NOT_SHOWN,
        "half_answer": _weak_start,
        "exception_untested": _weak_start,
        "fire_unproven": _weak_start,
        "some_signs": _signs,
        "outside_niche": KindReason.OUTSIDE_OUR_FIELD,
        "thin_margin": KindReason.DOES_NOT_PAY,
    }
)
