"""Overrides: asked for, answered, lapsed, ended and brought back, and who is told of it."""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

import pytest

from bot.domain.decisions import acts
from bot.domain.errors import (
    AnswersRejected,
    KillDatePassed,
    NotAllowed,
    NotWinnable,
    StaleClick,
    WrongStage,
)
from bot.domain.figures.evidence import evidence_for
from bot.domain.figures.scope import Scope
from bot.domain.people import Action, MemberId
from bot.domain.prospects import Due, DueReason, Fear, Grounds, OverrideState, Prospect, Stage
from bot.domain.settings.variables import FirstValues
from bot.services.people import Membership
from bot.services.ports import Caller
from tests.office import GOOD, HOMEWORK, MONDAY, NO_OFFER
from tests.services.agency import (
    GONE,
    GUEST,
    MANAGER,
    NAMED,
    OTHER,
    OWNER,
    PLEA,
    SECOND_MANAGER,
    SETTINGS,
    A,
    Agency,
    click,
    somebody,
)
from tests.services.nudges.test_nudges import pass_time, told

FRIDAY = datetime(2026, 12, 4, 13, tzinfo=UTC)
KILL = date(2026, 12, 15)
BY_KILL = replace(PLEA, kill_on=KILL)


async def asked(agency: Agency) -> Prospect:
    """What Thursday's *walk away* is asked for on Friday, after lunch."""
    await agency.let_managers_approve()
    agency.clock.now = datetime(2026, 12, 3, 13, tzinfo=UTC)
    await agency.screen(OWNER, NO_OFFER)
    agency.clock.now = FRIDAY
    (prospect,) = (await agency.decisions.list_mine(Caller(A, OWNER))).prospects
    return await agency.override(OWNER, prospect, BY_KILL)


async def heard(agency: Agency, kind: str) -> list[str]:
    return [reader for reader, _ in await told(agency, kind)]


async def request_of(agency: Agency, prospect: Prospect) -> acts.OverrideAsked:
    """Return how it was asked for last, as the history has it."""
    async with agency.units.reading(A) as work:
        found = [entry.act for entry in await work.history.of(prospect.id)]
    return [act for act in found if isinstance(act, acts.OverrideAsked)][-1]


async def test_without_approval_an_override_takes_effect_at_once(agency: Agency) -> None:
    prospect = await agency.override(OWNER, await agency.screen(OWNER, NO_OFFER), BY_KILL)

    assert prospect == await agency.now(prospect.id)
    assert prospect.due == Due(KILL, DueReason.OVERRIDE)
    assert prospect.override is not None
    assert prospect.override.grounds.fear is Fear.NO_OTHER_CLIENT
    assert await heard(agency, "override_asked") == []
    assert (await agency.win(OWNER, prospect)).stage is Stage.WON


async def test_everything_that_is_wrong_is_said_at_once(agency: Agency) -> None:
    prospect = await agency.screen(OWNER, NO_OFFER)
    nothing = replace(PLEA, fear=None, reason=" ", kill_criterion="")
    unnamed = replace(BY_KILL, fear="new_fact", kill_on=date(2026, 12, 25))

    with pytest.raises(AnswersRejected) as empty:
        await agency.override(OWNER, prospect, nothing)
    with pytest.raises(AnswersRejected) as no_fact:
        await agency.overrides.override(Caller(A, OWNER), click(prospect), unnamed)

    assert {p.question for p in empty.value.problems} == {
        "fear",
        "reason",
        "kill_criterion",
        "kill_on",
    }
    assert [(p.question, p.code) for p in no_fact.value.problems] == [
        ("new_fact", "missing"),
        ("kill_on", "no_working_day"),
    ]
    assert await agency.now(prospect.id) == prospect


async def test_a_new_fact_is_kept_and_no_fear_has_one(agency: Agency) -> None:
    fact = replace(BY_KILL, fear="new_fact", new_fact="a new boss")

    with_fact = await agency.override(OWNER, await agency.screen(OWNER, NO_OFFER, "A"), fact)
    with_fear = await agency.override(
        OWNER, await agency.screen(OWNER, NO_OFFER, "B"), replace(fact, fear="reputation")
    )

    assert with_fact.override is not None
    assert with_fear.override is not None
    assert with_fact.override.grounds.new_fact == "a new boss"
    assert with_fear.override.grounds.new_fact is None


