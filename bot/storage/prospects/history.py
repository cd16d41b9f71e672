"""The history of prospects, and the table of what lapsed or passed without anybody acting."""

from collections.abc import Collection, Mapping, Sequence
from typing import Any

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.domain.decisions import RULES, Forgetting, HistoryEntry, Lapse, Lapsed
from bot.domain.people import Action, MemberId
from bot.domain.prospects import ProspectId
from bot.domain.workspace import WorkspaceId
from bot.storage.prospects.acts import to_act, to_detail
from bot.storage.schema import columns
from bot.storage.schema.statements import Among, Statement

lapses = sa.Table(
    "lapses",
    columns.metadata,
    columns.key("workspace_id"),
    columns.key("prospect_id"),
    columns.key("what"),
    columns.key("about"),
    columns.required("day", sa.Date),
    columns.required("at", columns.UtcDateTime),
    sa.Column("asked_by", sa.Text),
    sa.Column("words", sa.Text),
    columns.inside_workspace("prospect_id", "prospects.prospect_id"),
    columns.one_of("what", Lapsed),
)
columns.refuse_changes(lapses, door_for="words")

_RECORDED = [*(each for each in Action if RULES[each].is_recorded), Action.DETAILS]
"""What can stand in a history. The first version foresaw looking at details, which nobody notes."""

history = sa.Table(
    "history",
    columns.metadata,
    columns.key("workspace_id"),
    columns.key("prospect_id"),
    sa.Column("revision", sa.Integer, primary_key=True, autoincrement=False),
    columns.required("action"),
    columns.required("by"),
    columns.required("at", columns.UtcDateTime),
    columns.required("detail", sa.JSON),
    columns.inside_workspace("prospect_id", "prospects.prospect_id"),
    columns.one_of("action", _RECORDED),
    sa.Index("ix_history_at", "workspace_id", "at"),
)
columns.refuse_changes(history, door_for="detail")


forgettings = sa.Table(
    "forgettings",
    columns.metadata,
    columns.key("workspace_id"),
    columns.key("prospect_id"),
    columns.key("why"),
    columns.required("at", columns.UtcDateTime),
    sa.Column("by", sa.Text),
    columns.inside_workspace("prospect_id", "prospects.prospect_id"),
    columns.one_of("why", Forgetting),
)
"""That a prospect was forgotten; `by` is null where an operator or the clock did it."""
columns.refuse_changes(forgettings)

remembered_forgettings = sa.Table(
    "remembered_forgettings",
    columns.metadata,
    columns.key("workspace_id"),
    columns.key("remembered_id"),
    columns.required("why"),
    columns.required("at", columns.UtcDateTime),
    sa.Column("by", sa.Text),
    columns.in_workspace(),
    columns.one_of("why", Forgetting),
)
"""That somebody remembered was forgotten; `by` is null where an operator or the clock did it."""
columns.refuse_changes(remembered_forgettings)


_INSERT = Statement(sa.insert(history))
_LAPSED = Among(
    lambda ids: sa.select(lapses.c.prospect_id, lapses.c.what, lapses.c.about).where(
        lapses.c.workspace_id == sa.bindparam("its_workspace"), lapses.c.prospect_id.in_(ids)
    )
)
_OF_EACH = Among.rows_of(history.c.prospect_id, history.c.prospect_id, history.c.revision)


class HistoryRepository:
    """The history of one workspace's prospects."""

    def __init__(self, connection: AsyncConnection, workspace_id: WorkspaceId) -> None:
        self._connection = connection
        self._workspace_id = workspace_id

    async def append(self, entry: HistoryEntry) -> None:
        """Add an entry; each revision of a prospect has exactly one."""
        row = {
            "workspace_id": self._workspace_id,
            "prospect_id": entry.prospect_id,
            "revision": entry.revision,
            "action": entry.action,
            "by": entry.by,
            "at": entry.at,
            "detail": to_detail(entry.act),
        }
        await _INSERT.run(self._connection, row)

    async def of(self, prospect_id: ProspectId) -> Sequence[HistoryEntry]:
        """Return a prospect's whole history, oldest first."""
        return list((await self.of_each([prospect_id])).get(prospect_id, ()))

    async def of_each(
        self, ids: Collection[ProspectId]
    ) -> Mapping[ProspectId, Sequence[HistoryEntry]]:
        """Return each prospect's history, oldest first; those without one are left out."""
        found: dict[ProspectId, list[HistoryEntry]] = {}
        its = {"its_workspace": self._workspace_id}
        for row in await _OF_EACH.rows(self._connection, ids, its):
            found.setdefault(ProspectId(row.prospect_id), []).append(entry_of(row))
        return found

    async def note(self, found: Sequence[Lapse]) -> list[Lapse]:
        """Add what lapsed and is not there yet, and return it.

        Its prospects are locked: nobody else does now. Not by ON CONFLICT: on SQLite the trigger
        refuses a key that is taken before that counts.
        """
        if not found:
            return []
        its = {"its_workspace": self._workspace_id}
        ids = [each.prospect_id for each in found]
        noted = {tuple(row) for row in await _LAPSED.rows(self._connection, ids, its)}
        new = [each for each in found if (each.prospect_id, each.what, each.about) not in noted]
        rows = [
            {
                "workspace_id": self._workspace_id,
                "prospect_id": each.prospect_id,
                "what": each.what,
                "about": each.about,
                "day": each.day,
                "at": each.at,
                "asked_by": each.asked_by,
                "words": each.words,
            }
            for each in new
        ]
        if rows:
            await self._connection.execute(sa.insert(lapses), rows)
        return new

    async def lapses_of(self, prospect_id: ProspectId) -> Sequence[Lapse]:
        """Return a prospect's lapses, oldest first."""
        query = (
            sa.select(lapses)
            .where(lapses.c.workspace_id == self._workspace_id, lapses.c.prospect_id == prospect_id)
            .order_by(lapses.c.at, lapses.c.day, lapses.c.about)
        )
        return [_lapse(row) for row in await self._connection.execute(query)]


def entry_of(row: sa.Row[*tuple[Any, ...]]) -> HistoryEntry:
    """Return a row's entry."""
    return HistoryEntry(
        prospect_id=ProspectId(row.prospect_id),
        act=to_act(Action(row.action), row.detail),
        by=MemberId(row.by),
        at=row.at,
        revision=row.revision,
    )


def _lapse(row: sa.Row[*tuple[Any, ...]]) -> Lapse:
    return Lapse(
        prospect_id=ProspectId(row.prospect_id),
        what=Lapsed(row.what),
        about=row.about,
        day=row.day,
        at=row.at,
        asked_by=None if row.asked_by is None else MemberId(row.asked_by),
        words=row.words,
    )
