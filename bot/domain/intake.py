"""What comes in by the workspace's door: how it is read, and what if nobody goes on with it.

The door is an address with a secret, to which a form or another program posts. What comes in makes
a draft, never a verdict.
"""

import hashlib
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from decimal import Decimal
from enum import StrEnum
from typing import Any, Final

from bot.domain.amounts import LARGEST_AMOUNT
from bot.domain.calendar import WorkingTime
from bot.domain.checklist.answers import from_document, read_number, read_usable, to_document
from bot.domain.checklist.model import Checklist, Kind, Question, steps_walked
from bot.domain.checklist.rules import Circumstances, is_given
from bot.domain.errors import AnswerProblem, AnswersRejected
from bot.domain.nudges import NudgePolicy, Reader, may_be_messaged, next_round
from bot.domain.people import MemberId
from bot.domain.screening import Draft, DraftId, read_name

NOBODY: Final = MemberId("")
"""The owner of what came in without one, until a manager takes it over."""

MOST: Final = 60
"""Requests that a door accepts within a window."""
WINDOW: Final = timedelta(minutes=1)

OWNER_AFTER: Final = 2
"""Working days until an untouched draft appears in its owner's morning message."""
MANAGERS_AFTER: Final = 5
"""Working days until it appears in the managers' message, and until it appears again."""
LISTED: Final = 5
"""Drafts in one message; the others follow in the next."""

MOST_WAITING: Final = 500
"""The most drafts of a workspace that may wait for somebody."""

LONGEST_KEY: Final = 255
_FACTS: Final = frozenset({"name", "owner", "expected_value", "key", "answers"})
_PREFIX: Final = "answers."


class DoorAct(StrEnum):
    """What managers do to the door."""

    OPENED = "opened"
    REPLACED = "replaced"
    CLOSED = "closed"


@dataclass(frozen=True, slots=True)
class DoorChange:
    """What a manager did to the door, and when."""

    act: DoorAct
    by: MemberId
    at: datetime


@dataclass(frozen=True, slots=True)
class Door:
    """The state of a workspace's door."""

    is_open: bool
    window_began: datetime | None = None
    taken: int = 0
    """Requests since the window began."""


class TooManyRequests(Exception):
    """More requests came than a door accepts within a minute."""

    def __init__(self, retry_after: timedelta) -> None:
        super().__init__(retry_after)
        self.retry_after = retry_after


class TooManyDrafts(Exception):
    """Too much waits that nobody goes on with, so nothing more is accepted."""


@dataclass(frozen=True, slots=True)
class Incoming:
    """What came in, as far as it can be read without a checklist."""

    name: str
    owner: str
    """An e-mail address or a member id; empty if none was sent."""
    expected_value: Decimal | None
    answers: Mapping[str, object]
    """The answers as they were sent, by question id."""
    key: str
    """Distinguishes a repetition from something new; empty if none was sent."""
    problems: tuple[AnswerProblem, ...]
    """What is wrong apart from the answers; everything else is usable."""


@dataclass(frozen=True, slots=True)
class WaitingDraft:
    """A draft that came in, and that nobody has gone on with."""

    draft_id: DraftId
    since: datetime
    announced_on: date | None = None
    """The day on which a reader was last told that it waits."""


@dataclass(frozen=True, slots=True)
class DraftReminders:
    """When a reader is reminded of waiting drafts."""

    policy: NudgePolicy
    """When the reader may get messages at all."""
    after: int
    """Working days until a draft appears in a message."""
    every: int
    """Working days between two messages sent because of it."""


def for_owners(policy: NudgePolicy) -> DraftReminders:
    """Return when the owner of a draft is reminded of it."""
    return DraftReminders(policy, OWNER_AFTER, policy.every)


def for_managers(policy: NudgePolicy) -> DraftReminders:
    """Return when managers are reminded of a draft without an owner, or one its owner neglects."""
    return DraftReminders(policy, MANAGERS_AFTER, MANAGERS_AFTER)


