"""How clients turned out, by whether their verdict was followed, and by the fear named.

Figures of outcomes cover only those who answered, so the share of answers stands beside each.
Answers after 30 days and after 90 days are never mixed. Nobody knows what the prospects we walked
away from would have been: we only know whether we regret it.
"""

from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from functools import cache
from typing import NamedTuple, Self

from bot.domain.checklist.rules import Verdict
from bot.domain.figures.discipline import Known, facts_in, next_client, pursued
from bot.domain.figures.facts import Facts, Feared, Reply, WalkAwayFact, WonFact
from bot.domain.figures.scope import ALL_TIME, Period, Scope, first_half_year, quarter_of
from bot.domain.figures.shares import LEAST, Difference, Median, Share
from bot.domain.figures.survival import TimeToHalf
from bot.domain.outcomes.outcome import ASKED_AFTER, Hours, PaidAsAgreed, Regret, WouldTakeAgain
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


class _Told(NamedTuple):
    """What counts of one client or walk-away, some days after its end: few of these differ."""

    fear: str | None
    verdict: Verdict | None
    is_asked: bool = False
    is_answered: bool = False
    """Whether somebody said how it turned out."""
    paid: PaidAsAgreed | None = None
    hours: Hours | None = None
    again: WouldTakeAgain | None = None
    regret: Regret | None = None
    second: WouldTakeAgain | None = None
    """What a manager said, if the owner judged the client as well."""


_Ends = Mapping[int, Counter[_Told]]
"""What counts of some ends, by days after them: of each as often as it has these answers."""


def verdicts_right(known: Known, scope: Scope) -> VerdictsRight:
    """Return whether the verdicts were right, as far as outcomes can tell."""
    told = facts_in(known, scope)
    return _verdicts_right(_won(told, scope), told, scope)


def verdicts_and_evidence(
    known: Known, scope: Scope
) -> tuple[VerdictsRight, Mapping[str, Evidence]]:
    """Return the same as `verdicts_right` and `evidence_by_fear`, reading the outcomes once."""
    told = facts_in(known, scope)
    won = _won(told, scope)
    return _verdicts_right(won, told, scope), _by_fear(won, told, scope)


def evidence_for(fear: str, known: Known, scope: Scope) -> Evidence:
    """Return what the overrides that named this fear came to."""
    told = facts_in(known, scope)
    won = _won(told, scope)
    return _evidence(fear, won, _Followed.among(won), told, scope)


def evidence_by_fear(known: Known, scope: Scope) -> dict[str, Evidence]:
    """Return the evidence for each fear that was ever named, in the order of the fears."""
    told = facts_in(known, scope)
    return _by_fear(_won(told, scope), told, scope)


def _verdicts_right(won: _Ends, facts: Facts, scope: Scope) -> VerdictsRight:
    left = _by_day(facts.count(WalkAwayFact, scope))
    every = [_answered(ends[after]) for ends in (won, left) for after in ASKED_AFTER]
    against = _among(won, lambda each: each.fear is not None)
    both = _compared(against, _Followed.among(won))
    return VerdictsRight(
        both,
        _regretted(left),
        _second_judge(won),
        asked=sum(each.of for each in every),
        answered=sum(each.count for each in every),
        by_verdict=_by_verdict(won[both.after]),
    )


def _by_fear(won: _Ends, facts: Facts, scope: Scope) -> dict[str, Evidence]:
    named = {each.fear for each in facts.count(Feared, replace(scope, period=ALL_TIME))}
    followed = _Followed.among(won)
    return {fear: _evidence(fear, won, followed, facts, scope) for fear in Fear if fear in named}


def _evidence(fear: str, won: _Ends, followed: "_Followed", facts: Facts, scope: Scope) -> Evidence:
    against = _among(won, lambda each: each.fear == fear)
    overrides = facts.count(Feared, scope)[Feared(fear)]
    found = _compared(against, followed)
    return Evidence(fear, overrides, found, _answer(fear, facts, scope))


@dataclass(frozen=True, slots=True)
class _Followed:
    """All clients won by their verdict, with which others are compared."""

    enough: Mapping[int, bool]
    """Whether there are enough answers, by days after the win."""
    results: Callable[[int], ClientResults]

    @classmethod
    def among(cls, everybody: _Ends) -> Self:
        """Pick them out; how they turned out is counted once, when it's first asked for."""
        won = _among(everybody, lambda each: each.fear is None)
        return cls(_enough(won), cache(lambda after: _client_results(won[after])))


