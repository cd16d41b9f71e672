"""What clients turned out to be, by whether their verdict was followed, and by the fear named.

Figures of outcomes speak of those who answered, so the share that did stands beside each. Answers
of 30 and of 90 days are never mixed. Of those we walked away from nobody knows what they would
have been: only whether we regret it.
"""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from bot.domain.checklist.rules import Verdict
from bot.domain.figures.discipline import next_client, pursued
from bot.domain.figures.ends import Client, Refusal, clients, refusals
from bot.domain.figures.scope import Period, Scope, first_half_year, quarter_of
from bot.domain.figures.shares import LEAST, Difference, Median, Share
from bot.domain.figures.survival import TimeToHalf
from bot.domain.figures.timeline import Asked, Timeline
from bot.domain.outcomes.outcome import ASKED_AFTER, Again, Outcome, Paid, Regret
from bot.domain.prospects import Fear

SOON, LATE = ASKED_AFTER
"""Days after an end on which it is asked about."""


@dataclass(frozen=True, slots=True)
class Turned:
    """How some clients turned out, of those whose owner answered."""

    clients: int
    answered: Share
    """Of those that were asked about: whether they would be taken again was answered."""
    not_again: Share
    not_paid: Share
    """The clients who did not pay as agreed, of those who owed something."""
    hours: Median
    """Unplanned hours for each client, from the middles of the bands."""


@dataclass(frozen=True, slots=True)
class Compared:
    """Clients won by their verdict beside those won against it, so many days after the win."""

    after: int
    followed: Turned
    against: Turned

    @property
    def difference(self) -> Difference | None:
        """How many more would not be taken again of those won against their verdict."""
        return self.against.not_again.less(self.followed.not_again)


@dataclass(frozen=True, slots=True)
class Regretted:
    """Walk-aways that are regretted, of those whose owner answered."""

    after: int
    share: Share
    answered: Share


@dataclass(frozen=True, slots=True)
class SecondJudge:
    """How often a manager judged a client differently from its owner, where both did."""

    differ: Share
    harder: int
    """How often the manager would not take them again, and the owner would."""


@dataclass(frozen=True, slots=True)
class VerdictsRight:
    """Whether the verdicts were right, as far as outcomes can tell."""

    clients: Compared
    regretted: Regretted
    second: SecondJudge
    asked: int
    answered: int
    by_verdict: Mapping[Verdict, Share] = field(default_factory=dict)
    """Not again, by the verdict under which they were won, followed or not."""

    @property
    def response(self) -> Share:
        """The share of answers among all outcomes that were asked for."""
        return Share(self.answered, self.asked)


@dataclass(frozen=True, slots=True)
class FearAnswer:
    """What answers a fear beside its own outcomes; only one of these is there."""

    next_client: TimeToHalf | None = None
    taken: Mapping[str, int] | None = None
    """How walk-aways were taken, by answer."""
    pursued: Share | None = None
    by_time: tuple[Share, Share] | None = None
    """Not again this quarter, and in the first two after starting."""


@dataclass(frozen=True, slots=True)
class Evidence:
    """What the overrides for one fear came to, beside the clients won by their verdict."""

    fear: str
    """Its id, or `new_fact`."""
    overrides: int
    """How many took effect; two for one prospect are two."""
    compared: Compared
    answer: FearAnswer = FearAnswer()

    @property
    def is_enough(self) -> bool:
        """Whether there are enough outcomes to say anything about them."""
        return self.compared.against.not_again.is_enough


def verdicts_right(timelines: Iterable[Timeline], scope: Scope) -> VerdictsRight:
    """Return whether the verdicts were right, as far as outcomes can tell."""
    known = list(timelines)
    won, left = _clients(known, scope), _refusals(known, scope)
    ends: list[Client | Refusal] = [*won, *left]
    asked = [each.asked(after) for each in ends for after in ASKED_AFTER]
    every = [each for each in asked if each is not None and each.is_asked]
    both = compared([each for each in won if each.fear is not None], won)
    return VerdictsRight(
        both,
        regretted(left),
        second_judge(won),
        asked=len(every),
        answered=sum(_is_answered(each) for each in every),
        by_verdict=_by_verdict(won, both.after),
    )


def compared(against: Sequence[Client], everybody: Sequence[Client]) -> Compared:
    """Return how some clients won against their verdict turned out, and all that were won by it.

    What was answered after 90 days is shown from five such answers on, and before that what was
    answered after 30.
    """
    followed = [each for each in everybody if each.fear is None]
    late = turned(everybody, LATE)
    after = LATE if late.not_again.of >= LEAST else SOON
    return Compared(after, turned(followed, after), turned(against, after))