def hashed(secret: str) -> str:
    """Return the stored form of a secret or a key, from which nobody can derive the original."""
    return hashlib.sha256(secret.encode("utf-8", "surrogatepass")).hexdigest()


def admitted(door: Door, now: datetime) -> Door:
    """Return the door after one more request. Raises TooManyRequests."""
    began = door.window_began
    if began is None or not began <= now < began + WINDOW:
        return replace(door, window_began=now, taken=1)
    if door.taken >= MOST:
        raise TooManyRequests(began + WINDOW - now)
    return replace(door, taken=door.taken + 1)


def read_incoming(document: Mapping[str, object]) -> Incoming:
    """Read what was sent; answers are under `answers`, as `answers.<id>`, or by their ids alone.

    Raises AnswersRejected if there is no valid name, or if the key can't be used.
    """
    problems: list[AnswerProblem] = []
    name = read_name(document.get("name"), problems)
    key = _key(document.get("key"), problems)
    if problems:
        raise AnswersRejected(problems)
    value = _value(document.get("expected_value"), problems)
    owner = document.get("owner")
    if owner is not None and not isinstance(owner, str):
        problems.append(AnswerProblem("owner", "wrong_type", {"kind": Kind.TEXT}))
    is_named = isinstance(owner, str)
    return Incoming(
        name=name,
        owner=str(owner).strip() if is_named else "",
        expected_value=value,
        answers=_answers(document, problems),
        key=key,
        problems=tuple(problems),
    )


def read_for(
    checklist: Checklist, sent: Mapping[str, object]
) -> tuple[dict[str, Any], list[AnswerProblem]]:
    """Return the answers that a checklist can use, as a document, and what is wrong with the rest.

    Of several chosen options, the known ones are taken.
    """
    known = {each.id: each for each in checklist.questions}
    typed = {
        key: _typed(known[key], value) if key in known else value for key, value in sent.items()
    }
    problems: list[AnswerProblem] = []
    for key, value in typed.items():
        question = known.get(key)
        if question is not None and question.kind is Kind.ANY_OF and isinstance(value, list):
            typed[key], odd = _known_options(question, value)
            problems += odd
    answers, others = read_usable(checklist, typed)
    return to_document(answers), [*problems, *others]


def filled_up(
    draft: Draft, answers: Mapping[str, Any], value: Decimal | None
) -> tuple[Draft, list[str]]:
    """Return a draft with what came in added, and the ids of what stays as it was.

    What a person has answered stays; what nobody has touched since it came in is replaced.
    """
    is_untouched = draft.waits_since is not None
    kept = [] if is_untouched else [key for key in answers if key in draft.answers]
    if value is not None and draft.facts.expected_value is not None and not is_untouched:
        kept.append("expected_value")
    new = {key: answer for key, answer in answers.items() if key not in kept}
    if value is None or "expected_value" in kept:
        value = draft.facts.expected_value
    facts = replace(draft.facts, expected_value=value)
    return replace(draft, facts=facts, answers={**draft.answers, **new}), kept


def answered(draft: Draft, checklist: Checklist, on: date) -> tuple[int, int]:
    """Return how many questions of a draft are answered, and of how many as far as is known."""
    answers = from_document(checklist, draft.answers)
    given = Circumstances(on, draft.facts.expected_value)
    asked = [each for _, some in steps_walked(checklist, answers, given) for each in some]
    return sum(is_given(answers.get(each.id)) for each in asked), len(asked)


def listed_from(waiting: WaitingDraft, working: WorkingTime, after: int) -> date:
    """Return the day from which it appears in a message that goes out anyway."""
    return working.calendar.add_working_days(working.today(waiting.since), after)


