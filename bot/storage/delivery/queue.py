"""The sending end of the outbox: claims and their fence, on both databases.

A lane is a channel or person of one workspace. Its messages go out one at a time, in order of
writing. Sent and dead messages hold up none.
"""

import logging
from collections.abc import Awaitable, Callable, Collection, Iterator, Sequence
from dataclasses import dataclass
from datetime import timedelta
from functools import cache, lru_cache
from typing import Any

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.domain.delivery import (
    DEFAULT_TIMES,
    FINAL,
    UNREADABLE_ROW,
    Away,
    Claimed,
    Dead,
    DeliveryTimes,
    Failed,
    Gone,
    OutboxMessage,
    Postponed,
    SendResult,
    Sent,
    Unknown,
)
from bot.domain.workspace import WorkspaceId
from bot.storage.database import Database, Ours, is_one_of
from bot.storage.delivery import pauses
from bot.storage.delivery.asking import ask_again, asked_later, revive_recipient
from bot.storage.delivery.outbox import OutboxRepository, message_of
from bot.storage.delivery.tables import FINISHED, UNFINISHED, RowState, lanes, outbox
from bot.storage.schema.dialects import insert_on, seconds_now
from bot.storage.schema.statements import Statement

log = logging.getLogger(__name__)

NEAR = 8
"""Among so many times as many of the rows that are due longest are those looked for first."""

_SOON = 3
"""So many ends in a row that we do not know, before the wait after one doubles."""

_LONGEST_DOUBLING = 30
"""Of the exponent; what it would come to is cut long before."""

Beside = Callable[[AsyncConnection, Sequence[Claimed]], Awaitable[None]]
"""What is done in the transaction of a claim, or of a finish."""


