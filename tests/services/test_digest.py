"""The channel gets one digest a week, on the morning of its first working day, or none."""

import asyncio
import logging
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import select

from bot.domain.checklist.rules import Verdict
from bot.domain.delivery import MessageKind, OutboxMessage, payloads
from bot.domain.delivery.contents import DigestMessage
from bot.domain.errors import UnknownProspect
from bot.domain.prospects import Stage
from bot.services.delivery.contents import content_of, store_posted
from bot.services.digest import DigestRounds
from bot.storage.database import Database
from bot.storage.delivery.tables import RowState, outbox
from bot.storage.digests import digests
from bot.storage.rounds import RoundQueue
from tests.office import GOOD, NO_OFFER, PROBLEM
from tests.services.agency import MANAGER, OWNER, SETTINGS, A, Agency
from tests.services.delivery.posting import Post
from tests.services.nudges.test_nudges import pass_time

pytestmark = pytest.mark.both_databases

THIS_WEEK, NEXT_WEEK = date(2026, 11, 30), date(2026, 12, 7)
NINE = datetime(2026, 12, 7, 8, tzinfo=UTC)
"""In Berlin."""


@pytest.fixture(autouse=True)
def far_backstop() -> None:
    """Leave the backstop where it is: the digest names what has passed it."""


async def digested(agency: Agency) -> list[str]:
    """Return the keys of the digests that were written."""
    rows = await agency.messages()
    return [row.dedupe_key for row in rows if row.kind == MessageKind.DIGEST]


async def content(agency: Agency, monday: date = NEXT_WEEK) -> DigestMessage:
    message = OutboxMessage(
        MessageKind.DIGEST, SETTINGS.verdict_channel, "", payload=payloads.OfWeek(monday)
    )
    async with agency.units.reading(A) as work:
        found = await content_of(work, message, agency.clock())
    assert isinstance(found, DigestMessage)
    return found


async def test_the_channel_hears_once_a_week_at_nine(agency: Agency) -> None:
    await pass_time(agency, NINE - timedelta(minutes=1))
    assert await digested(agency) == []  # nothing to tell of the week before the first

    await pass_time(agency, NINE + timedelta(days=20))

    assert await digested(agency) == [f"digest:2026-W{week}" for week in (50, 51, 52)]


async def test_any_number_of_processes_write_it_once(agency: Agency, database: Database) -> None:
    agency.clock.now = NINE - timedelta(days=1)
    await agency.digests.tick()
    agency.clock.now = NINE
    others = [DigestRounds(agency.units, RoundQueue(database), agency.clock) for _ in range(3)]

    await asyncio.gather(*(each.tick() for each in (agency.digests, *others)))
    await asyncio.gather(*(each.tick() for each in (agency.digests, *others)))

    assert await digested(agency) == ["digest:2026-W50"]


async def test_a_bot_that_was_down_still_says_it_until_the_day_is_over(agency: Agency) -> None:
    agency.clock.now = NINE - timedelta(days=1)
    await agency.digests.tick()
    agency.clock.now = datetime(2026, 12, 7, 22, 59, tzinfo=UTC)

    await agency.digests.tick()

    assert await digested(agency) == ["digest:2026-W50"]


async def test_after_that_it_is_left_out_and_the_log_says_why(
    agency: Agency, caplog: pytest.LogCaptureFixture
) -> None:
    agency.clock.now = NINE - timedelta(days=1)
    await agency.digests.tick()
    agency.clock.now = datetime(2026, 12, 7, 23, tzinfo=UTC)

    with caplog.at_level(logging.WARNING):
        await agency.digests.tick()

    assert await digested(agency) == []
    assert "the digest of the week of 2026-12-07 is left out: its day was over" in caplog.text
    await pass_time(agency, NINE + timedelta(days=7, hours=3))
    assert await digested(agency) == ["digest:2026-W51"]


async def test_a_workspace_that_moves_hears_it_at_nine_where_it_is_now(agency: Agency) -> None:
    agency.clock.now = NINE - timedelta(days=1)
    await agency.digests.tick()
    async with agency.units(A) as work:
        await work.workspaces.change_settings(replace(SETTINGS, zone=ZoneInfo("America/New_York")))

    await pass_time(agency, NINE + timedelta(hours=5, minutes=59), hours=1)
    assert await digested(agency) == []
    await pass_time(agency, NINE + timedelta(hours=7), hours=1)
    assert await digested(agency) == ["digest:2026-W50"]


async def test_it_tells_what_became_of_the_week(agency: Agency) -> None:
    agency.clock.now = NINE - timedelta(days=5)
    refused = await agency.screen(OWNER, NO_OFFER, "No Offer Ltd")
    await agency.walk_away(OWNER, refused)
    client = await agency.screen(OWNER, GOOD, "Good Ltd")
    await agency.win(OWNER, client)
    waiting = await agency.screen(OWNER, PROBLEM, "Acme GmbH")
    await agency.override(OWNER, waiting)
    agency.clock.now = NINE

    told = await content(agency)

    counts = told.digest.counts
    assert counts.screened == {Verdict.WALK_AWAY: 1, Verdict.PURSUE: 1, Verdict.PROBLEM: 1}
    assert counts.ended == {Stage.WALKED_AWAY: 1, Stage.WON: 1}
    assert counts.overrides == {"no_other_client": 1}
    assert counts.fastest_no is not None
    assert told.fastest is None


