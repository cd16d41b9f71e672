"""Outcomes: asked once, when their day has come; answered, corrected, put off, refused."""

import asyncio
from collections.abc import Awaitable, Callable
from datetime import UTC, date, datetime, time, timedelta
from typing import Final
from zoneinfo import ZoneInfo

import pytest

from bot.domain.errors import (
    AnswersRejected,
    DomainError,
    NotAllowed,
    NotFullMember,
    OutcomeAlreadyAnswered,
    OutcomeGone,
    OutcomeSettled,
    TooEarlyToJudge,
    UndoTooLate,
    UnknownProspect,
)
from bot.domain.outcomes.outcome import (
    Ask,
    Choice,
    Ending,
    Hours,
    HowTaken,
    OutcomeKey,
    OutcomeQuestion,
    PaidAsAgreed,
    Regret,
    Respect,
    WouldTakeAgain,
    latest_answer,
    outcome_of,
)
from bot.domain.people import MemberId
from bot.domain.prospects import EndedBy, Prospect, ProspectId
from bot.services.nudges import NudgeRounds
from bot.services.ports import Caller
from bot.storage.rounds import RoundQueue
from tests.office import GOOD, NO_OFFER, PROBLEM
from tests.services.agency import LEAVER, MANAGER, OTHER, OWNER, A, Agency, click
from tests.services.decisions.test_rights import MEMBERS
from tests.services.nudges.test_nudges import pass_time, told

MONTH_LATER = datetime(2026, 12, 30, 9, 30, tzinfo=UTC)
"""A Wednesday, 30 days after what ended on Monday, 30 November; in Berlin it is half past ten."""
QUARTER_LATER = datetime(2027, 3, 1, 9, 30, tzinfo=UTC)
"""The first working day after 90 days."""
WON_ON = date(2026, 11, 30)

Act = Callable[[Agency, MemberId, OutcomeKey], Awaitable[None]]


async def answer(
    agency: Agency, by: MemberId, key: OutcomeKey, choice: Choice = PaidAsAgreed.YES, seen: int = 0
) -> None:
    await agency.outcomes.note_answer(Caller(A, by), key, choice, seen)


async def put_off(agency: Agency, by: MemberId, key: OutcomeKey) -> None:
    await agency.outcomes.put_off(Caller(A, by), key)


async def refuse(agency: Agency, by: MemberId, key: OutcomeKey) -> None:
    await agency.outcomes.refuse(Caller(A, by), key)


ACTS: Final[dict[str, Act]] = {"answer": answer, "put_off": put_off, "refuse": refuse}


def key_of(prospect: Prospect, ending: Ending = Ending.WON, after: int = 30) -> OutcomeKey:
    return OutcomeKey(prospect.id, ending, WON_ON, after)


async def won(agency: Agency, name: str = "Acme", owner: MemberId = OWNER) -> Prospect:
    return await agency.win(owner, await agency.screen(owner, GOOD, name))


async def asked_about(agency: Agency, now: datetime = MONTH_LATER) -> OutcomeKey:
    """Win a client, and let its owner be asked."""
    prospect = await won(agency)
    agency.clock.now = now
    await agency.tick()
    return key_of(prospect)


async def question(agency: Agency, key: OutcomeKey) -> OutcomeQuestion:
    async with agency.units.reading(A) as work:
        found = await work.outcomes.get(key)
    assert found is not None
    return found


async def items(agency: Agency, day: date, owner: MemberId = OWNER) -> list[tuple[ProspectId, int]]:
    async with agency.units.reading(A) as work:
        return [(each.prospect_id, each.after) for each in await work.outcomes.items(owner, day)]


@pytest.mark.parametrize("ending", Ending)
async def test_an_owner_is_asked_twice_and_then_no_more(agency: Agency, ending: Ending) -> None:
    if ending is Ending.WON:
        await won(agency)
    else:
        await agency.walk_away(OWNER, await agency.screen(OWNER, NO_OFFER))

    await pass_time(agency, datetime(2027, 4, 1, tzinfo=UTC))

    assert await told(agency, "outcome") == [(OWNER, "2026-12-30"), (OWNER, "2027-03-01")]
    assert await told(agency) == []
    assert await RoundQueue(agency.database).due(datetime(2099, 1, 1, tzinfo=UTC), 9) == []


