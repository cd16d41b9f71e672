"""Whatever an owner does alone, from screening to undoing, somebody hears within the backstop.

The use cases and the clock run on a real database. What ought to be heard is reckoned here anew,
as the rules say it, without asking the code that is tried.
"""

import asyncio
import shutil
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date, datetime, time, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest
import sqlalchemy as sa
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bot.domain.calendar import today_in
from bot.domain.decisions import may
from bot.domain.decisions.actions import RULES
from bot.domain.errors import DomainError
from bot.domain.figures.digest import monday_of
from bot.domain.outcomes.outcome import Ending, OutcomeKey, Regret
from bot.domain.people import Action, MemberId, OtherAction, Role
from bot.domain.prospects import Prospect, ProspectId, Stage, is_overridden, is_problem
from bot.services.digest import digest_message
from bot.services.ports import Caller
from bot.storage.database import Database
from bot.storage.managers import managers_listings
from tests.office import GOOD, HOMEWORK, NO_OFFER, PROBLEM, SetClock
from tests.services.agency import BERLIN, GONE, LEAVER, MANAGER, OWNER, PLEA, SETTINGS, A, Agency
from tests.services.test_remembering import RIGHT, enter

CALENDAR = SETTINGS.calendar
BACKSTOP, AGAIN, GOES_ON = 10, 10, 20
"""Working days: to the backstop, from one listing to the next, and for a decision to last."""
START = date(2026, 12, 1)
AFTERWARDS = 30
"""Days that are watched once the owner does nothing more."""
AT_NIGHT, IN_THE_MORNING = time(0, 30), time(10, 5)
SCREENINGS: Mapping[str, Mapping[str, Any]] = {
    "good": GOOD,
    "problem": PROBLEM,
    "walk away": NO_OFFER,
    "on condition": HOMEWORK,
}
ENDING = {Stage.WALKED_AWAY, Stage.LOST}
OWNERS_ROLES = frozenset({Role.FULL_MEMBER, Role.OWNER, Role.DECIDER})


@pytest.fixture(autouse=True)
def far_backstop() -> None:
    """Leave the backstop where it is: this is about it."""


@dataclass
class Life:
    """One prospect and whoever owns it, while everybody else only reads."""

    agency: Agency
    id: ProspectId
    reader: MemberId
    """Who ought to hear of it: the only manager; empty for whoever owns it."""
    heard: list[date] = field(default_factory=list)
    first_due: date | None = None
    decided_on: date | None = None

    @property
    def today(self) -> date:
        return today_in(BERLIN, self.agency.clock.now)

    async def act(self, move: "Move") -> None:
        """Let whoever owns it do something, if they may; a minute passes."""
        before = await self.agency.now(self.id)
        try:
            after = await move(self.agency, before.facts.owner, before)
        except DomainError:
            return
        if isinstance(after, Prospect) and after.id == self.id:
            self.reckon(before, after)
        self.agency.clock.move(minutes=1)

    def reckon(self, before: Prospect | None, after: Prospect) -> None:
        """Keep since when it must be decided."""
        is_new = before is None or before.qualification_id != after.qualification_id
        if is_new and self.decided_on is not None:
            last = CALENDAR.add_working_days(self.decided_on, GOES_ON)
            self.first_due = None if self.today > last else self.first_due
        if after.stage is Stage.OPEN:
            self.decided_on = None
        elif before is None or before.stage is Stage.OPEN:
            self.decided_on = self.today
        if after.due is None:
            self.first_due = None
        elif self.first_due is None:
            self.first_due = after.due.on

    async def pass_day(self) -> None:
        """Let the clock come early in the night and in the morning; then look what was heard."""
        day = self.today + timedelta(days=1)
        for at in (AT_NIGHT, IN_THE_MORNING):
            self.agency.clock.now = datetime.combine(day, at, BERLIN)
            await self.agency.tick()
        await self.check()

    async def check(self) -> None:
        """Whatever must be decided was heard of lately, or its backstop has not passed."""
        prospect = await self.agency.now(self.id)
        if await self._is_listed(prospect):
            self.heard.append(self.today)
        is_over = not is_problem(prospect, self.today) or is_overridden(prospect, self.today)
        if is_over or not CALENDAR.is_working_day(self.today):
            return
        assert self.first_due is not None, prospect
        backstop = CALENDAR.add_working_days(self.first_due, BACKSTOP)
        heard = [day for day in self.heard if day > backstop]
        is_known = heard and CALENDAR.add_working_days(heard[-1], AGAIN) > self.today
        assert is_known or self.today <= backstop, (prospect, self.heard, self.today)
        if self.today > backstop:
            await self._check_digest()

    async def _is_listed(self, prospect: Prospect) -> bool:
        """Whether somebody who ought to hear of it finds it undecided for long this morning."""
        reader = self.reader or prospect.facts.owner
        query = sa.select(managers_listings.c.prospect_id).where(
            managers_listings.c.member_id == reader, managers_listings.c.day == self.today
        )
        async with self.agency.database.reading() as connection:
            return self.id in set(await connection.scalars(query))

    async def _check_digest(self) -> None:
        """Whatever digest were sent now names it."""
        async with self.agency.units.reading(A) as work:
            told = await digest_message(work, monday_of(self.today), self.agency.clock.now)
        undecided = told.digest.undecided
        assert self.id in {each.id for each in (*undecided.rows, *undecided.also_new)}