def turned(won: Iterable[Client], after: int) -> Turned:
    """Return how clients turned out, so many days after they were won."""
    known = list(won)
    asked = [each for each in (client.asked(after) for client in known) if each is not None]
    outcomes = [each.outcome for each in asked]
    paid = [each.paid for each in outcomes if each.paid in (Paid.YES, Paid.NO)]
    return Turned(
        len(known),
        Share.among(_is_answered(each) for each in asked if each.is_asked),
        Share.among(each.again is Again.NO for each in outcomes if each.again is not None),
        Share.among(each is Paid.NO for each in paid),
        Median.of(each.hours.midpoint for each in outcomes if each.hours is not None),
    )


def regretted(left: Sequence[Refusal]) -> Regretted:
    """Return how many walk-aways are regretted, of those whose owner answered."""
    by_day = {after: _regretted(left, after) for after in ASKED_AFTER}
    return by_day[LATE] if by_day[LATE].share.of >= LEAST else by_day[SOON]


def second_judge(won: Iterable[Client]) -> SecondJudge:
    """Return how often owner and manager judge the same client differently."""
    both = [
        (asked.own.again, asked.second.again)
        for client in won
        for after in ASKED_AFTER
        if (asked := client.asked(after)) is not None
        and asked.own.again is not None
        and asked.second.again is not None
    ]
    harder = sum(second is Again.NO for own, second in both if own is Again.YES)
    return SecondJudge(Share.among(own is not second for own, second in both), harder)


def evidence_for(fear: str, timelines: Iterable[Timeline], scope: Scope) -> Evidence:
    """Return what the overrides that named this fear came to."""
    known = list(timelines)
    won = _clients(known, scope)
    against = [each for each in won if each.fear == fear]
    overrides = sum(
        each.fear == fear and each.on in scope.period
        for timeline in known
        for each in timeline.overrides
    )
    return Evidence(fear, overrides, compared(against, won), _answer(fear, known, scope))


def evidence_by_fear(timelines: Iterable[Timeline], scope: Scope) -> dict[str, Evidence]:
    """Return the evidence for each fear that was ever named, in the order of the fears."""
    known = list(timelines)
    named = {each.fear for timeline in known for each in timeline.overrides}
    return {fear: evidence_for(fear, known, scope) for fear in Fear if fear in named}


def _by_verdict(won: Sequence[Client], after: int) -> Mapping[Verdict, Share]:
    """How many would not be taken again, by the latest verdict when they were won."""
    return {
        verdict: turned([each for each in won if each.verdict is verdict], after).not_again
        for verdict in Verdict
    }


def _answer(fear: str, timelines: Sequence[Timeline], scope: Scope) -> FearAnswer:
    match fear:
        case Fear.NO_OTHER_CLIENT:
            return FearAnswer(next_client=next_client(timelines, scope, timelines))
        case Fear.REPUTATION:
            return FearAnswer(taken=_taken(_refusals(timelines, scope)))
        case Fear.NOBODY_LEFT:
            return FearAnswer(pursued=pursued(timelines, scope))
        case Fear.NOT_FOR_US:
            return FearAnswer(by_time=_by_time(timelines, scope))
        case _:
            return FearAnswer()


def _by_time(timelines: Sequence[Timeline], scope: Scope) -> tuple[Share, Share] | None:
    """How many would not be taken again: of this quarter's clients, and of the first two's."""
    days = [timeline.history[0].on for timeline in timelines if timeline.history]
    if not days:
        return None
    now, then = quarter_of(scope.today), first_half_year(min(days))
    return _not_again(timelines, scope, now), _not_again(timelines, scope, then)


def _not_again(timelines: Sequence[Timeline], scope: Scope, period: Period) -> Share:
    won = [each for each in clients(timelines, scope.calendar) if each.end.on in period]
    return turned(won, SOON).not_again


def _taken(left: Iterable[Refusal]) -> Mapping[str, int]:
    """The latest word on how each was taken."""
    words = []
    for each in left:
        said = [asked.outcome.taken for after in ASKED_AFTER if (asked := each.asked(after))]
        words += [word for word in said if word is not None][-1:]
    return Counter(words)


def _regretted(left: Iterable[Refusal], after: int) -> Regretted:
    asked = [each for each in (refusal.asked(after) for refusal in left) if each is not None]
    outcomes: list[Outcome] = [each.outcome for each in asked]
    return Regretted(
        after,
        Share.among(each.regret is Regret.YES for each in outcomes if each.regret is not None),
        Share.among(_is_answered(each) for each in asked if each.is_asked),
    )


def _is_answered(asked: Asked) -> bool:
    outcome = asked.outcome
    return outcome.again is not None or outcome.regret is not None


def _clients(timelines: Iterable[Timeline], scope: Scope) -> list[Client]:
    found = clients(timelines, scope.calendar)
    return [each for each in found if scope.has(each.end.on, each.end.owner)]


def _refusals(timelines: Iterable[Timeline], scope: Scope) -> list[Refusal]:
    found = refusals(timelines, scope.calendar)
    return [each for each in found if scope.has(each.end.on, each.end.owner)]