def announced_from(waiting: WaitingDraft, working: WorkingTime, how: DraftReminders) -> date:
    """Return the day from which a message goes out because of it."""
    if waiting.announced_on is None:
        return listed_from(waiting, working, how.after)
    return working.calendar.add_working_days(waiting.announced_on, how.every)


def drafts_due(
    found: Collection[WaitingDraft],
    reader: Reader,
    now: datetime,
    how: DraftReminders,
    *,
    is_told: bool,
) -> tuple[DraftId, ...]:
    """Return the drafts in the message of this instant; none if no message goes out.

    With `is_told`, a message goes out anyway. Those that the reader has not heard of for longest
    come first.
    """
    if not (is_told or may_be_messaged(reader, now, how.policy)):
        return ()
    today = reader.working.today(now)
    standing = [each for each in found if listed_from(each, reader.working, how.after) <= today]
    is_due = any(announced_from(each, reader.working, how) <= today for each in standing)
    if not (is_told or is_due):
        return ()
    standing.sort(key=lambda each: (each.announced_on or date.min, each.since, each.draft_id))
    return tuple(each.draft_id for each in standing[:LISTED])


def next_about_drafts(
    found: Iterable[WaitingDraft], reader: Reader, now: datetime, how: DraftReminders
) -> datetime | None:
    """Return the earliest time at which the next message about one of these can go out."""
    days = [announced_from(each, reader.working, how) for each in found]
    return next_round(min(days, default=None), reader, now, how.policy)


def _key(sent: object, problems: list[AnswerProblem]) -> str:
    if sent is None:
        return ""
    if not isinstance(sent, str | int) or isinstance(sent, bool):
        problems.append(AnswerProblem("key", "wrong_type", {"kind": Kind.TEXT}))
        return ""
    key = str(sent).strip()
    if len(key) > LONGEST_KEY:
        detail = {"length": len(key), "limit": LONGEST_KEY}
        problems.append(AnswerProblem("key", "too_long", detail))
    return key


def _value(sent: object, problems: list[AnswerProblem]) -> Decimal | None:
    if sent is None or (isinstance(sent, str) and not sent.strip()):
        return None
    value = read_number(sent)
    if value is None:
        problems.append(AnswerProblem("expected_value", "no_number"))
    elif value < 0:
        problems.append(AnswerProblem("expected_value", "too_small", {"least": 0}))
    elif value > LARGEST_AMOUNT:
        problems.append(AnswerProblem("expected_value", "too_big", {"most": LARGEST_AMOUNT}))
    else:
        return value.quantize(Decimal("0.01"))
    return None


def _answers(document: Mapping[str, object], problems: list[AnswerProblem]) -> dict[str, object]:
    found = {
        key.removeprefix(_PREFIX): value for key, value in document.items() if key not in _FACTS
    }
    nested = document.get("answers")
    if isinstance(nested, Mapping):
        found |= {str(key): value for key, value in nested.items()}
    elif nested is not None:
        problems.append(AnswerProblem("answers", "no_object"))
    return found


def _typed(question: Question, value: object) -> object:
    """Return a value as its question takes it: a form sends only texts, some of them repeated."""
    if question.kind is Kind.ANY_OF:
        parts = value.split(",") if isinstance(value, str) else value
        if isinstance(parts, Sequence) and not isinstance(parts, str):
            return [each.strip() if isinstance(each, str) else each for each in parts if each != ""]
        return parts
    if isinstance(value, list) and len(value) == 1:
        value = value[0]
    return value.strip() or None if isinstance(value, str) else value


def _known_options(
    question: Question, chosen: Sequence[object]
) -> tuple[list[object], list[AnswerProblem]]:
    known = tuple(option.id for option in question.options)
    odd = {each: None for each in chosen if isinstance(each, str) and each not in known}
    problems = [
        AnswerProblem(question.id, "unknown_option", {"option": each, "known": known})
        for each in odd
    ]
    kept = [each for each in chosen if not isinstance(each, str) or each not in odd]
    return kept, problems