class OutboxQueue:
    """Our workspaces' messages, by the database's clock."""

    def __init__(
        self, database: Database, times: DeliveryTimes = DEFAULT_TIMES, ours: Ours = None
    ) -> None:
        self._database = database
        self._ours = ours
        self._lease = times.lease.total_seconds()
        self._pace = times.pace.total_seconds()
        self._probe_after = times.probe_after.total_seconds()
        self._times = times

    async def claim(self, limit: int, beside: Beside | None = None) -> Sequence[Claimed]:
        """Claim the first due row of up to `limit` free lanes, and commit.

        A row whose lease ran out is claimed again; its previous claimant may have sent it. Work
        done `beside` the claim sees the claimed rows; if it fails, nothing is claimed.
        """
        async with self._database.writing() as connection:
            taken = await self._taken(connection, limit)
            claimed = [_claimed(row, is_probe=row.row_id in taken.probes) for row in taken.rows]
            for row, found_out in zip(taken.rows, claimed, strict=True):
                if found_out is None:
                    await _bury(connection, row.row_id)
            readable = [each for each in claimed if each is not None]
            if readable and beside is not None:
                await beside(connection, readable)
        return readable

    async def _taken(self, connection: AsyncConnection, limit: int) -> "_Taken":
        """Claim due rows, and probes as well if there's room for them."""
        lease = {"lease": self._lease}
        ours = None if self._ours is None else tuple(self._ours())
        rows = await take_nearest(limit, ours).rows(connection, lease)
        if len(rows) < limit and not (rows and rows[0].are_all_near):
            rows += await take_due(limit - len(rows), ours).rows(connection, lease)
        probes: Sequence[int] = []
        if len(rows) < limit and (not rows or rows[0].is_pause_over):
            probes = await self._probes(connection, ours)
        if probes:
            rows += (await connection.execute(_TAKE, {"found": probes, **lease})).all()
        return _Taken(sorted(rows, key=lambda row: row.row_id), frozenset(probes))

    async def hold(self, claimed: Sequence[Claimed]) -> Collection[int]:
        """Let leases begin anew, and return the rows that are still ours.

        A lease that ran out is renewed, too, unless somebody took the row since.
        """
        async with self._database.writing() as connection:
            fences = [(row.row_id, row.fence) for row in claimed]
            kept = await connection.scalars(_HOLD, {"fences": fences, "lease": self._lease})
            return frozenset(kept.all())

    async def ask_again(self) -> int:
        """Make dead messages probe whether they can be sent by now; return how many do.

        Of those that died of the same cause at the same recipient, one probes for all.
        """
        return await ask_again(self._database, self._times, self._ours)

    async def _probes(
        self, connection: AsyncConnection, ours: tuple[WorkspaceId, ...] | None
    ) -> Sequence[int]:
        """Return one due row of each workspace whose pause is over."""
        found = []
        for over in await pauses.over(ours).rows(connection, {}):
            workspace_id = over.workspace_id
            row_id = await connection.scalar(_PROBE, {"its_id": workspace_id})
            if row_id is not None:
                found.append(row_id)
                await pauses.put_off(connection, workspace_id, self._probe_after)
        return found

    async def finish(
        self,
        claimed: Claimed,
        outcome: SendResult,
        telling: Sequence[OutboxMessage] = (),
        beside: Beside | None = None,
    ) -> bool:
        """Record a message's result, and what to tell about it.

        False if another claim has replaced ours; then only what is done `beside` it is written,
        which is true whoever holds the row.
        """
        async with self._database.writing() as connection:
            if beside is not None:
                await beside(connection, [claimed])
            if isinstance(outcome, Sent):
                is_ours = await _sent(connection, claimed, outcome)
            else:
                is_ours = await _change(connection, claimed, self._after(claimed, outcome))
            if not is_ours:
                return False
            if claimed.was_dead and isinstance(outcome, Sent):
                await revive_recipient(connection, claimed)
            await self._slow_down(connection, claimed, outcome)
            await self._pause_or_go_on(connection, claimed, outcome)
            told = OutboxRepository(connection, claimed.workspace_id, written=lambda: None)
            for message in telling:
                await told.put(message)
        return True

    async def restarts(self, claimed: Claimed) -> int:
        """Return how often the lane restarted, after a success or by a resend of everything."""
        query = sa.select(lanes.c.turn).where(
            lanes.c.workspace_id == claimed.workspace_id,
            lanes.c.recipient == claimed.message.recipient,
        )
        async with self._database.reading() as connection:
            return await connection.scalar(query) or 0

    async def note_twice(self, claimed: Claimed) -> bool:
        """Record that a message may appear twice; False if another claim has replaced ours."""
        async with self._database.writing() as connection:
            return await _change(connection, claimed, {"may_be_twice": True})

    def _after(
        self, claimed: Claimed, outcome: Postponed | Away | Dead | Gone | Failed | Unknown
    ) -> dict[str, Any]:
        match outcome:
            case Postponed(wait, cause):
                due_at = seconds_now() + wait.total_seconds()
                waiting = {"state": RowState.PENDING, "due_at": due_at, "cause": cause}
                return {**waiting, "attempts": claimed.attempts - 1}  # it never left us
            case Away(cause):
                waiting = {"state": RowState.PENDING, "due_at": seconds_now(), "cause": cause}
                return {**waiting, "attempts": claimed.attempts - 1}
            case Dead(cause) | Gone(cause):
                is_asked = claimed.message.kind.rules.is_failure_reported and cause not in FINAL
                dead = {"state": RowState.DEAD, "cause": cause}
                return {**dead, **asked_later(self._times, is_asked=is_asked)}
            case Failed(cause):
                wait = _doubled(self._times.after_mistake, claimed.attempts - 1)
                due_at = seconds_now() + wait.total_seconds()
                return {"state": RowState.PENDING, "due_at": due_at, "cause": cause}
            case Unknown(cause):
                wait = _doubled(self._times.settle, claimed.attempts - _SOON)
                wait = min(wait, self._times.longest_settle)
                due_at = seconds_now() + wait.total_seconds()
                waiting = {"state": RowState.PENDING, "due_at": due_at, "cause": cause}
                return {**waiting, "may_be_out": True}

    async def _pause_or_go_on(
        self, connection: AsyncConnection, claimed: Claimed, outcome: SendResult
    ) -> None:
        """Pause the workspace, or end its pause after a probe; repeat an inconclusive probe."""
        if isinstance(outcome, Away):
            await pauses.begin(connection, claimed.workspace_id, outcome.cause, self._probe_after)
        elif claimed.is_probe and isinstance(outcome, Sent):
            await pauses.end(connection, claimed.workspace_id)
        elif claimed.is_probe:
            await pauses.put_off(connection, claimed.workspace_id, 0)

    async def _slow_down(
        self, connection: AsyncConnection, claimed: Claimed, outcome: SendResult
    ) -> None:
        """Slow the lane down: after a message to its pace, otherwise if Slack asked for it."""
        match outcome:
            case Sent():
                wait = self._pace
            case Postponed(lane=True):
                wait = outcome.wait.total_seconds()
            case _:
                return
        row = {
            "workspace_id": claimed.workspace_id,
            "recipient": claimed.message.recipient,
            "wait": wait,
            "turn": int(isinstance(outcome, Sent)),
        }
        await _let_wait(connection.dialect.name).run(connection, row)


