"""How prospects ended: which ends hold, who ended them, and who owned the prospects.

An end that was undone doesn't count. Screening again reopens a prospect, too. As long as the end
can still be undone, until the end of the next working day, that amounts to an undo. After that the
prospect has come back, and the end still counts.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date

from bot.domain.calendar import WorkingCalendar
from bot.domain.checklist.rules import Verdict
from bot.domain.figures.timeline import (
    Asked,
    Ended,
    Fulfilled,
    Overridden,
    OwnerChange,
    Reopened,
    Screening,
    Timeline,
)
from bot.domain.outcomes.outcome import Ending
from bot.domain.people import MemberId
from bot.domain.prospects import EndedBy, Stage


@dataclass(frozen=True, slots=True)
class End:
    """An end that holds: nobody took it back."""

    place: int
    """Its index in the history of the prospect."""
    stage: Stage
    on: date
    noted_on: date
    ended_by: EndedBy | None
    owner: MemberId
    """Who owned the prospect at the time."""

    @property
    def is_ours(self) -> bool:
        """Whether we ended it, by walking away or by breaking it off."""
        return self.stage is Stage.WALKED_AWAY or (
            self.stage is Stage.LOST and self.ended_by is EndedBy.US
        )

    @property
    def is_theirs(self) -> bool:
        """Whether they ended it; also if nobody said who did."""
        return self.stage is Stage.LOST and not self.is_ours


def ends_of(timeline: Timeline, calendar: WorkingCalendar, since: int = 0) -> list[End]:
    """Return the ends of a prospect that hold, in order, from an index of its history on."""
    taken_back = set(_taken_back(timeline, calendar))
    return [
        End(place, each.stage, each.on, each.noted_on, each.ended_by, timeline.owner_at(place))
        for place, each in enumerate(timeline.history)
        if isinstance(each, Ended) and place >= since and place not in taken_back
    ]


def _taken_back(timeline: Timeline, calendar: WorkingCalendar) -> Iterator[int]:
    """Yield the indexes of ends that were undone, or screened again while that was possible."""
    standing: list[int] = []
    for place, each in enumerate(timeline.history):
        match each:
            case Ended():
                standing.append(place)
            case Reopened():
                yield from standing[-1:]
                standing = standing[:-1]
            case Screening(on):
                yield from (
                    end for end in standing[-1:] if on <= _undone_until(timeline, end, calendar)
                )
                standing = []
            case Overridden() | Fulfilled() | OwnerChange():
                continue


def _undone_until(timeline: Timeline, place: int, calendar: WorkingCalendar) -> date:
    end = timeline.history[place]
    assert isinstance(end, Ended)  # noqa: S101 - only ends are asked for
    return calendar.next_working_day(end.noted_on)


@dataclass(frozen=True, slots=True)
class Client:
    """A prospect that was won, whatever became of it later."""

    timeline: Timeline
    end: End
    fear: str | None
    """The fear of the override that stood when it was won; None if none did."""

    @property
    def verdict(self) -> Verdict | None:
        """The latest verdict before the win, whether or not it was followed."""
        before = [each for place, each in self.timeline.screened if place < self.end.place]
        return before[-1].verdict if before else None

    def asked(self, after: int) -> Asked | None:
        """Return what came of the question asked this many days after the win."""
        return _asked(self.timeline, Ending.WON, self.end.on, after)


@dataclass(frozen=True, slots=True)
class RefusedProspect:
    """A prospect that was walked away from."""

    timeline: Timeline
    end: End

    def asked(self, after: int) -> Asked | None:
        """Return what came of the question asked this many days after the walk-away."""
        return _asked(self.timeline, Ending.WALKED_AWAY, self.end.on, after)


def clients(timelines: Iterable[Timeline], calendar: WorkingCalendar) -> Iterator[Client]:
    """Yield every win that holds, also of clients that have ended since."""
    for timeline in timelines:
        for end in ends_of(timeline, calendar):
            if end.stage is Stage.WON:
                yield Client(timeline, end, fear_of(timeline, end))


def refusals(timelines: Iterable[Timeline], calendar: WorkingCalendar) -> Iterator[RefusedProspect]:
    """Yield every walk-away that holds, also from prospects that came back later."""
    for timeline in timelines:
        for end in ends_of(timeline, calendar):
            if end.stage is Stage.WALKED_AWAY:
                yield RefusedProspect(timeline, end)


def fear_of(timeline: Timeline, won: End) -> str | None:
    """Return the fear of the override under which a client was won; None if none stood.

    A later verdict ends an override, a later override replaces an earlier one, and meeting the
    condition of a *pursue* leaves none. Ends in between don't matter: undoing one restores the
    override that stood. After its kill date, an override no longer stands.
    """
    decisions: Sequence[Screening | Overridden | Fulfilled] = [
        each
        for each in timeline.history[: won.place]
        if isinstance(each, Screening | Overridden | Fulfilled)
    ]
    last = decisions[-1] if decisions else None
    return last.fear if isinstance(last, Overridden) and won.on <= last.until else None


def _asked(timeline: Timeline, ending: Ending, on: date, after: int) -> Asked | None:
    found = (each for each in timeline.asked if (each.ending, each.ended_on) == (ending, on))
    return next((each for each in found if each.after == after), None)
