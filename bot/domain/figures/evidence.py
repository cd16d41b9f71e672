"""How clients turned out, by whether their verdict was followed, and by the fear named.

Figures of outcomes cover only those who answered, so the share of answers stands beside each.
Answers after 30 days and after 90 days are never mixed. Nobody knows what the prospects we walked
away from would have been: we only know whether we regret it.
"""

from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, replace
from functools import cache, partial
from typing import Self

from bot.domain.checklist.rules import Verdict
from bot.domain.figures.discipline import Known, facts_in, next_client, pursued
from bot.domain.figures.facts import Facts, Feared, Reply, WalkAwayFact, WonFact
from bot.domain.figures.scope import ALL_TIME, Period, Scope, first_half_year, quarter_of
from bot.domain.figures.shares import LEAST, Difference, Median, Share
from bot.domain.figures.survival import TimeToHalf
from bot.domain.outcomes.outcome import ASKED_AFTER, PaidAsAgreed, Regret, WouldTakeAgain
from bot.domain.prospects import Fear

SOON, LATE = ASKED_AFTER
"""Days after an end on which its owner is asked about it."""


@dataclass(frozen=True, slots=True)
class ClientResults:
    """How some clients turned out, as far as it was answered."""

    clients: int
    answered: Share
    """Of the clients asked about, those of whom it was said whether they'd be taken again."""
    not_again: Share
    not_paid: Share
    """Clients who did not pay as agreed, of those who owed something."""
    hours: Median
    """Unplanned hours per client, taking the middle of each band."""


@dataclass(frozen=True, slots=True)
class Compared:
    """Clients won by their verdict beside clients won against it, this many days after the win."""

    after: int
    followed: ClientResults
    against: ClientResults

    @property
    def difference(self) -> Difference | None:
        """How much more often clients won against their verdict would not be taken again."""
        return self.against.not_again.less(self.followed.not_again)

    @property
    def difference_unpaid(self) -> Difference | None:
        """How much more often they did not pay as agreed."""
        return self.against.not_paid.less(self.followed.not_paid)


@dataclass(frozen=True, slots=True)
class Regretted:
    """Walk-aways that are regretted, of those about which it was answered."""

    after: int
    share: Share
    answered: Share


@dataclass(frozen=True, slots=True)
class SecondJudge:
    """How often a manager judged a client differently from its owner, if both judged it."""

    differ: Share
    harder: int
    """How often the manager would not take them again although the owner would."""


@dataclass(frozen=True, slots=True)
class VerdictsRight:
    """Whether the verdicts were right, as far as outcomes can tell."""

    clients: Compared
    regretted: Regretted
    second: SecondJudge
    asked: int
    answered: int
    by_verdict: Mapping[Verdict, Share] = field(default_factory=dict)
    """The share not to be taken again, by the verdict before the win, followed or not."""

    @property
    def response(self) -> Share:
        """The share of the outcomes asked for that were answered."""
        return Share(self.answered, self.asked)


@dataclass(frozen=True, slots=True)
class Taken:
    """How prospects took our walk-aways."""

    words: Mapping[str, int]
    """Counted by answer, the latest one of each."""
    answered: Share


@dataclass(frozen=True, slots=True)
class NotAgain:
    """The share of some clients not to be taken again, 30 days after the win."""

    share: Share
    answered: Share


@dataclass(frozen=True, slots=True)
class FearAnswer:
    """What answers a fear besides the outcomes of its overrides; at most one field is set."""

    next_client: TimeToHalf | None = None
    taken: Taken | None = None
    pursued: Share | None = None
    by_time: tuple[NotAgain, NotAgain] | None = None
    """Of this quarter, and of the first two quarters of use."""


@dataclass(frozen=True, slots=True)
class Evidence:
    """What became of the overrides for one fear, beside the clients won by their verdict."""

    fear: str
    """Its id, or `new_fact`."""
    overrides: int
    """How many took effect; two for the same prospect count as two."""
    compared: Compared
    answer: FearAnswer = FearAnswer()

    @property
    def is_enough(self) -> bool:
        """Whether there are enough outcomes to say anything."""
        return self.compared.against.not_again.is_enough


