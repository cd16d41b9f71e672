"""The played year in the real bot: the same every time, nothing refused, and full of figures."""

import shutil
from collections import Counter
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path

import pytest
from sqlalchemy import select

from bot import checklists
from bot.config import Config
from bot.domain.calendar import MONDAY_TO_FRIDAY
from bot.domain.checklist.rules import Verdict
from bot.domain.figures.evidence import Evidence, evidence_for
from bot.domain.figures.reports.listed import OVERRIDE_COST, listed
from bot.domain.figures.reports.memory import FromMemory, RecallSummary, from_memory
from bot.domain.figures.reports.report import Report, report_of
from bot.domain.figures.scope import Scope
from bot.domain.figures.shares import Share
from bot.domain.people import Action
from bot.domain.prospects import Fear, Stage
from bot.domain.workspace import WorkspaceId
from bot.storage.database import Database
from bot.storage.prospects.history import history
from bot.storage.prospects.prospects import prospects
from bot.storage.unit_of_work import UnitsOfWork
from bot.wiring import wired
from sandbox import Slack
from sandbox.demo.cases import Case, Memory, read_memories, read_year
from sandbox.demo.desk import JUDGED
from sandbox.demo.playing import DAYS, MEMBERS, beginning, days_until, play, read_everything
from sandbox.snapshot import snapshot
from tests.office import PATIENT, environment
from tests.sandbox.page.conftest import CHROMIUM
from tests.test_metrics import ALERTS, DASHBOARD, Samples, said_at, series_of

pytestmark = pytest.mark.asyncio(loop_scope="module")

NOW = datetime(2026, 11, 30, 9, tzinfo=UTC)
YEAR = read_year()
MEMORIES = read_memories()
WORKSPACE = WorkspaceId("T0NORDLICHT")
AN_HOUR = Decimal(120)
"""What an hour might cost this team."""
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
    report: Report = field(compare=False)
    memory: FromMemory
    metrics: Samples = field(compare=False, default_factory=dict)
    """What Prometheus would be told, if it is asked for."""

    @property
    def refused(self) -> tuple[object, ...]:
        """All that did not go well, the app's own words to members included."""
        told = [each for member in MEMBERS for each in self.slack.member(member).ephemerals]
        return (*self.slack.refusals, *self.slack.notices, *told)


@asynccontextmanager
async def played(
    database: Path,
    cases: Sequence[Case] = YEAR,
    days: int = DAYS,
    memories: Sequence[Memory] = (),
    **more: str,
) -> AsyncIterator[Played]:
    """Play these cases, so many days long, without waiting for anything."""
    url = f"sqlite:///{database}"
    async with Slack.serving(clock=lambda: NOW, **PATIENT) as slack:
        slack.clock.begin(beginning(NOW))
        config = Config.from_environment(environment(slack, url, "socket") | more)
        opening = wired(config, clock=slack.clock, hurried=True, is_alone=True, patience=600)
        async with opening as bot:
            bot.start_slack()
            bot.jobs.start()
            await slack.wait_for(lambda: slack.connected)
            await play(slack, days_until(NOW)[:days], bot.look, cases, memories)
            await bot.background.drain()
            year = await kept(slack, url)
            yield year if bot.metrics is None else replace(year, metrics=await said_at(bot.metrics))


async def kept(slack: Slack, url: str) -> Played:
    """Return what stands in the database, without ids and times."""
    database = Database.from_url(url)
    try:
        async with database.reading() as connection:
            rows = (await connection.execute(select(prospects))).all()
            done = (await connection.execute(select(history))).all()
        async with UnitsOfWork(database, checklists.restore).reading(WORKSPACE) as work:
            timelines = await work.timelines.all()
            memory = from_memory(await work.remembered.all())
    finally:
        await database.close()
    scope = Scope(NOW.date(), MONDAY_TO_FRIDAY)
    names = {row.prospect_id: row.name for row in rows}
    return Played(
        slack,
        {(row.name, row.verdict, row.stage) for row in rows},
        Counter((names[row.prospect_id], row.action) for row in done),
        {fear: evidence_for(fear, timelines, scope) for fear in Fear},
        report_of(timelines, scope, (), AN_HOUR),
        memory,
    )


@pytest.mark.skipif(
    shutil.which(CHROMIUM) is not None, reason="tests/browser/test_report.py plays the same year"
)
async def test_a_whole_year(
    migrated_sqlite: Path, tmp_path: Path, subtests: pytest.Subtests
) -> None:
    """Play the year once, since that takes a minute, and look at it from every side."""
    file = shutil.copy(migrated_sqlite, tmp_path / "year.db")
    async with played(Path(file), memories=MEMORIES, METRICS_PORT="1") as year:
        for claim in CLAIMS:
            with subtests.test(claim.__name__):
                claim(year)


