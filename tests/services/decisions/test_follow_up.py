"""While nobody decides: signs of life, chases, snoozes, a new owner, and one's own pause."""

from datetime import date, timedelta

import pytest

from bot.domain.decisions import acts
from bot.domain.errors import AnswersRejected, SnoozeRefused, WrongStage
from bot.domain.people import Action, MemberId
from bot.domain.prospects import Due, DueReason, NudgeRecord, Prospect
from bot.services.ports import Caller
from tests.office import HOMEWORK, PROBLEM
from tests.services.agency import GUEST, MANAGER, OTHER, OWNER, A, Agency, click


@pytest.fixture
async def overdue(agency: Agency) -> Prospect:
    """Screened on Monday, 30 November, due on Monday, 7 December; it is Wednesday, the 9th."""
    prospect = await agency.screen(OWNER, PROBLEM)
    agency.clock.move(days=9)
    return prospect


async def test_a_sign_of_life_gives_seven_working_days(agency: Agency, overdue: Prospect) -> None:
    chased = await agency.chase(OWNER, overdue)

    alive = await agency.see_life(OWNER, chased)

    assert await agency.now(overdue.id) == alive
    assert alive.due == Due(date(2026, 12, 18), DueReason.SIGN_OF_LIFE)
    assert (alive.chases, alive.revision) == (0, 3)


async def test_a_sign_of_life_says_what_it_was(agency: Agency, overdue: Prospect) -> None:
    with pytest.raises(AnswersRejected):
        await agency.follow_up.sign_of_life(Caller(A, OWNER), click(overdue), "  ")

    await agency.see_life(OWNER, overdue)

    history = (await agency.decisions.details(Caller(A, OWNER), overdue.id)).history
    assert (history[-1].action, history[-1].act) == (
        Action.SIGN_OF_LIFE,
        acts.SignOfLife("they called"),
    )


async def test_chases_are_counted_and_move_nothing(agency: Agency, overdue: Prospect) -> None:
    prospect = overdue
    for _ in range(3):
        prospect = await agency.chase(OWNER, prospect)

    kept = await agency.now(overdue.id)
    assert (kept.chases, kept.due, kept.nudge_record) == (3, overdue.due, overdue.nudge_record)


async def test_an_owner_snoozes_twice_and_a_manager_for_twenty_days(
    agency: Agency, overdue: Prospect
) -> None:
    once = await agency.snooze(OWNER, overdue, 3)
    twice = await agency.snooze(OWNER, once, 1)
    with pytest.raises(SnoozeRefused):
        await agency.snooze(OWNER, twice, 1)
    left_alone = await agency.snooze(MANAGER, twice, 20)

    assert once.nudge_record == NudgeRecord(snoozed_until=date(2026, 12, 14), snoozes=1)
    assert (await agency.now(overdue.id)).nudge_record == left_alone.nudge_record
    assert left_alone.nudge_record == NudgeRecord(
        snoozed_until=date(2027, 1, 8), snoozes=2, is_discussed=True
    )


async def test_what_may_be_chosen_depends_on_who_snoozes(agency: Agency, overdue: Prospect) -> None:
    _, of_owner = await agency.follow_up.may_snooze(Caller(A, OWNER), click(overdue))
    _, of_manager = await agency.follow_up.may_snooze(Caller(A, MANAGER), click(overdue))

    assert (of_owner, len(of_manager)) == ((1, 3, 5), 20)


async def test_nothing_is_snoozed_before_it_is_overdue(agency: Agency) -> None:
    prospect = await agency.screen(OWNER, PROBLEM)

    with pytest.raises(WrongStage):
        await agency.follow_up.may_snooze(Caller(A, OWNER), click(prospect))
    with pytest.raises(WrongStage):
        await agency.snooze(OWNER, prospect)


async def test_a_condition_that_lapsed_can_be_chased(agency: Agency) -> None:
    prospect = await agency.screen(OWNER, HOMEWORK)
    with pytest.raises(WrongStage):
        await agency.chase(OWNER, prospect)
    agency.clock.move(days=9)

    assert (await agency.chase(OWNER, prospect)).chases == 1


async def test_a_new_owner_is_told_and_what_is_due_stays(agency: Agency, overdue: Prospect) -> None:
    snoozed = await agency.snooze(OWNER, overdue, 5)

    given = await agency.hand_over(OWNER, snoozed, OTHER)

    assert await agency.now(overdue.id) == given
    assert (given.facts.owner, given.due) == (OTHER, overdue.due)
    assert given.nudge_record == NudgeRecord(not_before=date(2026, 12, 9))
    messages = [(row.kind, row.recipient) for row in await agency.messages()]
    assert messages.count(("owner_chosen", OTHER)) == 1


async def test_who_takes_it_over_themselves_is_not_told(agency: Agency, overdue: Prospect) -> None:
    await agency.hand_over(MANAGER, overdue, MANAGER)

    assert "owner_chosen" not in [row.kind for row in await agency.messages()]


@pytest.mark.parametrize(
    ("owner", "code"),
    [
        (GUEST, "not_full_member"),
        (MemberId("U0NOBODY"), "unknown_member"),
        (OWNER, "same_owner"),
        (None, "missing"),
    ],
)
async def test_only_another_full_member_can_take_it_over(
    agency: Agency, overdue: Prospect, owner: MemberId | None, code: str
) -> None:
    with pytest.raises(AnswersRejected) as rejected:
        await agency.follow_up.hand_over(Caller(A, OWNER), click(overdue), owner)

    assert [problem.code for problem in rejected.value.problems] == [code]


async def test_a_pause_is_kept_until_its_day_and_can_be_ended(agency: Agency) -> None:
    caller = Caller(A, OWNER)
    assert await agency.follow_up.paused_until(caller) is None

    assert await agency.follow_up.pause(caller, date(2026, 12, 7)) == date(2026, 12, 7)
    assert await agency.follow_up.paused_until(caller) == date(2026, 12, 7)

    assert await agency.follow_up.pause(caller, None) == date(2026, 12, 1)
    agency.clock.move(days=1)
    assert await agency.follow_up.paused_until(caller) is None
    assert await agency.follow_up.pause(caller, None) is None


async def test_nobody_pauses_for_ever(agency: Agency) -> None:
    today = agency.clock().date()

    with pytest.raises(AnswersRejected):
        await agency.follow_up.pause(Caller(A, OWNER), today + timedelta(days=367))
