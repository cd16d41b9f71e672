"""What is wrong with an answer that a program sent: in English, for whoever runs that program."""

import json
from collections.abc import Mapping
from typing import assert_never

from bot.domain.checklist.model import Kind
from bot.domain.errors import AnswerProblem

SENTENCES: Mapping[str, str] = {
    "unknown_question": "There's no such question. Use one of {known}.",
    "unknown_option": "There's no option {option}. Use one of {known}.",
    "missing": "This must be answered.",
    "empty_name": "A name is needed.",
    "not_asked": "Leave this empty: it isn't asked about them.",
    "no_verdict": "The checklist needs an answer that a file can't have, such as a day.",
    "too_long": "This text has {length} characters; {limit} are allowed.",
    "unreadable": "This text contains a character that can't be stored.",
    "not_a_date": '{given} isn\'t a day such as "2026-12-08".',
    "no_number": "This takes a number, such as 12 or 0.5, with at most 4 decimals.",
    "too_small": "This number is too small; the minimum is {least}.",
    "too_big": "This number is too large; the maximum is {most}.",
    "too_early": "This day has passed; {earliest} is the first one possible.",
    "too_late": "This is too far ahead; {latest}, in {working_days} working days, is the last day.",
    "no_object": "This takes an object with an answer for each question id.",
    "kept": "A person has answered this already, and their answer stays.",
    "unknown_owner": "No one here has this member id or e-mail address. The managers decide "
    "whose it is.",
    "outside_owner": "Only a full member can own a prospect, not a guest, a bot, or someone who "
    "has left or belongs to another organisation. The managers decide whose it is.",
    "owner_hidden": "Slack hides e-mail addresses from Walkaway (the scope users:read.email is "
    "missing): send a member id instead. The managers decide whose it is.",
}


def what_is_wrong(problem: AnswerProblem) -> str:
    """Return the sentence that says what is wrong with an answer."""
    kind = problem.detail.get("kind")
    if isinstance(kind, Kind):
        return _what_it_takes(kind)
    words = {key: _in_words(key, value) for key, value in problem.detail.items()}
    return SENTENCES[problem.code].format(**words)


def quoted(text: str) -> str:
    """Return a text as JSON writes it, without control characters, and cut after 60 characters."""
    return json.dumps(text if len(text) <= 60 else f"{text[:60]}…")


def _what_it_takes(kind: Kind) -> str:
    match kind:
        case Kind.ONE_OF:
            return "This takes the id of one option, as a text."
        case Kind.ANY_OF:
            return "This takes a list of option ids."
        case Kind.TEXT:
            return "This takes a text."
        case Kind.DATE:
            return 'This takes a day, such as "2026-12-08".'
        case Kind.NUMBER:
            return "This takes a number, such as 12 or 0.5."
        case _:
            assert_never(kind)


def _in_words(key: str, value: object) -> str:
    if isinstance(value, tuple):
        return ", ".join(map(str, value))
    return quoted(str(value)) if key in {"option", "given"} else str(value)