@pytest.mark.parametrize(
    ("managers", "asker", "is_alone"),
    [
        pytest.param([MANAGER], OWNER, False, id="a manager is there"),
        pytest.param([MANAGER], MANAGER, True, id="the only manager asks"),
        pytest.param([MANAGER, SECOND_MANAGER], MANAGER, False, id="another one is there"),
        pytest.param([MANAGER, GONE], MANAGER, True, id="the other one is gone"),
        pytest.param([GUEST], OWNER, True, id="a guest answers nothing"),
        pytest.param(["S0NOBODY"], OWNER, True, id="nobody is in the group"),
        pytest.param([MANAGER, "S0SALES"], MANAGER, False, id="another one is in the group"),
        pytest.param([MANAGER, "U0NEW"], MANAGER, False, id="nobody knows the other one yet"),
    ],
)
async def test_what_nobody_else_could_approve_takes_effect_at_once(
    agency: Agency, managers: list[str], asker: MemberId, *, is_alone: bool
) -> None:
    await agency.let_managers_approve(*managers)
    async with agency.units(A) as work:
        await work.workspaces.set_group_members("S0SALES", [MANAGER, SECOND_MANAGER])
    prospect = await agency.screen(asker, NO_OFFER)

    waits = await agency.overrides.needs_approval(Caller(A, asker), prospect)
    overridden = await agency.override(asker, prospect)

    assert waits is not is_alone
    assert (overridden.request is None) is is_alone
    assert (overridden.override is not None) is is_alone
    assert (await request_of(agency, overridden)).alone == (1 if is_alone else None)


async def test_who_needs_no_approval_needs_no_other_manager(agency: Agency) -> None:
    prospect = await agency.screen(MANAGER, NO_OFFER)

    assert not await agency.overrides.needs_approval(Caller(A, MANAGER), prospect)
    assert (await agency.override(MANAGER, prospect)).override is not None


async def test_the_second_override_in_one_time_in_question_needs_another_manager(
    agency: Agency,
) -> None:
    first = await agency.override(OWNER, await agency.screen(OWNER, NO_OFFER))
    again = await agency.screen_again(OWNER, first, NO_OFFER)

    asked_for = await agency.override(OWNER, again)

    assert first.override is not None
    assert asked_for.override is None
    assert asked_for.request is not None
    assert (await agency.approve(MANAGER, asked_for)).override is not None


async def test_handing_over_does_not_make_the_second_override_a_first_one(agency: Agency) -> None:
    first = await agency.override(OWNER, await agency.screen(OWNER, NO_OFFER))
    again = await agency.screen_again(OWNER, first, NO_OFFER)
    given = await agency.hand_over(OWNER, again, OTHER)

    assert (await agency.override(OTHER, given)).request is not None


async def test_a_denied_override_is_none_that_counts(agency: Agency) -> None:
    await agency.let_managers_approve()
    denied = await agency.deny(MANAGER, await asked(agency))
    async with agency.units(A) as work:
        await work.workspaces.change_settings(SETTINGS)

    assert (await agency.override(OWNER, denied)).override is not None


async def test_the_third_override_that_nobody_else_could_approve_says_so(agency: Agency) -> None:
    await agency.let_managers_approve(MANAGER)
    prospect = await agency.screen(MANAGER, NO_OFFER)
    numbers = []
    for _ in range(3):
        overridden = await agency.override(MANAGER, prospect)
        numbers.append((await request_of(agency, overridden)).alone)
        prospect = await agency.screen_again(MANAGER, overridden, NO_OFFER)

    assert numbers == [1, 2, 3]


@pytest.mark.parametrize(
    ("values", "waits"),
    [(["9999"], False), (["10000"], True), (["10000", "1"], True), (["1", "10000"], True)],
)
async def test_a_dear_prospect_needs_another_manager_whatever_its_value_became(
    agency: Agency, values: list[str], *, waits: bool
) -> None:
    async with agency.units(A) as work:
        await work.workspaces.change_settings(replace(SETTINGS, approval_from=Decimal(10000)))
    first, *later = values
    prospect = await agency.screen(OWNER, NO_OFFER, expected_value=first)
    for value in later:
        prospect = await agency.screen_again(OWNER, prospect, NO_OFFER, expected_value=value)

    assert ((await agency.override(OWNER, prospect)).request is not None) is waits


