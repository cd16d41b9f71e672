"""How a client turned out: what the owner is asked, and which answer counts.

Days are in the owner's time zone. `asking` says when a question goes out; `evidence`, `discipline`
and `audit` say what the answers about many prospects come to.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime
from enum import StrEnum
from types import MappingProxyType
from typing import NamedTuple, assert_never

from bot.domain.people import MemberId
from bot.domain.prospects import ProspectId

ASKED_AFTER = (30, 90)
"""Calendar days after the end of a prospect at which its owner is asked how it turned out."""


class Ending(StrEnum):
    """The ends whose outcome is asked for; each value is that of the stage."""

    WON = "won"
    WALKED_AWAY = "walked_away"


class Ask(StrEnum):
    """What is asked, with one tap for each."""

    PAID = "paid"
    HOURS = "hours"
    AGAIN = "again"
    RESPECT = "respect"
    REGRET = "regret"
    TAKEN = "taken"


class PaidAsAgreed(StrEnum):
    """Whether they paid as agreed."""

    YES = "yes"
    NO = "no"
    NOT_DUE = "not_due"
    """No invoice was due yet, which is ordinary after 30 days; it counts neither way."""


class Hours(StrEnum):
    """Unplanned hours in all since the client was won: five bands, one tap."""

    NONE = "none"
    UP_TO_5 = "up_to_5"
    UP_TO_20 = "up_to_20"
    UP_TO_60 = "up_to_60"
    OVER_60 = "over_60"

    @property
    def midpoint(self) -> float:
        """The hours for which the band stands in a median: its middle.

        The last band has no upper end and stands for its lower one, so that nobody's hours are put
        higher than they said.
        """
        return _MIDPOINTS[self]

    @property
    def bounds(self) -> tuple[int, int | None]:
        """The least and the most hours of the band; None for the last one's upper end."""
        return _BOUNDS[self]


_MIDPOINTS = {
    Hours.NONE: 0.0,
    Hours.UP_TO_5: 2.5,
    Hours.UP_TO_20: 12.5,
    Hours.UP_TO_60: 40.0,
    Hours.OVER_60: 60.0,
}
_BOUNDS: Mapping[Hours, tuple[int, int | None]] = {
    Hours.NONE: (0, 0),
    Hours.UP_TO_5: (0, 5),
    Hours.UP_TO_20: (5, 20),
    Hours.UP_TO_60: (20, 60),
    Hours.OVER_60: (60, None),
}


class WouldTakeAgain(StrEnum):
    """Whether the owner would take them again."""

    YES = "yes"
    NO = "no"


class Regret(StrEnum):
    """Whether the owner regrets having let them go."""

    YES = "yes"
    NO = "no"


class Respect(StrEnum):
    """Whether a client respects our time and our advice."""

    YES = "yes"
    MOSTLY = "mostly"
    NO = "no"


class HowTaken(StrEnum):
    """How a prospect took our no."""

    THANKED = "thanked"
    QUIETLY = "quietly"
    BADLY = "badly"
    CAME_BACK = "came_back"
    RECOMMENDED = "recommended"
    """They recommended us to somebody."""


Choice = PaidAsAgreed | Hours | WouldTakeAgain | Respect | Regret | HowTaken

_OF_CLIENTS = (Ask.PAID, Ask.HOURS, Ask.AGAIN)


def asks(ending: Ending, after: int) -> tuple[Ask, ...]:
    """Return what is asked this many days after an end; respect only early, while it can change."""
    match ending:
        case Ending.WON:
            return (*_OF_CLIENTS, Ask.RESPECT) if after == ASKED_AFTER[0] else _OF_CLIENTS
        case Ending.WALKED_AWAY:
            return (Ask.REGRET, Ask.TAKEN)
        case _:
            assert_never(ending)


