"""The outbox of every workspace as its operator sees it: what waits, and what is dead and why."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

import sqlalchemy as sa

from bot.storage.database import Database, Ours, of_ours
from bot.storage.delivery.outbox import as_if_new, is_missed
from bot.storage.delivery.tables import FINISHED, RowState, lanes, outbox
from bot.storage.schema.dialects import seconds_now


@dataclass(frozen=True, slots=True)
class OutboxRow:
    """One message, as its row stands."""

    id: int
    workspace: str
    kind: str
    recipient: str
    state: RowState
    cause: str | None
    """Why it waits or is dead."""
    attempts: int
    may_be_out: bool
    """Slack may have taken it: it is looked for before it is sent again."""
    may_be_twice: bool
    written_at: datetime
    due_at: datetime | None
    """When it is tried next; None for what is sent, or dead and not tried by itself."""
    died_at: datetime | None
    prospect: str | None
    channel: str | None
    ts: str | None
    """Where it stands, once it is sent."""


@dataclass(frozen=True, slots=True)
class OutboxState:
    """The state of the outbox."""

    waiting: int
    dead: int
    """Those that are missed."""
    oldest_due: float | None
    """For how many seconds the message that is due longest is due; None if none is."""


@dataclass(frozen=True, slots=True)
class QueueDepth:
    """The number of unsent messages in one state."""

    state: RowState
    messages: int
    oldest: float
    """Seconds since the oldest was written; 0 without any."""


class OutboxDesk:
    """Shows our workspaces' messages, and resends dead ones."""

    def __init__(self, database: Database, ours: Ours = None) -> None:
        self._database = database
        self._ours = ours

    async def standing(self) -> OutboxState:
        """Count what waits and what is dead."""
        waits = outbox.c.state.not_in(FINISHED)
        count = sa.func.count()
        query = sa.select(
            sa.select(count).where(waits, self._is_ours).scalar_subquery(),
            sa.select(count).where(is_missed(), self._is_ours).scalar_subquery(),
            sa.select(seconds_now() - sa.func.min(outbox.c.due_at))
            .where(waits, self._is_ours)
            .scalar_subquery(),
        )
        async with self._database.reading() as connection:
            waiting, dead, oldest = (await connection.execute(query)).one()
        return OutboxState(waiting, dead, oldest if oldest is not None and oldest > 0 else None)

    async def depths(self) -> Sequence[QueueDepth]:
        """Count by state: waiting, being sent, and dead though it should have been sent."""
        age = seconds_now() - sa.func.min(outbox.c.written_at)
        query = (
            sa.select(outbox.c.state, sa.func.count(), age)
            .where(sa.or_(outbox.c.state.not_in(FINISHED), is_missed()), self._is_ours)
            .group_by(outbox.c.state)
        )
        async with self._database.reading() as connection:
            found = {row[0]: row[1:] for row in await connection.execute(query)}
        states = [each for each in RowState if each is not RowState.SENT]
        return [QueueDepth(each, *found.get(each, (0, 0.0))) for each in states]

    @property
    def _is_ours(self) -> sa.ColumnElement[bool]:
        return of_ours(outbox.c.workspace_id, self._ours)

    async def unsent(self) -> Sequence[OutboxRow]:
        """Return in order of writing what waits, and what is dead but should have been sent."""
        return await self._rows(sa.or_(outbox.c.state.not_in(FINISHED), is_missed()))

    async def one(self, row_id: int) -> OutboxRow | None:
        """Return one message, whatever became of it."""
        return next(iter(await self._rows(outbox.c.row_id == row_id)), None)

    async def look_first(self) -> int:
        """Have everything waiting searched for before it's sent; return the number of messages."""
        waits = outbox.c.state.not_in(FINISHED), self._is_ours
        marking = sa.update(outbox).where(*waits).values(may_be_out=True)
        async with self._database.writing() as connection:
            return (await connection.execute(marking)).rowcount

    async def send_again(self, ids: Collection[int] | None = None) -> Sequence[int]:
        """Resend these dead messages, or all that should have been sent; return which.

        Managers are told again about trouble with the same recipient.
        """
        which = is_missed() if ids is None else outbox.c.row_id.in_(ids)
        again = (
            sa.update(outbox)
            .where(outbox.c.state == RowState.DEAD, which)
            .values(as_if_new())
            .returning(outbox.c.row_id, outbox.c.workspace_id, outbox.c.recipient)
        )
        async with self._database.writing() as connection:
            rows = (await connection.execute(again)).all()
            for workspace_id, recipient in sorted({(row[1], row[2]) for row in rows}):
                its = sa.and_(lanes.c.workspace_id == workspace_id, lanes.c.recipient == recipient)
                turned = {"turn": lanes.c.turn + 1}
                await connection.execute(sa.update(lanes).where(its).values(turned))
        return sorted(row.row_id for row in rows)

    async def seconds(self) -> float:
        """Return the time of the database's clock, in seconds since 1970."""
        async with self._database.reading() as connection:
            said: float = (await connection.execute(sa.select(seconds_now()))).scalar_one()
        return said

    async def _rows(self, which: sa.ColumnElement[bool]) -> Sequence[OutboxRow]:
        query = sa.select(outbox).where(which).order_by(outbox.c.row_id)
        async with self._database.reading() as connection:
            return [_row(each) for each in await connection.execute(query)]


def _row(row: sa.Row[*tuple[Any, ...]]) -> OutboxRow:
    state = RowState(row.state)
    due = row.ask_at if state is RowState.DEAD else row.due_at
    return OutboxRow(
        id=row.row_id,
        workspace=row.workspace_id,
        kind=row.kind,
        recipient=row.recipient,
        state=state,
        cause=row.cause,
        attempts=row.attempts,
        may_be_out=row.may_be_out,
        may_be_twice=row.may_be_twice,
        written_at=_at(row.written_at),
        due_at=None if due is None or state is RowState.SENT else _at(due),
        died_at=None if row.died_at is None else _at(row.died_at),
        prospect=row.prospect_id,
        channel=row.channel,
        ts=row.ts,
    )


def _at(seconds: float) -> datetime:
    return datetime.fromtimestamp(seconds, UTC)
