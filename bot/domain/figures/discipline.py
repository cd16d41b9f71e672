"""How a team holds its standard: the figures of a report, about everybody or about one owner.

Pure functions over the facts of timelines. Spans are in working days, counted from the day after.
Each figure comes with a counterpart that would show if it were dressed up; `docs/figures.md`
defines them all.
"""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum

from bot.domain.checklist.rules import Verdict
from bot.domain.figures.facts import (
    CARRIED_OUT_WITHIN,
    DisciplineFact,
    Facts,
    FirstScreened,
    HowEnded,
    TimelineFacts,
    TimeToNoFact,
    VerdictFact,
)
from bot.domain.figures.scope import Scope
from bot.domain.figures.shares import LEAST, Median, Share
from bot.domain.figures.survival import TimeToHalf, Wait, WaitEnd, time_to_half
from bot.domain.figures.timeline import Timeline, timelines_of
from bot.domain.people import MemberId

OLD_ENOUGH = 5
"""Working days after which a verdict counts: before that, there was hardly time to override it."""

LOOK_ABOVE = 5
"""Percent of overrides above which somebody should look."""

NOT_FOLLOWED_ABOVE = 10
"""Percent of overrides above which the rule is not being followed, or it is wrong."""

Known = Facts | Iterable[Timeline]
"""What figures are counted from: facts, or the timelines that yield them."""


class OverrideNote(StrEnum):
    """What an override rate gives reason to say."""

    LOOK = "look"
    NOT_FOLLOWED_OR_WRONG = "not_followed_or_wrong"
    """The rule is not being followed, or it is wrong."""


def note_on(share: Share) -> OverrideNote | None:
    """Return what to say about an override rate, going by the lower end of its interval."""
    if share.is_surely_above(NOT_FOLLOWED_ABOVE):
        return OverrideNote.NOT_FOLLOWED_OR_WRONG
    return OverrideNote.LOOK if share.is_surely_above(LOOK_ABOVE) else None


@dataclass(frozen=True, slots=True)
class Discipline:
    """How many *walk away* verdicts were carried out in time, and what the share leaves out."""

    share: Share
    left_by_themselves: Mapping[MemberId, int]
    """Prospects marked as lost by *them* in that time, by owner; the share leaves them out."""
    back_and_won: int
    """Prospects that were screened again later, and won."""

    @property
    def left_out(self) -> int:
        """How many were marked as lost by *them*."""
        return sum(self.left_by_themselves.values())

    @property
    def at_worst(self) -> Share:
        """The share if none of those left out had really left by themselves."""
        return Share(self.share.count, self.share.of + self.left_out)

    @property
    def came_back(self) -> Share:
        """The share of those carried out in time that were screened again later, and won."""
        return Share(self.back_and_won, self.share.count)


@dataclass(frozen=True, slots=True)
class TimeToNo:
    """How long a prospect that deserves a no waits for it, and what else became of such ones."""

    half: TimeToHalf
    """The day by which half had their no; half may never get there."""
    open_for: Median
    """How many are still open, and for how many working days so far."""
    won: int
    left: int
    """How many left by themselves."""

    @property
    def otherwise(self) -> tuple[Share, Share]:
        """The share that was won, and the share that left by themselves."""
        return Share(self.won, self.half.n), Share(self.left, self.half.n)


@dataclass(frozen=True, slots=True)
class Figures:
    """A report's figures on how well the standard is held."""

    time_to_no: TimeToNo
    discipline: Discipline
    overridden: Mapping[Verdict, Share]
    """By verdict, the share overridden; of *pursue* verdicts, the share walked away from."""
    next_client: TimeToHalf
    softened: Share
    screened_again: Share
    """Verdicts that came soon after a severe one, of all: asking until it suits adds to these."""
    pursued: Share
    """Prospects whose latest verdict is *pursue*, of all that were screened."""


def facts_in(known: Known, scope: Scope, won_among: Iterable[Timeline] | None = None) -> Facts:
    """Return the facts of what is known; if the scope names an owner, of what they ever owned.

    That loses no next client: whoever wins it owned that prospect, too.
    """
    if not isinstance(known, Iterable):
        return known
    timelines = known if scope.owner is None else timelines_of(scope.owner, known)
    return TimelineFacts(timelines, scope.calendar, won_among)


def figures(known: Known, scope: Scope, everybody: Iterable[Timeline] | None = None) -> Figures:
    """Return every figure of a scope.

    `everybody` is where a walk-away looks for its next client, if not in `known` alone.
    """
    told = facts_in(known, scope, everybody)
    return Figures(
        time_to_no=time_to_no(told, scope),
        discipline=discipline(told, scope),
        overridden=override_rates(told, scope),
        next_client=next_client(told, scope),
        softened=softened(told, scope),
        screened_again=screened_again(told, scope),
        pursued=pursued(told, scope),
    )


