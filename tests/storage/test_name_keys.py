"""Keys of names that another version of the rules made are written anew."""

from dataclasses import replace
from datetime import timedelta

from sqlalchemy import select, update

from bot.domain.decisions.history import Forgetting
from bot.domain.screening import DraftId
from bot.storage.database import Database
from bot.storage.name_keys import renew_name_keys
from bot.storage.prospects.names import names_row, stored_key
from bot.storage.prospects.prospects import former_names, prospects
from bot.storage.remembered import remembered
from bot.storage.screening import drafts
from bot.storage.unit_of_work import UnitsOfWork
from tests.storage import samples
from tests.storage.samples import A, B

NAME = "Henkel AG & Co. KGaA"
FORMER = "Hänkel KG"


async def age(database: Database) -> None:
    """Leave the keys as a version would have that knew no words, and fewer legal forms."""
    async with database.writing() as connection:
        await connection.execute(update(prospects).values(name_key=prospects.c.name, name_words=""))
        await connection.execute(update(drafts).values(name_key=drafts.c.name))
        await connection.execute(update(former_names).values(name_key=former_names.c.name))
        await connection.execute(update(remembered).values(name_key=remembered.c.name))


async def fill(units: UnitsOfWork) -> None:
    for workspace in (A, B):
        await samples.fill(units, workspace)
        async with units(workspace) as work:
            facts = replace(samples.FACTS, name=NAME)
            revision = samples.prospect.revision + 1
            renamed = replace(samples.prospect, facts=facts, revision=revision)
            await work.prospects.save(renamed)
            await work.prospects.store_former_name(renamed, FORMER)


async def test_old_keys_are_written_anew_and_found_again(
    units: UnitsOfWork, database: Database
) -> None:
    await fill(units)
    await age(database)

    assert await renew_name_keys(database) == 10

    async with units.reading(A) as work:
        (found,) = await work.prospects.named("Henkel", 5)
        assert found.facts.name == NAME
        (found,) = await work.prospects.named("haenkel", 5)
        assert found.facts.name == NAME
        assert await work.drafts.of_name(samples.draft.member_id, samples.draft.facts.name)
        assert await work.remembered.named(samples.REMEMBERED.name.upper())
    async with database.reading() as connection:
        rows = (
            await connection.execute(select(prospects.c.name_key, prospects.c.name_words))
        ).all()
    assert {(row.name_key, row.name_words) for row in rows} == {tuple(names_row(NAME).values())}


async def test_a_name_that_the_version_before_forgot_does_not_stay(
    units: UnitsOfWork, database: Database
) -> None:
    await fill(units)
    async with units(A) as work:
        await work.erasing.erase(samples.PROSPECT, Forgetting.ASKED, samples.OWNER, samples.NOW)
        again = replace(samples.prospect, revision=99)
        await work.prospects.store_former_name(again, FORMER)

    await renew_name_keys(database)

    async with database.reading() as connection:
        left = (await connection.scalars(select(former_names.c.workspace_id))).all()
    assert set(left) == {B}


async def test_what_is_up_to_date_stays_as_it_is(units: UnitsOfWork, database: Database) -> None:
    await fill(units)

    assert await renew_name_keys(database) == 0


async def test_what_an_older_process_writes_afterwards_is_renewed_the_next_time(
    units: UnitsOfWork, database: Database
) -> None:
    await fill(units)
    async with database.writing() as connection:
        old = update(prospects).where(prospects.c.workspace_id == B).values(name_key="henkelagcokg")
        await connection.execute(old)

    assert await renew_name_keys(database) == 1
    assert await renew_name_keys(database) == 0


async def test_of_two_drafts_that_now_have_one_name_the_later_stays(
    units: UnitsOfWork, database: Database
) -> None:
    await samples.fill(units, A)
    draft = replace(samples.draft, prospect_id=None)
    later = draft.updated_at + timedelta(minutes=1)
    async with units(A) as work:
        await work.drafts.remove(draft.id)
        await work.drafts.put(replace(draft, facts=replace(draft.facts, name="Henkel")))
    async with database.writing() as connection:
        await connection.execute(update(drafts).values(name_key="henkel"))
    async with units(A) as work:
        facts = replace(draft.facts, name=NAME)
        await work.drafts.put(replace(draft, id=DraftId("later"), facts=facts, updated_at=later))
    async with database.writing() as connection:
        is_later = drafts.c.draft_id == "later"
        await connection.execute(update(drafts).where(is_later).values(name_key="henkelagco"))

    await renew_name_keys(database)

    async with units.reading(A) as work:
        (kept,) = await work.drafts.of_member(draft.member_id)
    assert kept.id == "later"
    async with database.reading() as connection:
        assert (await connection.execute(select(drafts.c.name_key))).scalar() == stored_key(NAME)