Move = Callable[[Agency, MemberId, Prospect], Awaitable[object]]
Step = Move | int
"""What an owner does, or how many days pass."""


def screening(answers: str) -> Move:
    async def move(agency: Agency, by: MemberId, prospect: Prospect) -> Prospect:
        soon = (agency.clock.now + timedelta(days=5)).date().isoformat()
        given = dict(SCREENINGS[answers])
        if "homework_due" in given:
            given["homework_due"] = soon
        return await agency.screen_again(by, prospect, given)

    return move


def snoozing(days: int) -> Move:
    return lambda agency, by, prospect: agency.snooze(by, prospect, days)


def overriding(days: int) -> Move:
    async def move(agency: Agency, by: MemberId, prospect: Prospect) -> Prospect:
        kill_on = CALENDAR.working_day_from(today_in(BERLIN, agency.clock.now) + timedelta(days))
        return await agency.override(by, prospect, replace(PLEA, kill_on=kill_on))

    return move


def pausing(days: int) -> Move:
    async def move(agency: Agency, by: MemberId, _: Prospect) -> object:
        until = today_in(BERLIN, agency.clock.now) + timedelta(days=days)
        return await agency.follow_up.pause(Caller(A, by), until)

    return move


async def give_away(agency: Agency, by: MemberId, prospect: Prospect) -> Prospect:
    return await agency.hand_over(by, prospect, LEAVER if by == OWNER else OWNER)


async def screen_afresh(agency: Agency, by: MemberId, prospect: Prospect) -> object:
    """Say that it is another prospect of that name, and a good one."""
    return await agency.screen(by, GOOD, prospect.facts.name)


async def begin_only(agency: Agency, by: MemberId, prospect: Prospect) -> object:
    return await agency.screening.begin(await agency.greet(by), f"{prospect.facts.name} II")


async def remember_it(agency: Agency, by: MemberId, prospect: Prospect) -> object:
    """Enter it from memory, as a refusal that was right."""
    return await enter(agency.remember, prospect.facts.name, {**NO_OFFER, **RIGHT}, by=by)


async def not_regret(agency: Agency, by: MemberId, prospect: Prospect) -> object:
    key = OutcomeKey(prospect.id, Ending.WALKED_AWAY, today_in(BERLIN, agency.clock.now), 30)
    await agency.outcomes.note_answer(Caller(A, by), key, Regret.NO, 0)
    return None


def renaming(name: str) -> Move:
    return lambda agency, by, prospect: agency.correct(by, prospect, name=name)


def moving(zone: str) -> Move:
    """Move to where clocks go differently, and read another language."""

    async def move(agency: Agency, by: MemberId, _: Prospect) -> object:
        person = agency.directory.people[by]
        agency.directory.people[by] = replace(person, zone=ZoneInfo(zone), locale="en-GB")
        await agency.membership.note_changed(Caller(A, by))
        return None

    return move


async def leave_slack(agency: Agency, by: MemberId, _: Prospect) -> object:
    await agency.leave(by)
    return None


async def return_to_slack(agency: Agency, by: MemberId, _: Prospect) -> object:
    await agency.come_back(by)
    return None