async def test_it_is_asked_in_working_hours_only(agency: Agency) -> None:
    await won(agency)

    for hour in (0, 7, 16, 23):  # nine in Berlin is eight here; five is four
        agency.clock.now = MONTH_LATER.replace(hour=hour, minute=0)
        await agency.nudges.tick()

    assert await told(agency, "outcome") == []


@pytest.mark.both_databases
async def test_any_number_of_processes_ask_once(agency: Agency) -> None:
    for owner in (OWNER, MANAGER):
        await won(agency, f"Acme of {owner}", owner)
    agency.clock.now = MONTH_LATER
    queue = RoundQueue(agency.database)
    others = [NudgeRounds(agency.units, queue, agency.clock) for _ in range(3)]

    for _ in range(2):
        await asyncio.gather(*(each.tick() for each in (agency.nudges, *others)))

    assert sorted(await told(agency, "outcome")) == [
        (MANAGER, "2026-12-30"),
        (OWNER, "2026-12-30"),
    ]


async def test_a_client_that_was_won_long_ago_is_asked_about_on_the_next_morning(
    agency: Agency,
) -> None:
    prospect = await agency.screen(OWNER, GOOD)
    agency.clock.now = MONTH_LATER
    await agency.win(OWNER, prospect, date(2026, 11, 10))

    await pass_time(agency, MONTH_LATER + timedelta(days=2))

    assert await told(agency, "outcome") == [(OWNER, "2026-12-31")]


async def test_beside_a_nudge_one_question_rides_in_the_same_message(agency: Agency) -> None:
    first, second = await won(agency, "Acme"), await won(agency, "Beta")
    agency.clock.now = datetime(2026, 12, 21, 9, tzinfo=UTC)
    await agency.screen(OWNER, PROBLEM, "Gamma")  # due on 29 December: two holidays

    await pass_time(agency, datetime(2027, 1, 1, tzinfo=UTC))

    assert await told(agency) == [(OWNER, "2026-12-30")]
    assert await told(agency, "outcome") == [(OWNER, "2026-12-31")]
    assert await items(agency, date(2026, 12, 30)) == [(first.id, 30)]
    assert await items(agency, date(2026, 12, 31)) == [(second.id, 30)]


async def test_nudges_and_outcomes_share_three_messages_a_week(agency: Agency) -> None:
    for number in range(12):
        await won(agency, f"Acme {number}")
    await pass_time(agency, datetime(2027, 1, 9, tzinfo=UTC))

    days = [day for _, day in await told(agency, "outcome")]

    assert days == ["2026-12-30", "2026-12-31", "2027-01-04", "2027-01-05"]


async def test_a_pause_holds_questions_back(agency: Agency) -> None:
    await won(agency)
    agency.clock.now = MONTH_LATER - timedelta(days=1)
    await agency.follow_up.pause(Caller(A, OWNER), date(2027, 1, 5))

    await pass_time(agency, datetime(2027, 1, 8, tzinfo=UTC))

    assert await told(agency, "outcome") == [(OWNER, "2027-01-05")]


async def test_who_is_gone_is_not_asked_until_they_are_back(agency: Agency) -> None:
    await won(agency, owner=LEAVER)
    await agency.leave(LEAVER)
    await pass_time(agency, MONTH_LATER + timedelta(days=3))
    assert await told(agency, "outcome") == []

    agency.clock.now = datetime(2027, 1, 5, 5, tzinfo=UTC)
    await agency.come_back(LEAVER)
    await pass_time(agency, datetime(2027, 1, 6, tzinfo=UTC))

    assert await told(agency, "outcome") == [(LEAVER, "2027-01-05")]


async def test_what_is_answered_before_its_day_is_not_asked(agency: Agency) -> None:
    prospect = await agency.walk_away(OWNER, await agency.screen(OWNER, NO_OFFER))
    for choice in (Regret.NO, HowTaken.THANKED):
        await answer(agency, OWNER, key_of(prospect, Ending.WALKED_AWAY), choice)

    await pass_time(agency, MONTH_LATER + timedelta(days=1))

    assert await told(agency, "outcome") == []


@pytest.mark.both_databases
async def test_each_tap_is_kept_at_once_and_lets_the_message_be_rewritten(agency: Agency) -> None:
    key = await asked_about(agency)

    taps: list[Choice] = [PaidAsAgreed.NOT_DUE, Hours.UP_TO_20, WouldTakeAgain.YES, Respect.MOSTLY]
    for choice in taps:
        await answer(agency, OWNER, key, choice)

    found = await question(agency, key)
    assert [each.choice for each in found.answers] == taps
    assert {(each.by, each.at) for each in found.answers} == {(OWNER, MONTH_LATER)}
    assert found.is_answered
    assert await told(agency, "nudge_rewrite") == [(OWNER, f"{n}") for n in range(1, 5)]