def _compared(against: _Ends, followed: _Followed) -> Compared:
    """Compare some clients won against their verdict with all clients won by it.

    Answers after 90 days are used once there are five of them; until then, answers after 30 days.
    Both sides are compared after the same time, so the side that is behind decides, unless it has
    too few after 30 days as well.
    """
    sides = (followed.enough, _enough(against))
    is_late = any(side[LATE] for side in sides)
    after = LATE if is_late and all(side[LATE] or not side[SOON] for side in sides) else SOON
    return Compared(after, followed.results(after), _client_results(against[after]))


def _enough(won: _Ends) -> Mapping[int, bool]:
    return {after: _share_not_again(told).is_enough for after, told in won.items()}


def _client_results(won: Counter[_Told]) -> ClientResults:
    """Return how clients turned out, given what was told of them on the same day."""
    paid = (
        (each.paid is PaidAsAgreed.NO, n)
        for each, n in won.items()
        if each.paid in {PaidAsAgreed.YES, PaidAsAgreed.NO}
    )
    hours: Counter[float] = Counter()
    for each, n in won.items():
        if each.hours is not None:
            hours[each.hours.midpoint] += n
    return ClientResults(
        won.total(),
        _answered(won),
        _share_not_again(won),
        Share.counted(paid),
        Median.counted(hours),
    )


def _regretted(left: _Ends) -> Regretted:
    """Return how many walk-aways are regretted, after 90 days once five are known of these."""
    by_day = {
        after: Share.counted(
            (each.regret is Regret.YES, n) for each, n in told.items() if each.regret is not None
        )
        for after, told in left.items()
    }
    after = LATE if by_day[LATE].of >= LEAST else SOON
    return Regretted(after, by_day[after], _answered(left[after]))


def _second_judge(won: _Ends) -> SecondJudge:
    """Return how often the owner and a manager judge the same client differently."""
    both = [
        (each.again, each.second, n)
        for told in won.values()
        for each, n in told.items()
        if each.second is not None
    ]
    harder = sum(
        n for own, second, n in both if second is WouldTakeAgain.NO and own is WouldTakeAgain.YES
    )
    return SecondJudge(Share.counted((own is not second, n) for own, second, n in both), harder)


def _by_verdict(won: Counter[_Told]) -> Mapping[Verdict, Share]:
    """Return the share not to be taken again, by the latest verdict before the win."""
    return {
        verdict: _share_not_again(
            Counter({each: n for each, n in won.items() if each.verdict is verdict})
        )
        for verdict in Verdict
    }


def _won(facts: Facts, scope: Scope) -> _Ends:
    return _by_day(facts.count(WonFact, scope))


def _by_day(ends: Counter[WonFact] | Counter[WalkAwayFact]) -> _Ends:
    return {after: _told_after(ends, after) for after in ASKED_AFTER}


def _told_after(ends: Counter[WonFact] | Counter[WalkAwayFact], after: int) -> Counter[_Told]:
    """Add up equal replies before they are looked into: most of them occur often."""
    replies: Counter[tuple[str | None, Verdict | None, Reply | None]] = Counter()
    for end, n in ends.items():
        if isinstance(end, WonFact):
            replies[end.fear, end.verdict, end.reply(after)] += n
        else:
            replies[None, None, end.reply(after)] += n
    found: Counter[_Told] = Counter()
    for (fear, verdict, reply), n in replies.items():
        found[_told(fear, verdict, reply)] += n
    return found


def _told(fear: str | None, verdict: Verdict | None, reply: Reply | None) -> _Told:
    if reply is None:
        return _Told(fear, verdict)
    outcome = reply.outcome
    return _Told(
        fear,
        verdict,
        reply.is_asked,
        outcome.again is not None or outcome.regret is not None,
        outcome.paid,
        outcome.hours,
        outcome.again,
        outcome.regret,
        None if reply.own.again is None else reply.second.again,
    )


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
    told = _won(facts, replace(scope.of_everybody, period=period))[SOON]
    return NotAgain(_share_not_again(told), _answered(told))


def _share_not_again(won: Counter[_Told]) -> Share:
    return Share.counted(
        (each.again is WouldTakeAgain.NO, n) for each, n in won.items() if each.again is not None
    )


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


def _answered(told: Counter[_Told]) -> Share:
    """Return the share that tells how it turned out, of those somebody was asked about."""
    return Share.counted((each.is_answered, n) for each, n in told.items() if each.is_asked)


def _among(won: _Ends, which: Callable[[_Told], bool]) -> _Ends:
    return {
        after: Counter({each: n for each, n in told.items() if which(each)})
        for after, told in won.items()
    }
