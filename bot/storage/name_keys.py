"""Renews stored name keys after the rules for them have changed, and cuts names into pieces.

A migration can't renew keys, as it imports none of our code, and the rules are code and tables. And
it shouldn't cut the names of a million prospects, as others would wait for it.
"""

from collections.abc import Sequence
from functools import partial
from typing import Any

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.storage.data.sweeping import schedule_sweep
from bot.storage.database import Database
from bot.storage.prospects.history import forgettings
from bot.storage.prospects.names import VERSION_MARK, names_row, stored_key
from bot.storage.prospects.pieces import INTO, has_pieces, names_cut, pieces_in
from bot.storage.prospects.prospects import former_names, prospects
from bot.storage.remembered import remembered
from bot.storage.schema.dialects import insert_unless_there
from bot.storage.screening import drafts
from bot.storage.workspaces import workspaces

MANY = 3000
"""Of so many names on, they are looked up by pieces; fewer are compared as fast."""
_AT_ONCE = 1000
"""So many in one transaction, since others wait for it on SQLite."""


async def renew_name_keys(database: Database) -> int:
    """Renew all outdated keys, and return how many there were.

    It may run any number of times, also beside working processes. Whatever they rename meanwhile is
    left to the next run.
    """
    renewed = 0
    await _forget_former_names(database)
    for outdated, renew in (
        (_PROSPECTS, _renew_prospects),
        (_FORMER, partial(_renew_keys, former_names)),
        (_REMEMBERED, partial(_renew_keys, remembered)),
        (_DRAFTS, _renew_drafts),
    ):
        while rows := await _read(database, outdated):
            async with database.writing() as connection:
                await renew(connection, rows)
            renewed += len(rows)
    return renewed


async def cut_names(database: Database) -> None:
    """Cut the names in workspaces that have many; triggers cut what is written meanwhile.

    Nobody has to wait for it: until a workspace is done, all of its names are compared.
    """
    async with database.reading() as connection:
        left = (await connection.scalars(_NOT_CUT, {"fewer": MANY - 1})).all()
    for workspace_id in left:
        after: str | None = ""
        while after is not None:
            after = await _cut_some(database, workspace_id, after)


async def _cut_some(database: Database, workspace_id: str, after: str) -> str | None:
    """Cut the next names after a prospect's id, and return the last id; None if all are cut.

    The prospects stay locked meanwhile: one that is forgotten must not keep the pieces of its name.
    """
    its = {"its_workspace": workspace_id}
    async with database.reading() as connection:
        ids = (await connection.scalars(_NEXT, {**its, "after": after})).all()
    async with database.writing() as connection:
        if not ids:
            noted = {"workspace_id": workspace_id}
            await insert_unless_there(connection, names_cut, noted, key=["workspace_id"])
            return None
        await connection.execute(_LOCK, {**its, "ids": ids})
        await connection.execute(_CUT, {**its, "ids": ids})
    return str(ids[-1])


_NOT_CUT = (
    sa.select(workspaces.c.workspace_id)
    .where(
        workspaces.c.workspace_id.not_in(sa.select(names_cut.c.workspace_id)),
        sa.exists(
            sa.select(prospects.c.prospect_id)
            .where(prospects.c.workspace_id == workspaces.c.workspace_id)
            .limit(1)
            .offset(sa.bindparam("fewer"))
        ),
    )
    .order_by(workspaces.c.workspace_id)
)
_NEXT = (
    sa.select(prospects.c.prospect_id)
    .where(
        prospects.c.workspace_id == sa.bindparam("its_workspace"),
        prospects.c.prospect_id > sa.bindparam("after"),
        sa.text(f"NOT {has_pieces('prospects')}"),
    )
    .order_by(prospects.c.prospect_id)
    .limit(_AT_ONCE)
)
_IDS: sa.BindParameter[str] = sa.bindparam("ids", expanding=True)
_LOCK = (
    sa.select(prospects.c.prospect_id)
    .where(
        prospects.c.workspace_id == sa.bindparam("its_workspace"),
        prospects.c.prospect_id.in_(_IDS),
    )
    .order_by(prospects.c.prospect_id)
    .with_for_update(key_share=True)
)
_CUT = sa.text(
    f"{INTO} {pieces_in('prospects', 'prospects, ')}"
    " AND prospects.workspace_id = :its_workspace AND prospects.prospect_id IN :ids"
    " ON CONFLICT DO NOTHING"
).bindparams(_IDS)


