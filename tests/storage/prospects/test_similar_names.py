"""Prospects of the same name, and of nearly the same."""

from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import Dialect, text
from sqlalchemy.dialects import postgresql, sqlite

from bot.domain.prospects import ProspectId
from bot.domain.workspace import WorkspaceId
from bot.storage.database import Database
from bot.storage.prospects.names import all_words, lengths_near
from bot.storage.prospects.prospects import prospects
from bot.storage.unit_of_work import UnitsOfWork
from tests.storage import samples
from tests.storage.samples import A, B


async def add(units: UnitsOfWork, workspace: WorkspaceId, *names: str) -> None:
    """Add prospects of these names, each a minute after the one before."""
    await samples.fill(units, workspace)
    async with units(workspace) as work:
        for number, name in enumerate(names):
            facts = replace(samples.FACTS, name=name)
            copy = replace(samples.prospect, id=ProspectId(f"p{number}"), facts=facts, overrides=())
            await work.prospects.add(copy, samples.NOW + timedelta(minutes=number))


async def similar(units: UnitsOfWork, workspace: WorkspaceId, name: str) -> list[str]:
    async with units.reading(workspace) as work:
        return [each.facts.name for each in await work.prospects.similar(name, 5)]


async def test_the_same_name_is_found_however_it_is_spelt(units: UnitsOfWork) -> None:
    await add(units, A, "Henkel AG & Co. KGaA", "HENKEL", "Otto")

    async with units.reading(A) as work:
        found = await work.prospects.named("henkel.com", 5)

    assert [each.facts.name for each in found] == ["HENKEL", "Henkel AG & Co. KGaA"]


async def test_similar_names_come_nearest_first_and_the_same_one_is_none_of_them(
    units: UnitsOfWork,
) -> None:
    await add(
        units, A, "Bertelsman", "Bertelsmann SE & Co. KGaA", "Bertelsmanns AG", "Otto", "Bertelsmms"
    )

    assert await similar(units, A, "Bertelsmann") == ["Bertelsmanns AG", "Bertelsman"]


async def test_the_same_words_in_another_order_are_similar(units: UnitsOfWork) -> None:
    await add(units, A, "Tools Acme GmbH")

    assert await similar(units, A, "Acme Tools") == ["Tools Acme GmbH"]


@pytest.mark.parametrize("name", ["Acma", "🚀", "A", "'; --", "%"])
async def test_short_names_are_similar_to_none(units: UnitsOfWork, name: str) -> None:
    await add(units, A, "Acme", "Acmes", "🚀🚀")

    assert await similar(units, A, name) == []


async def test_five_are_shown_at_most_and_of_one_name_the_latest_first(units: UnitsOfWork) -> None:
    await add(units, A, *["Bertelsmanns"] * 4, "Bertelsman", "Bertelsmanx", "Bertelsmany")

    async with units.reading(A) as work:
        found = await work.prospects.similar("Bertelsmann", 5)

    assert [each.id for each in found[:4]] == ["p3", "p2", "p1", "p0"]
    assert len(found) == 5


async def test_similar_names_of_another_workspace_are_not_found(units: UnitsOfWork) -> None:
    await add(units, A, "Bertelsmann")
    await add(units, B, "Otto")

    assert await similar(units, A, "Bertelsmanns") == ["Bertelsmann"]
    assert await similar(units, B, "Bertelsmanns") == []


async def test_a_new_name_of_a_prospect_is_the_one_that_is_found(units: UnitsOfWork) -> None:
    await samples.fill(units, A)
    renamed = replace(
        samples.prospect,
        facts=replace(samples.FACTS, name="Bertelsmann"),
        revision=samples.prospect.revision + 1,
    )
    async with units(A) as work:
        await work.prospects.save(renamed)

    assert await similar(units, A, "Bertelsmanns") == ["Bertelsmann"]
    assert await similar(units, A, samples.FACTS.name + "x") == []


async def test_names_are_compared_by_an_index_alone(
    units: UnitsOfWork, database: Database, database_kind: str, request: pytest.FixtureRequest
) -> None:
    await add(units, A, *("Bertelsmann" + "n" * more for more in range(60)))
    if database_kind == "postgres":  # or the planner believes what the test before left
        request.getfixturevalue("postgres").run("VACUUM ANALYZE prospects", in_database="migrated")
    lengths = lengths_near("Bertelsmann")
    assert lengths is not None
    query = all_words(prospects.c.name_words).params(**lengths)
    dialect: Dialect = _dialect(database_kind)
    statement = query.where(prospects.c.workspace_id == A).compile(
        dialect=dialect, compile_kwargs={"literal_binds": True}
    )

    async with database.reading() as connection:
        if database_kind == "postgres":  # with so few rows it would not bother
            await connection.execute(text("SET LOCAL enable_seqscan = off"))
        explain = "EXPLAIN " if database_kind == "postgres" else "EXPLAIN QUERY PLAN "
        plan = "\n".join(map(str, await connection.exec_driver_sql(f"{explain}{statement}")))

    assert "ix_prospects_name_words" in plan


def _dialect(database_kind: str) -> Dialect:
    found = postgresql if database_kind == "postgres" else sqlite
    return found.dialect()  # type: ignore[no-any-return]
