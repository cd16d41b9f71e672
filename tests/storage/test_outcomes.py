"""Questions about ends: dropped and held again, and answers that nobody can change."""

from dataclasses import replace
from datetime import date, timedelta

from bot import checklists
from bot.domain.outcomes.outcome import (
    Ending,
    OutcomeAnswer,
    WouldTakeAgain,
    answer,
    put_off,
    refuse,
)
from bot.domain.people import Action, MemberId
from bot.domain.prospects import Decision, Stage
from bot.storage.database import Database
from bot.storage.schema import migrations
from bot.storage.unit_of_work import UnitsOfWork
from tests.storage import samples
from tests.storage.samples import HOURS, MANAGER, NOW, OWNER, PROSPECT, QUESTION, A

AGAIN = OutcomeAnswer(WouldTakeAgain.NO, MANAGER, NOW + timedelta(minutes=1))
LATER = replace(QUESTION, after=90, asked_on=None, put_off_on=None)


async def test_a_question_comes_back_with_all_its_answers(units: UnitsOfWork) -> None:
    await samples.fill(units, A)
    held = replace(answer(QUESTION, HOURS), owner=OWNER)

    async with units(A) as work:
        await work.outcomes.add_answer(held, AGAIN)
        await work.outcomes.store(put_off(held, date(2026, 12, 24)))

    async with units.reading(A) as work:
        kept = await work.outcomes.get(QUESTION.key)
        assert kept == put_off(answer(held, AGAIN), date(2026, 12, 24))
        assert await work.outcomes.answers_about(PROSPECT) == [HOURS, AGAIN]


async def test_a_dropped_question_is_not_there_and_its_answers_stay(units: UnitsOfWork) -> None:
    await samples.fill(units, A)

    async with units(A) as work:
        assert await work.outcomes.drop(PROSPECT, Ending.WON)
        assert not await work.outcomes.drop(PROSPECT, Ending.WON)

    async with units.reading(A) as work:
        assert await work.outcomes.get(QUESTION.key) is None
        assert await work.outcomes.standing(PROSPECT) == []
        assert await work.outcomes.waiting_of([OWNER]) == {}
        assert await work.outcomes.answers_about(PROSPECT) == [HOURS]
        assert await work.outcomes.messages_about(PROSPECT) == [(OWNER, date(2026, 12, 9))]


async def test_the_same_end_again_brings_a_dropped_question_back(units: UnitsOfWork) -> None:
    await samples.fill(units, A)
    new = replace(QUESTION, asked_on=None, put_off_on=None, not_before=date(2026, 12, 20))

    async with units(A) as work:
        assert not await work.outcomes.hold([new], OWNER)
        await work.outcomes.drop(PROSPECT, Ending.WON)
        assert await work.outcomes.hold([new], MANAGER)

    async with units.reading(A) as work:
        again = replace(answer(QUESTION, HOURS), not_before=date(2026, 12, 20), owner=MANAGER)
        assert (await work.outcomes.waiting_of([MANAGER]))[MANAGER] == [again]
        assert await work.outcomes.waiting_of([OWNER]) == {}


async def test_what_waits_is_found_with_the_rest_of_its_prospect(units: UnitsOfWork) -> None:
    await samples.fill(units, A)
    async with units(A) as work:
        await work.outcomes.hold([LATER], OWNER)

        await work.outcomes.store(refuse(QUESTION))
        assert [each.key for each in (await work.outcomes.waiting_of([OWNER]))[OWNER]] == [
            QUESTION.key,
            LATER.key,
        ]

        await work.outcomes.store(refuse(LATER))
        assert await work.outcomes.waiting_of([OWNER]) == {}
        assert await work.outcomes.waiting_of([MemberId("U0OTHER")]) == {}


async def test_what_ended_before_outcomes_were_known_is_asked_about(
    empty_database_url: str,
) -> None:
    database = Database.from_url(empty_database_url)
    units = UnitsOfWork(database, checklists.restore)
    await migrations.upgrade(empty_database_url)
    await samples.fill(units, A)
    decision = Decision(Action.WALK_AWAY, OWNER, NOW)
    ended = replace(samples.prospect, stage=Stage.WALKED_AWAY, decision=decision, revision=2)
    async with units(A) as work:
        await work.prospects.save(ended)
        await work.nudges.set_rounds({OWNER: None})
    await migrations.downgrade(empty_database_url, "0006")

    await migrations.upgrade(empty_database_url)

    async with units(A) as work:
        waiting = (await work.outcomes.waiting_of([OWNER]))[OWNER]
        assert [(each.ending, each.ended_on, each.after) for each in waiting] == [
            ("walked_away", NOW.date(), 30),
            ("walked_away", NOW.date(), 90),
        ]
        assert await work.nudges.take([OWNER], NOW)
    await database.close()