def nothing_in_it_is_refused(year: Played) -> None:
    assert year.refused == ()


def every_prospect_comes_to_the_end_that_was_planned(year: Played) -> None:
    planned = {case.name: planned_end(case) for case in YEAR}

    assert {name: stage for name, _, stage in year.prospects} == planned


def planned_end(case: Case) -> str:
    ends = {"won": "won", "lost": "lost", "walk_away": "walked_away", "end_client": "ended"}
    done = [ends.get(each.action, "open") for each in case.deeds if each.action != JUDGED]
    return done[-1] if done else "open"


def it_has_as_many_of_everything_as_was_promised(year: Played) -> None:
    done = Counter[str]()
    for (_, action), count in year.decisions.items():
        done[action] += count

    assert Counter(stage for _, _, stage in year.prospects) == {
        Stage.WON: 63,
        Stage.WALKED_AWAY: 59,
        Stage.LOST: 13,
        Stage.OPEN: 11,
        Stage.ENDED: 9,
    }
    verdicts = Counter(verdict for _, verdict, _ in year.prospects)
    assert sum(verdicts.values()) == 155
    assert min(verdicts[each] for each in Verdict) > 25
    assert done[Action.OVERRIDE] == 37
    assert done[Action.REQUALIFY] == 6


def each_override_names_its_fear(year: Played) -> None:
    assert {fear: each.overrides for fear, each in year.evidence.items()} == {
        Fear.NO_OTHER_CLIENT: 10,
        Fear.NOBODY_LEFT: 7,
        Fear.REPUTATION: 7,
        Fear.NEW_FACT: 6,
        Fear.NOT_FOR_US: 7,
    }


def every_fear_is_answered_by_what_became_of_earlier_overrides(year: Played) -> None:
    assert all(each.is_enough for each in year.evidence.values())
    fears = set(Fear) - {Fear.NEW_FACT}
    found = [year.evidence[fear].compared.against.not_again for fear in fears]
    assert all(each.count * 2 > each.of for each in found)


def every_figure_can_be_seen(year: Played) -> None:
    of_one_fear = f"{OVERRIDE_COST}."
    hidden = [
        each.id
        for each in listed(year.report)
        if not (each.shown or each.id.startswith(of_one_fear))
    ]

    assert hidden == []
    assert year.report.right.second.differ.is_enough


def the_team_remembers_whom_it_had_before(year: Played) -> None:
    assert year.memory.n == len(MEMORIES)
    assert year.memory.worst == RecallSummary(4, walk_away=3)
    assert year.memory.best == RecallSummary(12, walk_away=1, problem=2)
    assert year.memory.regretted == Share(1, 4)
    assert not {each.name for each in MEMORIES} & {name for name, _, _ in year.prospects}


def dashboard_and_alerts_find_all_that_they_ask_for(year: Played) -> None:
    found = {query: series_of(query, year.metrics) for query in ALERTS + DASHBOARD}

    assert all(found.values())
    assert [query for query, series in found.items() if not all(series.values())] == []


def what_prometheus_is_told_is_what_happened(year: Played) -> None:
    verdicts = {its["verdict"]: n for its, n in year.metrics["walkaway_verdicts_total"]}
    sends = {(its["kind"], its["outcome"]): n for its, n in year.metrics["walkaway_sends_total"]}
    assert sum(verdicts.values()) == sends["card", "sent"] >= len(year.prospects)
    assert set(verdicts) == {verdict for _, verdict, _ in year.prospects}
    assert sends["nudge", "sent"] > 0
    assert sends["card", "dead"] == sends["card", "unknown"] == 0
    acks = {its["kind"]: n for its, n in year.metrics["walkaway_ack_seconds_count"]}
    assert min(acks[each] for each in ("command", "action", "submission")) > 0


def afterwards_everything_can_be_read_and_the_time_be_now(year: Played) -> None:
    read_everything(year.slack)

    seen = snapshot(year.slack.workspace, year.slack.interactions, year.slack.delivery, "U0EMMA")
    assert [channel["unread"] for channel in seen["channels"]] == [0, 0, 0]

    year.slack.clock.return_to_present()

    assert year.slack.clock() == NOW


CLAIMS = (
    nothing_in_it_is_refused,
    every_prospect_comes_to_the_end_that_was_planned,
    it_has_as_many_of_everything_as_was_promised,
    each_override_names_its_fear,
    every_fear_is_answered_by_what_became_of_earlier_overrides,
    every_figure_can_be_seen,
    the_team_remembers_whom_it_had_before,
    dashboard_and_alerts_find_all_that_they_ask_for,
    what_prometheus_is_told_is_what_happened,
    afterwards_everything_can_be_read_and_the_time_be_now,
)
"""The last one moves the clock."""


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
    async with played(database, cases, WEEKS, (), **more) as weeks:
        return weeks