CHOICES: Mapping[
    Ask,
    type[PaidAsAgreed]
    | type[Hours]
    | type[WouldTakeAgain]
    | type[Respect]
    | type[Regret]
    | type[HowTaken],
] = MappingProxyType(
    {
        Ask.PAID: PaidAsAgreed,
        Ask.HOURS: Hours,
        Ask.AGAIN: WouldTakeAgain,
        Ask.RESPECT: Respect,
        Ask.REGRET: Regret,
        Ask.TAKEN: HowTaken,
    }
)
"""The possible answers to each question; `CHOICES[ask](value)` reads a stored one."""


@dataclass(frozen=True, slots=True)
class OutcomeAnswer:
    """One tap: the answer, who gave it, and when. Its type says which question it answers."""

    choice: Choice
    by: MemberId
    at: datetime


@dataclass(frozen=True, slots=True)
class Outcome:
    """How a client or a walk-away turned out, as far as it was answered."""

    paid: PaidAsAgreed | None = None
    hours: Hours | None = None
    again: WouldTakeAgain | None = None
    regret: Regret | None = None
    respect: Respect | None = None
    taken: HowTaken | None = None

    def choice(self, ask: Ask) -> Choice | None:
        """Return the answer to this question, if there is one."""
        answered: dict[Ask, Choice | None] = {
            Ask.PAID: self.paid,
            Ask.HOURS: self.hours,
            Ask.AGAIN: self.again,
            Ask.RESPECT: self.respect,
            Ask.REGRET: self.regret,
            Ask.TAKEN: self.taken,
        }
        return answered[ask]

    def filled_from(self, other: "Outcome") -> "Outcome":
        """Return the answers given here, with the other's where there is none."""
        return Outcome(
            paid=self.paid or other.paid,
            hours=self.hours or other.hours,
            again=self.again or other.again,
            regret=self.regret or other.regret,
            respect=self.respect or other.respect,
            taken=self.taken or other.taken,
        )


NO_ANSWER = Outcome()
"""Nobody was asked, or nobody answered."""


class OutcomeKey(NamedTuple):
    """Identifies a question: the prospect, its end, and the days after it."""

    prospect_id: ProspectId
    ending: Ending
    ended_on: date
    after: int


@dataclass(frozen=True, slots=True)
class OutcomeQuestion:
    """The question about one prospect's outcome; after 30 and after 90 days are two questions.

    Only an end that still stands is asked about: once it is undone, or the prospect is screened
    again, its questions go.
    """

    prospect_id: ProspectId
    ending: Ending
    ended_on: date
    """The day on which the client was won, or walked away from."""
    after: int
    """Calendar days after the end."""
    not_before: date | None = None
    """If it is already due when the end is noted, it waits for the morning of this day."""
    asked_on: date | None = None
    """The day of the last message that asked it."""
    put_off_on: date | None = None
    """The day of the last "not now"."""
    is_refused: bool = False
    """Whether the owner said "never for this one"."""
    answers: tuple[OutcomeAnswer, ...] = ()
    """Every tap, in order of time: a correction is added, and nothing is removed."""
    owner: MemberId | None = None
    """Who is asked; a manager's answers are those of a second judge. None: whoever answers."""

    @property
    def key(self) -> OutcomeKey:
        """The key that identifies the question."""
        return OutcomeKey(self.prospect_id, self.ending, self.ended_on, self.after)

    def is_about_same_end(self, other: "OutcomeQuestion") -> bool:
        """Tell whether another question is about the same end, on whatever day it is asked."""
        return self.key[:3] == other.key[:3]

    @property
    def is_waiting(self) -> bool:
        """Whether it is still to be asked, for the first time or again.

        It is asked once. Silence is an answer, too; only "not now" brings it back.
        """
        if self.is_refused or self.is_answered:
            return False
        return self.asked_on is None or self.is_put_off

    @property
    def is_put_off(self) -> bool:
        """Whether the last word about it was "not now"."""
        if self.put_off_on is None or self.is_refused or self.is_answered:
            return False
        return self.asked_on is None or self.asked_on <= self.put_off_on

    @property
    def is_answered(self) -> bool:
        """Whether whoever is asked has answered everything it asks."""
        given = {type(each.choice) for each in self.of_owner()}
        return all(CHOICES[ask] in given for ask in self.asks)

    def of_owner(self) -> tuple[OutcomeAnswer, ...]:
        """Return the answers of whoever is asked, without those of a second judge."""
        return tuple(each for each in self.answers if self.owner in {None, each.by})

    @property
    def asks(self) -> tuple[Ask, ...]:
        """What it asks, with one tap for each."""
        return asks(self.ending, self.after)


