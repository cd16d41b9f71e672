"""The values of the buttons that answer for an outcome, written by views and read by listeners.

A question is `<prospect id>.<ending>.<day of the end>.<days after it>`; a tap adds what is
asked, what is chosen, and how many answers to it stood there when the button was drawn.
"""

from datetime import date
from typing import Final

from bot.domain.outcomes.outcome import CHOICES, Ask, Choice, Ending, OutcomeKey, ask_of
from bot.domain.prospects.prospect import ProspectId
from bot.slack.payloads.payloads import MalformedPayload, readable_id

NOT_NOW: Final = "outcome_not_now"
NEVER: Final = "outcome_never"
"""Action ids; the value of both is a question."""


def question_value(key: OutcomeKey) -> str:
    """Return the value of a button about a question as a whole."""
    return f"{key.prospect_id}.{key.ending}.{key.ended_on.isoformat()}.{key.after}"


def tap_value(key: OutcomeKey, choice: Choice, seen: int) -> str:
    """Return the value of a button that answers."""
    return f"{question_value(key)}.{ask_of(choice)}.{choice}.{seen}"


def parse_question(value: str) -> OutcomeKey:
    """Read which question it is; raises MalformedPayload."""
    try:
        prospect_id, ending, ended_on, after = value.split(".")
        day = date.fromisoformat(ended_on)
        return OutcomeKey(ProspectId(readable_id(prospect_id)), Ending(ending), day, _number(after))
    except ValueError as error:
        raise MalformedPayload from error


def parse_tap(value: str) -> tuple[OutcomeKey, Choice, int]:
    """Read what a tap answers, with what, and what it had seen; raises MalformedPayload."""
    try:
        question, ask, choice, seen = value.rsplit(".", 3)
        return parse_question(question), CHOICES[Ask(ask)](choice), _number(seen)
    except ValueError as error:
        raise MalformedPayload from error


def _number(text: str) -> int:
    if not (text.isascii() and text.isdecimal() and len(text) <= 6):
        raise MalformedPayload
    return int(text)
