"""An open *pursue* on which nothing is done: its owner is asked, and in the end the managers."""

from datetime import UTC, date, datetime
from typing import Any

import pytest

from bot.domain.delivery import Dead
from bot.domain.delivery.outbox import READER_PAUSED
from bot.domain.errors import NotAllowed, StaleClick, WrongStage
from bot.domain.people import MemberId
from bot.services.ports import Caller
from tests.office import GOOD, HOMEWORK, PROBLEM
from tests.services.agency import LEAVER, MANAGER, OTHER, OWNER, SECOND_MANAGER, A, Agency
from tests.services.delivery.posting import Post
from tests.services.nudges.test_nudges import pass_time, told
from tests.services.test_managers import heard

pytestmark = pytest.mark.both_databases

TUESDAY = datetime(2026, 12, 1, 9, tzinfo=UTC)
ASKED = datetime(2026, 12, 31, 12, tzinfo=UTC)
THIRD = ["2026-12-31", "2027-01-29", "2027-02-26"]
"""Twenty working days after the verdict and the morning after, then twenty after each question."""


async def questions(agency: Agency, owner: MemberId = OWNER) -> list[tuple[str, list[str]]]:
    """Return on which days an owner was asked about what."""
    found = []
    for reader, day in await told(agency):
        async with agency.units.reading(A) as work:
            asked = (await work.nudges.items(owner, date.fromisoformat(day))).questions
            about = await work.prospects.all_of([each for each, _ in asked])
        if reader == owner and about:
            found.append((day, [each.facts.name for each in about]))
    return found


async def still_open_rows(agency: Agency, manager: MemberId = MANAGER) -> list[str]:
    """Return the days on which a manager read that something is open for long."""
    found = []
    for reader, day in await told(agency, "managers"):
        async with agency.units.reading(A) as work:
            kept = await work.managers.record(manager, date.fromisoformat(day))
        if reader == manager and kept is not None and kept.questions:
            found.append(day)
    return found


async def say_open(agency: Agency, by: MemberId, prospect_id: Any) -> None:
    prospect = await agency.now(prospect_id)
    await agency.still_open(by, prospect)


async def test_the_worked_example(agency: Agency) -> None:
    agency.clock.now = TUESDAY
    await agency.screen(OWNER, GOOD)

    await pass_time(agency, datetime(2027, 1, 28, tzinfo=UTC))

    assert await questions(agency) == [("2026-12-31", ["Acme GmbH"])]


async def test_without_an_answer_it_is_asked_again_and_from_the_third_time_on_managers_read_it(
    agency: Agency,
) -> None:
    agency.clock.now = TUESDAY
    await agency.screen(OWNER, GOOD)

    await pass_time(agency, datetime(2027, 3, 5, tzinfo=UTC))

    assert [day for day, _ in await questions(agency)] == THIRD
    for manager in (MANAGER, SECOND_MANAGER):
        assert await still_open_rows(agency, manager) == ["2027-03-01"]


async def test_that_it_is_still_open_is_asked_again_and_counts_for_the_managers(
    agency: Agency,
) -> None:
    agency.clock.now = TUESDAY
    prospect = await agency.screen(OWNER, GOOD)
    for day in THIRD:
        await pass_time(agency, datetime.fromisoformat(f"{day}T12:00+00:00"))
        await say_open(agency, OWNER, prospect.id)

    await pass_time(agency, datetime(2027, 3, 5, tzinfo=UTC))

    assert [day for day, _ in await questions(agency)] == THIRD
    assert await still_open_rows(agency) == ["2027-03-01"]


async def test_a_late_answer_gives_as_many_days_as_the_question(agency: Agency) -> None:
    agency.clock.now = TUESDAY
    prospect = await agency.screen(OWNER, GOOD)
    await pass_time(agency, datetime(2027, 1, 4, 12, tzinfo=UTC))
    await say_open(agency, OWNER, prospect.id)

    await pass_time(agency, datetime(2027, 2, 10, tzinfo=UTC))

    assert [day for day, _ in await questions(agency)] == ["2026-12-31", "2027-02-01"]


async def test_any_other_action_starts_the_wait_and_the_count_anew(agency: Agency) -> None:
    agency.clock.now = TUESDAY
    prospect = await agency.screen(OWNER, GOOD)
    await pass_time(agency, datetime(2027, 2, 1, tzinfo=UTC))
    await agency.correct(OWNER, await agency.now(prospect.id))

    await pass_time(agency, datetime(2027, 3, 10, tzinfo=UTC))

    assert [day for day, _ in await questions(agency)] == [*THIRD[:2], "2027-03-02"]
    assert await still_open_rows(agency) == []


async def test_a_new_owner_is_asked_and_the_one_before_no_more(agency: Agency) -> None:
    agency.clock.now = TUESDAY
    prospect = await agency.screen(OWNER, GOOD)
    await pass_time(agency, datetime(2026, 12, 10, tzinfo=UTC))
    await agency.hand_over(OWNER, await agency.now(prospect.id), LEAVER)

    await pass_time(agency, datetime(2027, 1, 20, tzinfo=UTC))

    assert await questions(agency) == []
    assert [day for day, _ in await questions(agency, LEAVER)] == ["2027-01-12"]