async def test_the_owner_does_not_approve_what_another_manager_asks_for(agency: Agency) -> None:
    await agency.let_managers_approve()
    prospect = await agency.override(SECOND_MANAGER, await agency.screen(MANAGER, NO_OFFER))

    assert prospect.override is not None  # neither asker nor owner: nobody is left


async def test_the_owner_is_not_asked_and_may_not_answer(agency: Agency) -> None:
    await agency.let_managers_approve(MANAGER, SECOND_MANAGER, OTHER)
    prospect = await agency.override(SECOND_MANAGER, await agency.screen(MANAGER, NO_OFFER))
    await pass_time(agency, agency.clock.now + timedelta(days=1), hours=1)

    with pytest.raises(NotAllowed):
        await agency.approve(MANAGER, prospect)

    assert set(await heard(agency, "override_asked")) == {OTHER}
    assert (await agency.approve(OTHER, prospect)).override is not None


@pytest.mark.both_databases
async def test_managers_are_asked_at_once_and_again_after_a_working_day(agency: Agency) -> None:
    prospect = await asked(agency)

    await agency.nudges.tick()
    assert sorted(await heard(agency, "override_asked")) == [MANAGER, SECOND_MANAGER]

    await pass_time(agency, datetime(2026, 12, 7, 7, tzinfo=UTC), hours=1)
    assert len(await heard(agency, "override_asked")) == 2

    await pass_time(agency, datetime(2026, 12, 9, 22, tzinfo=UTC), hours=1)
    assert (
        sorted(await heard(agency, "override_asked")) == [MANAGER, MANAGER] + [SECOND_MANAGER] * 2
    )
    assert (await agency.now(prospect.id)).request is not None


async def test_who_becomes_a_manager_meanwhile_is_asked_too(agency: Agency) -> None:
    await asked(agency)
    await agency.nudges.tick()
    async with agency.units.reading(A) as work:
        workspace = await work.workspaces.get()
    assert workspace is not None
    chosen = replace(workspace.settings, managers=(MANAGER, SECOND_MANAGER, OTHER))
    later = Membership(agency.units, agency.directory, agency.clock, FirstValues(chosen, NAMED))

    await later.adopt(A)
    await pass_time(agency, agency.clock.now + timedelta(hours=3), hours=1)  # nine in New York

    assert sorted(await heard(agency, "override_asked")) == [MANAGER, OTHER, SECOND_MANAGER]


async def test_a_manager_who_has_gone_home_is_asked_in_the_morning(agency: Agency) -> None:
    await agency.let_managers_approve()
    agency.clock.now = datetime(2026, 12, 4, 19, tzinfo=UTC)
    await agency.override(OTHER, await agency.screen(OTHER, NO_OFFER))

    await pass_time(agency, datetime(2026, 12, 7, 7, 59, tzinfo=UTC), hours=1)
    assert await heard(agency, "override_asked") == []

    agency.clock.now = datetime(2026, 12, 7, 8, tzinfo=UTC)
    await agency.nudges.tick()
    assert len(await heard(agency, "override_asked")) == 2


async def test_nobody_approves_their_own(agency: Agency) -> None:
    await agency.let_managers_approve()
    prospect = await agency.override(MANAGER, await agency.screen(OWNER, NO_OFFER))
    await agency.nudges.tick()

    with pytest.raises(NotAllowed):
        await agency.approve(MANAGER, prospect)

    assert await heard(agency, "override_asked") == [SECOND_MANAGER]
    assert (await agency.approve(SECOND_MANAGER, prospect)).override is not None


async def test_whoever_asked_is_told_of_the_answer(agency: Agency) -> None:
    approved = await agency.approve(MANAGER, await asked(agency))

    assert approved.due == Due(KILL, DueReason.OVERRIDE)
    assert await heard(agency, "override_news") == [OWNER]
    assert await pass_and_hear(agency, "2026-12-17") == ["2026-12-16"]
    assert len(await told(agency, "kill_date_line")) == 1


