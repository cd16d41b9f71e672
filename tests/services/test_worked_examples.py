"""The worked examples, as one table: what happens, when it is due, and who hears of it when.

All of it is in Berlin, with the rules as we ship them; 25 December and 1 January are holidays.
"""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta
from typing import Any

import pytest

from bot.domain.people import MemberId
from bot.domain.prospects import Prospect
from bot.services.ports import Caller
from tests.office import GOOD, HOMEWORK, NO_OFFER, PROBLEM
from tests.services.agency import BERLIN, LEAVER, MANAGER, OWNER, PLEA, A, Agency
from tests.services.nudges.test_nudges import told

OUTSIDE_NICHE = GOOD | {"niche": "outside"}
NOON = time(12)
TICKS = (time(0, 30), time(10, 5))
"""After the day has changed, and after everybody's morning."""
Happening = Callable[[Agency, Prospect], Awaitable[object]]


@pytest.fixture(autouse=True)
def far_backstop() -> None:
    """Leave the backstop where it is."""


def ask_for_override(kill_on: str) -> Happening:
    plea = replace(PLEA, kill_on=date.fromisoformat(kill_on))
    return lambda agency, prospect: agency.override(prospect.facts.owner, prospect, plea)


async def approve(agency: Agency, prospect: Prospect) -> Prospect:
    return await agency.approve(MANAGER, prospect)


async def see_life(agency: Agency, prospect: Prospect) -> Prospect:
    return await agency.see_life(OWNER, prospect)


async def meet(agency: Agency, prospect: Prospect) -> Prospect:
    return await agency.meet(OWNER, prospect)


async def pause(agency: Agency, prospect: Prospect) -> object:
    return await agency.follow_up.pause(Caller(A, OWNER), date(2027, 11, 30))


async def give_away(agency: Agency, prospect: Prospect) -> Prospect:
    owner = prospect.facts.owner
    return await agency.hand_over(owner, prospect, LEAVER if owner == OWNER else OWNER)


async def walk_away(agency: Agency, prospect: Prospect) -> Prospect:
    return await agency.walk_away(OWNER, prospect)


async def undo(agency: Agency, prospect: Prospect) -> Prospect:
    return await agency.undo(OWNER, prospect)


async def snooze(agency: Agency, prospect: Prospect) -> Prospect:
    return await agency.snooze(OWNER, prospect, 1)


@dataclass(frozen=True)
class Example:
    """A row of the table; days are months and days, in the order in which they come."""

    answers: Mapping[str, Any]
    screened: str
    due: str | None
    nudges: str
    """To whoever owns it then, those that ask for a decision."""
    managers: str
    """What they find undecided for long."""
    then: Mapping[str, Happening] | None = None
    """What is done at noon of which day."""
    questions: str = ""
    """*And these?*"""
    pauses: str = ""
    """What the managers hear of long pauses."""
    until: str = "2027-01-08"
    approval: bool = False


WEEKLY = {f"2026-12-{day:02}": give_away for day in (9, 16, 23, 30)} | {"2027-01-06": give_away}
TWO, THREE = "12-22 01-07", "12-23 01-08"
"""Ten working days after Monday, 7 December, or Tuesday the 8th, and ten after that."""

