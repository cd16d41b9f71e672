"""Facts that are kept say what the history says, whatever anybody did; on both databases."""

import asyncio
import random
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import replace
from datetime import timedelta
from decimal import Decimal
from functools import partial
from typing import Any, Final
from zoneinfo import ZoneInfo

import pytest
import sqlalchemy as sa

from bot import checklists
from bot.domain.calendar import today_in
from bot.domain.errors import DomainError
from bot.domain.figures.discipline import facts_in
from bot.domain.figures.evidence import Evidence, evidence_for
from bot.domain.figures.facts import Facts, FactsInMemory
from bot.domain.figures.reports.page import ReportContent, ReportPage, ReportView, Whose, counted
from bot.domain.figures.scope import ALL_TIME, Period, Scope, Span
from bot.domain.outcomes.outcome import (
    ASKED_AFTER,
    Ending,
    Hours,
    HowTaken,
    OutcomeKey,
    PaidAsAgreed,
    Regret,
    WouldTakeAgain,
)
from bot.domain.people import CachedMember, MemberId
from bot.domain.prospects import Fear, Prospect
from bot.services.data.forget import ForgetService
from bot.services.figures.facts import derive_facts, facts_for_reader
from bot.services.ports import Caller, Replies
from bot.storage.database import Database
from bot.storage.figures import facts as kept_facts
from bot.storage.figures.aside import FactsElsewhere
from bot.storage.figures.counted import recount_all
from bot.storage.figures.facts import FactsRepository, Unstored
from bot.storage.figures.stored import KINDS
from bot.storage.figures.tables import COUNTED, facts, facts_counted
from bot.storage.figures.timelines import TimelineRepository
from bot.storage.unit_of_work import UnitsOfWork
from tests.office import GOOD, HOMEWORK, NO_OFFER, PROBLEM
from tests.services.agency import BERLIN, MANAGER, OTHER, OWNER, PEOPLE, PLEA, SETTINGS, A, Agency

pytestmark = pytest.mark.both_databases

ANSWERS: Final = (GOOD, HOMEWORK, NO_OFFER, PROBLEM, NO_OFFER)
CHOICES: Final = {
    Ending.WON: (*WouldTakeAgain, *PaidAsAgreed, *Hours),
    Ending.WALKED_AWAY: (*Regret, *HowTaken),
}
ZONES: Final = (BERLIN, ZoneInfo("Pacific/Auckland"), ZoneInfo("Pacific/Honolulu"))
STEPS: Final = 60
AN_HOUR: Final = Decimal(90)

COUNTS: Final[Sequence[Callable[[Scope, Facts], Any]]] = (
    *(
        lambda scope, told, kind=kind: told.count(kind, scope)
        for kind, name in KINDS.items()
        if name in COUNTED
    ),
    lambda scope, told: told.judged(scope),
    lambda scope, told: told.next_clients(scope),
    lambda scope, told: told.screened_of(scope),
    lambda _scope, told: told.first_day(),
    lambda _scope, told: told.checklists(),
)
"""Everything that can be asked of the facts about everybody."""

Act = Callable[[Agency, random.Random, Sequence[Prospect]], Awaitable[Any]]


def to_any(act: Callable[[Agency, random.Random, Prospect], Awaitable[Any]]) -> Act:
    """Do something to one of the prospects that there are."""

    async def done(agency: Agency, chance: random.Random, known: Sequence[Prospect]) -> None:
        await act(agency, chance, await agency.now(chance.choice(known).id))

    return done


async def screen(agency: Agency, chance: random.Random, known: Sequence[Prospect]) -> None:
    name, who = f"Prospect {len(known)} {chance.random()}", chance.choice([OWNER, OTHER])
    worth = chance.choice([None, "12500"])
    await agency.screen(who, chance.choice(ANSWERS), name, expected_value=worth)


async def win(agency: Agency, chance: random.Random, known: Sequence[Prospect]) -> None:
    await agency.win(OWNER, await agency.screen(OWNER, GOOD, f"Won {len(known)} {chance.random()}"))


async def take_on(agency: Agency, chance: random.Random, known: Sequence[Prospect]) -> None:
    it = await agency.screen(
        OTHER, NO_OFFER, f"Taken on {len(known)} {chance.random()}", expected_value="900"
    )
    kill_on = SETTINGS.calendar.next_working_day(agency.clock.now.date() + timedelta(days=9))
    plea = replace(PLEA, fear=chance.choice([*Fear][:4]), kill_on=kill_on)
    await agency.win(OTHER, await agency.override(OTHER, it, plea))