def _doubled(wait: timedelta, times: int) -> timedelta:
    return wait * (1 << max(0, min(times, _LONGEST_DOUBLING)))


async def _change(connection: AsyncConnection, claimed: Claimed, values: dict[str, Any]) -> bool:
    """Change a row by its fence; False if another claim came after ours."""
    statement = (
        sa.update(outbox)
        .where(
            outbox.c.row_id == claimed.row_id,
            outbox.c.fence == claimed.fence,
            outbox.c.state == RowState.CLAIMED,
        )
        .values(values)
    )
    return (await connection.execute(statement)).rowcount == 1


_SENT = Statement(
    sa.update(outbox)
    .where(
        outbox.c.row_id == sa.bindparam("its_id"),
        outbox.c.fence == sa.bindparam("its_fence"),
        outbox.c.state == RowState.CLAIMED,
    )
    .values(
        state=RowState.SENT,
        cause=None,
        died_at=None,
        channel=sa.bindparam("posted_in"),
        ts=sa.bindparam("posted_at"),
        sent_at=seconds_now(),
    )
)


async def _sent(connection: AsyncConnection, claimed: Claimed, sent: Sent) -> bool:
    """Note that a row is sent; False if another claim came after ours."""
    its = {"its_id": claimed.row_id, "its_fence": claimed.fence}
    return (
        await _SENT.run(connection, {**its, "posted_in": sent.channel, "posted_at": sent.ts}) == 1
    )


@cache
def _let_wait(dialect: str) -> Statement:
    """Return the statement that makes a lane wait for `wait` seconds and adds to its `turn`."""
    statement = insert_on(dialect, lanes).values(
        not_before=seconds_now() + sa.bindparam("wait", type_=sa.Float)
    )
    return Statement(
        statement.on_conflict_do_update(
            index_elements=["workspace_id", "recipient"],
            set_={
                "not_before": statement.excluded.not_before,
                "turn": lanes.c.turn + statement.excluded.turn,
            },
        )
    )


@dataclass(frozen=True, slots=True)
class _Taken:
    """Claimed rows, and which of them are probes."""

    rows: Sequence[sa.Row[*tuple[Any, ...]]]
    probes: frozenset[int]


def _take(which: sa.ColumnElement[bool], *more: sa.ColumnElement[Any]) -> Any:
    """Return what takes rows; one that was claimed before may have left its sender.

    With them it tells whether the pause of any workspace is over, and what `more` says.
    """
    return (
        sa.update(outbox)
        .where(which)
        .values(
            state=RowState.CLAIMED,
            due_at=seconds_now() + sa.bindparam("lease", type_=sa.Float),
            fence=outbox.c.fence + 1,
            attempts=outbox.c.attempts + 1,
            may_be_out=sa.case(
                (outbox.c.state == RowState.CLAIMED, True), else_=outbox.c.may_be_out
            ),
        )
        .returning(*outbox.c, pauses.is_any_over().label("is_pause_over"), *more)
    )