async def _forget_former_names(database: Database) -> None:
    """Remove the former names of prospects that a process of the previous version forgot."""
    is_forgotten = sa.exists().where(
        forgettings.c.workspace_id == former_names.c.workspace_id,
        forgettings.c.prospect_id == former_names.c.prospect_id,
    )
    left = sa.select(former_names.c.workspace_id).where(is_forgotten).distinct()
    async with database.reading() as connection:
        ids = (await connection.scalars(left)).all()
    if not ids:
        return
    async with database.writing() as connection:
        await connection.execute(sa.delete(former_names).where(is_forgotten))
        for workspace_id in ids:
            own = forgettings.c.workspace_id == workspace_id
            since = await connection.scalar(sa.select(sa.func.max(forgettings.c.at)).where(own))
            await schedule_sweep(connection, workspace_id, since)


_Rows = Sequence[sa.Row[*tuple[Any, ...]]]


def _outdated(
    table: sa.Table, *order: sa.ColumnElement[Any], more: Sequence[sa.Column[Any]] = ()
) -> sa.Select[*tuple[Any, ...]]:
    return (
        sa.select(*table.primary_key, table.c.name, *more)
        .where(table.c.name_key.not_like(f"{VERSION_MARK}%"))
        .order_by(*order)
        .limit(_AT_ONCE)
    )


_PROSPECTS = _outdated(prospects, prospects.c.prospect_id)
_FORMER = _outdated(former_names, former_names.c.prospect_id)
_DRAFTS = _outdated(
    drafts, drafts.c.updated_at.desc(), drafts.c.draft_id, more=[drafts.c.member_id]
)
_REMEMBERED = _outdated(remembered, remembered.c.remembered_id)


async def _read(database: Database, outdated: sa.Select[*tuple[Any, ...]]) -> _Rows:
    async with database.reading() as connection:
        return (await connection.execute(outdated)).all()


async def _renew_prospects(connection: AsyncConnection, rows: _Rows) -> None:
    renewal = sa.update(prospects).where(
        prospects.c.workspace_id == sa.bindparam("its_workspace"),
        prospects.c.prospect_id == sa.bindparam("its_id"),
        prospects.c.name == sa.bindparam("its_name"),
    )
    renewed = [
        {
            "its_workspace": row.workspace_id,
            "its_id": row.prospect_id,
            "its_name": row.name,
            **names_row(row.name),
        }
        for row in rows
    ]
    await connection.execute(renewal, renewed)


async def _renew_keys(table: sa.Table, connection: AsyncConnection, rows: _Rows) -> None:
    ids = [each.name for each in table.primary_key]
    renewal = sa.update(table).where(
        *(table.c[each] == sa.bindparam(f"its_{each}") for each in ids)
    )
    renewed = [
        {f"its_{each}": getattr(row, each) for each in ids} | {"name_key": stored_key(row.name)}
        for row in rows
    ]
    await connection.execute(renewal, renewed)


async def _renew_drafts(connection: AsyncConnection, rows: _Rows) -> None:
    """Renew drafts one by one, latest first; of several with the same key, only that one stays."""
    for row in rows:
        key = stored_key(row.name)
        of_its_key = sa.select(drafts.c.draft_id).where(
            drafts.c.workspace_id == row.workspace_id,
            drafts.c.member_id == row.member_id,
            drafts.c.name_key == key,
        )
        is_taken = (await connection.execute(of_its_key)).first() is not None
        change = sa.delete(drafts) if is_taken else sa.update(drafts).values(name_key=key)
        await connection.execute(
            change.where(
                drafts.c.workspace_id == row.workspace_id,
                drafts.c.draft_id == row.draft_id,
                drafts.c.name == row.name,
            )
        )