async def take_back(agency: Agency, chance: random.Random, known: Sequence[Prospect]) -> None:
    it = await agency.screen(OWNER, NO_OFFER, f"Taken back {len(known)} {chance.random()}")
    await agency.undo(OWNER, await agency.walk_away(OWNER, it))


async def meet(agency: Agency, chance: random.Random, known: Sequence[Prospect]) -> None:
    due = SETTINGS.calendar.next_working_day(agency.clock.now.date() + timedelta(days=1))
    answers = HOMEWORK | {"homework_due": due.isoformat()}
    pursue = await agency.screen(OWNER, answers, f"Met {len(known)} {chance.random()}")
    await agency.meet(OWNER, pursue)


async def answer(agency: Agency, chance: random.Random, known: Sequence[Prospect]) -> None:
    ended = [each for each in known if each.decision and each.stage.value in {*Ending}]
    it = chance.choice(ended)
    assert it.decision is not None
    day, ending = it.decision.day or it.decision.at.date(), Ending(it.stage.value)
    key = OutcomeKey(it.id, ending, day, chance.choice(ASKED_AFTER))
    who = chance.choice([it.facts.owner, MANAGER])
    agency.clock.move(days=30)
    await agency.outcomes.note_answer(Caller(A, who), key, chance.choice(CHOICES[ending]), 0)


async def move_house(agency: Agency, chance: random.Random, _: Sequence[Prospect]) -> None:
    member = replace(PEOPLE[chance.choice([OWNER, OTHER])], zone=chance.choice(ZONES))
    async with agency.units(A) as work:
        await work.members.put(CachedMember(member, agency.clock.now))


class NoThreads:
    """In place of Slack's threads: nobody wrote anything."""

    async def replies(self, _workspace: str, _posted: object) -> Replies:
        return Replies()


async def forget(agency: Agency, _: random.Random, it: Prospect) -> None:
    service = ForgetService(agency.units, NoThreads(), agency.clock)
    await service.forget(Caller(A, MANAGER), it.id, it.facts.name)


async def close_for_a_week(agency: Agency, chance: random.Random, _: Sequence[Prospect]) -> None:
    first = agency.clock.now.date() - timedelta(days=chance.randrange(40))
    days = (first + timedelta(days=n) for n in range(7))
    await agency.set(free_days=", ".join(day.isoformat() for day in days))


ACTS: Final[tuple[Act, ...]] = (
    screen,
    screen,
    screen,
    to_any(lambda agency, chance, it: agency.screen_again(OWNER, it, chance.choice(ANSWERS))),
    win,
    take_on,
    take_on,
    take_back,
    meet,
    to_any(lambda agency, _, it: agency.walk_away(MANAGER, it)),
    to_any(lambda agency, _, it: agency.lose(MANAGER, it)),
    to_any(lambda agency, _, it: agency.end_client(MANAGER, it)),
    to_any(lambda agency, _, it: agency.hand_over(it.facts.owner, it, OTHER)),
    answer,
    answer,
    answer,
    to_any(forget),
    move_house,
    close_for_a_week,
)


async def prospects_of(agency: Agency) -> Sequence[Prospect]:
    async with agency.units.reading(A) as work:
        known = await work.timelines.all()
        return await work.prospects.all_of([each.prospect_id for each in known])


async def act_at_random(agency: Agency, seed: int) -> set[Act]:
    """Do this and that, some of it impossible; return what of it was done."""
    chance, done = random.Random(seed), set[Act]()
    for _ in range(STEPS):
        known = await prospects_of(agency)
        act = chance.choice(ACTS) if known else screen
        agency.clock.move(days=chance.choice([0, 0, 0, 1, 2, 9]))
        try:
            await act(agency, chance, known)
        except (DomainError, IndexError, ValueError):
            continue
        done.add(act)
        if chance.random() < 0.3:
            await derive_facts(agency.units, A)
    return done


async def both_ways(
    agency: Agency, count: Callable[[Facts, Scope], ReportContent | Evidence]
) -> tuple[object, object]:
    """Count from the facts that are kept, and from all that ever happened."""
    await derive_facts(agency.units, A)
    async with agency.units.reading(A) as work:
        workspace = await work.workspaces.get()
        assert workspace is not None
        settings = workspace.settings
        scope = Scope(today_in(settings.zone, agency.clock.now), settings.calendar)
        kept = await work.facts.counted(lambda told: count(told, scope))
        return kept, count(facts_in(await work.timelines.all(), scope), scope)


def report(page: ReportPage, told: Facts, scope: Scope) -> ReportContent:
    return counted(page, told, scope, (), AN_HOUR)


