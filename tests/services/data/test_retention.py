"""What is too old goes by itself: drafts, what was said, and who was decided long ago."""

from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from typing import Any

import pytest
from sqlalchemy import update

from bot import checklists
from bot.domain.decisions.history import Forgetting
from bot.domain.delivery import payloads
from bot.domain.figures.reports.backtest import Backtest
from bot.domain.figures.reports.memory import from_memory
from bot.domain.figures.reports.page import ReportPage
from bot.domain.figures.scope import Span
from bot.domain.prospects import Prospect
from bot.services.data.retention import FEW, RetentionRounds
from bot.services.figures.report import ReportService
from bot.services.ports import Caller
from bot.storage.data.erasing import ANSWERED
from bot.storage.data.retention import keepings
from bot.storage.delivery.tables import outbox
from bot.storage.rounds import RoundQueue
from tests.checklists.test_other_checklists import DATA
from tests.checklists.test_other_checklists import FIT as FIT_FILE
from tests.office import GOOD, NO_OFFER, PROBLEM
from tests.services.agency import MANAGER, OTHER, OWNER, A, Agency
from tests.services.data.everything import REMEMBERED

pytestmark = pytest.mark.both_databases


async def clean(agency: Agency) -> None:
    """Let the clock remove what is too old, to the end."""
    rounds = RetentionRounds(agency.units, RoundQueue(agency.database), agency.clock)
    while await rounds.tick():
        pass


async def known(agency: Agency, prospects: Sequence[Prospect]) -> list[bool]:
    async with agency.units.reading(A) as work:
        return [await work.prospects.get(each.id) is not None for each in prospects]


async def test_drafts_that_nobody_touches_go_after_thirty_days(agency: Agency) -> None:
    await agency.step(OWNER, await agency.begin(OWNER, "Old"), offer="vague", numbers="none")
    agency.clock.move(days=20)
    await agency.step(OTHER, await agency.begin(OTHER, "New"), offer="vague", numbers="none")
    agency.clock.move(days=11)

    await clean(agency)

    assert (await agency.offered(OWNER), await agency.offered(OTHER)) == ((), ("New",))


async def test_what_was_said_goes_after_ninety_days_but_for_where_it_stands(
    agency: Agency,
) -> None:
    await agency.walk_away(OWNER, await agency.screen(OWNER, NO_OFFER))
    await agency.set(referrals="Petra Klein")
    await agency.tick()
    await clean(agency)
    before = [row.kind for row in await agency.messages()]
    assert {"card_rewrite", "settings_changed"} < set(before)

    async with agency.database.writing() as connection:
        await connection.execute(update(outbox).values(written_at=outbox.c.written_at - 91 * 86400))
    agency.clock.move(days=1)
    await clean(agency)

    assert [row.kind for row in await agency.messages()] == [
        each for each in before if each not in {"card_rewrite", "settings_changed"}
    ]


async def test_nothing_is_forgotten_unless_somebody_chooses_it(agency: Agency) -> None:
    prospect = await agency.walk_away(OWNER, await agency.screen(OWNER, NO_OFFER))
    agency.clock.move(days=3000)

    await clean(agency)

    assert await known(agency, [prospect]) == [True]


async def test_it_is_announced_and_acts_from_the_monday_on(agency: Agency) -> None:
    old = [
        await agency.walk_away(OWNER, await agency.screen(OWNER, NO_OFFER, f"Old {n}"))
        for n in range(FEW + 1)
    ]
    lost = await agency.lose(OWNER, await agency.screen(OWNER, PROBLEM, "Lost"))
    ended = await agency.win(OWNER, await agency.screen(OWNER, GOOD, "Ended"))
    ended = await agency.end_client(OWNER, ended)
    client = await agency.win(OWNER, await agency.screen(OWNER, GOOD, "Client"))
    still_open = await agency.screen(OWNER, PROBLEM, "Open")
    agency.clock.move(days=365)
    young = await agency.walk_away(OWNER, await agency.screen(OWNER, NO_OFFER, "Young"))

    await agency.set(forget_after="6")
    await clean(agency)

    (told,) = [row for row in await agency.messages() if row.kind == "retention"]
    ahead = payloads.RetentionAhead(date(2027, 12, 6), date(2027, 6, 6), 6, FEW + 3)
    assert told.detail == payloads.written(ahead)
    assert all(await known(agency, [*old, lost, ended]))
    agency.clock.now += timedelta(days=6)
    await clean(agency)
    assert not any(await known(agency, [*old, lost, ended]))
    assert all(await known(agency, [client, still_open, young]))
    async with agency.units.reading(A) as work:
        noted = await work.erasing.notes()
    assert {(each.why, each.by) for each in noted} == {(Forgetting.AGE, None)}


