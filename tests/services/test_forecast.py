"""Looking ahead: what is foretold is what comes, if nobody does anything."""

from collections import Counter
from datetime import UTC, date, datetime, timedelta

import pytest
import sqlalchemy as sa

from bot.domain.checklist.rules import Verdict
from bot.domain.delivery.contents import DigestMessage
from bot.domain.read_models import Overview
from bot.services.digest import digest_message
from bot.services.figures.facts import derive_facts
from bot.services.ports import Caller
from bot.storage.delivery import pauses
from bot.storage.delivery.tables import outbox
from tests.office import GOOD, HOMEWORK, NO_OFFER, PROBLEM
from tests.services.agency import LEAVER, MANAGER, OTHER, OWNER, SECOND_MANAGER, A, Agency
from tests.services.nudges.test_nudges import pass_time

UNTIL = datetime(2027, 1, 25, tzinfo=UTC)


async def test_what_is_foretold_comes_and_nothing_else(agency: Agency) -> None:
    for number in range(12):
        await agency.screen(OWNER, PROBLEM, f"Acme {number}")
    await agency.screen(OTHER, NO_OFFER, "Beta")
    await agency.screen(MANAGER, HOMEWORK, "Gamma")
    await agency.screen(LEAVER, GOOD, "Delta")
    for owner in (OWNER, MANAGER, OTHER):
        for number in range(4):
            won = await agency.screen(owner, GOOD, f"Epsilon {number} of {owner}")
            await agency.win(owner, won, date(2026, 11, 12 + 4 * number))
    await agency.leave(LEAVER)
    await agency.tick()
    await agency.follow_up.pause(Caller(A, MANAGER), date(2026, 12, 17))

    forecast = await agency.forecast.until(UNTIL)
    await pass_time(agency, UNTIL, hours=1)

    kinds = ("nudge", "outcome", "lapse_line", "closing_line", "managers", "digest")
    written = [(r.kind, r.recipient) for r in await agency.messages() if r.kind in kinds]
    days = [(r.kind, r.detail["day"]) for r in await agency.messages() if "day" in r.detail]
    assert sorted((each.kind.value, each.to) for each in forecast) == sorted(written)
    assert sorted(
        (each.kind.value, each.at.date().isoformat())
        for each in forecast
        if each.kind in {"nudge", "outcome", "managers"}
    ) == sorted(days)
    assert {each.kind for each in forecast} == set(kinds)


async def test_what_waits_is_on_its_way_at_once(agency: Agency) -> None:
    await agency.walk_away(OWNER, await agency.screen(OWNER, NO_OFFER))

    found = await agency.forecast.until(agency.clock())

    assert [(each.kind, each.to) for each in found] == [
        ("card", "C0VERDICTS"),
        ("thread_line", "C0VERDICTS"),
    ]
    assert {each.at for each in found} == {agency.clock()}
    assert [each.prospects[0].facts.name for each in found] == ["Acme GmbH"] * 2


@pytest.mark.both_databases
async def test_a_card_that_waits_links_its_namesake_however_long_ago_that_was_decided(
    agency: Agency,
) -> None:
    namesake = await agency.lose(OWNER, await agency.screen(OWNER, NO_OFFER))
    async with agency.database.writing() as connection:
        await connection.execute(sa.delete(outbox))
    agency.clock.move(days=400)
    await agency.screen(OTHER, GOOD)

    found = await agency.forecast.until(agency.clock())

    (card,) = [each.about for each in found if each.kind == "card"]
    assert isinstance(card, Overview)
    assert card.namesake is not None
    assert card.namesake.id == namesake.qualification_id


async def test_what_waits_for_work_is_foretold_for_the_morning(agency: Agency) -> None:
    await agency.screen(OWNER, PROBLEM)
    await agency.tick()
    agency.clock.now = datetime(2026, 12, 8, 15, 30, tzinfo=UTC)
    await agency.nudges.tick()
    agency.clock.move(hours=3)

    assert await agency.forecast.until(agency.clock()) == []
    (waiting,) = await agency.forecast.until(datetime(2026, 12, 9, 12, tzinfo=UTC))
    assert (waiting.kind, waiting.at.isoformat()) == ("nudge", "2026-12-09T09:00:00+01:00")


async def test_what_becomes_of_overrides_is_foretold(agency: Agency) -> None:
    await agency.override(OTHER, await agency.screen(OTHER, NO_OFFER, "Overridden"))
    await agency.let_managers_approve()
    await agency.override(OWNER, await agency.screen(OWNER, NO_OFFER, "Asked"))
    await agency.override(MANAGER, await agency.screen(MANAGER, HOMEWORK, "Asked by a manager"))

    forecast = await agency.forecast.until(UNTIL)
    await pass_time(agency, UNTIL, hours=1)

    kinds = {
        "nudge": 9,
        "closing_line": 3,
        "lapse_line": 1,
        "override_asked": 6,
        "override_lapsed": 2,
        "request_line": 2,
        "kill_date_line": 1,
    }
    written = Counter((r.kind, r.recipient) for r in await agency.messages() if r.kind in kinds)
    told = Counter((each.kind.value, each.to) for each in forecast if each.kind in kinds)
    assert told == written
    assert {k: sum(n for (kind, _), n in written.items() if kind == k) for k in kinds} == kinds