@pytest.mark.both_databases
async def test_a_correction_is_one_more_answer_and_the_latest_counts(agency: Agency) -> None:
    key = await asked_about(agency)
    await answer(agency, OWNER, key, WouldTakeAgain.YES)
    agency.clock.move(days=20)

    await answer(agency, MANAGER, key, WouldTakeAgain.NO, seen=1)

    found = await question(agency, key)
    assert [(each.choice, each.by) for each in found.answers] == [
        (WouldTakeAgain.YES, OWNER),
        (WouldTakeAgain.NO, MANAGER),
    ]
    assert outcome_of([found]).again is WouldTakeAgain.NO


@pytest.mark.parametrize(
    ("choice", "seen"),
    [(PaidAsAgreed.YES, 0), (PaidAsAgreed.YES, 1), (PaidAsAgreed.NO, 0)],
    ids=["second click", "the same again", "somebody was faster"],
)
async def test_an_answer_to_what_was_answered_meanwhile_is_told_what_is_true(
    agency: Agency, choice: Choice, seen: int
) -> None:
    key = await asked_about(agency)
    await answer(agency, OWNER, key, PaidAsAgreed.YES)

    with pytest.raises(OutcomeAlreadyAnswered) as refused:
        await answer(agency, OWNER, key, choice, seen)

    assert (refused.value.latest.choice, refused.value.latest.by) == (PaidAsAgreed.YES, OWNER)
    assert len((await question(agency, key)).answers) == 1


async def test_not_now_brings_it_back_after_five_working_days(agency: Agency) -> None:
    key = await asked_about(agency)
    await put_off(agency, OWNER, key)

    with pytest.raises(OutcomeSettled) as refused:
        await put_off(agency, OWNER, key)
    await pass_time(agency, datetime(2027, 1, 20, tzinfo=UTC))

    assert refused.value.again_on == date(2027, 1, 7)
    assert [day for _, day in await told(agency, "outcome")] == ["2026-12-30", "2027-01-07"]


async def test_never_for_this_one_holds_for_the_later_question_too(agency: Agency) -> None:
    key = await asked_about(agency)
    await put_off(agency, OWNER, key)
    await refuse(agency, OWNER, key)

    for act in (refuse, put_off):
        with pytest.raises(OutcomeSettled):
            await act(agency, OWNER, key)
    await pass_time(agency, datetime(2027, 3, 10, tzinfo=UTC), hours=6)

    assert [day for _, day in await told(agency, "outcome")] == ["2026-12-30"]


async def test_what_is_answered_cannot_be_put_off(agency: Agency) -> None:
    key = await asked_about(agency)
    for choice in (PaidAsAgreed.NO, Hours.NONE, WouldTakeAgain.NO, Respect.NO):
        await answer(agency, OWNER, key, choice)

    with pytest.raises(OutcomeSettled):
        await put_off(agency, OWNER, key)


async def walked_away_from(agency: Agency) -> OutcomeKey:
    """Walk away, and answer before anybody asks."""
    prospect = await agency.walk_away(OWNER, await agency.screen(OWNER, NO_OFFER))
    key = OutcomeKey(prospect.id, Ending.WALKED_AWAY, WON_ON, 30)
    await agency.outcomes.note_answer(Caller(A, OWNER), key, Regret.YES, 0)
    return key


async def test_an_end_that_is_undone_is_not_asked_about_and_its_answers_stay(
    agency: Agency,
) -> None:
    key = await walked_away_from(agency)
    await agency.undo(MANAGER, await agency.now(key.prospect_id))

    with pytest.raises(OutcomeGone):
        await agency.outcomes.note_answer(Caller(A, OWNER), key, Regret.NO, 1)
    await pass_time(agency, QUARTER_LATER + timedelta(days=3), hours=6)

    assert await told(agency, "outcome") == []
    overview = await agency.decisions.details(Caller(A, OTHER), key.prospect_id)
    assert [each.choice for each in overview.answered] == [Regret.YES]
    assert overview.outcomes == ()