async def test_a_condition_that_is_met_leaves_something_to_ask_about(agency: Agency) -> None:
    agency.clock.now = TUESDAY
    prospect = await agency.screen(OWNER, HOMEWORK)
    await pass_time(agency, datetime(2026, 12, 2, 9, tzinfo=UTC))
    await agency.meet(OWNER, await agency.now(prospect.id))

    await pass_time(agency, datetime(2027, 1, 20, tzinfo=UTC))

    assert [day for day, _ in await questions(agency)] == ["2027-01-04"]


async def test_only_an_open_pursue_is_asked_about(agency: Agency) -> None:
    agency.clock.now = TUESDAY
    won = await agency.screen(OWNER, GOOD, "Won")
    await agency.win(OWNER, won)
    await agency.screen(OWNER, PROBLEM, "Problem")
    await agency.screen(OWNER, HOMEWORK, "Homework")

    await pass_time(agency, datetime(2027, 2, 10, tzinfo=UTC))

    assert await questions(agency) == []


async def test_one_message_asks_about_five_after_what_is_stalled(agency: Agency) -> None:
    agency.clock.now = TUESDAY
    for number in range(6):
        await agency.screen(OWNER, GOOD, f"Good {number}")
    await pass_time(agency, datetime(2026, 12, 23, 9, tzinfo=UTC))
    await agency.screen(OWNER, PROBLEM, "Stalled")

    await pass_time(agency, datetime(2027, 1, 6, tzinfo=UTC))

    assert await told(agency) == [(OWNER, "2026-12-31"), (OWNER, "2027-01-04")]
    asked = await questions(agency)
    assert [(day, len(names)) for day, names in asked] == [("2026-12-31", 5), ("2027-01-04", 1)]
    async with agency.units.reading(A) as work:
        stalled = (await work.nudges.items(OWNER, date(2027, 1, 4))).nudges
    assert len(stalled) == 1


async def test_nobody_is_asked_in_their_own_pause(agency: Agency) -> None:
    agency.clock.now = TUESDAY
    await agency.screen(OWNER, GOOD)
    await agency.follow_up.pause(Caller(A, OWNER), date(2027, 1, 11))

    await pass_time(agency, datetime(2027, 1, 20, tzinfo=UTC))

    assert [day for day, _ in await questions(agency)] == ["2027-01-11"]


async def test_who_owns_it_is_not_told_as_a_manager_as_well(agency: Agency) -> None:
    agency.clock.now = TUESDAY
    await agency.screen(MANAGER, GOOD)

    await pass_time(agency, datetime(2027, 3, 5, tzinfo=UTC))

    assert await still_open_rows(agency, MANAGER) == []
    assert await still_open_rows(agency, SECOND_MANAGER) == ["2027-03-01"]
    assert await heard(agency) == [(SECOND_MANAGER, "2027-03-01")]


async def test_it_can_be_answered_once_a_question_by_owner_and_managers(agency: Agency) -> None:
    agency.clock.now = TUESDAY
    before = await agency.screen(OWNER, GOOD)
    with pytest.raises(WrongStage):
        await agency.still_open(OWNER, before)
    await pass_time(agency, ASKED)
    asked = await agency.now(before.id)

    with pytest.raises(NotAllowed):
        await agency.still_open(OTHER, asked)
    answered = await agency.still_open(MANAGER, asked)

    with pytest.raises(StaleClick):
        await agency.still_open(OWNER, asked)
    with pytest.raises(WrongStage):
        await agency.still_open(OWNER, answered)


async def test_it_restarts_nothing(agency: Agency) -> None:
    agency.clock.now = TUESDAY
    prospect = await agency.screen(OWNER, GOOD)
    await pass_time(agency, ASKED)
    asked = await agency.now(prospect.id)

    answered = await agency.still_open(OWNER, asked)

    assert (answered.due, answered.nudge_record, answered.in_question) == (
        asked.due,
        asked.nudge_record,
        asked.in_question,
    )
    assert answered.quiet.asked == 1


async def test_a_question_that_never_reached_its_owner_comes_again(
    agency: Agency, post: Post
) -> None:
    agency.clock.now = TUESDAY
    prospect = await agency.screen(OWNER, GOOD)
    await pass_time(agency, datetime(2026, 12, 31, 7, tzinfo=UTC))
    agency.clock.now = datetime(2026, 12, 31, 9, 30, tzinfo=UTC)
    await agency.nudges.tick()
    post.messenger.answers["nudge"] = [Dead(READER_PAUSED)]
    await post.deliver()
    assert (await agency.now(prospect.id)).quiet.asked == 0

    await pass_time(agency, datetime(2027, 1, 20, tzinfo=UTC))

    assert [day for day, _ in await questions(agency)] == ["2026-12-31", "2027-01-04"]


async def test_the_forecast_foretells_the_questions(agency: Agency) -> None:
    agency.clock.now = TUESDAY
    await agency.screen(OWNER, GOOD)

    foretold = [
        (each.kind, f"{each.at:%F}", each.to)
        for each in await agency.forecast.until(datetime(2027, 3, 5, tzinfo=UTC))
        if each.kind in {"nudge", "managers"}
    ]

    managers = [("managers", "2027-03-01", each) for each in (MANAGER, SECOND_MANAGER)]
    assert foretold[:3] == [("nudge", day, OWNER) for day in THIRD]
    assert sorted(foretold[3:]) == managers
