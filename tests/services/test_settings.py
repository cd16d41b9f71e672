"""Managers change settings: two at once, with Slack asked first, and everybody told."""

import asyncio
from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import date, timedelta

import pytest
from sqlalchemy import text

from bot.domain.delivery import MessageKind, OutboxMessage, payloads
from bot.domain.errors import AnswersRejected, CommitUnheard, NotAllowed
from bot.domain.people import MemberId
from bot.domain.settings.changes import ChannelSeen, SettingChange, Shown
from bot.domain.settings.changes import shown as shown_of
from bot.domain.settings.fields import Typed
from bot.domain.settings.table import SettingId
from bot.domain.workspace import OverrideApproval, Settings
from bot.services.ports import Caller
from bot.services.settings import SaveResult
from bot.storage.database import Database
from tests.office import PROBLEM
from tests.services.agency import (
    BOT,
    GONE,
    GUEST,
    MANAGER,
    OTHER,
    OWNER,
    PEOPLE,
    SECOND_MANAGER,
    SETTINGS,
    A,
    Agency,
)
from tests.storage.trial import commits_unheard

pytestmark = pytest.mark.both_databases

FIRST, SECOND = Caller(A, MANAGER), Caller(A, SECOND_MANAGER)
BY_MANAGER = OverrideApproval.MANAGER
MONDAY_TO_FRIDAY = ["0", "1", "2", "3", "4"]
CHANNEL = "C0OTHER"


@pytest.fixture
async def elsewhere(agency: Agency, database_url: str) -> AsyncIterator[Agency]:
    """The same agency, as another process serves it."""
    database = Database.from_url(database_url)
    yield Agency(database, agency.clock)
    await database.close()


async def opened(agency: Agency) -> Shown:
    """What both managers have before them."""
    await agency.greet(MANAGER)
    await agency.greet(SECOND_MANAGER)
    return shown_of((await agency.settings.opened(FIRST)).settings)


async def save(agency: Agency, by: Caller, shown: Shown, **typed: Typed) -> SaveResult:
    """Save a page with these fields, as they were opened."""
    page = {SettingId(each): value for each, value in typed.items()}
    return await agency.settings.change(by, page, shown=shown)


async def now(agency: Agency) -> Settings:
    await agency.greet(MANAGER)
    return (await agency.settings.opened(FIRST)).settings


async def waiting(agency: Agency) -> list[OutboxMessage]:
    async with agency.units.reading(A) as work:
        return [each.message for each in await work.outbox.waiting()]


async def test_what_another_chose_meanwhile_is_not_taken_back(agency: Agency) -> None:
    shown = await opened(agency)
    await save(agency, FIRST, shown, weekdays=["6"], override_approval="manager")

    saved = await save(
        agency,
        SECOND,
        shown,
        referrals="Petra Klein",
        weekdays=MONDAY_TO_FRIDAY,
        override_approval="none",
    )

    assert saved.settings == replace(
        SETTINGS,
        referrals=("Petra Klein",),
        weekdays=frozenset({6}),
        override_approval=BY_MANAGER,
    )
    assert await now(agency) == saved.settings


async def test_what_both_changed_is_refused_and_nothing_is_kept(agency: Agency) -> None:
    shown = await opened(agency)
    first = await save(agency, FIRST, shown, referrals="Petra Klein", weekdays=["6"])

    with pytest.raises(AnswersRejected) as rejected:
        await save(
            agency,
            SECOND,
            shown,
            referrals="Zahlenwerk",
            weekdays=["5"],
            override_approval="manager",
        )

    assert {each.question for each in rejected.value.problems} == {"weekdays", "referrals"}
    assert await now(agency) == first.settings


async def test_of_two_at_the_same_moment_both_get_what_they_chose(
    agency: Agency, elsewhere: Agency
) -> None:
    shown = await opened(agency)

    await asyncio.gather(
        save(agency, FIRST, shown, override_approval="manager", weekdays=MONDAY_TO_FRIDAY),
        save(elsewhere, SECOND, shown, referrals="Petra Klein", weekdays=["6"]),
    )

    kept = await now(agency)
    assert (kept.referrals, kept.weekdays) == (("Petra Klein",), frozenset({6}))
    assert kept.override_approval is BY_MANAGER


