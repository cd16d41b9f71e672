"""Nobody is away for long without the managers being told, and what of theirs is due with it."""

from datetime import UTC, date, datetime, timedelta

import pytest

from bot.domain.delivery import MessageKind, OutboxMessage, payloads
from bot.domain.delivery.contents import GoneOwner, ManagersMessage
from bot.domain.errors import NothingToHandOver, UnknownProspect
from bot.domain.people import MemberId
from bot.services.delivery.contents import content_of
from bot.services.ports import Caller
from tests.office import GOOD, NO_OFFER
from tests.services.agency import MANAGER, OTHER, OWNER, SECOND_MANAGER, A, Agency
from tests.services.nudges.test_nudges import pass_time, told

pytestmark = pytest.mark.both_databases

THURSDAY = datetime(2026, 12, 3, 9, tzinfo=UTC)
FRIDAY = date(2026, 12, 4)
NEXT_YEAR = date(2027, 11, 30)
BOTH = [(MANAGER, "2026-12-04"), (SECOND_MANAGER, "2026-12-04")]


async def pause(agency: Agency, by: MemberId, until: date | None) -> None:
    await agency.follow_up.pause(Caller(A, by), until)


async def heard(agency: Agency) -> list[tuple[str, str]]:
    """Return who was told of somebody's pause, and on which day."""
    found = []
    for reader, day in await told(agency, "managers"):
        async with agency.units.reading(A) as work:
            kept = await work.managers.record(MemberId(reader), date.fromisoformat(day))
        if kept is not None and kept.away:
            found.append((reader, day))
    return sorted(found, key=lambda each: each[::-1])


async def said(agency: Agency, kind: MessageKind = MessageKind.MANAGERS) -> tuple[GoneOwner, ...]:
    """Return what the message of Friday to a manager says now of who is gone or away."""
    morning = payloads.ManagersMorning(FRIDAY)
    message = OutboxMessage(kind, MANAGER, "any", payload=morning)
    async with agency.units.reading(A) as work:
        about = await content_of(work, message, agency.clock())
    assert isinstance(about, ManagersMessage)
    return about.gone


async def until_friday_noon(agency: Agency) -> None:
    await pass_time(agency, datetime(2026, 12, 4, 12, tzinfo=UTC), hours=1)


async def test_every_manager_is_told_on_the_next_working_morning(agency: Agency) -> None:
    agency.clock.now = THURSDAY
    await agency.screen(OWNER, NO_OFFER)
    await agency.screen(OWNER, GOOD, "Beta")
    await pause(agency, OWNER, NEXT_YEAR)

    await until_friday_noon(agency)

    assert await heard(agency) == BOTH
    (away,) = await said(agency)
    assert (away.id, away.total, away.away_until) == (OWNER, 1, NEXT_YEAR)
    assert [each.facts.name for each in away.prospects] == ["Acme GmbH"]


@pytest.mark.parametrize(
    ("until", "is_told"), [(date(2026, 12, 11), False), (date(2026, 12, 12), True)]
)
async def test_a_pause_of_five_working_days_is_nobodys_business(
    agency: Agency, until: date, *, is_told: bool
) -> None:
    agency.clock.now = THURSDAY
    await agency.screen(OWNER, NO_OFFER)
    await pause(agency, OWNER, until)

    await until_friday_noon(agency)

    assert await heard(agency) == (BOTH if is_told else [])


async def test_a_pause_is_told_once_and_again_when_it_gets_longer(agency: Agency) -> None:
    agency.clock.now = THURSDAY
    await pause(agency, OWNER, date(2026, 12, 21))
    await pass_time(agency, datetime(2026, 12, 8, 12, tzinfo=UTC))
    assert await heard(agency) == BOTH

    await pause(agency, OWNER, NEXT_YEAR)
    await pass_time(agency, datetime(2026, 12, 11, 12, tzinfo=UTC))

    assert await heard(agency) == [
        *BOTH,
        (MANAGER, "2026-12-09"),
        (SECOND_MANAGER, "2026-12-09"),
    ]