async def test_the_same_end_again_brings_questions_and_answers_back(agency: Agency) -> None:
    key = await walked_away_from(agency)
    open_again = await agency.undo(MANAGER, await agency.now(key.prospect_id))

    await agency.walk_away(OWNER, open_again)

    assert [each.choice for each in (await question(agency, key)).answers] == [Regret.YES]


@pytest.mark.parametrize("who", [OWNER, MANAGER])
async def test_a_client_that_was_asked_about_is_not_undone(agency: Agency, who: MemberId) -> None:
    key = await asked_about(agency)
    with pytest.raises(UndoTooLate):
        await agency.undo(who, await agency.now(key.prospect_id))

    await answer(agency, OWNER, key)
    with pytest.raises(UndoTooLate):
        await agency.undo(who, await agency.now(key.prospect_id))


async def test_a_manager_may_undo_a_client_until_it_is_asked_about(agency: Agency) -> None:
    prospect = await won(agency)
    agency.clock.move(days=20)

    await agency.undo(MANAGER, prospect)
    await pass_time(agency, QUARTER_LATER, hours=6)

    assert await told(agency, "outcome") == []


async def test_who_ended_is_asked_about_on_the_days_of_its_win_all_the_same(
    agency: Agency,
) -> None:
    await agency.set(ask_after="60")
    prospect = await won(agency)
    agency.clock.move(days=5)
    ended = await agency.end_client(OWNER, prospect)
    await pass_time(agency, MONTH_LATER + timedelta(days=1), hours=6)
    key = key_of(prospect)
    await answer(agency, OWNER, key, WouldTakeAgain.NO)

    await agency.screen_again(OWNER, ended, GOOD)
    await pass_time(agency, QUARTER_LATER + timedelta(days=3), hours=6)

    assert [day for _, day in await told(agency, "outcome")] == ["2026-12-30", "2027-03-01"]
    assert [each.choice for each in (await question(agency, key)).answers] == [WouldTakeAgain.NO]


async def test_the_end_of_a_client_is_undone_to_the_client_it_was(agency: Agency) -> None:
    prospect = await won(agency)
    agency.clock.move(days=5)
    ended = await agency.end_client(OWNER, prospect)

    again = await agency.undo(OWNER, ended)

    assert (again.stage, again.decision) == (prospect.stage, prospect.decision)
    agency.clock.move(days=9)
    with pytest.raises(UndoTooLate):
        await agency.undo(OWNER, again)


async def test_nobody_ended_before_they_were_won_or_after_today(agency: Agency) -> None:
    prospect = await won(agency)
    for days in (-1, 1):
        day = WON_ON + timedelta(days=days)
        with pytest.raises(AnswersRejected):
            await agency.decisions.end_client(
                Caller(A, OWNER), click(prospect), day, EndedBy.THEM, None
            )


async def test_a_new_owner_is_asked_what_the_one_before_was_not(agency: Agency) -> None:
    prospect = await won(agency)
    await agency.hand_over(OWNER, prospect, OTHER)

    await pass_time(agency, MONTH_LATER + timedelta(days=1), hours=6)

    assert await told(agency, "outcome") == [(OTHER, "2026-12-30")]


async def test_who_screens_a_walk_away_again_is_not_asked_whether_they_regret_it(
    agency: Agency,
) -> None:
    prospect = await agency.walk_away(OWNER, await agency.screen(OWNER, NO_OFFER))
    agency.clock.move(days=7)
    await agency.screen_again(OWNER, prospect, GOOD)

    await pass_time(agency, MONTH_LATER + timedelta(days=3))

    assert await told(agency, "outcome") == []
    with pytest.raises(OutcomeGone):
        await answer(agency, OWNER, key_of(prospect, Ending.WALKED_AWAY), Regret.YES)


@pytest.mark.parametrize("act", ACTS)
async def test_only_owner_and_managers_answer(agency: Agency, act: str) -> None:
    key = await asked_about(agency)
    before = await question(agency, key)
    outcomes: dict[str, type[DomainError] | None] = {}

    for role in ("other", "guest", "bot", "stranger", "deactivated"):
        with pytest.raises(NotAllowed) as refused:
            await ACTS[act](agency, MEMBERS[role], key)
        outcomes[role] = type(refused.value)
    assert await question(agency, key) == before

    await ACTS[act](agency, MANAGER, key)
    assert outcomes.pop("other") is NotAllowed
    assert set(outcomes.values()) == {NotFullMember}