async def test_of_two_at_the_same_moment_who_change_the_same_one_is_told(
    agency: Agency, elsewhere: Agency
) -> None:
    shown = await opened(agency)

    ends = await asyncio.gather(
        save(agency, FIRST, shown, referrals="Petra Klein"),
        save(elsewhere, SECOND, shown, referrals="Zahlenwerk"),
        return_exceptions=True,
    )

    [saved] = [each for each in ends if not isinstance(each, BaseException)]
    assert [type(each) for each in ends if isinstance(each, BaseException)] == [AnswersRejected]
    assert await now(agency) == saved.settings


async def somebody_waits_for_a_lock(database: Database) -> None:
    waits = text("SELECT count(*) FROM pg_stat_activity WHERE wait_event_type = 'Lock'")
    async with asyncio.timeout(60):
        while True:
            async with database.reading() as connection:
                if await connection.scalar(waits):
                    return


@pytest.mark.parametrize("database_kind", ["postgres"], indirect=True)
async def test_what_is_being_changed_just_now_is_waited_for(
    agency: Agency, elsewhere: Agency
) -> None:
    shown = await opened(agency)

    async with agency.units(A) as work:
        workspace = await work.workspaces.get_to_change()
        assert workspace is not None
        settings = replace(workspace.settings, weekdays=frozenset({6}))
        await work.workspaces.change_settings(settings)
        late = asyncio.create_task(save(elsewhere, SECOND, shown, override_approval="manager"))
        await somebody_waits_for_a_lock(agency.database)

    assert (await late).settings == replace(
        SETTINGS, weekdays=frozenset({6}), override_approval=BY_MANAGER
    )


async def test_every_change_is_in_the_history_and_in_the_channel(agency: Agency) -> None:
    await agency.set(referrals="Petra Klein", nudges="4")
    await agency.set(nudges="4")

    history = await agency.settings.history(FIRST)
    [message] = await waiting(agency)
    changes = (
        SettingChange(SettingId.NUDGES, 3, 4),
        SettingChange(SettingId.REFERRALS, [], ["Petra Klein"]),
    )
    assert sorted(each.change.setting for each in history) == ["nudges", "referrals"]
    assert {each.by for each in history} == {MANAGER}
    assert message.recipient == SETTINGS.verdict_channel
    assert message.payload == payloads.SettingsChanged(changes, MANAGER)


async def test_a_new_channel_is_told_and_the_old_one_too(agency: Agency) -> None:
    agency.directory.channels[CHANNEL] = ChannelSeen(is_joined=True)

    await agency.set(verdict_channel=CHANNEL)

    told = [each.recipient for each in await waiting(agency)]
    assert sorted(told) == [CHANNEL, SETTINGS.verdict_channel]
    await agency.screen(OWNER, PROBLEM)
    cards = [each for each in await waiting(agency) if each.kind is MessageKind.CARD]
    assert [each.recipient for each in cards] == [CHANNEL]


@pytest.mark.parametrize(
    ("seen", "code"),
    [
        (None, "channel_not_found"),
        (ChannelSeen(is_joined=False), "channel_not_joined"),
        (ChannelSeen(is_joined=True, is_archived=True), "channel_archived"),
        (ChannelSeen(is_joined=True, takes_posts=False), "channel_read_only"),
        (ChannelSeen(is_joined=True, is_shared=True), "channel_shared"),
    ],
)
async def test_a_channel_is_looked_at_before_it_is_taken(
    agency: Agency, seen: ChannelSeen | None, code: str
) -> None:
    if seen is not None:
        agency.directory.channels[CHANNEL] = seen

    with pytest.raises(AnswersRejected) as rejected:
        await agency.set(verdict_channel=CHANNEL)

    [problem] = rejected.value.problems
    assert (problem.question, problem.code) == ("verdict_channel", code)
    assert await now(agency) == SETTINGS


async def test_a_shared_channel_is_taken_with_a_clear_yes(agency: Agency) -> None:
    agency.directory.channels[CHANNEL] = ChannelSeen(is_joined=True, is_shared=True)
    shown = await opened(agency)

    saved = await agency.settings.change(
        FIRST, {SettingId.VERDICT_CHANNEL: CHANNEL}, shown=shown, may_be_shared=True
    )

    assert saved.settings.verdict_channel == CHANNEL


