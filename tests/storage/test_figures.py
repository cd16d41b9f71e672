"""Timelines as they are read from history and verdicts."""

from datetime import date, timedelta

from bot.domain.checklist.rules import Verdict
from bot.domain.figures.timeline import Asked, Screening, Timeline
from bot.domain.outcomes.outcome import Ending, Hours, Outcome
from bot.storage.unit_of_work import UnitsOfWork
from tests.storage import samples
from tests.storage.samples import A, B

STORY = Timeline(
    samples.PROSPECT,
    samples.OWNER,
    samples.FACTS.first_contact,
    (
        Screening(
            samples.NOW.date(),
            Verdict.PROBLEM,
            "some_signs",
            samples.qualification.answers,
            owner=samples.OWNER,
            expected_value=samples.FACTS.expected_value,
            checklist=samples.CHECKLIST.id,
        ),
    ),
    (Asked(Ending.WON, date(2026, 10, 20), 30, Outcome(hours=Hours(samples.HOURS.choice))),),
    samples.FACTS.expected_value,
)


async def test_a_story_comes_back_whole(units: UnitsOfWork) -> None:
    await samples.fill(units, A)

    async with units.reading(A) as work:
        assert await work.timelines.all() == [STORY]


async def test_only_what_something_happened_to_since_a_day_is_told_and_all_of_it(
    units: UnitsOfWork,
) -> None:
    await samples.fill(units, A)
    day = samples.NOW.date()

    async with units.reading(A) as work:
        assert await work.timelines.since(day) == [STORY]
        assert await work.timelines.since(day + timedelta(days=2)) == []


async def test_the_same_ids_in_two_workspaces_are_two_stories(units: UnitsOfWork) -> None:
    await samples.fill(units, A)
    await samples.fill(units, B)

    async with units.reading(B) as work:
        assert await work.timelines.all() == [STORY]


async def test_timelines_are_told_some_at_a_time(units: UnitsOfWork) -> None:
    await samples.fill(units, A)

    async with units.reading(A) as work:
        every = await work.timelines.all()
        first = await work.timelines.after("", 1)
        then = await work.timelines.after(first[0].prospect_id, 1)

        assert len(every) == len(first) + len(then)
        assert [*first, *then] == sorted(every, key=lambda each: each.prospect_id)
        assert await work.timelines.after("zz", 9) == []