_HOLD = (
    sa.update(outbox)
    .where(
        sa.tuple_(outbox.c.row_id, outbox.c.fence).in_(sa.bindparam("fences", expanding=True)),
        outbox.c.state == RowState.CLAIMED,
    )
    .values(due_at=seconds_now() + sa.bindparam("lease", type_=sa.Float))
    .returning(outbox.c.row_id)
)

_TAKE = _take(outbox.c.row_id.in_(sa.bindparam("found", expanding=True)))


@lru_cache(maxsize=64)
def take_due(limit: int, ours: tuple[WorkspaceId, ...] | None = None) -> Statement:
    """Return the statement that claims the first due rows of free lanes, except in a pause.

    One statement finds, locks and changes them. It has a name of its own so that PostgreSQL
    evaluates it once; otherwise, it might look for due rows again for each row it claims.
    """
    found = claimable(limit, ours).cte("found").prefix_with("MATERIALIZED", dialect="postgresql")
    return Statement(_take(outbox.c.row_id.in_(sa.select(found.c.row_id))))


@lru_cache(maxsize=64)
def take_nearest(limit: int, ours: tuple[WorkspaceId, ...] | None = None) -> Statement:
    """Return what takes the same, as far as they are among the few rows that are due longest.

    Mostly they are, and then no other lane is looked at, however many there are. It tells whether
    those few are all that are due.
    """
    due = _due_longest(ours, limit * NEAR)
    found = _first_among(due, limit).cte("found").prefix_with("MATERIALIZED", dialect="postgresql")
    are_all = sa.select(sa.func.count() < limit * NEAR).select_from(due).scalar_subquery()
    first = outbox.c.row_id.in_(sa.select(found.c.row_id))
    return Statement(_take(first, are_all.label("are_all_near")))


def claimable(
    limit: int, ours: tuple[WorkspaceId, ...] | None = None
) -> sa.Select[*tuple[Any, ...]]:
    """Select the first due rows of free lanes, except in a pause."""
    return _first_of_lanes(is_one_of(outbox.c.workspace_id, ours), limit)


def nearest(limit: int, ours: tuple[WorkspaceId, ...] | None = None) -> sa.Select[*tuple[Any, ...]]:
    """The same among the rows that are due longest."""
    return _first_among(_due_longest(ours, limit * NEAR), limit)


def _due_longest(ours: tuple[WorkspaceId, ...] | None, most: int) -> sa.CTE:
    """So many of the rows that are due, be they the first of their lanes or not."""
    return (
        sa.select(outbox.c.row_id, outbox.c.workspace_id, outbox.c.recipient)
        .where(
            is_one_of(outbox.c.workspace_id, ours),
            outbox.c.state.in_(UNFINISHED),
            outbox.c.due_at <= _now(),
        )
        .order_by(outbox.c.due_at, outbox.c.row_id)
        .limit(most)
        .cte("due")
        .prefix_with("MATERIALIZED", dialect="postgresql")
    )


def _first_among(due: sa.CTE, limit: int) -> sa.Select[*tuple[Any, ...]]:
    """Those of these rows that are the first of their lanes, which are neither busy nor slowed."""
    its = outbox.alias("its").c
    head = sa.select(sa.func.min(its.row_id)).where(
        its.workspace_id == due.c.workspace_id,
        its.recipient == due.c.recipient,
        its.state.not_in(FINISHED),
    )
    first = sa.select(due.c.row_id).where(*_are_free(due), due.c.row_id == head.scalar_subquery())
    return _locked(first, limit)


