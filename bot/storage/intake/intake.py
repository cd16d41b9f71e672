"""One workspace's door, what came in through it, and the messages about that."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from typing import Any

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.domain.delivery import ClockMessage, payloads
from bot.domain.intake import Door, DoorAct, DoorChange, WaitingDraft
from bot.domain.people import MemberId
from bot.domain.screening import DraftId
from bot.domain.workspace import WorkspaceId
from bot.storage.intake.tables import (
    MORNINGS,
    intake_doors,
    intake_history,
    intake_messages,
    intakes,
)
from bot.storage.prospects.names import stored_key
from bot.storage.schema.dialects import insert_unless_there, upsert
from bot.storage.schema.histories import append, latest
from bot.storage.schema.statements import Among, Statement
from bot.storage.screening import drafts


@dataclass(frozen=True, slots=True)
class Earlier:
    """The earlier answer to the same key."""

    draft_id: DraftId
    answer: Mapping[str, Any]
    """Empty once it is forgotten what came in."""


@cache
def _items(items: sa.Table) -> Statement:
    return Statement(
        sa.select(items.c.draft_id)
        .where(
            items.c.workspace_id == sa.bindparam("its_workspace"),
            items.c.member_id == sa.bindparam("its_member"),
            items.c.day == sa.bindparam("its_day"),
        )
        .order_by(items.c.draft_id)
    )


def _waiting(
    morning: type[payloads.Morning],
    reader: sa.ColumnElement[str],
    which: sa.ColumnElement[bool],
) -> sa.Select[*tuple[Any, ...]]:
    """Select which drafts wait, of whom, and when their reader was told so last."""
    items, messages = MORNINGS[morning]
    day = sa.func.max(sa.func.coalesce(messages.c.sent_on, messages.c.day), type_=sa.Date)
    told_on = (
        sa.select(day)
        .select_from(items.join(messages))
        .where(
            items.c.workspace_id == drafts.c.workspace_id,
            items.c.member_id == reader,
            items.c.draft_id == drafts.c.draft_id,
            messages.c.day >= sa.func.date(drafts.c.waits_since),
        )
        .scalar_subquery()
    )
    return (
        sa.select(
            drafts.c.member_id, drafts.c.draft_id, drafts.c.waits_since, told_on.label("told_on")
        )
        .where(
            drafts.c.workspace_id == sa.bindparam("its_workspace"),
            drafts.c.waits_since.is_not(None),
            which,
        )
        .order_by(drafts.c.waits_since, drafts.c.draft_id)
    )


_MANAGER = sa.bindparam("its_manager", type_=sa.Text)
_WAITING_FOR = Statement(
    _waiting(payloads.ManagersMorning, _MANAGER, drafts.c.member_id != _MANAGER)
)
_WAITING_OF = Among(
    lambda owners: _waiting(
        payloads.OwnersMorning, drafts.c.member_id, drafts.c.member_id.in_(owners)
    )
)


class IntakeRepository:
    """One workspace's door, and what came in through it."""

    def __init__(self, connection: AsyncConnection, workspace_id: WorkspaceId) -> None:
        self._connection = connection
        self._workspace_id = workspace_id

    async def door(self) -> Door | None:
        """Return the door's state; None if it was never opened."""
        return await self._door(sa.select(intake_doors))

    async def door_to_change(self) -> Door | None:
        """Return the door's state, locked until the end of the transaction."""
        return await self._door(sa.select(intake_doors).with_for_update())

    async def set_secret(self, secret_hash: str | None) -> None:
        """Make this the door's only secret; None closes the door."""
        row: dict[str, object] = {
            "workspace_id": self._workspace_id,
            "secret_hash": secret_hash,
            "taken": 0,
        }
        await upsert(self._connection, intake_doors, row, ["workspace_id"])

    async def count(self, door: Door) -> None:
        """Store how many requests the door has taken."""
        values = {"window_began": door.window_began, "taken": door.taken}
        await self._connection.execute(
            sa.update(intake_doors).where(self._own(intake_doors)).values(values)
        )

    async def note(self, change: DoorChange) -> None:
        """Add to the history. The workspace must be locked."""
        row = {"at": change.at, "by": change.by, "act": change.act}
        await append(self._connection, intake_history, self._workspace_id, [row])

    async def history(self, limit: int) -> Sequence[DoorChange]:
        """Return the door's latest changes, newest first."""
        query = latest(intake_history, self._workspace_id, limit)
        return [
            DoorChange(DoorAct(row.act), MemberId(row.by), row.at)
            for row in await self._connection.execute(query)
        ]

    async def begin(self, intake_id: str, key_hash: str | None, at: datetime) -> bool:
        """Record an arrival; False if one came with this key before."""
        row: dict[str, object] = {
            "workspace_id": self._workspace_id,
            "intake_id": intake_id,
            "key_hash": key_hash,
            "at": at,
            "draft_id": "",
            "name_key": "",
            "answer": {},
        }
        return await insert_unless_there(
            self._connection, intakes, row, ["workspace_id", "key_hash"]
        )

    async def finish(
        self, intake_id: str, draft_id: DraftId, name: str, answer: Mapping[str, Any]
    ) -> None:
        """Store what became of it, and the answer."""
        values = {"draft_id": draft_id, "name_key": stored_key(name), "answer": dict(answer)}
        await self._connection.execute(
            sa.update(intakes)
            .where(self._own(intakes), intakes.c.intake_id == intake_id)
            .values(values)
        )

    async def answered(self, key_hash: str) -> Earlier | None:
        """Return the answer to an earlier key."""
        query = sa.select(intakes.c.draft_id, intakes.c.answer).where(
            self._own(intakes), intakes.c.key_hash == key_hash
        )
        row = (await self._connection.execute(query)).one_or_none()
        return None if row is None else Earlier(DraftId(row.draft_id), row.answer)

    async def empty(self, draft_ids: Collection[DraftId]) -> None:
        """Erase what came in for these drafts; the keys stay, so that nothing is accepted twice."""
        await self._connection.execute(
            sa.update(intakes)
            .where(self._own(intakes), intakes.c.draft_id.in_(draft_ids))
            .values(name_key=stored_key(""), answer={})
        )

    async def record_announced(self, dedupe_key: str, draft_id: DraftId) -> None:
        """Record that a message tells somebody about a draft."""
        row = {
            "workspace_id": self._workspace_id,
            "dedupe_key": dedupe_key,
            "draft_id": draft_id,
        }
        await upsert(self._connection, intake_messages, row, ["workspace_id", "dedupe_key"])

    async def announcements(self, draft_id: DraftId) -> Sequence[str]:
        """Return the dedupe keys of the messages about a draft."""
        query = (
            sa.select(intake_messages.c.dedupe_key)
            .where(self._own(intake_messages), intake_messages.c.draft_id == draft_id)
            .order_by(intake_messages.c.dedupe_key)
        )
        return list(await self._connection.scalars(query))

    async def move(self, draft_id: DraftId, into: DraftId) -> None:
        """Record that a draft was merged into another, which its messages are now about."""
        for table in (intakes, intake_messages):
            its = sa.and_(self._own(table), table.c.draft_id == draft_id)
            await self._connection.execute(sa.update(table).where(its).values(draft_id=into))

    async def waiting_of(
        self, owners: Collection[MemberId]
    ) -> Mapping[MemberId, Sequence[WaitingDraft]]:
        """Return which drafts of each owner wait, and when they were told so last."""
        found: dict[MemberId, list[WaitingDraft]] = {}
        its = {"its_workspace": self._workspace_id}
        for row in await _WAITING_OF.rows(self._connection, owners, its):
            waiting = WaitingDraft(DraftId(row.draft_id), row.waits_since, row.told_on)
            found.setdefault(MemberId(row.member_id), []).append(waiting)
        return found

    async def waiting_for(self, manager: MemberId) -> Sequence[WaitingDraft]:
        """Return others' waiting drafts, and when a manager was last told."""
        its = {"its_workspace": self._workspace_id, "its_manager": manager}
        rows = await _WAITING_FOR.rows(self._connection, its)
        return [WaitingDraft(DraftId(row.draft_id), row.waits_since, row.told_on) for row in rows]

    async def count_waiting(self) -> int:
        """Return the number of waiting drafts."""
        query = (
            sa.select(sa.func.count())
            .select_from(drafts)
            .where(self._own(drafts), drafts.c.waits_since.is_not(None))
        )
        return await self._connection.scalar(query) or 0

    async def add_items(
        self, reader: MemberId, morning: payloads.Morning, ids: Collection[DraftId]
    ) -> None:
        """Store which drafts a morning message lists, after the message itself."""
        items, _ = MORNINGS[type(morning)]
        key = {"workspace_id": self._workspace_id, "member_id": reader, "day": morning.day}
        rows = [{**key, "draft_id": each} for each in ids]
        if rows:
            await self._connection.execute(sa.insert(items), rows)

    async def items(self, reader: MemberId, morning: payloads.Morning) -> Sequence[DraftId]:
        """Return which drafts a morning message lists."""
        items, _ = MORNINGS[type(morning)]
        its = {"its_workspace": self._workspace_id, "its_member": reader, "its_day": morning.day}
        return [DraftId(row.draft_id) for row in await _items(items).rows(self._connection, its)]

    async def mornings_about(self, draft_id: DraftId) -> Sequence[ClockMessage]:
        """Return the morning messages that list a draft."""
        found = []
        for morning, (items, _) in MORNINGS.items():
            query = (
                sa.select(items.c.member_id, items.c.day)
                .where(self._own(items), items.c.draft_id == draft_id)
                .order_by(items.c.day, items.c.member_id)
            )
            rows = await self._connection.execute(query)
            found += [ClockMessage(MemberId(row.member_id), morning(row.day)) for row in rows]
        return found

    async def remove_old(self, before: datetime, limit: int) -> int:
        """Remove old arrivals without a draft, and return how many."""
        has_draft = sa.exists().where(
            drafts.c.workspace_id == intakes.c.workspace_id, drafts.c.draft_id == intakes.c.draft_id
        )
        old = (
            sa.select(intakes.c.intake_id)
            .where(self._own(intakes), intakes.c.at < before, ~has_draft)
            .order_by(intakes.c.at)
            .limit(limit)
        )
        removed = await self._connection.execute(
            sa.delete(intakes).where(self._own(intakes), intakes.c.intake_id.in_(old))
        )
        return removed.rowcount

    async def _door(self, query: sa.Select[*tuple[Any, ...]]) -> Door | None:
        found = await self._connection.execute(query.where(self._own(intake_doors)))
        row = found.one_or_none()
        if row is None:
            return None
        return Door(row.secret_hash is not None, row.window_began, row.taken)

    def _own(self, table: sa.Table) -> sa.ColumnElement[bool]:
        return table.c.workspace_id == self._workspace_id
