"""Timelines as they are read from history and verdicts."""

from bot.domain.checklist.rules import Verdict
from bot.domain.figures.timeline import Screening, Timeline
from bot.domain.outcomes.outcome import Hours, Outcome
from bot.domain.people import MemberId
from bot.domain.prospects import Fear
from bot.storage.unit_of_work import UnitsOfWork
from tests.storage import samples
from tests.storage.samples import A, B

STORY = Timeline(
    samples.PROSPECT,
    samples.OWNER,
    samples.FACTS.first_contact,
    (
        Screening(
            samples.NOW.date(), Verdict.PROBLEM, "some_signs", samples.qualification.answers, 0, 0
        ),
    ),
    Outcome(hours=Hours(samples.HOURS.choice)),
)


async def test_a_story_comes_back_whole(units: UnitsOfWork) -> None:
    await samples.fill(units, A)

    async with units.reading(A) as work:
        assert await work.timelines.all() == [STORY]
        assert await work.timelines.all(samples.OWNER) == [STORY]
        assert await work.timelines.all(MemberId("U0ELSE")) == []
        assert await work.timelines.of_fear(Fear.REPUTATION) == [STORY]
        assert await work.timelines.of_fear(Fear.NOBODY_LEFT) == []


async def test_the_same_ids_in_two_workspaces_are_two_stories(units: UnitsOfWork) -> None:
    await samples.fill(units, A)
    await samples.fill(units, B)

    async with units.reading(B) as work:
        assert await work.timelines.all() == [STORY]
        assert await work.timelines.of_fear(Fear.REPUTATION) == [STORY]
