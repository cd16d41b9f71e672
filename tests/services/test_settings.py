"""Two managers have the settings open: nobody silently takes back what the other one chose."""

import asyncio
import logging
from collections.abc import AsyncIterator

import pytest
from sqlalchemy import text

from bot.domain.errors import AnswersRejected
from bot.domain.workspace import ChosenSettings, OverrideApproval
from bot.services.ports import Caller
from bot.storage.database import Database
from tests.services.agency import GONE, MANAGER, SECOND_MANAGER, A, Agency

FIRST, SECOND = Caller(A, MANAGER), Caller(A, SECOND_MANAGER)
NONE, BY_MANAGER = OverrideApproval
MONDAY_TO_FRIDAY = ["0", "1", "2", "3", "4"]


@pytest.fixture
async def elsewhere(agency: Agency, database_url: str) -> AsyncIterator[Agency]:
    """The same agency, as another process serves it."""
    database = Database.from_url(database_url)
    yield Agency(database, agency.clock)
    await database.close()


async def opened(agency: Agency) -> ChosenSettings:
    """What both managers have before them."""
    await agency.greet(MANAGER)
    await agency.greet(SECOND_MANAGER)
    return await agency.settings.chosen(FIRST)


async def test_what_another_chose_meanwhile_is_not_taken_back(agency: Agency) -> None:
    shown = (await opened(agency)).shown
    await agency.settings.change(FIRST, "", ["6"], "manager", shown=shown)

    saved = await agency.settings.change(
        SECOND, "Petra Klein", MONDAY_TO_FRIDAY, "none", shown=shown
    )

    assert saved.chosen == ChosenSettings(("Petra Klein",), frozenset({6}), BY_MANAGER)
    assert await agency.settings.chosen(FIRST) == saved.chosen


async def test_what_both_changed_is_refused_and_nothing_is_kept(agency: Agency) -> None:
    shown = (await opened(agency)).shown
    first = await agency.settings.change(FIRST, "Petra Klein", ["6"], "none", shown=shown)

    with pytest.raises(AnswersRejected) as rejected:
        await agency.settings.change(SECOND, "Zahlenwerk", ["5"], "manager", shown=shown)

    assert [each.question for each in rejected.value.problems] == ["weekdays", "referrals"]
    assert await agency.settings.chosen(SECOND) == first.chosen


async def test_of_two_at_the_same_moment_both_get_what_they_chose(
    agency: Agency, elsewhere: Agency
) -> None:
    shown = (await opened(agency)).shown

    await asyncio.gather(
        agency.settings.change(FIRST, "", MONDAY_TO_FRIDAY, "manager", shown=shown),
        elsewhere.settings.change(SECOND, "Petra Klein", ["6"], "none", shown=shown),
    )

    kept = await agency.settings.chosen(FIRST)
    assert kept == ChosenSettings(("Petra Klein",), frozenset({6}), BY_MANAGER)


async def test_of_two_at_the_same_moment_who_change_the_same_one_is_told(
    agency: Agency, elsewhere: Agency
) -> None:
    shown = (await opened(agency)).shown

    ends = await asyncio.gather(
        agency.settings.change(FIRST, "Petra Klein", shown=shown),
        elsewhere.settings.change(SECOND, "Zahlenwerk", shown=shown),
        return_exceptions=True,
    )

    [saved] = [each for each in ends if not isinstance(each, BaseException)]
    assert [type(each) for each in ends if isinstance(each, BaseException)] == [AnswersRejected]
    assert await agency.settings.chosen(FIRST) == saved.chosen


async def somebody_waits_for_a_lock(database: Database) -> None:
    waiting = text("SELECT count(*) FROM pg_stat_activity WHERE wait_event_type = 'Lock'")
    async with asyncio.timeout(30):
        while True:
            async with database.reading() as connection:
                if await connection.scalar(waiting):
                    return


@pytest.mark.parametrize("database_kind", ["postgres"], indirect=True)
async def test_what_is_being_changed_just_now_is_waited_for(
    agency: Agency, elsewhere: Agency
) -> None:
    shown = (await opened(agency)).shown

    async with agency.units(A) as work:
        await work.workspaces.change_weekdays(frozenset({6}))
        late = asyncio.create_task(
            elsewhere.settings.change(SECOND, "", MONDAY_TO_FRIDAY, "manager", shown=shown)
        )
        await somebody_waits_for_a_lock(agency.database)

    assert (await late).chosen == ChosenSettings((), frozenset({6}), BY_MANAGER)


async def test_who_changed_the_approval_stands_in_the_log_and_nobody_else(
    agency: Agency, caplog: pytest.LogCaptureFixture
) -> None:
    await opened(agency)
    caplog.set_level(logging.INFO, "bot.services.settings")

    await agency.settings.change(FIRST, "Petra Klein", approval="manager")
    await agency.settings.change(SECOND, "Zahlenwerk", approval="manager")

    assert caplog.messages == [
        f"member {MANAGER} of workspace {A} changed the approval of overrides from none to manager"
    ]


@pytest.mark.parametrize(
    ("managers", "approval", "alone"),
    [
        pytest.param([MANAGER], "manager", True, id="the only manager"),
        pytest.param([MANAGER, GONE], "manager", True, id="the other one is gone"),
        pytest.param([MANAGER, SECOND_MANAGER], "manager", False, id="another one is there"),
        pytest.param([MANAGER], "none", False, id="nobody has to approve"),
    ],
)
async def test_who_lets_overrides_wait_for_nobody_is_told(
    agency: Agency, managers: list[str], approval: str, alone: bool
) -> None:
    await agency.greet(MANAGER)
    await agency.let_managers_approve(*managers)

    saved = await agency.settings.change(FIRST, "", approval=approval)

    assert saved.approves_alone is alone
