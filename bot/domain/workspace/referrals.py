"""Whom a workspace refers prospects to whom it says no: one line each, "Name, what for"."""

import hashlib
from typing import Final

from bot.domain.errors import AnswerProblem, AnswersRejected
from bot.domain.names import clean_name

MOST: Final = 20
LONGEST: Final = 75
"""Of the name, and of what they are good at, in characters: what Slack shows of either."""
LONGEST_LIST: Final = 3000
"""Of all lines together, their ends included: what Slack's text input takes."""


def referrals_of(typed: str) -> tuple[str, ...]:
    """Return the referrals that were typed, one per line; empty lines and doubles go.

    Raises AnswersRejected for the first thing that is wrong, about the field `referrals`.
    """
    lines = [(number, clean_name(line)) for number, line in enumerate(typed.splitlines(), start=1)]
    for number, line in lines:
        if any(len(part) > LONGEST for part in parts_of(line)):
            raise _rejected("line_too_long", line=number, limit=LONGEST)
    kept = tuple(dict.fromkeys(line for _, line in lines if line))
    if len(kept) > MOST:
        raise _rejected("too_many_lines", limit=MOST, count=len(kept))
    if len(together := "\n".join(kept)) > LONGEST_LIST:
        raise _rejected("too_long", limit=LONGEST_LIST, length=len(together))
    return kept


def parts_of(referral: str) -> tuple[str, str]:
    """Return the name and what they are good at, which is what follows the first comma."""
    name, _, good_at = (part.strip() for part in referral.partition(","))
    return (name, good_at) if name else (referral, "")


def key_of(referral: str) -> str:
    """Return what stands for a referral where its text does not fit: the same for the same text."""
    return hashlib.sha256(referral.encode()).hexdigest()[:16]


def _rejected(code: str, **detail: int) -> AnswersRejected:
    return AnswersRejected([AnswerProblem("referrals", code, detail)])