@pytest.mark.parametrize(("seed", "many"), [(0, 500), (1, 500), (2, 0)])
async def test_whatever_anybody_does_the_kept_facts_are_those_of_a_full_count(
    agency: Agency, seed: int, many: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    """From how many on facts wait until all that is asked for is known, changes nothing."""
    monkeypatch.setattr(kept_facts, "MANY", many)
    assert len(await act_at_random(agency, seed)) > len({*ACTS}) // 2

    for view in ReportView:
        for span in (Span.FOUR_WEEKS, Span.ALL_TIME):
            page = ReportPage(view, span, Whose.WHOLE)
            kept, full = await both_ways(agency, partial(report, page))
            assert kept == full, page
    for fear in Fear:
        kept, full = await both_ways(agency, partial(evidence_for, fear))
        assert kept == full, fear
    async with agency.units.reading(A) as work:
        ids = [each.prospect_id for each in await work.timelines.all()]
        workspace = await work.workspaces.get()
        assert workspace is not None
        assert await work.facts.differing(ids, workspace.settings.calendar) == []


@pytest.mark.parametrize(("seed", "most"), [(0, 500), (1, 500), (2, 0)])
async def test_what_is_told_aside_is_counted_in_place_of_what_is_stored(
    agency: Agency, seed: int, most: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It makes no difference whether it is stored before somebody counts."""
    monkeypatch.setattr(kept_facts, "MOST_ASIDE", most)
    await act_at_random(agency, seed)
    await screen(agency, random.Random(seed), [])
    last = agency.clock.now.date()
    async with agency.units.reading(A) as work:
        workspace = await work.workspaces.get()
        assert workspace is not None
        calendar = workspace.settings.calendar
        instead = await facts_for_reader(work, workspace.settings)
        every = facts_in(await work.timelines.all(), Scope(last, calendar))
    assert isinstance(instead, Unstored if most else FactsInMemory)
    elsewhere = FactsElsewhere(agency.database, instead)
    copy = UnitsOfWork(agency.database, checklists.restore, facts_in=elsewhere)
    periods = (ALL_TIME, Period(last - timedelta(days=40), last - timedelta(days=3)))
    scopes = [
        Scope(last, calendar, period, None, checklist)
        for period in periods
        for checklist in (None, *every.checklists())
    ]

    for _ in range(2):
        for scope in scopes:
            for count in COUNTS:
                async with copy.reading(A) as work:
                    told = await work.facts.counted(partial(count, scope))
                assert told == count(scope, every), scope
        await derive_facts(agency.units, A)


@pytest.mark.parametrize("who", [OWNER, OTHER])
async def test_what_somebody_ever_owned_is_what_their_figures_are_made_of(
    agency: Agency, who: MemberId
) -> None:
    hers = await agency.screen(OWNER, NO_OFFER, "Hers")
    handed = await agency.screen(OWNER, GOOD, "Handed over")
    await agency.hand_over(OWNER, handed, OTHER)
    await agency.screen(MANAGER, GOOD, "Of nobody here")
    await derive_facts(agency.units, A)

    async with agency.units.reading(A) as work:
        own = await work.timelines.owned_by(who)
        every = await work.timelines.all()

    assert own == [each for each in every if who in each.owners]
    assert {each.prospect_id for each in own} == (
        {hers.id, handed.id} if who == OWNER else {handed.id}
    )


async def test_a_fact_that_was_changed_by_hand_is_found(agency: Agency) -> None:
    prospect = await agency.screen(OWNER, NO_OFFER, "Hers")
    await derive_facts(agency.units, A)
    async with agency.units(A) as work:
        workspace = await work.workspaces.get()
        assert workspace is not None
        calendar = workspace.settings.calendar
        assert await work.facts.differing([prospect.id], calendar) == []
        await work.facts._connection.exec_driver_sql("UPDATE facts SET owner = 'U0NOBODY'")
        assert await work.facts.differing([prospect.id], calendar) == [prospect.id]


async def test_a_number_of_equal_facts_that_is_wrong_is_found_and_mended(
    agency: Agency, database: Database
) -> None:
    prospect = await agency.screen(OWNER, NO_OFFER, "Hers")
    await derive_facts(agency.units, A)
    async with agency.units(A) as work:
        workspace = await work.workspaces.get()
        assert workspace is not None
        calendar = workspace.settings.calendar
        assert await work.facts.differing([prospect.id], calendar) == []
        await work.facts._connection.exec_driver_sql("UPDATE facts_counted SET n = n + 1")
        assert await work.facts.differing([prospect.id], calendar) == [prospect.id]

    await recount_all(database)

    async with agency.units(A) as work:
        assert await work.facts.differing([prospect.id], calendar) == []


COUNTING_STATEMENTS: Final = (
    "CREATE TEMPORARY TABLE statements (n integer) ON COMMIT DROP",
    (
        "CREATE FUNCTION pg_temp.note() RETURNS trigger LANGUAGE plpgsql"
        " AS $$ BEGIN INSERT INTO statements VALUES (1); RETURN NULL; END $$"
    ),
    "CREATE TRIGGER noted AFTER INSERT ON facts FOR EACH STATEMENT EXECUTE FUNCTION pg_temp.note()",
)


async def test_the_facts_of_several_prospects_are_counted_by_one_statement(
    agency: Agency, database_kind: str
) -> None:
    for name in ("Hers", "Theirs"):
        await agency.screen(OWNER, NO_OFFER, name)
    async with agency.units(A) as work:
        workspace = await work.workspaces.get()
        assert workspace is not None
        connection = work.facts._connection
        if database_kind == "postgres":  # SQLite counts row by row
            for each in COUNTING_STATEMENTS:
                await connection.exec_driver_sql(each)
        await work.facts.derive("today's rules", workspace.settings.calendar)
        assert len((await connection.execute(sa.select(facts))).all()) > 2
        if database_kind == "postgres":
            assert await connection.scalar(sa.text("SELECT count(*) FROM statements")) == 1
            await connection.exec_driver_sql("DROP TRIGGER noted ON facts")


async def test_counting_anew_waits_for_who_derives_facts(
    agency: Agency, database: Database
) -> None:
    prospect = await agency.screen(OWNER, NO_OFFER, "Hers")
    async with agency.units(A) as work:
        workspace = await work.workspaces.get()
        assert workspace is not None
        calendar = workspace.settings.calendar
        await work.facts.derive("today's rules", calendar)
        recount = asyncio.create_task(recount_all(database))
        await asyncio.sleep(0.3)
    await recount

    async with agency.units(A) as work:
        assert await work.facts.differing([prospect.id], calendar) == []
        assert await work.facts.fingerprint() != "today's rules"


async def test_what_is_forgotten_is_counted_no_more(agency: Agency, database: Database) -> None:
    """Its amount stood in what was counted."""
    await take_on(agency, random.Random(1), [])
    [it] = await prospects_of(agency)
    await derive_facts(agency.units, A)

    await forget(agency, random.Random(1), it)

    async with database.reading() as connection:
        left = await connection.scalar(sa.select(sa.func.count()).select_from(facts_counted))
    assert left == 0


async def test_figures_about_everybody_read_sums_and_no_row_of_a_prospect(agency: Agency) -> None:
    await act_at_random(agency, seed=1)
    views = [each for each in ReportView if each is not ReportView.BY_PERSON]
    pages = [ReportPage(view, Span.ALL_TIME, Whose.WHOLE) for view in views]
    before = [(await both_ways(agency, partial(report, page)))[0] for page in pages]

    async with agency.units(A) as work:
        for changed in ("owner = 'U0NOBODY'", "day = '1999-12-31'", "what = '[]'"):
            await work.facts._connection.exec_driver_sql(f"UPDATE facts SET {changed}")  # noqa: S608

    assert [(await both_ways(agency, partial(report, page)))[0] for page in pages] == before


async def test_who_had_a_next_client_is_read_once_for_all_quarters(
    agency: Agency, monkeypatch: pytest.MonkeyPatch
) -> None:
    """All of them are gone through, however long the past is."""
    read: list[object] = []
    in_turn = FactsRepository._in_turn

    async def noted(it: FactsRepository, *about: Any) -> Any:
        read.append(about)
        return await in_turn(it, *about)

    monkeypatch.setattr(FactsRepository, "_in_turn", noted)
    await act_at_random(agency, seed=1)
    agency.clock.move(days=200)
    for view in (ReportView.BY_QUARTER, ReportView.BY_CHECKLIST):
        page = ReportPage(view, Span.ALL_TIME, Whose.WHOLE)
        read.clear()
        kept, full = await both_ways(agency, partial(report, page))
        assert kept == full
        assert len(read) == 1


async def test_only_the_zones_of_who_owned_something_are_read(
    agency: Agency, monkeypatch: pytest.MonkeyPatch
) -> None:
    read: list[object] = []
    zones = TimelineRepository._zones

    async def noted(it: TimelineRepository, owners: Any) -> Any:
        read.append(owners)
        return await zones(it, owners)

    monkeypatch.setattr(TimelineRepository, "_zones", noted)
    handed = await agency.screen(OWNER, GOOD, "Handed over")
    await agency.hand_over(OWNER, handed, OTHER)
    await agency.screen(MANAGER, GOOD, "Of nobody here")
    await derive_facts(agency.units, A)
    read.clear()

    async with agency.units.reading(A) as work:
        await work.timelines.owned_by(OWNER)

    assert read == [{OWNER, OTHER}]