async def test_never_again_is_a_choice_too(agency: Agency) -> None:
    prospect = await agency.walk_away(OWNER, await agency.screen(OWNER, NO_OFFER))
    agency.clock.move(days=365)
    await agency.set(forget_after="6")
    await agency.set(forget_after="never")
    agency.clock.move(days=30)

    await clean(agency)

    assert await known(agency, [prospect]) == [True]


async def test_that_a_text_was_answered_stays_known(agency: Agency) -> None:
    prospect = await agency.screen(OWNER, GOOD)
    await agency.lose(OWNER, prospect)
    agency.clock.move(days=200)
    reports = ReportService(agency.units, agency.clock, checklists.default())
    before = await reports.page(Caller(A, MANAGER), ReportPage(span=Span.ALL_TIME))
    await agency.set(forget_after="6")
    agency.clock.move(days=7)
    await clean(agency)
    agency.clock.move(days=-7)

    async with agency.units.reading(A) as work:
        kept = await work.qualifications.get(prospect.qualification_id)
    assert kept is not None
    assert kept.answers["numbers_given"] == ANSWERED
    assert kept.facts.name == ""
    assert await reports.page(Caller(A, MANAGER), ReportPage(span=Span.ALL_TIME)) == before


FIT = FIT_FILE.checklist
STRICTER = checklists.loads(
    (DATA / "fit.yaml").read_text("utf-8").replace("below: 10000", "at_most: 25000.5")
).checklist
REASONS: Mapping[str, Mapping[str, Any]] = {
    "Penniless": {"need": "vague", "budget": "0", "reason": "No idea"},
    "Small": {"need": "real", "budget": "9999.99", "reason": "A start-up"},
    "Just enough": {"need": "real", "budget": "10000", "expected_value": "49999,99"},
    "Between": {"need": "real", "budget": "25000.5", "expected_value": "61234"},
    "Large": {"need": "real", "budget": "812345.67", "expected_value": "1234567,89"},
    "At the limit": {"need": "vague", "budget": "26000", "expected_value": "50000"},
    "Silent": {"need": "vague", "start": "2027-06-30"},
    "Needless": {"need": "none", "expected_value": "98765,43"},
}


async def test_rules_judge_what_is_kept_as_they_judged_the_amounts(agency: Agency) -> None:
    await agency.checklists.adopt(Caller(A, MANAGER), STRICTER, seen=None)
    seen = (await agency.checklists.adoptable(Caller(A, MANAGER), FIT)).seen
    await agency.checklists.adopt(Caller(A, MANAGER), FIT, seen=seen, as_default=True)
    screened = [await agency.screen(OWNER, answers, name) for name, answers in REASONS.items()]
    for each in screened:
        await agency.lose(OWNER, each)
    known_ones = (FIT, STRICTER, checklists.default())

    async def judged() -> list[Backtest]:
        return [await agency.operator.backtest(A, each) for each in known_ones]

    before = await judged()
    agency.clock.move(days=200)
    await agency.set(forget_after="6")
    agency.clock.move(days=7)
    await clean(agency)

    assert not any(await known(agency, screened))
    assert await judged() == before
    assert before[0].judged == len(screened)
    assert before[0].moves != before[1].moves
    async with agency.units.reading(A) as work:
        found = await work.qualifications.of([each.qualification_id for each in screened])
    left = [found[each.qualification_id] for each in screened]
    assert [each.answers.get("budget") for each in left] == [
        0,
        0,
        10000,
        10000,
        25001,
        25001,
        None,
        None,
    ]
    values = [each.facts.expected_value for each in left]
    assert values == [None, None, 0, 50000, 50000, 50000, None, 50000]


