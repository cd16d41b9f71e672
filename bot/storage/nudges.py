"""The tables that the clock works with: when to look at what, and which messages came of it."""

from collections.abc import Sequence
from datetime import date, datetime

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.domain.delivery import OwnersMorning, Posted, Spoken
from bot.domain.nudges import Look
from bot.domain.people import MemberId
from bot.domain.prospects import ProspectId
from bot.domain.workspace import WorkspaceId
from bot.storage.outcomes import outcome_questions
from bot.storage.schema import columns
from bot.storage.schema.dialects import insert_unless_there, upsert

looks = sa.Table(
    "looks",
    columns.metadata,
    columns.key("workspace_id"),
    columns.key("prospect_id"),
    columns.required("owner"),
    columns.required("on_day", sa.Date),
    columns.required("is_lapse", sa.Boolean),
    columns.inside_workspace("prospect_id", "prospects.prospect_id", **columns.AT_COMMIT),
    sa.Index("ix_looks_owner", "workspace_id", "owner", "on_day"),
)
"""Which prospects the clock must look at, and from which day of their owner on."""

rounds = sa.Table(
    "rounds",
    columns.metadata,
    columns.key("workspace_id"),
    columns.key("member_id"),
    columns.required("due_at", columns.UtcDateTime),
    columns.in_workspace(),
    sa.Index("ix_rounds_due_at", "due_at"),
)
"""When the clock must look at what a member owns: narrow, so that each second costs little."""

nudge_messages = sa.Table(
    "nudge_messages",
    columns.metadata,
    columns.key("workspace_id"),
    columns.key("member_id"),
    sa.Column("day", sa.Date, primary_key=True),
    sa.Column("channel", sa.Text),
    sa.Column("ts", sa.Text),
    sa.Column("sent_on", sa.Date),
    columns.in_workspace(),
    sa.CheckConstraint("(channel IS NULL) = (ts IS NULL)", name="posted"),
)
"""The key lets nobody get two on a day; what was held up over night counts for `sent_on`."""

nudge_items = sa.Table(
    "nudge_items",
    columns.metadata,
    columns.key("workspace_id"),
    columns.key("member_id"),
    sa.Column("day", sa.Date, primary_key=True),
    sa.Column("position", sa.Integer, primary_key=True, autoincrement=False),
    columns.required("prospect_id"),
    columns.required("number", sa.Integer),
    sa.ForeignKeyConstraint(
        ["workspace_id", "member_id", "day"],
        ["nudge_messages.workspace_id", "nudge_messages.member_id", "nudge_messages.day"],
    ),
    columns.inside_workspace("prospect_id", "prospects.prospect_id"),
    sa.Index("ix_nudge_items_prospect", "workspace_id", "prospect_id", "day"),
)


_LONG_AGO = date(2000, 1, 1)

MOST_SPOKEN = 6
"""How many messages about a prospect are kept true; what is older has no buttons any more."""