EXAMPLES = {
    "value not shown": Example(
        PROBLEM, "2026-12-01", "2026-12-08", nudges="12-09 12-16 12-23", managers=THREE
    ),
    "a sign of life after nudge 1": Example(
        PROBLEM,
        "2026-12-01",
        "2026-12-18",
        then={"2026-12-09": see_life},
        nudges="12-09 12-21 12-29 01-06",
        managers=THREE,
    ),
    "walk away": Example(
        NO_OFFER, "2026-12-03", "2026-12-07", nudges="12-08 12-15 12-22", managers=TWO
    ),
    "an override is asked for and nobody answers": Example(
        NO_OFFER,
        "2026-12-03",
        "2026-12-07",
        then={"2026-12-04": ask_for_override("2026-12-15")},
        nudges="12-10 12-17 12-24",
        managers=TWO,
        approval=True,
    ),
    "an override is approved": Example(
        NO_OFFER,
        "2026-12-03",
        "2026-12-15",
        then={"2026-12-04": ask_for_override("2026-12-15"), "2026-12-07": approve},
        nudges="12-16 12-23 12-31",
        managers=TWO,
        approval=True,
    ),
    "fire, and the homework is there": Example(
        HOMEWORK,
        "2026-12-01",
        None,
        then={"2026-12-07": meet},
        nudges="",
        managers="",
        questions="01-07",
    ),
    "fire, and no homework": Example(
        HOMEWORK, "2026-12-01", "2026-12-08", nudges="12-09 12-16 12-23", managers=THREE
    ),
    "away for a year": Example(
        NO_OFFER,
        "2026-12-03",
        "2026-12-07",
        then={"2026-12-03": pause},
        nudges="",
        pauses="12-04",
        managers=TWO,
    ),
    "handed over every week": Example(
        NO_OFFER,
        "2026-12-03",
        "2026-12-07",
        then=WEEKLY,
        nudges="12-08 12-10 12-17 12-24 12-31 01-07",
        managers=TWO,
    ),
    "a sign of life at every due date": Example(
        PROBLEM,
        "2026-12-01",
        "2027-01-08",
        then={"2026-12-08": see_life, "2026-12-17": see_life, "2026-12-29": see_life},
        nudges="",
        managers=THREE,
    ),
    "walked away from, and undone": Example(
        NO_OFFER,
        "2026-12-03",
        "2026-12-07",
        then={"2026-12-17": walk_away, "2026-12-18": undo},
        nudges="12-08 12-15 12-22",
        managers=TWO,
    ),
    "overridden for long": Example(
        NO_OFFER,
        "2026-12-03",
        "2027-01-29",
        then={"2026-12-04": ask_for_override("2027-01-29"), "2026-12-07": approve},
        nudges="02-01",
        managers="02-01",
        until="2027-02-01",
        approval=True,
    ),
    "good fit, and nothing is done": Example(
        GOOD, "2026-12-01", None, nudges="", questions="12-31", managers=""
    ),
    "outside the niche, snoozed": Example(
        OUTSIDE_NICHE,
        "2026-12-07",
        "2026-12-16",
        then={"2026-12-17": snooze},
        nudges="12-17 12-18 12-28 01-05",
        managers="01-04",
        until="2027-01-05",
    ),
}


@pytest.mark.parametrize("name", EXAMPLES)
async def test_what_becomes_of_each_worked_example(agency: Agency, name: str) -> None:
    example = EXAMPLES[name]
    if example.approval:
        await agency.let_managers_approve()
    agency.clock.now = at(example.screened, time(9))
    prospect = await agency.screen(OWNER, example.answers)

    await live(agency, prospect, example)

    now, heard = await agency.now(prospect.id), await Heard.of(agency)
    assert (None if now.due is None else f"{now.due.on}") == example.due
    assert heard == Heard(example.nudges, example.questions, example.managers, example.pauses)


async def live(agency: Agency, prospect: Prospect, example: Example) -> None:
    """Let each day pass: the clock comes twice, and at noon something may be done."""
    day, then = date.fromisoformat(example.screened), example.then or {}
    while day <= date.fromisoformat(example.until):
        for tick in TICKS:
            if (now := at(f"{day}", tick)) > agency.clock.now:
                agency.clock.now = now
                await agency.tick()
        if f"{day}" in then:
            agency.clock.now = at(f"{day}", NOON)
            await then[f"{day}"](agency, await agency.now(prospect.id))
        day += timedelta(days=1)


@dataclass(frozen=True)
class Heard:
    """On which days whoever owns it, or a manager, read what."""

    nudges: str
    questions: str
    managers: str
    pauses: str

    @classmethod
    async def of(cls, agency: Agency) -> "Heard":
        nudges, questions, managers, pauses = set(), set(), set(), set()
        async with agency.units.reading(A) as work:
            for reader, day in await told(agency):
                on = MemberId(reader), date.fromisoformat(day)
                items = await work.nudges.items(*on)
                nudges |= {day} if items.nudges else set()
                questions |= {day} if items.questions else set()
            for reader, day in await told(agency, "managers"):
                kept = await work.managers.record(MemberId(reader), date.fromisoformat(day))
                assert kept is not None
                if reader == MANAGER:
                    managers |= {day} if kept.undecided else set()
                    pauses |= {day} if kept.away else set()
        return cls(*(_days(each) for each in (nudges, questions, managers, pauses)))


def _days(found: set[str]) -> str:
    return " ".join(each[5:] for each in sorted(found))


def at(day: str, hour: time) -> datetime:
    return datetime.combine(date.fromisoformat(day), hour, BERLIN)
