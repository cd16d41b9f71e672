"""Decisions: the first wins, undo has its time, and what was said is kept."""

import asyncio
from collections import Counter
from datetime import UTC, date, datetime, timedelta

import pytest

from bot.domain.decisions import acts
from bot.domain.decisions.history import HistoryEntry
from bot.domain.errors import (
    AnswersRejected,
    ClickedTwice,
    NotAllowed,
    StaleClick,
    UndoTooLate,
    UnknownProspect,
)
from bot.domain.people import Action, MemberId
from bot.domain.prospects import EndedBy, Prospect, ProspectId, Stage
from bot.services.decisions.decide import LISTED
from bot.services.ports import Caller
from bot.services.transaction.action import Click
from tests.office import GOOD, HOMEWORK, MONDAY, NO_OFFER, PROBLEM
from tests.services.agency import (
    MANAGER,
    OTHER,
    OWNER,
    SECOND_MANAGER,
    A,
    Agency,
    click,
)


@pytest.mark.both_databases
async def test_of_two_managers_at_once_one_wins_and_the_other_is_told(agency: Agency) -> None:
    prospect = await agency.screen(OWNER, PROBLEM)

    results = await asyncio.gather(
        agency.walk_away(MANAGER, prospect),
        agency.walk_away(SECOND_MANAGER, prospect),
        return_exceptions=True,
    )

    [won] = [each for each in results if isinstance(each, Prospect)]
    [stale] = [each for each in results if isinstance(each, StaleClick)]
    assert stale.prospect == won == await agency.now(prospect.id)
    assert len(await history(agency, prospect)) == 2


@pytest.mark.both_databases
async def test_of_ten_different_clicks_at_once_one_wins(agency: Agency) -> None:
    prospect = await agency.screen(OWNER, GOOD)
    clicks = [agency.walk_away, agency.win, agency.lose] * 3

    results = await asyncio.gather(
        *(each(OWNER, prospect) for each in clicks), return_exceptions=True
    )

    assert Counter(type(each) for each in results) == {
        Prospect: 1,
        ClickedTwice: 2,  # the same again, by the same member
        StaleClick: 6,
    }
    assert (await agency.now(prospect.id)).revision == 2


async def test_a_stale_click_carries_what_is_true_now(agency: Agency) -> None:
    prospect = await agency.screen(OWNER, PROBLEM)
    agency.clock.move(hours=1)
    await agency.walk_away(MANAGER, prospect)

    with pytest.raises(StaleClick) as stale:
        await agency.lose(OWNER, prospect)

    decision = stale.value.prospect.decision
    assert decision is not None
    assert (decision.by, decision.at) == (MANAGER, agency.clock())


async def test_a_decision_keeps_what_was_said(agency: Agency) -> None:
    prospect = await agency.screen(OWNER, GOOD)
    lost = await agency.decisions.lost(Caller(A, OWNER), click(prospect), EndedBy.US, "no time")

    assert lost.decision is not None
    assert (lost.decision.ended_by, lost.decision.sentence) == (EndedBy.US, "no time")
    entry = (await history(agency, prospect))[-1]
    assert entry.act == acts.Lost(EndedBy.US, "no time")


async def test_an_action_writes_the_card_anew_and_one_line_in_its_thread(agency: Agency) -> None:
    prospect = await agency.walk_away(OWNER, await agency.screen(OWNER, NO_OFFER))
    await agency.undo(OWNER, prospect)

    rows = [(row.kind, row.revision) for row in await agency.messages()]

    assert rows == [
        ("card", None),
        ("card_rewrite", 2),
        ("thread_line", 2),
        ("card_rewrite", 3),
        ("thread_line", 3),
    ]


async def test_a_refused_action_writes_nothing(agency: Agency) -> None:
    prospect = await agency.screen(OWNER, PROBLEM)

    with pytest.raises(NotAllowed):
        await agency.walk_away(OTHER, prospect)

    assert [row.kind for row in await agency.messages()] == ["card"]
    assert len(await history(agency, prospect)) == 1


@pytest.mark.parametrize(
    ("owner", "decided", "last_second"),
    [
        pytest.param(OWNER, "2026-11-30T09:00", "2026-12-01T22:59:59", id="next day in Berlin"),
        pytest.param(OWNER, "2026-12-04T10:00", "2026-12-07T22:59:59", id="over a weekend"),
        pytest.param(OWNER, "2026-12-24T10:00", "2026-12-28T22:59:59", id="over Christmas"),
        pytest.param(OWNER, "2026-12-31T10:00", "2027-01-04T22:59:59", id="over New Year"),
        pytest.param(OWNER, "2026-11-30T23:30", "2026-12-02T22:59:59", id="Tuesday in Berlin"),
        pytest.param(OTHER, "2026-12-01T03:00", "2026-12-02T04:59:59", id="Monday in New York"),
        pytest.param(OWNER, "2027-03-26T10:00", "2027-03-30T21:59:59", id="Easter, summer time"),
    ],
)
async def test_undo_is_possible_until_the_end_of_the_next_working_day_of_the_owner(
    agency: Agency, owner: MemberId, decided: str, last_second: str
) -> None:
    agency.clock.now = datetime.fromisoformat(decided).replace(tzinfo=UTC)
    prospect = await agency.walk_away(owner, await agency.screen(owner, NO_OFFER))
    last = datetime.fromisoformat(last_second).replace(tzinfo=UTC)

    agency.clock.now = last + timedelta(seconds=1)
    with pytest.raises(UndoTooLate) as late:
        await agency.undo(owner, prospect)
    with pytest.raises(UndoTooLate):
        await agency.undo(MANAGER, prospect)
    assert late.value.until == last + timedelta(seconds=1)

    agency.clock.now = last
    assert (await agency.undo(owner, prospect)).stage is Stage.OPEN


