"""Morning messages that the clock writes, shared by those to owners and to managers.

Each audience has a table of rounds, which says when the clock must look at a member, a table of
messages, and one or more tables of what the messages are about.
"""

from abc import ABC, abstractmethod
from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import date, datetime
from functools import cache
from typing import Any, ClassVar

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.domain.delivery import ClockMessage, Posted, payloads
from bot.domain.people import MemberId
from bot.domain.workspace import WorkspaceId
from bot.storage.schema import columns
from bot.storage.schema.dialects import insert_on
from bot.storage.schema.statements import Among, Statement

_MESSAGE = ("workspace_id", "member_id", "day")

Items = Mapping[sa.Table, Sequence[Mapping[str, object]]]
"""What a message is about, by the table that keeps it."""

MOST_SPOKEN = 6
"""How many messages about a prospect are kept true; what is older has no buttons any more."""


def messages_table(name: str, *more: sa.Column[Any]) -> sa.Table:
    """Return a table of messages, at most one a day for each reader.

    A message delayed overnight counts for its `sent_on`.
    """
    return sa.Table(
        name,
        columns.metadata,
        *_key(),
        *more,
        sa.Column("channel", sa.Text),
        sa.Column("ts", sa.Text),
        sa.Column("sent_on", sa.Date),
        sa.Column("link", sa.Text),
        columns.in_workspace(),
        sa.CheckConstraint("(channel IS NULL) = (ts IS NULL)", name="posted"),
    )


def items_table(name: str, messages: sa.Table, *more: sa.schema.SchemaItem) -> sa.Table:
    """Return a table of what these messages are about."""
    message = [f"{messages.name}.{column}" for column in _MESSAGE]
    foreign = sa.ForeignKeyConstraint(_MESSAGE, message)
    return sa.Table(name, columns.metadata, *_key(), *more, foreign)


def _key() -> tuple[sa.Column[Any], ...]:
    workspace, member = columns.key("workspace_id"), columns.key("member_id")
    return workspace, member, sa.Column("day", sa.Date, primary_key=True)


@cache
def _sooner(dialect: str, rounds: sa.Table, names: tuple[str, ...]) -> Statement:
    """Return a statement that adds a round or moves it forward.

    A round that is due earlier anyway is only locked as shared, which says that somebody is calling
    its member: `hold` leaves it alone, and this waits while it is held.
    """
    row = {name: sa.bindparam(name, type_=rounds.c[name].type) for name in names}
    key = ("workspace_id", "member_id")
    soon = (
        sa.select(rounds.c.member_id)
        .where(*(rounds.c[name] == row[name] for name in key), rounds.c.due_at <= row["due_at"])
        .with_for_update(read=True, key_share=True)
    )
    statement = insert_on(dialect, rounds).from_select(
        names, sa.select(*row.values()).where(~soon.exists())
    )
    due_at, sooner = rounds.c.due_at, statement.excluded.due_at
    return Statement(
        statement.on_conflict_do_update(
            index_elements=key,
            set_={"due_at": sooner},
            where=sa.or_(due_at.is_(None), due_at > sooner),
        )
    )


@cache
def _set_round(rounds: sa.Table) -> Statement:
    its_row = (
        rounds.c.workspace_id == sa.bindparam("its_workspace"),
        rounds.c.member_id == sa.bindparam("its_id"),
    )
    at = sa.bindparam("at", type_=rounds.c.due_at.type)
    return Statement(sa.update(rounds).where(*its_row).values(due_at=at))


def _its_message(messages: sa.Table) -> sa.ColumnElement[bool]:
    its = zip(_MESSAGE, ("its_workspace", "its_member", "its_day"), strict=True)
    return sa.and_(*(messages.c[name] == sa.bindparam(given) for name, given in its))


@cache
def _posted(messages: sa.Table) -> Statement:
    return Statement(sa.select(messages.c.channel, messages.c.ts).where(_its_message(messages)))


@cache
def _set_posted(messages: sa.Table) -> Statement:
    """Return a statement that keeps the permalink of before if none is given."""
    values: dict[str, Any] = {name: sa.bindparam(name) for name in ("channel", "ts", "sent_on")}
    link = sa.func.coalesce(sa.bindparam("permalink", type_=sa.Text), messages.c.link)
    return Statement(sa.update(messages).where(_its_message(messages)).values(**values, link=link))


@cache
def _insert(table: sa.Table) -> Statement:
    return Statement(sa.insert(table))


def _some(rounds: sa.Table, ids: Sequence[sa.BindParameter[Any]]) -> sa.Select[tuple[str]]:
    return sa.select(rounds.c.member_id).where(
        rounds.c.workspace_id == sa.bindparam("its_workspace"), rounds.c.member_id.in_(ids)
    )


