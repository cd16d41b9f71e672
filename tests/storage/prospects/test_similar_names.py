"""Prospects of the same name, and of nearly the same."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta
from random import Random

import pytest
from sqlalchemy import Dialect, delete, insert, select, text, update
from sqlalchemy.dialects import postgresql, sqlite

from bot.domain.names import name_key, name_words, pieces_of, similar_words
from bot.domain.prospects import ProspectId
from bot.domain.workspace import WorkspaceId
from bot.storage import name_keys
from bot.storage.database import Database
from bot.storage.name_keys import cut_names
from bot.storage.prospects.names import all_words, lengths_near, names_row
from bot.storage.prospects.pieces import name_pieces, names_cut
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


async def pieces_in(database: Database, prospect_id: str = "%") -> Sequence[str]:
    async with database.reading() as connection:
        its = name_pieces.c.prospect_id.like(prospect_id)
        rows = await connection.scalars(select(name_pieces.c.piece).where(its))
        return sorted(rows)


async def words_in(database: Database) -> Sequence[str]:
    async with database.reading() as connection:
        return (await connection.scalars(select(prospects.c.name_words))).all()


async def everything_cut(database: Database) -> list[str]:
    return sorted(piece for words in await words_in(database) for piece in pieces_of(words))


async def test_names_are_cut_as_the_rules_say(units: UnitsOfWork, database: Database) -> None:
    names = (
        "Bertelsmann SE",
        "東京電力ホールディングス",
        "🚀🦄🚀🦄🚀🦄",
        "Ü" * 44,
        "Acme",
        "A & B & C & D",
    )
    await add(units, A, *names, *("Söhne & Töchter " + "x" * more for more in range(30)))

    assert await pieces_in(database) == await everything_cut(database)


async def test_the_pieces_follow_the_name(units: UnitsOfWork, database: Database) -> None:
    await add(units, A, "Bertelsmann")
    assert await pieces_in(database, "p0")

    async with database.writing() as connection:
        await connection.execute(
            update(prospects).values(name="Otto Versand", **names_row("Otto Versand"))
        )
    assert await pieces_in(database) == await everything_cut(database)
    assert not [each for each in await pieces_in(database) if "bert" in each]

    async with database.writing() as connection:
        await connection.execute(update(prospects).values(name="", **names_row("")))
    assert await pieces_in(database) == []


async def test_names_of_before_are_compared_until_they_are_cut(
    units: UnitsOfWork, database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    await add(units, A, "Bertelsmann", *("Otto" + "o" * more for more in range(5)))
    async with database.writing() as connection:
        await connection.execute(delete(name_pieces))
    assert await similar(units, A, "Bertelsmanns") == ["Bertelsmann"]
    assert await pieces_in(database) == []

    await cut_names(database)
    assert await pieces_in(database) == []  # there are too few

    monkeypatch.setattr(name_keys, "MANY", 3)
    await cut_names(database)

    assert await pieces_in(database) == await everything_cut(database)
    async with database.reading() as connection:
        again = {"its_workspace": A, "after": ""}
        left = (await connection.scalars(name_keys._NEXT, again)).all()
    assert left == ["p1"]  # it is too short to be cut
    assert await similar(units, A, "Bertelsmanns") == ["Bertelsmann"]
    async with database.reading() as connection:
        assert (await connection.scalars(select(names_cut.c.workspace_id))).all() == [A]


async def test_what_is_looked_up_is_what_a_comparison_of_all_names_finds(
    units: UnitsOfWork, database: Database
) -> None:
    chance = Random(7)
    alphabet = "abcde ü東"
    first = ["".join(chance.choices(alphabet, k=chance.randint(4, 48))) for _ in range(40)]
    names = [name for name in first for name in (name, *(_changed(name, chance) for _ in range(6)))]
    await add(units, A, *(f"q{name}" for name in names))
    async with database.writing() as connection:
        await connection.execute(insert(names_cut).values(workspace_id=A))
    every = sorted(set(await words_in(database)), key=lambda words: (len(words), words))
    keys_of: dict[str, set[str]] = {}
    for name in names:
        keys_of.setdefault(name_words(f"q{name}"), set()).add(name_key(f"q{name}"))
    found = 0

    for name in first:
        looked_for = f"q{_changed(name, chance)}"
        near = similar_words(name_words(looked_for), every)
        rank = {words: at for at, words in enumerate(near)}
        async with units.reading(A) as work:
            its = await work.prospects.similar(looked_for, 500)
        keys = [name_words(each.facts.name) for each in its]
        assert keys == sorted(keys, key=lambda words: rank[words])
        assert set(keys) == {
            words
            for words, key in keys_of.items()
            if words in rank and key - {name_key(looked_for)}
        }
        found += len(keys)
    assert found > 100


def _changed(name: str, chance: Random) -> str:
    letters = list(name)
    for _ in range(chance.randint(1, max(1, len(name) // 7))):
        at = chance.randrange(len(letters))
        letters[at : at + chance.randint(0, 1)] = chance.choice(["", "x", "ab"])
    return "".join(letters)