async def test_a_new_owner_hears_of_the_answer_as_well(agency: Agency) -> None:
    prospect = await agency.hand_over(OWNER, await asked(agency), OTHER)

    await agency.deny(MANAGER, prospect)

    assert sorted(await heard(agency, "override_news")) == [OTHER, OWNER]


async def test_a_new_owner_hears_of_the_lapse_as_well(agency: Agency) -> None:
    await agency.hand_over(OWNER, await asked(agency), OTHER)

    await pass_and_hear(agency, "2026-12-10T23:00")

    assert sorted(await heard(agency, "override_lapsed")) == [OTHER, OWNER]


async def test_what_was_due_while_it_was_denied_waits_for_the_next_morning(
    agency: Agency,
) -> None:
    prospect = await asked(agency)
    assert await pass_and_hear(agency, "2026-12-08T12:00") == []

    denied = await agency.deny(MANAGER, prospect)

    assert denied.overrides[0].refusal == "They never paid."
    assert await heard(agency, "override_news") == [OWNER]
    assert await pass_and_hear(agency, "2026-12-10") == ["2026-12-09"]


@pytest.mark.both_databases
async def test_unanswered_for_three_working_days_it_lapses(agency: Agency) -> None:
    prospect = await asked(agency)

    assert await pass_and_hear(agency, "2026-12-09T22:59") == []
    assert (await agency.now(prospect.id)).request is not None
    assert await pass_and_hear(agency, "2026-12-10T23:00") == ["2026-12-10"]

    lapsed = await agency.now(prospect.id)
    assert lapsed.request is None
    assert lapsed.overrides[0].state is OverrideState.LAPSED
    assert lapsed.revision == prospect.revision
    assert await heard(agency, "override_lapsed") == [OWNER]
    assert len(await told(agency, "request_line")) == 1
    with pytest.raises(WrongStage):
        await agency.approve(MANAGER, prospect)


@pytest.mark.both_databases
async def test_what_has_lapsed_is_not_answered_even_if_the_clock_is_late(agency: Agency) -> None:
    prospect = await asked(agency)
    agency.clock.now = datetime(2026, 12, 9, 23, tzinfo=UTC)

    for answer in (agency.approve, agency.deny):
        with pytest.raises(WrongStage) as late:
            await answer(MANAGER, prospect)
        assert late.value.prospect.overrides[0].state is OverrideState.LAPSED

    assert await agency.now(prospect.id) == prospect


@pytest.mark.parametrize("action", [Action.WALK_AWAY, Action.LOST, Action.REQUALIFY])
async def test_a_request_is_withdrawn_by_what_decides_and_all_are_told(
    agency: Agency, action: Action
) -> None:
    prospect = await asked(agency)

    match action:
        case Action.WALK_AWAY:
            await agency.walk_away(MANAGER, prospect)
        case Action.LOST:
            await agency.lose(MANAGER, prospect)
        case _:
            await agency.screen_again(MANAGER, prospect, GOOD)

    assert sorted(await heard(agency, "override_news")) == [OWNER, SECOND_MANAGER]
    assert await pass_and_hear(agency, "2026-12-20") == []
    with pytest.raises(StaleClick):
        await agency.approve(MANAGER, prospect)


async def test_undo_brings_the_request_back_and_all_are_told(agency: Agency) -> None:
    prospect = await asked(agency)

    undone = await agency.undo(OWNER, await agency.walk_away(OWNER, prospect))

    assert prospect.in_question is not None
    left = replace(prospect.in_question, left_at=agency.clock(), back_at=agency.clock())
    assert undone == replace(prospect, revision=prospect.revision + 2, in_question=left)
    assert sorted(await heard(agency, "override_news")) == [MANAGER] * 2 + [SECOND_MANAGER] * 2
    assert (await agency.approve(MANAGER, undone)).override is not None


async def test_undo_after_its_last_day_tells_nobody_that_the_request_waits(agency: Agency) -> None:
    prospect = await asked(agency)
    agency.clock.now = datetime(2026, 12, 9, 14, tzinfo=UTC)
    walked_away = await agency.walk_away(OWNER, prospect)
    heard_before = await heard(agency, "override_news")

    agency.clock.now = datetime(2026, 12, 10, 9, tzinfo=UTC)
    await agency.undo(OWNER, walked_away)

    assert await heard(agency, "override_news") == heard_before