def verdicts_right(known: Known, scope: Scope) -> VerdictsRight:
    """Return whether the verdicts were right, as far as outcomes can tell."""
    told = facts_in(known, scope)
    won, left = told.count(WonFact, scope), told.count(WalkAwayFact, scope)
    asked = [each for after in ASKED_AFTER for each in _replies(won, after) + _replies(left, after)]
    every = _answered(asked)
    both = compared(_among(won, lambda each: each.fear is not None), won)
    return VerdictsRight(
        both,
        regretted(left),
        second_judge(won),
        asked=every.of,
        answered=every.count,
        by_verdict=_by_verdict(won, both.after),
    )


def compared(against: Counter[WonFact], everybody: Counter[WonFact]) -> Compared:
    """Compare some clients won against their verdict with all clients won by it.

    Answers after 90 days are used once there are five of them; until then, answers after 30 days.
    Both sides are compared after the same time, so the side that is behind decides, unless it has
    too few after 30 days as well.
    """
    return _compared(against, _Followed.among(everybody))


@dataclass(frozen=True, slots=True)
class _Followed:
    """All clients won by their verdict, with which others are compared."""

    enough: Mapping[int, bool]
    """Whether there are enough answers, by days after the win."""
    results: Callable[[int], ClientResults]

    @classmethod
    def among(cls, everybody: Counter[WonFact]) -> Self:
        """Pick them out; how they turned out is counted once, when it's first asked for."""
        won = _among(everybody, lambda each: each.fear is None)
        return cls(_enough(won), cache(partial(client_results, won)))


def _compared(against: Counter[WonFact], followed: _Followed) -> Compared:
    sides = (followed.enough, _enough(against))
    is_late = any(side[LATE] for side in sides)
    after = LATE if is_late and all(side[LATE] or not side[SOON] for side in sides) else SOON
    return Compared(after, followed.results(after), client_results(against, after))


def _enough(won: Counter[WonFact]) -> Mapping[int, bool]:
    return {after: _share_not_again(won, after).is_enough for after in ASKED_AFTER}


def client_results(won: Counter[WonFact], after: int) -> ClientResults:
    """Return how clients turned out, this many days after they were won."""
    asked = _replies(won, after)
    outcomes = [(reply.outcome, n) for reply, n in asked]
    paid = [
        (each.paid, n) for each, n in outcomes if each.paid in {PaidAsAgreed.YES, PaidAsAgreed.NO}
    ]
    hours: Counter[float] = Counter()
    for each, n in outcomes:
        if each.hours is not None:
            hours[each.hours.midpoint] += n
    return ClientResults(
        won.total(),
        _answered(asked),
        _share_not_again(won, after),
        Share.counted((each is PaidAsAgreed.NO, n) for each, n in paid),
        Median.counted(hours),
    )


def regretted(left: Counter[WalkAwayFact]) -> Regretted:
    """Return how many walk-aways are regretted, choosing 90 or 30 days like `compared`."""
    by_day = {after: _regretted(left, after) for after in ASKED_AFTER}
    return by_day[LATE] if by_day[LATE].share.of >= LEAST else by_day[SOON]


def second_judge(won: Counter[WonFact]) -> SecondJudge:
    """Return how often the owner and a manager judge the same client differently."""
    both = [
        (reply.own.again, reply.second.again, n)
        for after in ASKED_AFTER
        for reply, n in _replies(won, after)
        if reply.own.again is not None and reply.second.again is not None
    ]
    harder = sum(
        n for own, second, n in both if second is WouldTakeAgain.NO and own is WouldTakeAgain.YES
    )
    return SecondJudge(Share.counted((own is not second, n) for own, second, n in both), harder)


def evidence_for(fear: str, known: Known, scope: Scope) -> Evidence:
    """Return what the overrides that named this fear came to."""
    told = facts_in(known, scope)
    return _evidence(fear, told, scope, _Followed.among(told.count(WonFact, scope)))


def _evidence(fear: str, facts: Facts, scope: Scope, followed: _Followed) -> Evidence:
    against = _among(facts.count(WonFact, scope), lambda each: each.fear == fear)
    overrides = facts.count(Feared, scope)[Feared(fear)]
    found = _compared(against, followed)
    return Evidence(fear, overrides, found, _answer(fear, facts, scope))