@pytest.mark.parametrize("after", [30, 90])
async def test_a_second_judge_answers_from_the_day_that_is_asked_about(
    agency: Agency, after: int
) -> None:
    prospect = await won(agency)
    key, since = key_of(prospect, after=after), WON_ON + timedelta(days=after)
    agency.clock.now = datetime.combine(since, time(0, 30), ZoneInfo("Europe/Berlin")) - timedelta(
        hours=1
    )
    with pytest.raises(TooEarlyToJudge) as refused:
        await answer(agency, MANAGER, key, WouldTakeAgain.NO)
    assert refused.value.since == since
    details = await agency.decisions.details(Caller(A, MANAGER), prospect.id)
    assert key not in [each.key for each in details.outcomes]

    agency.clock.move(hours=1)
    details = await agency.decisions.details(Caller(A, MANAGER), prospect.id)
    assert key in [each.key for each in details.outcomes]
    await answer(agency, MANAGER, key, WouldTakeAgain.NO)

    assert [each.by for each in (await question(agency, key)).answers] == [MANAGER]


@pytest.mark.parametrize("act", ACTS)
@pytest.mark.parametrize("stage", ["open", "lost"])
async def test_what_has_no_end_that_is_asked_about_has_nothing_to_answer(
    agency: Agency, act: str, stage: str
) -> None:
    prospect = await agency.screen(OWNER, GOOD)
    if stage == "lost":
        await agency.lose(OWNER, prospect)

    with pytest.raises(OutcomeGone):
        await ACTS[act](agency, OWNER, key_of(prospect))


@pytest.mark.parametrize("act", ACTS)
async def test_nobody_answers_about_what_is_not_there(agency: Agency, act: str) -> None:
    await won(agency)

    with pytest.raises(UnknownProspect):
        await ACTS[act](agency, OWNER, OutcomeKey(ProspectId("none"), Ending.WON, WON_ON, 30))


async def test_the_details_show_what_is_asked_and_answered_and_who_may_correct_it(
    agency: Agency,
) -> None:
    prospect = await won(agency)
    early = await agency.decisions.details(Caller(A, OWNER), prospect.id)
    agency.clock.now = MONTH_LATER
    await answer(agency, MANAGER, key_of(prospect), Hours.NONE)

    by_owner = await agency.decisions.details(Caller(A, OWNER), prospect.id)
    by_other = await agency.decisions.details(Caller(A, OTHER), prospect.id)

    assert (early.outcomes, early.answered) == ((), ())
    assert [each.key for each in by_owner.outcomes] == [key_of(prospect)]
    assert [each.choice for each in by_other.answered] == [Hours.NONE]
    assert by_owner.names[MANAGER] == "Manager"
    assert (by_owner.may_answer, by_other.may_answer) == (True, False)


@pytest.mark.both_databases
async def test_of_two_answers_at_once_the_first_counts_and_the_second_is_told(
    agency: Agency,
) -> None:
    key = await asked_about(agency)

    ends = await asyncio.gather(
        answer(agency, OWNER, key, PaidAsAgreed.YES),
        answer(agency, OWNER, key, PaidAsAgreed.NO),
        return_exceptions=True,
    )

    (refused,) = [each for each in ends if each is not None]
    assert isinstance(refused, OutcomeAlreadyAnswered)
    assert (await question(agency, key)).answers == (refused.latest,)


async def test_a_manager_is_a_second_judge_and_the_owner_is_still_asked(agency: Agency) -> None:
    key = await asked_about(agency)
    taps = (PaidAsAgreed.NO, Hours.NONE, WouldTakeAgain.NO, Respect.NO)
    for choice in taps:
        await answer(agency, MANAGER, key, choice)
    assert not (await question(agency, key)).is_answered

    await answer(agency, OWNER, key, WouldTakeAgain.NO)
    await answer(agency, OWNER, key, PaidAsAgreed.YES)

    found = await question(agency, key)
    assert len(found.answers) == len(taps) + 2
    assert latest_answer(found, Ask.PAID) == found.answers[-1]


@pytest.mark.both_databases
async def test_a_not_now_while_the_clock_ticks_is_not_forgotten(agency: Agency) -> None:
    prospect = await won(agency)
    agency.clock.now = MONTH_LATER

    await asyncio.gather(
        agency.nudges.tick(), put_off(agency, OWNER, key_of(prospect)), agency.nudges.tick()
    )
    await agency.tick()

    assert (await question(agency, key_of(prospect))).put_off_on == date(2026, 12, 30)