@pytest.mark.both_databases
async def test_looking_ahead_changes_nothing(agency: Agency) -> None:
    prospect = await agency.screen(OWNER, PROBLEM)
    await agency.tick()
    before = await agency.messages()

    first = await agency.forecast.until(UNTIL)
    second = await agency.forecast.until(UNTIL)

    assert first == second
    assert [each.kind.value for each in first if each.kind != "digest"] == [
        "nudge",
        "nudge",
        "closing_line",
        "nudge",
        "managers",
        "managers",
    ]
    digests = [each for each in first if each.kind == "digest"]
    assert [each.at.isoformat() for each in digests[:2]] == [
        "2026-12-07T09:00:00+01:00",
        "2026-12-14T09:00:00+01:00",
    ]
    assert [[p.id for p in each.prospects] for each in digests[:2]] == [[], [prospect.id]]
    assert await agency.now(prospect.id) == prospect
    assert await agency.messages() == before


async def test_moments_are_those_of_the_owner(agency: Agency) -> None:
    await agency.screen(OTHER, NO_OFFER)
    await agency.tick()

    first, *_ = await agency.forecast.until(UNTIL)

    assert first.at.isoformat().startswith("2026-12-03T09:")
    assert first.at.isoformat().endswith("-05:00")


async def test_what_is_asked_out_of_hours_is_foretold_for_the_morning(agency: Agency) -> None:
    await agency.let_managers_approve()
    await agency.override(OWNER, await agency.screen(OWNER, NO_OFFER))
    await agency.nudges.tick()
    agency.clock.move(hours=12)

    forecast = await agency.forecast.until(agency.clock() + timedelta(days=1))

    asked = [each for each in forecast if each.kind == "override_asked"]
    first = min(each.at for each in asked)
    assert [each.to for each in asked if each.at == first] == [MANAGER, SECOND_MANAGER]
    assert first.isoformat() == "2026-12-01T09:00:00+01:00"


async def test_a_nudge_that_was_held_up_into_a_pause_is_foretold_for_its_end(
    agency: Agency,
) -> None:
    await agency.screen(OWNER, PROBLEM)
    await agency.tick()
    agency.clock.now = datetime(2026, 12, 8, 15, 30, tzinfo=UTC)
    await agency.nudges.tick()
    agency.clock.move(hours=3)
    await agency.follow_up.pause(Caller(A, OWNER), date(2026, 12, 14))

    forecast = await agency.forecast.until(datetime(2026, 12, 20, tzinfo=UTC))

    nudges = [each for each in forecast if each.kind == "nudge"]
    assert [each.at.date() for each in nudges] == [date(2026, 12, 14)]


async def test_while_slack_is_away_nothing_is_foretold_before_it_is_tried_again(
    agency: Agency,
) -> None:
    await agency.walk_away(OWNER, await agency.screen(OWNER, NO_OFFER))
    async with agency.database.writing() as connection:
        await pauses.begin(connection, A, "token_revoked", 300)

    found = await agency.forecast.until(agency.clock() + timedelta(days=1))

    assert [each.kind for each in found] == ["card", "thread_line"]
    assert all(timedelta(minutes=4) < each.at - agency.clock() for each in found)
    assert await agency.forecast.until(agency.clock()) == []


@pytest.mark.both_databases
@pytest.mark.parametrize("facts_told_after", [None, 1, 3])
async def test_a_digest_is_foretold_with_the_figures_that_it_then_has(
    agency: Agency, monkeypatch: pytest.MonkeyPatch, facts_told_after: int | None
) -> None:
    for number in range(3):
        await agency.walk_away(OWNER, await agency.screen(OWNER, NO_OFFER, f"Acme {number}"))
        await agency.override(OWNER, await agency.screen(OWNER, NO_OFFER, f"Beta {number}"))
        if number + 1 == facts_told_after:
            await derive_facts(agency.units, A)
    monday, nine = date(2026, 12, 14), datetime(2026, 12, 14, 8, tzinfo=UTC)

    with monkeypatch.context() as patch:
        patch.setattr(agency.database, "writing", "nobody who looks ahead may write")
        foretold = await agency.forecast.until(nine)
    await derive_facts(agency.units, A)
    agency.clock.now = nine
    async with agency.units.reading(A) as work:
        told = await digest_message(work, monday, nine)

    *_, digest = [each.about for each in foretold if each.kind == "digest"]
    assert isinstance(digest, DigestMessage)
    assert digest.digest.figures == told.digest.figures
    assert digest.digest.weeks == told.digest.weeks
    assert told.digest.figures.now.overridden[Verdict.WALK_AWAY].of > 0
    assert told.digest.weeks[-2].total == 6