def evidence_by_fear(known: Known, scope: Scope) -> dict[str, Evidence]:
    """Return the evidence for each fear that was ever named, in the order of the fears."""
    told = facts_in(known, scope)
    named = {each.fear for each in told.count(Feared, replace(scope, period=ALL_TIME))}
    followed = _Followed.among(told.count(WonFact, scope))
    return {fear: _evidence(fear, told, scope, followed) for fear in Fear if fear in named}


def _by_verdict(won: Counter[WonFact], after: int) -> Mapping[Verdict, Share]:
    """Return the share not to be taken again, by the latest verdict before the win."""
    by_verdict: dict[Verdict, Counter[WonFact]] = {verdict: Counter() for verdict in Verdict}
    for each, n in won.items():
        if each.verdict is not None:
            by_verdict[each.verdict][each] = n
    return {verdict: _share_not_again(its, after) for verdict, its in by_verdict.items()}


def _answer(fear: str, facts: Facts, scope: Scope) -> FearAnswer:
    match fear:
        case Fear.NO_OTHER_CLIENT:
            return FearAnswer(next_client=next_client(facts, scope))
        case Fear.REPUTATION:
            return FearAnswer(taken=_taken(facts.count(WalkAwayFact, scope)))
        case Fear.NOBODY_LEFT:
            return FearAnswer(pursued=pursued(facts, scope))
        case Fear.NOT_FOR_US:
            return FearAnswer(by_time=_by_time(facts, scope))
        case _:
            return FearAnswer()


def _by_time(facts: Facts, scope: Scope) -> tuple[NotAgain, NotAgain] | None:
    """Return the share not to be taken again: of this quarter, and of the first two of use."""
    first = facts.first_day()
    if first is None:
        return None
    now, then = quarter_of(scope.today), first_half_year(first)
    return _not_again(facts, scope, now), _not_again(facts, scope, then)


def _not_again(facts: Facts, scope: Scope, period: Period) -> NotAgain:
    won = facts.count(WonFact, replace(scope.of_everybody, period=period))
    return NotAgain(_share_not_again(won, SOON), _answered(_replies(won, SOON)))


def _share_not_again(won: Counter[WonFact], after: int) -> Share:
    outcomes = ((reply.outcome, n) for reply, n in _replies(won, after))
    return Share.counted((each.again is WouldTakeAgain.NO, n) for each, n in outcomes if each.again)


def _taken(left: Counter[WalkAwayFact]) -> Taken:
    """Count the latest word on how each walk-away was taken."""
    words: Counter[str] = Counter()
    asked = 0
    for each, n in left.items():
        replies = [reply for reply in (each.soon, each.late) if reply is not None]
        asked += n if any(reply.is_asked for reply in replies) else 0
        said = [reply.outcome.taken for reply in replies]
        for word in [word for word in said if word is not None][-1:]:
            words[word] += n
    return Taken(words, Share(words.total(), asked))


def _regretted(left: Counter[WalkAwayFact], after: int) -> Regretted:
    asked = _replies(left, after)
    outcomes = [(reply.outcome, n) for reply, n in asked]
    return Regretted(
        after,
        Share.counted(
            (each.regret is Regret.YES, n) for each, n in outcomes if each.regret is not None
        ),
        _answered(asked),
    )


def _replies(ends: Counter[WonFact] | Counter[WalkAwayFact], after: int) -> list[tuple[Reply, int]]:
    """Return the replies to the question this many days after each end, with their counts."""
    found = ((end.reply(after), n) for end, n in ends.items())
    return [(reply, n) for reply, n in found if reply is not None]


def _answered(asked: Iterable[tuple[Reply, int]]) -> Share:
    """Return of the replies asked for the share that tells how it turned out."""
    return Share.counted((reply.is_answered, n) for reply, n in asked if reply.is_asked)


def _among(won: Counter[WonFact], which: Callable[[WonFact], bool]) -> Counter[WonFact]:
    return Counter({each: n for each, n in won.items() if which(each)})