async def test_undo_restores_what_was(agency: Agency) -> None:
    before = await agency.screen(OWNER, HOMEWORK)
    agency.clock.move(hours=2)
    undone = await agency.undo(OWNER, await agency.lose(OWNER, before))

    assert undone.decision is None
    assert (undone.conditions, undone.due, undone.verdict) == (
        before.conditions,
        before.due,
        before.verdict,
    )
    assert (await history(agency, before))[-1].act == acts.Undone(Action.LOST, OWNER)


async def test_a_manager_can_undo_won_at_any_time_and_nobody_else_can(agency: Agency) -> None:
    prospect = await agency.win(OWNER, await agency.screen(OWNER, GOOD))
    agency.clock.move(days=400)

    with pytest.raises(UndoTooLate):
        await agency.undo(OWNER, prospect)
    assert (await agency.undo(MANAGER, prospect)).stage is Stage.OPEN


@pytest.mark.parametrize(
    ("owner", "now", "today"),
    [
        (OWNER, "2026-11-30T23:30", date(2026, 12, 1)),
        (OTHER, "2026-12-01T03:00", date(2026, 11, 30)),
    ],
)
async def test_a_client_is_not_won_on_a_day_that_has_not_come_for_the_owner(
    agency: Agency, owner: MemberId, now: str, today: date
) -> None:
    prospect = await agency.screen(owner, GOOD)
    agency.clock.now = datetime.fromisoformat(now).replace(tzinfo=UTC)

    with pytest.raises(AnswersRejected) as rejected:
        await agency.win(owner, prospect, today + timedelta(days=1))
    won = await agency.win(owner, prospect, today)

    [problem] = rejected.value.problems
    assert (problem.question, problem.code, problem.detail) == ("day", "future", {"latest": today})
    assert won.decision is not None
    assert won.decision.day == today


async def test_a_met_condition_says_who_saw_what_and_when(agency: Agency) -> None:
    prospect = await agency.screen(OWNER, HOMEWORK)
    agency.clock.move(hours=3)

    met = await agency.meet(MANAGER, prospect)

    [condition] = met.conditions
    assert (condition.what, condition.brought, condition.met_by, condition.met_at) == (
        "last year's figures",
        "the figures",
        MANAGER,
        MONDAY + timedelta(hours=3),
    )
    assert met == await agency.now(prospect.id)
    assert (await agency.win(OWNER, met)).stage is Stage.WON


@pytest.mark.parametrize("nothing", ["", "  \n"])
async def test_a_condition_is_not_met_without_a_word(agency: Agency, nothing: str) -> None:
    prospect = await agency.screen(OWNER, HOMEWORK)

    with pytest.raises(AnswersRejected) as rejected:
        await agency.decisions.condition_met(Caller(A, OWNER), click(prospect), nothing)

    assert [(each.question, each.code) for each in rejected.value.problems] == [
        ("brought", "missing")
    ]


async def test_nothing_can_be_done_about_a_prospect_that_is_gone(agency: Agency) -> None:
    caller, gone = Caller(A, OWNER), Click(ProspectId("gone"), 1)

    for attempt in (
        agency.decisions.walk_away(caller, gone),
        agency.decisions.won(caller, gone, MONDAY.date()),
        agency.decisions.lost(caller, gone, EndedBy.US, None),
        agency.decisions.undo(caller, gone),
        agency.decisions.condition_met(caller, gone, "x"),
        agency.decisions.may(caller, gone, Action.WON),
        agency.decisions.details(caller, gone.prospect_id),
        agency.screening.screen_again(caller, gone.prospect_id, 1),
    ):
        with pytest.raises(UnknownProspect):
            await attempt


@pytest.mark.both_databases
async def test_the_list_shows_my_open_prospects_with_the_earliest_due_first(
    agency: Agency,
) -> None:
    await agency.screen(OWNER, GOOD, "Nothing due")
    await agency.screen(OWNER, PROBLEM, "In a week")
    await agency.screen(OWNER, NO_OFFER, "In two days")
    await agency.screen(OTHER, NO_OFFER, "Not mine")
    await agency.walk_away(OWNER, await agency.screen(OWNER, NO_OFFER, "Over"))

    listing = await agency.decisions.list_mine(Caller(A, OWNER))

    names = [prospect.facts.name for prospect in listing.prospects]
    assert names == ["In two days", "In a week", "Nothing due"]
    assert not listing.is_cut


async def test_a_long_list_is_cut_and_says_so(agency: Agency) -> None:
    for number in range(LISTED + 1):
        await agency.screen(OWNER, NO_OFFER, f"Prospect {number}")

    listing = await agency.decisions.list_mine(Caller(A, OWNER))

    assert (len(listing.prospects), listing.is_cut) == (LISTED, True)


@pytest.mark.both_databases
async def test_details_tell_the_whole_story_with_names(agency: Agency) -> None:
    prospect = await agency.walk_away(MANAGER, await agency.screen(OWNER, NO_OFFER))

    overview = await agency.decisions.details(Caller(A, OTHER), prospect.id)

    assert [entry.action for entry in overview.history] == [Action.QUALIFY, Action.WALK_AWAY]
    assert overview.names == {OWNER: "Owner", MANAGER: "Manager"}


async def history(agency: Agency, prospect: Prospect) -> list[HistoryEntry]:
    async with agency.units.reading(A) as work:
        return list(await work.history.of(prospect.id))