async def test_what_stands_ends_when_it_is_screened_again(agency: Agency) -> None:
    prospect = await agency.override(OWNER, await agency.screen(OWNER, NO_OFFER))

    again = await agency.screen_again(OWNER, prospect, NO_OFFER)

    assert again.overrides == ()
    assert again.due is not None
    assert again.due.reason is DueReason.VERDICT
    assert sorted(await heard(agency, "override_news")) == [MANAGER, SECOND_MANAGER]


async def test_a_condition_that_is_met_ends_the_override_of_a_pursue_and_all_are_told(
    agency: Agency,
) -> None:
    await agency.set(ask_after="60")
    prospect = await agency.override(OWNER, await agency.screen(OWNER, HOMEWORK), BY_KILL)

    met = await agency.meet(MANAGER, prospect)

    assert met == await agency.now(prospect.id)
    assert [each.state for each in met.overrides] == [OverrideState.ENDED]
    assert met.due is None
    assert sorted(await heard(agency, "override_news")) == [OWNER, SECOND_MANAGER]
    [*_, entry] = (await agency.decisions.details(Caller(A, OWNER), met.id)).history
    assert isinstance(entry.act, acts.ConditionMet)
    assert [each.was_asked for each in entry.act.overrides] == [False]
    forecast = await agency.forecast.until(datetime(2027, 1, 20, tzinfo=UTC))
    assert not {each.kind for each in forecast} & {"kill_date_line", "nudge"}
    assert await pass_and_hear(agency, "2027-01-20") == []
    assert await told(agency, "kill_date_line") == []
    assert (await agency.win(OWNER, met)).stage is Stage.WON
    async with agency.units.reading(A) as work:
        timelines = await work.timelines.all()
    scope = Scope(date(2027, 1, 20), SETTINGS.calendar)
    found = evidence_for(Fear.NO_OTHER_CLIENT, timelines, scope)
    assert found.compared.against.clients == 0


async def test_a_condition_that_is_met_after_the_kill_date_leaves_nothing_due(
    agency: Agency,
) -> None:
    await agency.set(ask_after="60")
    prospect = await agency.override(OWNER, await agency.screen(OWNER, HOMEWORK), BY_KILL)
    assert await pass_and_hear(agency, "2026-12-17") == ["2026-12-16"]

    met = await agency.meet(OWNER, prospect)

    assert (met.due, met.override) == (None, None)
    assert await heard(agency, "override_news") == []
    assert await pass_and_hear(agency, "2027-01-20") == ["2026-12-16"]


async def test_an_override_cannot_be_won_by_once_its_kill_date_has_passed(
    agency: Agency,
) -> None:
    prospect = await agency.override(OWNER, await agency.screen(OWNER, NO_OFFER), BY_KILL)
    agency.clock.now = datetime(2026, 12, 15, 23, tzinfo=UTC)

    with pytest.raises(NotWinnable):
        await agency.win(OWNER, prospect, date(2026, 12, 15))
    again = await agency.approve(MANAGER, await agency.override(OWNER, prospect))

    assert again.overrides[0].state is OverrideState.REPLACED


async def test_what_would_be_over_at_once_is_not_approved(agency: Agency) -> None:
    await agency.let_managers_approve()
    prospect = await agency.screen(OWNER, NO_OFFER)
    tomorrow = replace(PLEA, kill_on=date(2026, 12, 1))
    prospect = await agency.override(OWNER, prospect, tomorrow)
    agency.clock.move(days=2)

    with pytest.raises(KillDatePassed):
        await agency.approve(MANAGER, prospect)


@pytest.mark.both_databases
async def test_of_two_managers_at_once_the_first_answer_counts(agency: Agency) -> None:
    prospect = await asked(agency)

    ends = await asyncio.gather(
        agency.approve(MANAGER, prospect),
        agency.deny(SECOND_MANAGER, prospect),
        return_exceptions=True,
    )

    assert [type(end) for end in ends if isinstance(end, Exception)] == [StaleClick]
    assert (await agency.now(prospect.id)).revision == prospect.revision + 1