def time_to_no(known: Known, scope: Scope) -> TimeToNo:
    """Return how long it takes from first contact until we end it (R6).

    Counts prospects that ever got a *walk away*, up to the first end after it that holds. Being
    won, or lost by them, competes with our no. A prospect that is still open has waited until
    today, or until it was forgotten.
    """
    waits: Counter[Wait] = Counter()
    open_for: Counter[float] = Counter()
    ended: Counter[HowEnded] = Counter()
    for each, n in facts_in(known, scope).count(TimeToNoFact, scope).items():
        days = each.days
        if days is None:
            days = scope.working_days(each.since or scope.today, scope.today)
        ended[each.how] += n
        open_for[days] += n if each.how is HowEnded.OPEN else 0
        waits[Wait(days, _WAITED[each.how])] += n
    return TimeToNo(
        time_to_half(waits),
        Median.counted(open_for, least=1),
        ended[HowEnded.WON],
        ended[HowEnded.BY_THEM],
    )


def discipline(known: Known, scope: Scope) -> Discipline:
    """Return how many *walk away* verdicts were carried out in time (R10).

    Counts prospects whose first *walk away* is old enough, and among them those we ended by the
    fifth working day after it. Each counts for whoever owned it on that fifth day.
    """
    carried_out, of, back_and_won = 0, 0, 0
    left: Counter[MemberId] = Counter()
    for each, n in facts_in(known, scope).count(DisciplineFact, scope).items():
        if not scope.is_over(each.on, CARRIED_OUT_WITHIN):
            continue
        back_and_won += n if each.is_back_and_won else 0
        if each.left_owner is not None:
            left[each.left_owner] += n
        else:
            of += n
            carried_out += n if each.how is HowEnded.BY_US else 0
    return Discipline(Share(carried_out, of), left, back_and_won)


def override_rates(known: Known, scope: Scope) -> dict[Verdict, Share]:
    """Return how often verdicts were not followed, by verdict.

    Only verdicts that are old enough count. For a *problem* or a *walk away*, it is the share
    during which an override took effect; for a *pursue*, the share that was walked away from.
    """
    found = list(_old_enough(known, scope))
    return {
        verdict: Share.counted((each.is_against, n) for each, n in found if each.verdict is verdict)
        for verdict in Verdict
    }


def override_rate_by_rule(known: Known, scope: Scope) -> dict[str, Share]:
    """Return how often the verdicts of each rule were overridden, in the order of their ids."""
    found = [
        (each, n) for each, n in _old_enough(known, scope) if each.verdict is not Verdict.PURSUE
    ]
    return {
        rule: Share.counted((each.is_against, n) for each, n in found if each.rule == rule)
        for rule in sorted({each.rule for each, _ in found})
    }


def next_client(
    known: Known, scope: Scope, won_among: Iterable[Timeline] | None = None
) -> TimeToHalf:
    """Return how long it takes from a walk-away to the next client its owner wins (R6).

    The next client is one won on a later day. An owner without one has waited until today.
    """
    waits: Counter[Wait] = Counter()
    for (day, following), n in facts_in(known, scope, won_among).next_clients(scope).items():
        end = WaitEnd.STILL if following is None else WaitEnd.HAPPENED
        waits[Wait(scope.working_days(day, following or scope.today), end)] += n
    return time_to_half(waits)


def softened(known: Known, scope: Scope) -> Share:
    """Return how many verdicts were milder than one for the same prospect in the week before.

    Only a *problem* or a *walk away* can be softened; the most severe one of the week counts.
    """
    found = facts_in(known, scope).judged(scope)
    return Share.counted(
        (each.is_milder, n) for (_, each), n in found.items() if each.is_milder is not None
    )


def screened_again(known: Known, scope: Scope) -> Share:
    """Return how many of all verdicts came within a week of a severe one for the same prospect."""
    found = facts_in(known, scope).judged(scope)
    return Share.counted((each.is_milder is not None, n) for (_, each), n in found.items())


def pursued(known: Known, scope: Scope) -> Share:
    """Return how many of all screened prospects have *pursue* as their latest verdict."""
    found = facts_in(known, scope).count(FirstScreened, scope)
    return Share.counted((each.is_pursued, n) for each, n in found.items())


def first_figure_on(known: Known, scope: Scope) -> date | None:
    """Return the day on which discipline first has enough data; None if that takes more verdicts.

    No figure comes earlier: this one needs only *walk away* verdicts, and five days for each.
    """
    found = facts_in(known, scope).count(FirstScreened, scope)
    noes = Counter[date]()
    for each, n in found.items():
        if each.first_no is not None:
            noes[each.first_no] += n
    count = 0
    for day, n in sorted(noes.items()):
        count += n
        if count >= LEAST:
            last = scope.calendar.add_working_days(day, CARRIED_OUT_WITHIN)
            return last + timedelta(days=1)
    return None


_WAITED = {
    HowEnded.BY_US: WaitEnd.HAPPENED,
    HowEnded.BY_THEM: WaitEnd.OTHERWISE,
    HowEnded.WON: WaitEnd.OTHERWISE,
    HowEnded.OPEN: WaitEnd.STILL,
}


def _old_enough(known: Known, scope: Scope) -> Iterator[tuple[VerdictFact, int]]:
    """Yield the verdicts old enough to have been overridden, and how many there are of each."""
    found: dict[date, list[tuple[VerdictFact, int]]] = {}
    for (day, each), n in facts_in(known, scope).judged(scope).items():
        found.setdefault(day, []).append((each, n))
    for day, given in found.items():
        if scope.is_over(day, OLD_ENOUGH):
            yield from given