async def test_what_was_entered_from_memory_goes_by_the_day_of_that(agency: Agency) -> None:
    await agency.everybody_comes()
    client = "Still a client,clear,ready,at_once,,won,yes,"
    await agency.importing.take_in(A, f"{REMEMBERED}{client}\n")
    agency.clock.move(days=200)
    await agency.importing.take_in(A, REMEMBERED.replace("Refused", "Of late"))
    async with agency.units.reading(A) as work:
        before = from_memory(await work.remembered.all())
    await agency.set(forget_after="6")
    (told,) = [row for row in await agency.messages() if row.kind == "retention"]
    assert told.detail["n"] == 2
    agency.clock.move(days=7)

    await clean(agency)

    async with agency.units.reading(A) as work:
        kept = await work.remembered.all()
    assert [each.name for each in kept] == ["", "", "Still a client", "Of late"]
    assert from_memory(kept) == before


async def test_who_was_told_before_the_remembered_went_as_well_is_told_again(
    agency: Agency,
) -> None:
    await agency.everybody_comes()
    await agency.importing.take_in(A, REMEMBERED)
    await agency.set(forget_after="6")
    await clean(agency)
    async with agency.database.writing() as connection:  # as a version before left it
        await connection.execute(update(keepings).values(remembered_too_on=None))
    agency.clock.move(days=190)
    before = len([row for row in await agency.messages() if row.kind == "retention"])
    until = agency.clock() + timedelta(days=14)
    [ahead] = await agency.forecast.forgotten_until(until)

    await clean(agency)

    told = [row for row in await agency.messages() if row.kind == "retention"][before:]
    assert [row.detail["n"] for row in told] == [2]
    assert await remembered_names(agency) == ["=Remembered GmbH", "Refused"]
    agency.clock.now = ahead.at - timedelta(hours=12)
    await clean(agency)
    assert await remembered_names(agency) == ["=Remembered GmbH", "Refused"]
    agency.clock.now = ahead.at
    await clean(agency)
    assert await remembered_names(agency) == ["", ""]
    assert len([row for row in await agency.messages() if row.kind == "retention"]) == before + 1


async def remembered_names(agency: Agency) -> list[str]:
    async with agency.units.reading(A) as work:
        return [each.name for each in await work.remembered.all()]


async def test_what_will_be_forgotten_is_foretold_and_comes(agency: Agency) -> None:
    for name in ("First", "Second"):
        await agency.walk_away(OWNER, await agency.screen(OWNER, NO_OFFER, name))
    agency.clock.move(days=40)
    later = await agency.walk_away(OWNER, await agency.screen(OWNER, NO_OFFER, "Later"))
    await agency.win(OWNER, await agency.screen(OWNER, GOOD, "Client"))
    agency.clock.move(days=150)
    assert await agency.forecast.forgotten_until(agency.clock() + timedelta(days=60)) == []
    await agency.set(forget_after="6")
    await clean(agency)

    until = agency.clock() + timedelta(days=60)
    told = await agency.forecast.forgotten_until(until)

    assert [(each.names, each.at.isoformat()) for each in told] == [
        (("First", "Second"), "2027-06-14T03:00:00+02:00"),
        (("Later",), "2027-07-10T03:00:00+02:00"),
    ]
    agency.clock.now = told[1].at - timedelta(hours=12)
    await clean(agency)
    assert await known(agency, [later]) == [True]
    assert await agency.forecast.forgotten_until(until) == list(told[1:])
    agency.clock.now = told[1].at
    await clean(agency)
    assert await known(agency, [later]) == [False]
    assert await agency.forecast.forgotten_until(until) == []