def questions_after(
    prospect_id: ProspectId, ending: Ending, ended_on: date, not_before: date | None = None
) -> tuple[OutcomeQuestion, ...]:
    """Return the questions to be asked about a prospect that ended on this day."""
    return tuple(
        OutcomeQuestion(prospect_id, ending, ended_on, after, not_before) for after in ASKED_AFTER
    )


def asked(question: OutcomeQuestion, on: date) -> OutcomeQuestion:
    """Return the question after a message asked it on this day."""
    return replace(question, asked_on=on)


def put_off(question: OutcomeQuestion, on: date) -> OutcomeQuestion:
    """Return the question after a "not now" on this day."""
    return replace(question, put_off_on=on)


def refuse(question: OutcomeQuestion) -> OutcomeQuestion:
    """Return the question after "never for this one".

    It also holds for later questions about the same end, and takes no answer back.
    """
    return replace(question, is_refused=True)


def answer(question: OutcomeQuestion, given: OutcomeAnswer) -> OutcomeQuestion:
    """Return the question with one more answer; an earlier one to the same stays on record.

    Raises:
        ValueError: This is not asked after such an end.
    """
    if not any(isinstance(given.choice, CHOICES[ask]) for ask in question.asks):
        raise ValueError(f"not asked after {question.ending}: {given.choice!r}")
    return replace(question, answers=(*question.answers, given))


def latest_answer(question: OutcomeQuestion, ask: Ask) -> OutcomeAnswer | None:
    """Return the answer that counts for one thing asked; None without any.

    The owner's latest answer takes precedence over a manager's.
    """
    own = _latest(question.of_owner(), ask)
    return own or _latest(question.answers, ask)


def latest_of_judge(question: OutcomeQuestion, ask: Ask, by: MemberId) -> OutcomeAnswer | None:
    """Return the latest answer by the same judge: whoever is asked, or a manager beside them."""
    own = question.of_owner()
    is_owner = question.owner in {None, by}
    theirs = own if is_owner else tuple(each for each in question.answers if each not in own)
    return _latest(theirs, ask)


def _latest(answers: Iterable[OutcomeAnswer], ask: Ask) -> OutcomeAnswer | None:
    in_order = sorted(answers, key=lambda each: each.at)
    given = [each for each in in_order if isinstance(each.choice, CHOICES[ask])]
    return given[-1] if given else None


def ask_of(choice: Choice) -> Ask:
    """Return the question that a choice answers."""
    return next(ask for ask, choices in CHOICES.items() if isinstance(choice, choices))


def outcome_of(questions: Iterable[OutcomeQuestion]) -> Outcome:
    """Return what the answers about one end of one prospect come to.

    The latest answer counts. What was said after 90 days takes precedence over what was said after
    30, even if the latter was corrected later.
    """
    outcome = NO_ANSWER
    for question in sorted(questions, key=lambda each: each.after):
        for given in sorted(question.answers, key=lambda each: each.at):
            outcome = _with(outcome, given.choice)
    return outcome


def _with(outcome: Outcome, choice: Choice) -> Outcome:
    match choice:
        case PaidAsAgreed():
            return replace(outcome, paid=choice)
        case Hours():
            return replace(outcome, hours=choice)
        case WouldTakeAgain():
            return replace(outcome, again=choice)
        case Regret():
            return replace(outcome, regret=choice)
        case Respect():
            return replace(outcome, respect=choice)
        case HowTaken():
            return replace(outcome, taken=choice)
