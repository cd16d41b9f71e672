"""How many equal facts there are: added up by triggers, held against the facts, added up anew."""

from collections.abc import Collection, Mapping, Sequence
from datetime import date
from typing import Any, Final

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.domain.workspace import WorkspaceId
from bot.storage.database import Database
from bot.storage.figures.locks import lock_facts
from bot.storage.figures.tables import (
    BY_OWNER,
    COUNTED,
    SUMS,
    facts,
    facts_counted,
    facts_told,
    of_everybody,
)
from bot.storage.workspaces import workspaces

MOST_DAYS: Final = 20
"""Days that are looked at, each with the facts of everybody."""


async def miscounted_days(
    connection: AsyncConnection, workspace_id: WorkspaceId, days: Collection[date]
) -> frozenset[date]:
    """Return those of some days whose equal facts are not as many as are counted."""
    step = -(-len(days) // MOST_DAYS) or 1
    looked_at = sorted(days)[::step]
    query = sa.select(facts_counted)
    kept = await _rows(connection, query, facts_counted.c, SUMS, workspace_id, looked_at)
    found = set[tuple[Any, ...]]()
    for equal, kinds in _ADDED_UP:
        found |= await _rows(connection, equal, facts.c, kinds, workspace_id, looked_at)
    return frozenset(row[2] for row in found ^ kept)


async def recount_all(database: Database) -> None:
    """Mark every workspace's facts to be derived anew, by the next count or the clock.

    Those that are stored are counted anew. Each kind of a workspace has a transaction of its own,
    since others wait for it: on SQLite whoever writes, on PostgreSQL who derives or forgets facts.
    """
    async with database.reading() as connection:
        ids = (await connection.scalars(_WORKSPACES)).all()
    for workspace_id in map(WorkspaceId, ids):
        its = facts_told.c.workspace_id == workspace_id
        for kind in COUNTED:
            async with database.writing() as connection:
                await lock_facts(connection, workspace_id)
                if kind == COUNTED[0]:
                    await connection.execute(sa.update(facts_told).where(its).values(told_by=""))
                await count_anew(connection, workspace_id, kind)


_WORKSPACES = sa.select(workspaces.c.workspace_id).order_by(workspaces.c.workspace_id)


async def count_anew(connection: AsyncConnection, workspace_id: WorkspaceId, kind: str) -> None:
    """Add up a workspace's facts of one kind, which nobody changes meanwhile."""
    sums = (
        facts_counted.c.workspace_id == workspace_id,
        facts_counted.c.kind.in_({kind, of_everybody(kind)}),
    )
    await connection.execute(sa.delete(facts_counted).where(*sums))
    names = [each.name for each in facts_counted.columns]
    its = facts.c.workspace_id == workspace_id, facts.c.kind == kind
    for equal, kinds in _ADDED_UP:
        if kind in kinds:
            added_up = equal.where(*its)
            await connection.execute(sa.insert(facts_counted).from_select(names, added_up))


async def _rows(
    connection: AsyncConnection,
    query: sa.Select[Any],
    columns: Any,
    kinds: Sequence[str],
    workspace_id: WorkspaceId,
    days: Sequence[date],
) -> set[tuple[Any, ...]]:
    its = (columns.workspace_id == workspace_id, columns.kind.in_(kinds), columns.day.in_(days))
    return {tuple(row) for row in await connection.execute(query.where(*its))}


def _added_up(its: Mapping[str, sa.ColumnElement[Any]]) -> sa.Select[Any]:
    key = [its.get(each.name, facts.c[each.name]) for each in facts_counted.primary_key]
    return sa.select(*key, sa.func.count()).group_by(*key)


_EACH = {
    "owner": sa.case(
        (facts.c.kind.in_(BY_OWNER), sa.func.coalesce(facts.c.owner, "")), else_=""
    ).label("owner")
}
_EVERY = {
    "kind": sa.case({kind: of_everybody(kind) for kind in BY_OWNER}, value=facts.c.kind).label(
        "every_kind"
    ),
    "owner": sa.literal("").label("nobody"),
}
_ADDED_UP: Final = ((_added_up(_EACH), COUNTED), (_added_up(_EVERY), BY_OWNER))
"""The facts of a workspace's prospects added up, and which kinds of them."""
