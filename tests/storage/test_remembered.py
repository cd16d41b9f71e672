"""Whom a team remembers is kept beside what was lived, and comes back as it was entered."""

from dataclasses import replace
from datetime import timedelta

from bot.domain.outcomes.outcome import NO_ANSWER
from bot.domain.prospects import Stage
from bot.domain.remembered.recall import RememberedId
from bot.storage.unit_of_work import UnitsOfWork
from tests.storage import samples
from tests.storage.samples import NOW, A


async def test_they_come_back_as_they_were_entered(units: UnitsOfWork) -> None:
    await samples.add_workspace(units, A)
    earlier = replace(
        samples.REMEMBERED,
        id=RememberedId("earlier"),
        name="Lost & Co",
        became=Stage.LOST,
        at=NOW - timedelta(minutes=1),
        by=None,
        outcome=NO_ANSWER,
    )

    async with units(A) as work:
        assert await work.remembered.add(samples.REMEMBERED)
        assert await work.remembered.add(earlier)

    async with units.reading(A) as work:
        assert await work.remembered.all() == [earlier, samples.REMEMBERED]
        assert await work.remembered.get(earlier.id) == earlier
        assert await work.remembered.get(RememberedId("nobody")) is None
        assert await work.remembered.count() == 2


async def test_one_that_is_handed_in_twice_is_kept_once(units: UnitsOfWork) -> None:
    await samples.add_workspace(units, A)

    async with units(A) as work:
        await work.remembered.add(samples.REMEMBERED)
        assert not await work.remembered.add(replace(samples.REMEMBERED, name="Changed"))

    async with units.reading(A) as work:
        assert await work.remembered.all() == [samples.REMEMBERED]


async def test_a_name_is_found_however_it_is_spelt(units: UnitsOfWork) -> None:
    await samples.fill(units, A)

    async with units.reading(A) as work:
        assert await work.remembered.named("ALTE <MUEHLE> und Söhne GmbH") == [samples.REMEMBERED]
        assert await work.remembered.named(samples.FACTS.name) == []


async def test_they_are_among_nothing_that_was_lived(units: UnitsOfWork) -> None:
    await samples.add_workspace(units, A)

    async with units(A) as work:
        await work.remembered.add(samples.REMEMBERED)

    async with units.reading(A) as work:
        assert await work.timelines.all() == []
        assert await work.prospects.named(samples.REMEMBERED.name, 5) == []
        assert await work.prospects.count_open_of(None) == 0
        assert await work.prospects.decided_recently(5) == []
        assert await work.outcomes.waiting_of([samples.OWNER]) == {}
