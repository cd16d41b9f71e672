"""Managers choose whether overrides wait for one of them; what waits already stays."""

from dataclasses import replace

import pytest

from bot.domain.errors import AnswersRejected
from bot.domain.prospects import OverrideState
from bot.domain.workspace import OverrideApproval, Settings
from bot.services.ports import Caller
from bot.storage.database import Database
from tests.office import NO_OFFER, SetClock
from tests.services.agency import MANAGER, OWNER, SETTINGS, A, Agency

CALLER = Caller(A, MANAGER)
NONE, BY_MANAGER = OverrideApproval.NONE, OverrideApproval.MANAGER


async def choose(agency: Agency, approval: str) -> OverrideApproval:
    return (await agency.set(override_approval=approval)).settings.override_approval


async def chosen(agency: Agency) -> Settings:
    return (await agency.settings.opened(CALLER)).settings


async def test_overrides_take_effect_at_once_until_a_manager_says_otherwise(
    agency: Agency,
) -> None:
    await agency.greet(MANAGER)
    assert (await chosen(agency)).override_approval is NONE
    at_once = await agency.override(OWNER, await agency.screen(OWNER, NO_OFFER, "At once"))

    assert await choose(agency, "manager") is BY_MANAGER
    waits = await agency.override(OWNER, await agency.screen(OWNER, NO_OFFER, "Waits"))

    assert (await chosen(agency)).override_approval is BY_MANAGER
    states = [each.overrides[-1].state for each in (at_once, waits)]
    assert states == [OverrideState.STANDING, OverrideState.ASKED]


async def test_what_waits_is_answered_also_when_approval_is_needed_no_more(
    agency: Agency,
) -> None:
    await choose(agency, "manager")
    asked = await agency.override(OWNER, await agency.screen(OWNER, NO_OFFER))

    await choose(agency, "none")

    assert (await agency.now(asked.id)).request is not None
    approved = await agency.approve(MANAGER, asked)
    assert approved.overrides[-1].state is OverrideState.STANDING


async def test_what_was_not_asked_for_stays(agency: Agency) -> None:
    await choose(agency, "manager")

    await agency.set(referrals="Petra Klein")

    assert (await chosen(agency)).override_approval is BY_MANAGER


async def test_what_is_no_choice_is_refused_and_nothing_is_kept(agency: Agency) -> None:
    await choose(agency, "manager")

    with pytest.raises(AnswersRejected) as rejected:
        await agency.set(referrals="Petra Klein", override_approval="everybody")

    (problem,) = rejected.value.problems
    kept = await chosen(agency)
    assert (problem.question, problem.code) == ("override_approval", "unknown_option")
    assert (kept.referrals, kept.override_approval) == ((), BY_MANAGER)


async def test_the_environment_gives_its_first_value_and_no_more(
    database: Database, clock: SetClock
) -> None:
    agency = Agency(database, clock, replace(SETTINGS, override_approval=BY_MANAGER))
    await agency.membership.adopt(A)
    await agency.greet(MANAGER)
    assert (await chosen(agency)).override_approval is BY_MANAGER

    await choose(agency, "none")
    await agency.membership.adopt(A)

    assert (await agency.greet(OWNER)).workspace.settings.override_approval is NONE


async def test_whom_we_speak_to_next_is_asked_for_approval_at_once(agency: Agency) -> None:
    await agency.greet(OWNER)

    await choose(agency, "manager")

    assert (await agency.greet(OWNER)).workspace.settings.override_approval is BY_MANAGER