@pytest.mark.parametrize(
    ("managers", "code"),
    [
        ("", "no_manager"),
        (GUEST, "no_manager"),
        (f"{GONE} {BOT}", "no_manager"),
        ("U0NOBODY", "unknown_manager"),
        ("S0EMPTY", "no_manager"),
        ("S0GUESTS", "no_manager"),
    ],
)
async def test_the_last_manager_cannot_be_removed(agency: Agency, managers: str, code: str) -> None:
    agency.directory.groups |= {"S0EMPTY": [], "S0GUESTS": [GUEST, GONE]}

    with pytest.raises(AnswersRejected) as rejected:
        await agency.set(managers=managers)

    [problem] = rejected.value.problems
    assert (problem.question, problem.code) == ("managers", code)
    assert await now(agency) == SETTINGS


async def test_who_is_named_and_who_is_in_a_named_group_manages_at_once(agency: Agency) -> None:
    await opened(agency)
    agency.directory.groups["S0BOSSES"] = [OTHER]

    await agency.set(managers=f"{MANAGER} S0BOSSES")

    assert (await agency.greet(OWNER)).workspace.manager_ids == {MANAGER, OTHER}
    with pytest.raises(NotAllowed):
        await agency.settings.opened(SECOND)


async def test_nothing_is_taken_while_slack_does_not_answer(agency: Agency) -> None:
    await opened(agency)
    agency.directory.is_away = True

    with pytest.raises(AnswersRejected) as rejected:
        await agency.set(verdict_channel=CHANNEL, managers="U0NEW")

    assert {each.code for each in rejected.value.problems} == {"slack_slow", "managers_unknown"}


async def test_settings_are_read_anew_when_no_answer_to_their_commit_came(
    agency: Agency, monkeypatch: pytest.MonkeyPatch
) -> None:
    shown = await opened(agency)

    with monkeypatch.context() as away:
        commits_unheard(agency.database, away)
        with pytest.raises(CommitUnheard):
            await save(agency, FIRST, shown, weekdays=["6"])

    assert (await agency.greet(MANAGER)).workspace.settings.calendar.weekdays == {6}


async def test_where_nobody_manages_an_admin_of_slack_names_them(agency: Agency) -> None:
    await agency.everybody_comes()
    async with agency.units(A) as work:
        await work.workspaces.change_settings(replace(SETTINGS, managers=()))
    agency.membership.forget_greeted()
    agency.directory.people[OTHER] = replace(PEOPLE[OTHER], is_admin=True)

    with pytest.raises(NotAllowed):
        await agency.set(OWNER, managers=OWNER)
    await agency.set(OTHER, managers=MANAGER)

    assert (await agency.greet(OWNER)).workspace.manager_ids == {MANAGER}
    with pytest.raises(NotAllowed):
        await agency.set(OTHER, managers=OTHER)
    assert [each.recipient for each in await waiting(agency)] == [SETTINGS.verdict_channel]


async def test_dates_once_set_stay_and_new_ones_know_the_free_days(agency: Agency) -> None:
    before = await agency.screen(OWNER, PROBLEM)
    assert before.due is not None
    assert before.due.on == date(2026, 12, 7)

    await agency.set(free_days="3.12., 2026-12-04")

    after = await agency.screen(OWNER, PROBLEM, "Other")
    assert after.due is not None
    assert after.due.on == date(2026, 12, 9)
    assert (await agency.now(before.id)).due == before.due


async def test_messages_come_in_the_hours_that_are_set(agency: Agency) -> None:
    await agency.set(opening="07:00")
    await agency.screen(OWNER, PROBLEM)

    async def nudges() -> int:
        await agency.nudges.tick()
        return sum(each.kind is MessageKind.NUDGE for each in await waiting(agency))

    agency.clock.now += timedelta(days=8) - timedelta(hours=3, minutes=1)  # 6:59 in Berlin
    assert await nudges() == 0
    agency.clock.now += timedelta(hours=1, minutes=1)
    assert await nudges() == 1


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
    agency: Agency, managers: list[MemberId], approval: str, alone: bool
) -> None:
    await agency.everybody_comes()
    await agency.let_managers_approve(*managers)

    saved = await agency.set(override_approval=approval)

    assert saved.approves_alone is alone