@cache
def _hold(rounds: sa.Table) -> Among:
    return Among(lambda ids: _some(rounds, ids).with_for_update(skip_locked=True))


@cache
def _take(rounds: sa.Table) -> Among:
    is_due = rounds.c.due_at <= sa.bindparam("now", type_=columns.UtcDateTime)
    return Among(
        lambda ids: (
            _some(rounds, ids).where(is_due).with_for_update(skip_locked=True, key_share=True)
        )
    )


@cache
def _days_of(messages: sa.Table) -> Among:
    day = sa.func.coalesce(messages.c.sent_on, messages.c.day)
    return Among(
        lambda ids: sa.select(messages.c.member_id, day.label("on_day")).where(
            messages.c.workspace_id == sa.bindparam("its_workspace"),
            messages.c.member_id.in_(ids),
            day >= sa.bindparam("since", type_=sa.Date),
        )
    )


@cache
def _latest(items: sa.Table, messages: sa.Table, about: str, *, to_each: bool) -> Among:
    its = items.c[about]
    place = sa.func.row_number().over(
        partition_by=[its, items.c.member_id] if to_each else its, order_by=items.c.day.desc()
    )

    def clause(whom: Sequence[sa.BindParameter[Any]]) -> sa.Executable:
        ranked = (
            sa.select(*(items.c[name] for name in _MESSAGE), its, place.label("place"))
            .where(items.c.workspace_id == sa.bindparam("its_workspace"), its.in_(whom))
            .subquery()
        )
        of_message = sa.and_(*(messages.c[name] == ranked.c[name] for name in _MESSAGE))
        return (
            sa.select(
                ranked.c[about].label("about"),
                ranked.c.member_id,
                ranked.c.day,
                messages.c.sent_on,
                messages.c.link,
            )
            .join(messages, of_message)
            .where(ranked.c.place <= sa.bindparam("most", MOST_SPOKEN))
            .order_by(ranked.c.place, ranked.c.member_id)
        )

    return Among(clause)