def _locked(free: sa.Select[int], limit: int) -> sa.Select[*tuple[Any, ...]]:
    """Lock rows that were found free, as far as they are still due.

    They are looked up one by one. Their state is asked for in words that no partial index answers
    to: PostgreSQL takes one for empty if it was when it last counted, and would read all of it for
    each row.
    """
    found = free.cte("free").prefix_with("MATERIALIZED", dialect="postgresql")
    return (
        sa.select(outbox.c.row_id)
        .where(
            outbox.c.row_id.in_(sa.select(found.c.row_id)),
            sa.func.coalesce(outbox.c.state, "").in_(UNFINISHED),
            outbox.c.due_at <= _now(),
        )
        .order_by(outbox.c.due_at, outbox.c.row_id)
        .limit(limit)
        .with_for_update(skip_locked=True, of=outbox)
    )


def _are_free(rows: sa.CTE, *, is_probe: bool = False) -> Iterator[sa.ColumnElement[bool]]:
    """Whether the lanes of rows are neither busy nor slowed, and their workspaces may go on."""
    lane = sa.tuple_(rows.c.workspace_id, rows.c.recipient)
    if not is_probe:
        yield ~pauses.is_paused(rows.c.workspace_id)
    yield lane.not_in(_busy_lanes())
    yield lane.not_in(_slowed_lanes())


def _first_of_lanes(
    which: sa.ColumnElement[bool], limit: int, *, is_probe: bool = False
) -> sa.Select[*tuple[Any, ...]]:
    """Select each lane's first unfinished row, if it's due and the lane is neither busy nor slowed.

    It starts from the lanes, which are few, and not from the due rows. Twenty thousand of those may
    wait behind others, and each would be checked for what comes before it.
    """
    heads = _heads(which).cte("heads").prefix_with("MATERIALIZED", dialect="postgresql")
    return _locked(sa.select(heads.c.row_id).where(*_are_free(heads, is_probe=is_probe)), limit)


def _heads(which: sa.ColumnElement[bool]) -> sa.Select[*tuple[Any, ...]]:
    """Select the lanes where something waits, each with its first row, by index."""
    lane = outbox.c.workspace_id, outbox.c.recipient
    return (
        sa.select(*lane, sa.func.min(outbox.c.row_id).label("row_id"))
        .where(which, outbox.c.state.not_in(FINISHED))
        .group_by(*lane)
    )


def _busy_lanes() -> sa.Select[*tuple[Any, ...]]:
    """Select the lanes with a claimed row, possibly not their first if committed out of order."""
    its = outbox.alias("claimed").c
    return sa.select(its.workspace_id, its.recipient).where(
        its.state.in_(UNFINISHED), its.due_at > _now(), its.state == RowState.CLAIMED
    )


def _slowed_lanes() -> sa.Select[*tuple[Any, ...]]:
    return sa.select(lanes.c.workspace_id, lanes.c.recipient).where(lanes.c.not_before > _now())


def _now() -> sa.ScalarSelect[float]:
    """Select the database's clock, read once per statement."""
    return sa.select(seconds_now()).scalar_subquery()


_PROBE = _first_of_lanes(outbox.c.workspace_id == sa.bindparam("its_id"), 1, is_probe=True)
"""What tries whether a workspace that paused lets us in again."""


async def _bury(connection: AsyncConnection, row_id: int) -> None:
    """Mark a row that can't be read as dead, so that its lane goes on."""
    dead = {"state": RowState.DEAD, "cause": UNREADABLE_ROW, "died_at": seconds_now()}
    await connection.execute(sa.update(outbox).where(outbox.c.row_id == row_id).values(dead))


def _claimed(row: sa.Row[*tuple[Any, ...]], *, is_probe: bool) -> Claimed | None:
    """Return a row's message; None, with a log line, if it can't be read."""
    try:
        message = message_of(row)
    except (KeyError, TypeError, ValueError):
        log.exception("message %s (%s) cannot be read", row.row_id, row.kind)
        return None
    return Claimed(
        row_id=row.row_id,
        workspace_id=WorkspaceId(row.workspace_id),
        message=message,
        fence=row.fence,
        attempts=row.attempts,
        may_be_out=row.may_be_out,
        may_be_twice=row.may_be_twice,
        written_at=row.written_at,
        is_probe=is_probe,
        was_dead=row.died_at is not None,
    )