class NudgeRepository:
    """The looks, rounds and nudge messages of one workspace."""

    def __init__(self, connection: AsyncConnection, workspace_id: WorkspaceId) -> None:
        self._connection = connection
        self._workspace_id = workspace_id

    async def look(self, prospect_id: ProspectId, owner: MemberId, look: Look | None) -> None:
        """Let the clock look at a prospect then, in place of any other time."""
        key = {"workspace_id": self._workspace_id, "prospect_id": prospect_id}
        if look is None:
            its_row = sa.and_(*(looks.c[name] == value for name, value in key.items()))
            await self._connection.execute(sa.delete(looks).where(its_row))
        else:
            row = {**key, "owner": owner, "on_day": look.on, "is_lapse": look.is_lapse}
            await upsert(self._connection, looks, row, key=tuple(key))

    async def call(self, member_id: MemberId, at: datetime) -> None:
        """Let the clock look at what a member owns then, or earlier if it was to be earlier."""
        row = {"workspace_id": self._workspace_id, "member_id": member_id, "due_at": at}
        key = ("workspace_id", "member_id")
        if not await insert_unless_there(self._connection, rounds, row, key):
            is_later = sa.and_(self._of(rounds, member_id), rounds.c.due_at > at)
            await self._connection.execute(sa.update(rounds).where(is_later).values(due_at=at))

    async def take(self, member_id: MemberId, now: datetime) -> bool:
        """Lock the round of a member; False if it is not due any more, or taken by another."""
        query = (
            sa.select(rounds.c.due_at)
            .where(self._of(rounds, member_id), rounds.c.due_at <= now)
            .with_for_update(skip_locked=True)
        )
        return (await self._connection.execute(query)).first() is not None

    async def set_round(self, member_id: MemberId, at: datetime | None) -> None:
        """Say when the next round of a member is; None: there is nothing to look at."""
        its_row = self._of(rounds, member_id)
        if at is None:
            await self._connection.execute(sa.delete(rounds).where(its_row))
        else:
            await self._connection.execute(sa.update(rounds).where(its_row).values(due_at=at))

    async def to_look_at(self, owner: MemberId, day: date) -> Sequence[ProspectId]:
        """Return those that are to be looked at on this day or were before."""
        query = (
            sa.select(looks.c.prospect_id)
            .where(self._looks_of(owner), looks.c.on_day <= day)
            .order_by(looks.c.prospect_id)
        )
        return [ProspectId(each) for each in await self._connection.scalars(query)]

    async def next_looks(self, owner: MemberId) -> Sequence[Look]:
        """Return the earliest for a nudge and the earliest for a lapse, if there are any."""
        query = (
            sa.select(looks.c.is_lapse, sa.func.min(looks.c.on_day).label("on_day"))
            .where(self._looks_of(owner))
            .group_by(looks.c.is_lapse)
        )
        return [Look(row.on_day, row.is_lapse) for row in await self._connection.execute(query)]

    async def look_at_all(self, now: datetime) -> None:
        """Let the clock look at once at everything that it would look at some day.

        A round that is under way locks itself before its looks, and so does this.
        """
        own = looks.c.workspace_id == self._workspace_id
        waiting = sa.select(outcome_questions.c.owner).where(
            outcome_questions.c.workspace_id == self._workspace_id,
            outcome_questions.c.is_waiting.is_(True),
        )
        owners = sa.select(looks.c.owner).where(own).union(waiting)
        for owner in sorted(await self._connection.scalars(owners)):
            await self.call(MemberId(owner), now)
        await self._connection.execute(sa.update(looks).where(own).values(on_day=_LONG_AGO))

    async def days_of(self, member_id: MemberId, since: date) -> frozenset[date]:
        """Return the days on which a member got a message, or is to get one written then."""
        day = sa.func.coalesce(nudge_messages.c.sent_on, nudge_messages.c.day)
        query = sa.select(day).where(self._of(nudge_messages, member_id), day >= since)
        return frozenset((await self._connection.scalars(query)).all())

    async def add(
        self, member_id: MemberId, day: date, items: Sequence[tuple[ProspectId, int]]
    ) -> None:
        """Keep a message; a second one on the same day is refused by the database."""
        key = {"workspace_id": self._workspace_id, "member_id": member_id, "day": day}
        await self._connection.execute(sa.insert(nudge_messages), key)
        rows = [
            {**key, "position": position, "prospect_id": prospect_id, "number": number}
            for position, (prospect_id, number) in enumerate(items)
        ]
        if rows:
            await self._connection.execute(sa.insert(nudge_items), rows)

    async def items(self, member_id: MemberId, day: date) -> Sequence[tuple[ProspectId, int]]:
        """Return which prospects a message is about, and which nudge about each it is."""
        query = (
            sa.select(nudge_items.c.prospect_id, nudge_items.c.number)
            .where(self._of(nudge_items, member_id), nudge_items.c.day == day)
            .order_by(nudge_items.c.position)
        )
        rows = await self._connection.execute(query)
        return [(ProspectId(row.prospect_id), row.number) for row in rows]

    async def posted(self, member_id: MemberId, day: date) -> Posted | None:
        """Return channel and ts of a message, once it is posted."""
        query = sa.select(nudge_messages.c.channel, nudge_messages.c.ts).where(
            self._of(nudge_messages, member_id), nudge_messages.c.day == day
        )
        row = (await self._connection.execute(query)).one_or_none()
        return None if row is None or row.ts is None else (row.channel, row.ts)

    async def set_posted(
        self, member_id: MemberId, day: date, posted: Posted, sent_on: date
    ) -> None:
        """Keep where a message stands, and on which day of its reader it was sent."""
        its_row = sa.and_(self._of(nudge_messages, member_id), nudge_messages.c.day == day)
        channel, ts = posted
        await self._connection.execute(
            sa.update(nudge_messages).where(its_row).values(channel=channel, ts=ts, sent_on=sent_on)
        )

    async def latest_about(self, prospect_id: ProspectId) -> Sequence[Spoken]:
        """Return the latest messages about a prospect, to whomever, the newest first."""
        query = (
            sa.select(nudge_items.c.member_id, nudge_items.c.day, nudge_messages.c.sent_on)
            .join(
                nudge_messages,
                sa.and_(
                    nudge_messages.c.workspace_id == nudge_items.c.workspace_id,
                    nudge_messages.c.member_id == nudge_items.c.member_id,
                    nudge_messages.c.day == nudge_items.c.day,
                ),
            )
            .where(
                nudge_items.c.workspace_id == self._workspace_id,
                nudge_items.c.prospect_id == prospect_id,
            )
            .order_by(nudge_items.c.day.desc())
            .limit(MOST_SPOKEN)
        )
        rows = await self._connection.execute(query)
        return [
            Spoken(MemberId(row.member_id), OwnersMorning(row.day), row.sent_on) for row in rows
        ]

    def _of(self, table: sa.Table, member_id: MemberId) -> sa.ColumnElement[bool]:
        return sa.and_(table.c.workspace_id == self._workspace_id, table.c.member_id == member_id)

    def _looks_of(self, owner: MemberId) -> sa.ColumnElement[bool]:
        return sa.and_(looks.c.workspace_id == self._workspace_id, looks.c.owner == owner)