@pytest.mark.parametrize(("shown", "name"), [("off", None), ("on", "No Offer Ltd")])
async def test_it_praises_by_name_only_where_figures_per_person_are_shown(
    agency: Agency, shown: str, name: str | None
) -> None:
    await agency.set(figures_per_person=shown)
    agency.clock.now = NINE - timedelta(days=5)
    await agency.walk_away(OWNER, await agency.screen(OWNER, NO_OFFER, "No Offer Ltd"))
    agency.clock.now = NINE

    told = await content(agency)

    assert told.digest.counts.fastest_no is not None
    assert told.fastest == name
    assert (OWNER in told.names) is (name is not None)


async def test_it_names_what_nobody_decides_with_owner_and_reason(agency: Agency) -> None:
    await agency.screen(OWNER, PROBLEM)
    agency.clock.now = datetime(2026, 12, 14, 9, tzinfo=UTC)

    told = await content(agency, date(2026, 12, 14))

    (row,) = told.digest.undecided.rows
    assert row.facts.name == "Acme GmbH"
    assert told.names == {OWNER: "Owner"}
    assert told.briefs[row.id].reason["en"]


async def test_a_manager_who_snoozes_it_does_not_take_it_from_the_digest(agency: Agency) -> None:
    prospect = await agency.screen(OWNER, PROBLEM)
    agency.clock.now = datetime(2026, 12, 11, 9, tzinfo=UTC)
    await agency.snooze(MANAGER, prospect, 10)
    agency.clock.now = datetime(2026, 12, 14, 9, tzinfo=UTC)

    (row,) = (await content(agency, date(2026, 12, 14))).digest.undecided.rows

    assert row.nudge_record.is_discussed


async def test_what_has_no_place_in_the_list_follows_in_the_thread(agency: Agency) -> None:
    for n in range(22):
        await agency.screen(OWNER, PROBLEM, f"{chr(65 + n) * 6} Ltd")
    monday = date(2026, 12, 28)
    agency.clock.now = datetime(2026, 12, 28, 9, tzinfo=UTC)
    message = OutboxMessage(
        MessageKind.DIGEST, SETTINGS.verdict_channel, "", payload=payloads.OfWeek(monday)
    )
    async with agency.units(A) as work:
        await work.digests.expect(monday, agency.clock())
        await store_posted(work, message, ("C0OLD", "1.0"), None, None, agency.clock())

    told = await content(agency, monday)

    assert told.posted == ("C0OLD", "1.0")
    assert len(told.digest.undecided.also_new) == 2
    lines = [row for row in await agency.messages() if row.kind == MessageKind.DIGEST_LINE]
    assert [(row.recipient, row.dedupe_key) for row in lines] == [("C0OLD", "digest_line:2026-W53")]


async def test_a_short_list_has_nothing_to_follow(agency: Agency) -> None:
    await agency.screen(OWNER, PROBLEM)
    message = OutboxMessage(
        MessageKind.DIGEST, SETTINGS.verdict_channel, "", payload=payloads.OfWeek(NEXT_WEEK)
    )
    async with agency.units(A) as work:
        await work.digests.expect(NEXT_WEEK, agency.clock())
        await store_posted(work, message, ("C0OLD", "1.0"), None, None, agency.clock())

    assert not [row for row in await agency.messages() if row.kind == MessageKind.DIGEST_LINE]


async def test_what_slack_did_not_take_on_its_day_is_not_sent_on_the_next(post: Post) -> None:
    agency = post.agency
    agency.clock.now = NINE
    async with agency.units(A) as work:
        await work.digests.expect(NEXT_WEEK, NINE)
    await agency.digests.tick()
    agency.clock.now = NINE + timedelta(hours=15)

    await post.deliver()

    assert post.messenger.sent == []
    async with agency.database.reading() as connection:
        (row,) = (await connection.execute(select(outbox))).all()
    assert (row.state, row.cause) == (RowState.DEAD, "day_over")


async def test_without_a_workspace_there_is_nothing_to_tell(agency: Agency) -> None:
    message = OutboxMessage(MessageKind.DIGEST, "C0", "", payload=payloads.OfWeek(NEXT_WEEK))
    async with agency.units.reading(type(A)("T0NOBODY")) as work:
        with pytest.raises(UnknownProspect):
            await content_of(work, message, NINE)


async def test_only_the_week_to_come_is_looked_at(agency: Agency, database: Database) -> None:
    await pass_time(agency, NINE + timedelta(days=20))
    async with database.reading() as connection:
        rows = (await connection.execute(select(digests).order_by(digests.c.monday))).all()
    assert [row.due_at is None for row in rows] == [True] * (len(rows) - 1) + [False]


async def test_its_figures_are_told_as_things_stand_when_it_is_drawn(post: Post) -> None:
    agency = post.agency
    for number in range(3):
        await agency.override(OWNER, await agency.screen(OWNER, NO_OFFER, f"Acme {number}"))
    agency.clock.now = NINE
    await agency.digests.tick()
    agency.clock.now = NINE + timedelta(days=7)
    await agency.digests.tick()

    await post.deliver()

    *_, digest = post.messenger.digests
    assert digest.digest.figures.now.overridden[Verdict.WALK_AWAY].count == 3