async def test_a_pause_that_ended_before_the_morning_is_not_told(agency: Agency) -> None:
    agency.clock.now = THURSDAY
    await pause(agency, OWNER, NEXT_YEAR)
    await pause(agency, OWNER, None)

    await until_friday_noon(agency)

    assert await heard(agency) == []


async def test_a_manager_who_pauses_is_told_of_to_the_others(agency: Agency) -> None:
    agency.clock.now = THURSDAY
    await pause(agency, MANAGER, NEXT_YEAR)

    await until_friday_noon(agency)

    assert await heard(agency) == [(SECOND_MANAGER, "2026-12-04")]


async def test_who_is_back_is_said_to_be_back_where_the_pause_was_told(agency: Agency) -> None:
    agency.clock.now = THURSDAY
    await agency.screen(OWNER, NO_OFFER)
    await pause(agency, OWNER, NEXT_YEAR)
    await until_friday_noon(agency)
    async with agency.units(A) as work:
        await work.managers.set_posted(MANAGER, FRIDAY, ("D0", "1.0"), FRIDAY, None)

    await pause(agency, OWNER, None)
    await agency.tick()
    agency.clock.move(days=1)

    rewritten = [row for row in await agency.messages() if row.kind == "managers_rewrite"]
    assert MANAGER in {row.recipient for row in rewritten}
    (away,) = await said(agency, MessageKind.MANAGERS_REWRITE)
    assert away.is_back


async def test_what_is_due_of_who_is_away_is_handed_over_in_one_go(agency: Agency) -> None:
    agency.clock.now = THURSDAY
    due = await agency.screen(OWNER, NO_OFFER)
    fine = await agency.screen(OWNER, GOOD, "Beta")
    await pause(agency, OWNER, NEXT_YEAR)
    await until_friday_noon(agency)

    left, _ = await agency.handover.left_behind(Caller(A, MANAGER), OWNER)
    await agency.handover.hand_all_over(Caller(A, MANAGER), OWNER, OTHER)

    assert left.total == 1
    assert (await agency.now(due.id)).facts.owner == OTHER
    assert (await agency.now(fine.id)).facts.owner == OWNER
    with pytest.raises(NothingToHandOver):
        await agency.handover.left_behind(Caller(A, MANAGER), OWNER)


async def test_who_has_not_paused_keeps_what_they_own(agency: Agency) -> None:
    await agency.screen(OWNER, NO_OFFER)

    with pytest.raises(NothingToHandOver):
        await agency.handover.hand_all_over(Caller(A, MANAGER), OWNER, OTHER)


async def test_who_came_back_over_night_is_not_spoken_of(agency: Agency) -> None:
    agency.clock.now = THURSDAY
    await pause(agency, OWNER, NEXT_YEAR)
    await until_friday_noon(agency)
    await pause(agency, OWNER, None)
    agency.clock.move(days=1)

    with pytest.raises(UnknownProspect):
        await said(agency)


async def test_a_forecast_tells_of_a_pause(agency: Agency) -> None:
    agency.clock.now = THURSDAY
    await pause(agency, OWNER, NEXT_YEAR)

    foretold = await agency.forecast.until(THURSDAY + timedelta(days=2))

    told_of = [(each.to, f"{each.at.date()}") for each in foretold if each.kind == "managers"]
    assert sorted(told_of) == BOTH


@pytest.mark.parametrize("database_kind", ["postgres"], indirect=True)
async def test_a_pause_during_the_round_of_a_manager_is_told_on_the_next_morning(
    agency: Agency, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It is kept after the round has read what is new, and before it says when the next one is."""
    agency.clock.now = THURSDAY
    await agency.screen(OWNER, NO_OFFER)
    agency.clock.now = datetime(2026, 12, 4, 12, tzinfo=UTC)
    async with agency.units(A) as work:
        await work.managers.call(MANAGER, agency.clock.now)

    async def meanwhile(*_: object, **__: object) -> tuple[()]:
        await pause(agency, OWNER, NEXT_YEAR)
        return ()

    monkeypatch.setattr("bot.services.managers.drafts_for_manager", meanwhile)
    await agency.managers.tick()
    monkeypatch.undo()
    await pass_time(agency, datetime(2026, 12, 7, 12, tzinfo=UTC), hours=1)

    assert (MANAGER, "2026-12-07") in await heard(agency)