class MorningRepository(ABC):
    """One audience's rounds and messages in one workspace."""

    _rounds: ClassVar[sa.Table]
    _messages: ClassVar[sa.Table]
    _morning: ClassVar[type[payloads.Morning]]

    def __init__(self, connection: AsyncConnection, workspace_id: WorkspaceId) -> None:
        self._connection = connection
        self._workspace_id = workspace_id
        self._calls: dict[MemberId, Mapping[str, datetime]] = {}

    async def call(self, member_id: MemberId, at: datetime) -> None:
        """Schedule the clock's look at a member, or move it forward."""
        self._call(member_id, due_at=at)

    async def write_planned(self) -> None:
        """Write what was called for; a unit of work does so before it ends.

        Always in the same order, so that two transactions that do this never deadlock.
        """
        calls, self._calls = self._calls, {}
        if calls:
            rows = [
                {"workspace_id": self._workspace_id, "member_id": each, **calls[each]}
                for each in sorted(calls)
            ]
            statement = _sooner(self._connection.dialect.name, self._rounds, tuple(rows[0]))
            await statement.run_each(self._connection, rows)

    async def take(self, ids: Sequence[MemberId], now: datetime) -> list[MemberId]:
        """Lock the rounds of members; return whose are still due, and taken by nobody else.

        Whoever calls a member meanwhile doesn't wait for that.
        """
        its = {"its_workspace": self._workspace_id, "now": now}
        rows = await _take(self._rounds).rows(self._connection, ids, its)
        taken = {row.member_id for row in rows}
        return [each for each in ids if each in taken]

    async def hold(self, ids: Sequence[MemberId]) -> list[MemberId]:
        """Lock rounds that were taken against calls; return whose nobody is calling just now.

        What the next round depends on is read only then: whatever was called for before is seen,
        and whoever calls later waits for this transaction, and finds the new time. From then on
        this transaction must wait for nobody. A round that can't be held stays due.
        """
        its = {"its_workspace": self._workspace_id}
        rows = await _hold(self._rounds).rows(self._connection, ids, its)
        held = {row.member_id for row in rows}
        return [each for each in ids if each in held]

    async def set_rounds(self, at: Mapping[MemberId, datetime | None]) -> None:
        """Say when the next round of each member is, whose rounds are held.

        None: there is nothing to look at.
        """
        is_kept = self._rounds.c.due_at.nullable
        over = [each for each, then in at.items() if then is None and not is_kept]
        rows = [
            {"its_workspace": self._workspace_id, "its_id": each, "at": then}
            for each, then in at.items()
            if then is not None or is_kept
        ]
        if over:
            its_rows = self._of_any(self._rounds, over)
            await self._connection.execute(sa.delete(self._rounds).where(its_rows))
        if rows:
            await _set_round(self._rounds).run_each(self._connection, rows)

    async def days_of(
        self, ids: Sequence[MemberId], since: date
    ) -> Mapping[MemberId, frozenset[date]]:
        """Return the days on which each member got a message, or is to get one written then."""
        its = {"its_workspace": self._workspace_id, "since": since}
        found: dict[MemberId, set[date]] = {}
        for row in await _days_of(self._messages).rows(self._connection, ids, its):
            found.setdefault(MemberId(row.member_id), set()).add(row.on_day)
        return {each: frozenset(days) for each, days in found.items()}

    async def posted(self, member_id: MemberId, day: date) -> Posted | None:
        """Return a message's channel and ts, once it's posted."""
        its = {"its_workspace": self._workspace_id, "its_member": member_id, "its_day": day}
        row = await _posted(self._messages).one(self._connection, its)
        return None if row is None or row.ts is None else (row.channel, row.ts)

    async def set_posted(
        self,
        member_id: MemberId,
        day: date,
        posted: Posted,
        sent_on: date,
        link: str | None = None,
    ) -> None:
        """Store where a message stands, and on which of its reader's days it was sent.

        The permalink is stored too, if Slack returned it.
        """
        channel, ts = posted
        its = {"its_workspace": self._workspace_id, "its_member": member_id, "its_day": day}
        values = {"channel": channel, "ts": ts, "sent_on": sent_on, "permalink": link}
        await _set_posted(self._messages).run(self._connection, {**its, **values})

    async def forget_posted(self, member_id: MemberId, day: date) -> None:
        """Record that a message no longer exists in Slack."""
        nowhere = {"channel": None, "ts": None, "sent_on": None, "link": None}
        its = self._on(self._messages, member_id, day)
        await self._connection.execute(sa.update(self._messages).where(its).values(nowhere))

    async def earlier(self, member_id: MemberId, day: date) -> Sequence[ClockMessage]:
        """Return the earlier messages to the same reader about any of the same things."""
        about = await self._about_the_same(member_id, day)
        return [each for each in about if each.reader == member_id and each.day < day]

    @abstractmethod
    async def _about_the_same(self, member_id: MemberId, day: date) -> Sequence[ClockMessage]:
        """Return the latest messages to anyone about anything that this one is about."""

    def _call(self, member_id: MemberId, **at: datetime) -> None:
        """Note a call, by the columns of a round; of several the earliest counts."""
        before = self._calls.get(member_id, at)
        self._calls[member_id] = {name: min(before[name], its) for name, its in at.items()}

    async def _add(self, messages: Iterable[tuple[MemberId, date, Items]], **more: object) -> None:
        """Keep messages and what they are about; a second one on the same day is refused."""
        rows: dict[sa.Table, list[Mapping[str, object]]] = {self._messages: []}
        for member_id, day, items in messages:
            key = {"workspace_id": self._workspace_id, "member_id": member_id, "day": day}
            rows[self._messages].append({**key, **more})
            for table, about in items.items():
                rows.setdefault(table, []).extend({**key, **row} for row in about)
        for table, its in rows.items():
            if its:
                await _insert(table).run_each(self._connection, its)

    async def _latest(
        self, items: sa.Table, about: str, whom: Sequence[str], *, to_each: bool
    ) -> Mapping[str, Sequence[ClockMessage]]:
        """Return the latest messages about each of these, overall or for each reader, newest first.

        `about` is the items' column for what they're about.
        """
        latest = _latest(items, self._messages, about, to_each=to_each)
        rows = await latest.rows(self._connection, whom, {"its_workspace": self._workspace_id})
        found: dict[str, list[ClockMessage]] = {}
        for row in rows:
            morning = self._morning(row.day)
            spoken = ClockMessage(MemberId(row.member_id), morning, row.sent_on, row.link)
            found.setdefault(row.about, []).append(spoken)
        return found

    def _of_any(self, table: sa.Table, ids: Collection[MemberId]) -> sa.ColumnElement[bool]:
        return sa.and_(table.c.workspace_id == self._workspace_id, table.c.member_id.in_(ids))

    def _of(self, table: sa.Table, member_id: MemberId) -> sa.ColumnElement[bool]:
        return sa.and_(table.c.workspace_id == self._workspace_id, table.c.member_id == member_id)

    def _on(self, table: sa.Table, member_id: MemberId, day: date) -> sa.ColumnElement[bool]:
        return sa.and_(self._of(table, member_id), table.c.day == day)