MOVES_OF: Mapping[Action | OtherAction, st.SearchStrategy[Move]] = {
    Action.QUALIFY: st.sampled_from([screen_afresh, begin_only]),
    Action.REQUALIFY: st.sampled_from(sorted(SCREENINGS)).map(screening),
    Action.WALK_AWAY: st.just(Agency.walk_away),
    Action.OVERRIDE: st.integers(1, 60).map(overriding),
    Action.WON: st.just(Agency.win),
    Action.LOST: st.just(Agency.lose),
    Action.UNDO: st.just(Agency.undo),
    Action.CONDITION_MET: st.just(Agency.meet),
    Action.SIGN_OF_LIFE: st.just(Agency.see_life),
    Action.CHASED: st.just(Agency.chase),
    Action.SNOOZE: st.sampled_from([1, 3, 5]).map(snoozing),
    Action.HAND_OVER: st.just(give_away),
    Action.END_CLIENT: st.just(Agency.end_client),
    Action.CORRECT: st.sampled_from(["Acme", "Beta AG", "Аcme GmbH"]).map(renaming),
    Action.STILL_OPEN: st.just(Agency.still_open),
    OtherAction.REMEMBER: st.just(remember_it),
    OtherAction.ANSWER_OUTCOME: st.just(not_regret),
}
ONLY_SHOWS = {Action.DECLINE_MESSAGE, Action.DETAILS}
"""They open a window, and write nothing."""
BESIDE = st.one_of(
    st.integers(1, 366).map(pausing),
    st.sampled_from(["Europe/Athens", "Europe/Berlin"]).map(moving),
)
"""What somebody does that is no action on a prospect."""
MOVES = st.one_of(*MOVES_OF.values(), BESIDE)
AWAY = st.sampled_from([leave_slack, return_to_slack])
"""Only while somebody else manages: of what nobody can decide nobody need hear."""
DAYS = st.sampled_from([1, 1, 3, 8, 14])
STEPS = st.lists(st.one_of(MOVES, DAYS), max_size=12)
STEPS_AND_AWAY = st.lists(st.one_of(MOVES, AWAY, DAYS), max_size=12)
FIRST = st.sampled_from(["problem", "walk away", "on condition"])


@pytest.fixture(scope="module")
def life(
    migrated_sqlite: Path, tmp_path_factory: pytest.TempPathFactory
) -> Callable[[str, list[Step], MemberId], None]:
    """Return what lives one life on a new database, and says what nobody heard of."""
    file = tmp_path_factory.mktemp("life") / "life.db"

    async def live(first: str, steps: list[Step], manager: MemberId) -> None:
        shutil.copy(migrated_sqlite, file)
        database = Database.from_url(f"sqlite:///{file}")
        try:
            clock = SetClock(datetime.combine(START, time(11), BERLIN))
            agency = Agency(database, clock)
            await agency.know_everybody()
            async with agency.units(A) as work:
                await work.workspaces.change_settings(replace(SETTINGS, managers=(manager,)))
            prospect = await agency.screen(OWNER, SCREENINGS[first])
            its = Life(agency, prospect.id, MemberId("") if manager == GONE else manager)
            its.reckon(None, prospect)
            for step in [*steps, AFTERWARDS]:
                if isinstance(step, int):
                    for _ in range(step):
                        await its.pass_day()
                else:
                    await its.act(step)
        finally:
            await database.close()
            for each in file.parent.glob("life.db*"):
                each.unlink()

    return lambda first, steps, manager: asyncio.run(live(first, steps, manager))


def test_whatever_an_owner_may_do_is_among_the_moves() -> None:
    """A new action of theirs is a new way to keep something from the managers: add it above."""
    may_do = {each for each in (*Action, *OtherAction) if may(each, OWNERS_ROLES)}

    assert may_do == MOVES_OF.keys() | ONLY_SHOWS
    assert not any(RULES[each].is_recorded for each in ONLY_SHOWS)


@settings(max_examples=10, suppress_health_check=[HealthCheck.too_slow])
@given(first=FIRST, steps=STEPS_AND_AWAY)
def test_no_owner_keeps_a_problem_from_the_managers_for_longer_than_the_backstop(
    first: str, steps: list[Step], life: Callable[[str, list[Step], MemberId], None]
) -> None:
    life(first, steps, MANAGER)


@settings(max_examples=8, suppress_health_check=[HealthCheck.too_slow])
@given(first=FIRST, steps=STEPS, manager=st.sampled_from([OWNER, GONE]))
def test_without_another_manager_the_owner_hears_and_the_next_digest_names_it(
    first: str,
    steps: list[Step],
    manager: MemberId,
    life: Callable[[str, list[Step], MemberId], None],
) -> None:
    life(first, steps, manager)
