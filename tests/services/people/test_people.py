"""Who somebody is: asked of Slack once a day, believed until then, and doubted when new."""

from dataclasses import replace
from datetime import timedelta

import pytest

from bot.domain.errors import DirectoryUnavailable, NotAllowed, NotFullMember
from bot.domain.people import MemberId
from bot.domain.prospects import Stage
from bot.domain.workspace import Workspace
from bot.services.people import FRESH_FOR, REMEMBERED_FOR
from bot.storage.database import Database
from tests.office import NO_OFFER, SetClock
from tests.services.agency import (
    BERLIN,
    MANAGER,
    OTHER,
    OWNER,
    PEOPLE,
    SECOND_MANAGER,
    SETTINGS,
    A,
    Agency,
)

NEW = MemberId("U0NEW")


async def test_slack_is_asked_once_a_day_about_a_member(agency: Agency) -> None:
    agency.directory.asked.clear()

    agency.clock.move(seconds=FRESH_FOR.total_seconds() - 1)
    await agency.greet(OWNER)
    assert agency.directory.asked == []

    agency.clock.move(seconds=REMEMBERED_FOR.total_seconds())
    await agency.greet(OWNER)
    await agency.greet(OWNER)
    assert agency.directory.asked == [OWNER]


async def test_who_became_a_guest_has_no_rights_the_next_day(agency: Agency) -> None:
    agency.directory.people[OWNER] = replace(PEOPLE[OWNER], is_guest=True)
    agency.clock.now += FRESH_FOR

    with pytest.raises(NotFullMember):
        await agency.begin(OWNER)


async def test_what_was_known_is_believed_while_slack_is_away(agency: Agency) -> None:
    agency.directory.is_away = True
    agency.clock.now += 30 * FRESH_FOR

    assert (await agency.greet(OWNER)).member == PEOPLE[OWNER]


async def test_somebody_new_is_spoken_to_in_the_language_of_the_workspace_while_slack_is_away(
    agency: Agency,
) -> None:
    agency.directory.is_away = True

    person = await agency.greet(NEW)

    assert (person.member, person.locale, person.zone) == (None, None, BERLIN)
    assert person.workspace == Workspace(A, SETTINGS, frozenset({MANAGER, SECOND_MANAGER}))


async def test_somebody_new_may_open_the_modal_but_writes_nothing_while_slack_is_away(
    agency: Agency,
) -> None:
    agency.directory.is_away = True

    shown = await agency.begin(NEW)

    with pytest.raises(DirectoryUnavailable):
        await agency.step(NEW, shown, **NO_OFFER, owner=OWNER)
    assert await agency.messages() == []


async def test_an_id_that_slack_does_not_know_is_nobody(agency: Agency) -> None:
    assert (await agency.greet(MemberId("U0NOBODY"))).member is None
    assert await agency.membership.member(A, MemberId("U0NOBODY")) is None


async def test_the_first_settings_are_taken_once(agency: Agency, database: Database) -> None:
    later = Agency(database, agency.clock, replace(SETTINGS, verdict_channel="C0OTHER"))

    assert (await later.greet(OWNER)).workspace.settings == SETTINGS


@pytest.mark.both_databases
async def test_the_members_of_a_user_group_manage_from_when_slack_told_us(
    database: Database, clock: SetClock
) -> None:
    agency = await with_a_group(database, clock, [OTHER])
    prospect = await agency.screen(OWNER, NO_OFFER)
    with pytest.raises(NotAllowed):
        await agency.walk_away(OTHER, prospect)

    await agency.membership.refresh_groups(A)

    assert (await agency.walk_away(OTHER, prospect)).stage is Stage.WALKED_AWAY


async def test_who_decided_may_undo_even_when_they_manage_no_more(
    database: Database, clock: SetClock
) -> None:
    agency = await with_a_group(database, clock, [OTHER])
    await agency.membership.refresh_groups(A)
    prospect = await agency.walk_away(OTHER, await agency.screen(OWNER, NO_OFFER))

    agency.directory.groups["S0BOSSES"] = []
    await agency.membership.refresh_groups(A)

    assert (await agency.undo(OTHER, prospect)).stage is Stage.OPEN


async def test_a_workspace_is_welcomed_when_its_groups_are_learned_first(
    database: Database, clock: SetClock
) -> None:
    agency = Agency(database, clock, replace(SETTINGS, managers=("S0BOSSES",)))
    agency.directory.groups["S0BOSSES"] = [OWNER]

    await agency.membership.refresh_groups(A)

    assert (await agency.greet(OWNER)).workspace.manager_ids == {OWNER}


async def test_the_managers_stay_while_slack_does_not_tell_the_group(
    database: Database, clock: SetClock
) -> None:
    agency = await with_a_group(database, clock, [OTHER])
    await agency.membership.refresh_groups(A)
    agency.directory.is_away = True

    with pytest.raises(DirectoryUnavailable):
        await agency.membership.refresh_groups(A)

    assert (await agency.greet(OWNER)).workspace.manager_ids == {OTHER}


async def test_one_moment_before_a_day_is_over_counts_as_fresh(agency: Agency) -> None:
    agency.directory.asked.clear()
    agency.clock.now += FRESH_FOR - timedelta(microseconds=1)

    await agency.membership.member(A, OWNER)

    assert agency.directory.asked == []


async def with_a_group(database: Database, clock: SetClock, group: list[MemberId]) -> Agency:
    """An agency that is managed by a user group, of which nothing is known yet."""
    agency = Agency(database, clock, replace(SETTINGS, managers=("S0BOSSES",)))
    agency.directory.groups["S0BOSSES"] = group
    await agency.everybody_comes()
    return agency
