"""The played year in the real bot: the same every time, nothing refused, and full of figures."""

import shutil
from collections import Counter
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from pathlib import Path

import pytest
import pytest_asyncio
from sqlalchemy import select

from bot import checklists
from bot.config import Config
from bot.domain.calendar import MONDAY_TO_FRIDAY
from bot.domain.checklist.rules import Verdict
from bot.domain.figures.evidence import Evidence, evidence_for
from bot.domain.figures.scope import Scope
from bot.domain.people import Action
from bot.domain.prospects import Fear, Stage
from bot.domain.workspace import WorkspaceId
from bot.storage.database import Database
from bot.storage.prospects.history import history
from bot.storage.prospects.prospects import prospects
from bot.storage.unit_of_work import UnitsOfWork
from bot.wiring import wired
from sandbox import Slack
from sandbox.demo.cases import Case, read_year
from sandbox.demo.playing import DAYS, MEMBERS, beginning, days_until, play, read_everything
from sandbox.snapshot import snapshot
from tests.office import environment

pytestmark = pytest.mark.asyncio(loop_scope="module")

NOW = datetime(2026, 11, 30, 9, tzinfo=UTC)
YEAR = read_year()
WORKSPACE = WorkspaceId("T0NORDLICHT")
WEEKS = 25
"""Working days of a shorter play; what would be done later is left out."""


@dataclass
class Played:
    """What is left of a year."""

    slack: Slack = field(compare=False)
    prospects: set[tuple[str, str, str]]
    """Name, verdict and stage of each."""
    decisions: Counter[tuple[str, str]]
    """How often what was done, by the name of the prospect."""
    evidence: dict[Fear, Evidence]
    """What became of the overrides that named a fear."""

    @property
    def refused(self) -> tuple[object, ...]:
        """All that did not go well, the app's own words to members included."""
        told = [each for member in MEMBERS for each in self.slack.member(member).ephemerals]
        return (*self.slack.refusals, *self.slack.notices, *told)


@asynccontextmanager
async def played(
    database: Path, cases: Sequence[Case] = YEAR, days: int = DAYS, **more: str
) -> AsyncIterator[Played]:
    """Play these cases, so many days long, without waiting for anything."""
    url = f"sqlite:///{database}"
    async with Slack.serving(clock=lambda: NOW) as slack:
        slack.clock.begin(beginning(NOW))
        config = Config.from_environment(environment(slack, url, "socket") | more)
        async with wired(config, clock=slack.clock, hurried=True) as bot:
            bot.start_slack()
            bot.jobs.start()
            await slack.wait_for(lambda: slack.connected)
            await play(slack, days_until(NOW)[:days], bot.tick, cases)
            await bot.background.drain()
            yield Played(slack, *await kept(url))


async def kept(
    url: str,
) -> tuple[set[tuple[str, str, str]], Counter[tuple[str, str]], dict[Fear, Evidence]]:
    """Return what stands in the database, without ids and times."""
    database = Database.from_url(url)
    try:
        async with database.reading() as connection:
            rows = (await connection.execute(select(prospects))).all()
            done = (await connection.execute(select(history))).all()
        async with UnitsOfWork(database, checklists.restore).reading(WORKSPACE) as work:
            timelines = await work.timelines.all()
    finally:
        await database.close()
    scope = Scope(datetime.now(UTC).date(), MONDAY_TO_FRIDAY)
    names = {row.prospect_id: row.name for row in rows}
    return (
        {(row.name, row.verdict, row.stage) for row in rows},
        Counter((names[row.prospect_id], row.action) for row in done),
        {fear: evidence_for(fear, timelines, scope) for fear in Fear},
    )


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def year(
    migrated_sqlite: Path, tmp_path_factory: pytest.TempPathFactory
) -> AsyncIterator[Played]:
    file = shutil.copy(migrated_sqlite, tmp_path_factory.mktemp("demo") / "year.db")
    async with played(Path(file)) as whole:
        yield whole


async def test_nothing_in_it_is_refused(year: Played) -> None:
    assert year.refused == ()


async def test_every_prospect_comes_to_the_end_that_was_planned(year: Played) -> None:
    ends = {"won": "won", "lost": "lost", "walk_away": "walked_away"}
    planned = {
        case.name: ends.get(case.deeds[-1].action, "open") if case.deeds else "open"
        for case in YEAR
    }

    assert {name: stage for name, _, stage in year.prospects} == planned


async def test_it_has_as_many_of_everything_as_was_promised(year: Played) -> None:
    done = Counter[str]()
    for (_, action), count in year.decisions.items():
        done[action] += count

    assert Counter(stage for _, _, stage in year.prospects) == {
        Stage.WON: 62,
        Stage.WALKED_AWAY: 59,
        Stage.LOST: 13,
        Stage.OPEN: 11,
    }
    verdicts = Counter(verdict for _, verdict, _ in year.prospects)
    assert sum(verdicts.values()) == 145
    assert min(verdicts[each] for each in Verdict) > 25
    assert done[Action.OVERRIDE] == 27
    assert done[Action.REQUALIFY] == 6


async def test_each_override_names_its_fear(year: Played) -> None:
    assert {fear: each.overrides for fear, each in year.evidence.items()} == {
        Fear.NO_OTHER_CLIENT: 10,
        Fear.NOBODY_LEFT: 7,
        Fear.REPUTATION: 4,
        Fear.NEW_FACT: 4,
        Fear.NOT_FOR_US: 2,
    }


async def test_two_fears_are_answered_by_what_became_of_earlier_overrides(year: Played) -> None:
    speak = {fear for fear, each in year.evidence.items() if each.is_enough}

    assert speak == {Fear.NO_OTHER_CLIENT, Fear.NOBODY_LEFT}
    found = [year.evidence[fear].compared.against.not_again for fear in speak]
    assert all(each.count * 2 > each.of for each in found)


async def test_afterwards_everything_can_be_read_and_the_time_be_now(year: Played) -> None:
    read_everything(year.slack)

    seen = snapshot(year.slack.workspace, year.slack.interactions, year.slack.delivery, "U0EMMA")
    assert [channel["unread"] for channel in seen["channels"]] == [0, 0, 0]

    year.slack.clock.return_to_present()

    assert year.slack.clock() == NOW


async def test_it_is_the_same_every_time(migrated_sqlite: Path, tmp_path: Path) -> None:
    begun = [await weeks_of(migrated_sqlite, tmp_path / f"{n}.db") for n in range(2)]

    assert begun[0].prospects
    assert begun[0].decisions
    assert begun[0] == begun[1]


async def test_where_overrides_need_a_manager_one_approves(
    migrated_sqlite: Path, tmp_path: Path
) -> None:
    begun = await weeks_of(migrated_sqlite, tmp_path / "x.db", OVERRIDE_APPROVAL="manager")

    done = Counter(action for _, action in begun.decisions.elements())
    assert done[Action.APPROVE_OVERRIDE] == done[Action.OVERRIDE] > 0
    assert begun.refused == ()


async def weeks_of(migrated_sqlite: Path, database: Path, **more: str) -> Played:
    """Play only the first weeks, on a database of their own."""
    shutil.copy(migrated_sqlite, database)
    cases = [
        replace(case, deeds=tuple(each for each in case.deeds if each.day < WEEKS))
        for case in YEAR
        if case.day < WEEKS
    ]
    async with played(database, cases, WEEKS, **more) as weeks:
        return weeks
