"""Who removes another manager clears no way for themselves: for five working days."""

from datetime import date, datetime

import pytest

from bot.domain.calendar import MONDAY_TO_FRIDAY
from bot.domain.errors import AnswersRejected, ApprovalBarred, NobodyApproves
from bot.domain.people import MemberId
from bot.domain.prospects import OverrideState, Prospect
from bot.domain.settings.changes import shown as shown_of
from bot.domain.settings.table import SettingId
from bot.services.ports import Caller
from bot.services.settings import SaveResult
from tests.office import NO_OFFER
from tests.services.agency import MANAGER, OTHER, OWNER, SECOND_MANAGER, A, Agency

pytestmark = pytest.mark.both_databases

CALLER = Caller(A, MANAGER)
LAST_DAY, DAY_AFTER = date(2026, 12, 7), datetime.fromisoformat("2026-12-08T09:00+00:00")
"""Five working days after Monday, 30 November."""


@pytest.fixture
async def reduced(agency: Agency) -> Agency:
    """An agency in which one of three managers removed another."""
    for each in (MANAGER, SECOND_MANAGER, OTHER):
        await agency.greet(each)
    await name(agency, MANAGER, SECOND_MANAGER, OTHER)
    saved = await name(agency, MANAGER, OTHER)
    assert saved.barred_until == LAST_DAY
    return agency


async def name(agency: Agency, *managers: str) -> SaveResult:
    """Let the first manager say who manages from now on."""
    opened = await agency.settings.opened(CALLER)
    wanted = {SettingId.MANAGERS: " ".join(managers)}
    return await agency.settings.change(CALLER, wanted, shown=shown_of(opened.settings))


async def asked_by(agency: Agency, asker: MemberId, prospect: str = "Acme") -> Prospect:
    return await agency.override(asker, await agency.screen(asker, NO_OFFER, prospect))


async def needs_approval(agency: Agency, caller: Caller = CALLER) -> bool:
    """Tell whether an override of theirs would wait for somebody else."""
    prospect = await agency.screen(caller.member_id, NO_OFFER, "Omega")
    return await agency.overrides.needs_approval(caller, prospect)


async def test_the_days_are_the_five_working_days_after_it(agency: Agency) -> None:
    assert MONDAY_TO_FRIDAY.add_working_days(agency.clock().date(), 5) == LAST_DAY


async def test_they_cannot_approve_and_read_until_when(reduced: Agency) -> None:
    await reduced.set(override_approval="manager")
    waits = await asked_by(reduced, OWNER)

    with pytest.raises(ApprovalBarred) as refused:
        await reduced.approve(MANAGER, waits)
    assert refused.value.until == LAST_DAY

    approved = await reduced.approve(OTHER, waits)
    assert approved.overrides[-1].state is OverrideState.STANDING


async def test_their_own_override_waits_for_somebody_else_whatever_the_setting(
    reduced: Agency,
) -> None:
    assert await needs_approval(reduced)

    theirs, another = await asked_by(reduced, MANAGER), await asked_by(reduced, OWNER, "Beta")

    states = [each.overrides[-1].state for each in (theirs, another)]
    assert states == [OverrideState.ASKED, OverrideState.STANDING]


async def test_afterwards_all_is_as_before(reduced: Agency) -> None:
    reduced.clock.now = DAY_AFTER

    assert not await needs_approval(reduced)
    assert (await asked_by(reduced, MANAGER)).overrides[-1].state is OverrideState.STANDING


async def test_on_the_last_day_it_still_counts(reduced: Agency) -> None:
    reduced.clock.now = DAY_AFTER.replace(day=LAST_DAY.day)

    assert await needs_approval(reduced)


async def test_where_nobody_else_may_approve_asking_is_refused_until_that_day(
    reduced: Agency,
) -> None:
    await name(reduced, MANAGER)
    prospect = await reduced.screen(MANAGER, NO_OFFER)

    with pytest.raises(NobodyApproves) as refused:
        await reduced.overrides.needs_approval(CALLER, prospect)
    assert refused.value.until == LAST_DAY
    with pytest.raises(AnswersRejected) as rejected:
        await reduced.override(MANAGER, prospect)
    [problem] = rejected.value.problems
    assert (problem.code, problem.detail) == ("nobody_approves_until", {"day": LAST_DAY})
    assert await reduced.overrides.needs_approval(CALLER, prospect, is_asked=True)


async def test_who_removes_the_remover_is_barred_too(reduced: Agency) -> None:
    other = Caller(A, OTHER)
    opened = await reduced.settings.opened(other)
    both = {SettingId.MANAGERS: f"{OTHER} {SECOND_MANAGER}"}
    await reduced.settings.change(other, both, shown=shown_of(opened.settings))

    assert await needs_approval(reduced, other)
    waits = await asked_by(reduced, OTHER)

    await reduced.set(by=OTHER, override_approval="manager")
    another = await asked_by(reduced, OWNER, "Beta")
    with pytest.raises(ApprovalBarred):
        await reduced.approve(OTHER, another)
    approved = await reduced.approve(SECOND_MANAGER, waits)
    assert approved.overrides[-1].state is OverrideState.STANDING


async def test_who_leaves_by_themselves_bars_nobody(agency: Agency) -> None:
    for each in (MANAGER, SECOND_MANAGER):
        await agency.greet(each)
    await name(agency, MANAGER, SECOND_MANAGER)

    saved = await name(agency, SECOND_MANAGER)

    assert saved.barred_until is None
    assert not await needs_approval(agency)
