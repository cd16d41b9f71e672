"""Prospects over time: what happens to them, and which nudges a clock makes of it."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from bot.domain.calendar import WorkingTime, working_calendar
from bot.domain.checklist.rules import Verdict
from bot.domain.nudges import Nudge, Reader, nudged, nudges_due
from bot.domain.overrides import has_lapsed, lapse
from bot.domain.people import MemberId
from bot.domain.prospects import (
    Fear,
    Grounds,
    Override,
    OverrideId,
    Prospect,
    ProspectCondition,
    ProspectFacts,
    ProspectId,
    QualificationId,
    first_due,
)

CALENDAR = working_calendar("DE-BE")
BERLIN = ZoneInfo("Europe/Berlin")
NEW_YORK = ZoneInfo("America/New_York")
ANNA, BEN = MemberId("U0ANNA"), MemberId("U0BEN")
READERS = {
    ANNA: Reader(ANNA, WorkingTime(CALENDAR, BERLIN)),
    BEN: Reader(BEN, WorkingTime(CALENDAR, NEW_YORK)),
}
ONE_HOUR = timedelta(hours=1)

Change = Callable[[Prospect], Prospect]


def screened(
    verdict: Verdict,
    on: date,
    *,
    within: int | None = None,
    conditions: tuple[ProspectCondition, ...] = (),
    owner: MemberId = ANNA,
    id: str = "p1",  # noqa: A002 - it is the prospect's
) -> Prospect:
    return Prospect(
        ProspectId(id),
        ProspectFacts("Acme", owner, on),
        QualificationId("q"),
        verdict,
        on,
        within,
        conditions,
        first_due(verdict, on, within, conditions, CALENDAR),
    )


def wish(at: datetime, kill_on: date, *, by: MemberId = ANNA, id: str = "o1") -> Override:  # noqa: A002
    grounds = Grounds(Fear.NO_OTHER_CLIENT, "They pay well.", "no signed offer by then", kill_on)
    return Override(OverrideId(id), grounds, by, at)


@dataclass(frozen=True)
class Message:
    """A nudge message as it was sent."""

    at: datetime
    day: date
    reader: MemberId
    items: tuple[tuple[Prospect, Nudge], ...]


@dataclass
class Timeline:
    """Some prospects, their owners, and the messages so far."""

    prospects: dict[ProspectId, Prospect]
    readers: dict[MemberId, Reader] = field(default_factory=lambda: dict(READERS))
    messages: list[Message] = field(default_factory=list)

    def tick(self, now: datetime) -> list[Message]:
        """Send what is due now, as the clock would."""
        self._lapse(now)
        sent = [each for each in (self._tell(who, now) for who in [*self.readers]) if each]
        self.messages += sent
        return sent

    def _lapse(self, now: datetime) -> None:
        """Let requests for overrides lapse with the end of their day, where their owner is."""
        for prospect in [*self.prospects.values()]:
            today = self.readers[prospect.facts.owner].working.today(now)
            if has_lapsed(prospect, today):
                self.prospects[prospect.id] = lapse(prospect, now=now)

    def _tell(self, who: MemberId, now: datetime) -> Message | None:
        reader = self.readers[who]
        theirs = [each for each in self.prospects.values() if each.facts.owner == who]
        due = nudges_due(theirs, reader, now)
        if not due:
            return None
        today = reader.working.today(now)
        for prospect, nudge in due:
            self.prospects[prospect.id] = nudged(prospect, nudge, today)
        self.readers[who] = replace(reader, nudged_on=reader.nudged_on | {today})
        return Message(now, today, who, tuple(due))


def days_of_nudges(
    prospect: Prospect, events: Iterable[tuple[datetime, Change]], until: datetime
) -> list[str]:
    """Return the days on which its owner hears of it; a repetition is marked with a plus."""
    timeline = Timeline({prospect.id: prospect})
    coming = sorted(events, key=lambda event: event[0])
    now = datetime.combine(prospect.verdict_on, time(), UTC)
    while now < until:
        while coming and coming[0][0] <= now:
            _, change = coming.pop(0)
            timeline.prospects[prospect.id] = change(timeline.prospects[prospect.id])
        timeline.tick(now)
        now += ONE_HOUR
    return [
        f"{message.day:%m-%d}{'' if nudge.counts else '+'}"
        for message in timeline.messages
        for _, nudge in message.items
    ]