@pytest.mark.both_databases
@pytest.mark.parametrize("decide", [Agency.walk_away, Agency.lose, Agency.override])
async def test_of_an_override_and_a_decision_at_once_the_first_counts(
    agency: Agency, decide: Callable[[Agency, MemberId, Prospect], Awaitable[Prospect]]
) -> None:
    prospect = await agency.screen(OWNER, NO_OFFER)

    ends = await asyncio.gather(
        agency.override(OWNER, prospect),
        decide(agency, MANAGER, prospect),
        return_exceptions=True,
    )

    assert [type(end) for end in ends if isinstance(end, Exception)] == [StaleClick]
    assert (await agency.now(prospect.id)).revision == prospect.revision + 1


@pytest.mark.both_databases
@pytest.mark.parametrize("decide", [Agency.walk_away, Agency.lose])
async def test_of_an_answer_and_a_decision_at_once_the_first_counts(
    agency: Agency, decide: Callable[[Agency, MemberId, Prospect], Awaitable[Prospect]]
) -> None:
    prospect = await asked(agency)

    ends = await asyncio.gather(
        agency.approve(MANAGER, prospect),
        decide(agency, OWNER, prospect),
        return_exceptions=True,
    )

    assert [type(end) for end in ends if isinstance(end, Exception)] == [StaleClick]
    [override] = (await agency.now(prospect.id)).overrides
    assert override.state in {OverrideState.STANDING, OverrideState.WITHDRAWN}


@pytest.mark.both_databases
async def test_an_answer_and_the_lapse_at_once_leave_one_end(agency: Agency) -> None:
    prospect = await asked(agency)
    agency.clock.now = datetime(2026, 12, 9, 23, tzinfo=UTC)

    ends = await asyncio.gather(
        agency.approve(MANAGER, prospect), agency.nudges.tick(), return_exceptions=True
    )
    await agency.nudges.tick()

    assert isinstance(ends[0], WrongStage)
    [override] = (await agency.now(prospect.id)).overrides
    assert override.state is OverrideState.LAPSED


@pytest.mark.both_databases
async def test_of_two_who_override_at_once_one_does(agency: Agency) -> None:
    prospect = await agency.screen(OWNER, NO_OFFER)

    ends = await asyncio.gather(
        agency.override(OWNER, prospect),
        agency.override(MANAGER, prospect),
        return_exceptions=True,
    )

    assert [type(end) for end in ends if isinstance(end, Exception)] == [StaleClick]
    assert len((await agency.now(prospect.id)).overrides) == 1


@pytest.mark.both_databases
async def test_history_tells_who_did_what_and_why(agency: Agency) -> None:
    denied = await agency.deny(MANAGER, await asked(agency))

    async with agency.units.reading(A) as work:
        _, request, answer = await work.history.of(denied.id)
    assert (request.action, request.by) == (Action.OVERRIDE, OWNER)
    assert request.act == acts.OverrideAsked(
        denied.overrides[0].id,
        Grounds(
            Fear.NO_OTHER_CLIENT,
            "They pay well.",
            "no signed offer by then",
            date(2026, 12, 15),
        ),
        waits=True,
    )
    assert (answer.action, answer.by) == (Action.DENY_OVERRIDE, MANAGER)
    assert isinstance(answer.act, acts.OverrideDenied)
    assert answer.act.refusal == "They never paid."


async def test_a_manager_who_is_gone_is_not_asked(agency: Agency) -> None:
    prospect = await asked(agency)
    agency.directory.people[MANAGER] = somebody(MANAGER, is_deactivated=True)
    agency.clock.move(days=1)
    await agency.membership.member(A, MANAGER)
    agency.clock.now = FRIDAY

    await agency.nudges.tick()

    assert await heard(agency, "override_asked") == [SECOND_MANAGER]
    assert prospect.request is not None


async def pass_and_hear(agency: Agency, until: str) -> list[str]:
    """Let time pass up to this instant (UTC); return the days of all nudges by then."""
    await pass_time(agency, datetime.fromisoformat(until).replace(tzinfo=UTC), hours=1)
    agency.clock.now = max(MONDAY, datetime.fromisoformat(until).replace(tzinfo=UTC))
    await agency.nudges.tick()
    return [day for _, day in await told(agency)]
