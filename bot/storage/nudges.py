"""What the clock works with: when to look at what, and the messages that came of it."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from functools import cache
from itertools import chain
from typing import NamedTuple

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.domain.delivery import ClockMessage, payloads
from bot.domain.nudges import Look
from bot.domain.people import MemberId
from bot.domain.prospects import ProspectId
from bot.domain.settings.table import SettingId
from bot.domain.workspace import WorkspaceId
from bot.storage.delivery.mornings import MorningRepository, items_table, messages_table
from bot.storage.outcomes import outcome_questions
from bot.storage.schema import columns
from bot.storage.schema.dialects import insert_on, upsert_all
from bot.storage.schema.statements import Among, Statement
from bot.storage.workspaces import WorkspaceRepository, latest_change, settings_history

looks = sa.Table(
    "looks",
    columns.metadata,
    columns.key("workspace_id"),
    columns.key("prospect_id"),
    columns.required("owner"),
    columns.required("on_day", sa.Date),
    columns.required("is_lapse", sa.Boolean),
    sa.Column("latest_change", sa.Integer, nullable=False, server_default="0"),
    columns.inside_workspace("prospect_id", "prospects.prospect_id", **columns.AT_COMMIT),
    sa.Index("ix_looks_owner", "workspace_id", "owner", "on_day"),
    sa.Index("ix_looks_latest_change", "workspace_id", "latest_change"),
)
"""Which prospects the clock must look at, and from which day of their owner on.

Each has the number of the latest change of settings that whoever planned it knew of.
"""

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

nudge_messages = messages_table("nudge_messages")

nudge_items = items_table(
    "nudge_items",
    nudge_messages,
    sa.Column("position", sa.Integer, primary_key=True, autoincrement=False),
    columns.required("prospect_id"),
    columns.required("number", sa.Integer),
    sa.Column("is_question", sa.Boolean, nullable=False, server_default=sa.false()),
    columns.inside_workspace("prospect_id", "prospects.prospect_id"),
    sa.Index("ix_nudge_items_prospect", "workspace_id", "prospect_id", "day"),
)


_LONG_AGO = date(2000, 1, 1)
"""The day of looks that changed settings made due."""


_LOOK_KEY = ("workspace_id", "prospect_id")


@cache
def _due_by(dialect: str) -> Statement:
    """Return a statement that locks a member's round, new or not, and has it due by a time."""
    statement = insert_on(dialect, rounds)
    at = statement.excluded.due_at
    sooner = sa.case((rounds.c.due_at > at, at), else_=rounds.c.due_at)
    return Statement(
        statement.on_conflict_do_update(
            index_elements=["workspace_id", "member_id"], set_={"due_at": sooner}
        )
    )


@cache
def _plan_look(dialect: str) -> Statement:
    """Return a statement that plans a look in place of another, unless settings made that due.

    Whoever acts may have read the settings of before. A round plans it by those of now.
    """
    statement = insert_on(dialect, looks)
    new = statement.excluded
    is_due = looks.c.on_day == _LONG_AGO
    planned = {
        name: sa.case((is_due, looks.c[name]), else_=new[name])
        for name in ("on_day", "latest_change")
    }
    return Statement(
        statement.on_conflict_do_update(
            index_elements=_LOOK_KEY,
            set_={"owner": new.owner, "is_lapse": new.is_lapse, **planned},
        )
    )


_MOVES = settings_history.c.setting.in_([each for each in SettingId if each.setting.moves_rounds])


def has_outdated(workspace_id: sa.ColumnElement[str]) -> sa.ColumnElement[bool]:
    """Return the condition that a look of a workspace was planned by settings of before.

    An index has the look that knows of the fewest changes, so that this may be asked each second.
    """
    fewest = sa.select(sa.func.min(looks.c.latest_change)).where(
        looks.c.workspace_id == workspace_id
    )
    return fewest.scalar_subquery() < latest_change(workspace_id, _MOVES)


class NudgeItems(NamedTuple):
    """What a message to an owner is about, each with its number."""

    nudges: Sequence[tuple[ProspectId, int]]
    """Its stalled prospects, and how often its owner was told of each."""
    questions: Sequence[tuple[ProspectId, int]]
    """The open *pursues* that it asks about, and how often in a row."""

    def __bool__(self) -> bool:
        """Tell whether it is about anything."""
        return bool(self.nudges or self.questions)


@dataclass(frozen=True, slots=True)
class NudgeWritten:
    """What a message to an owner is about."""

    reader: MemberId
    day: date
    items: Sequence[tuple[ProspectId, int]]
    """The nudges, each with its number."""
    questions: Sequence[tuple[ProspectId, int]] = ()
    """About an open *pursue*, each with its number."""

    def rows(self) -> list[dict[str, object]]:
        """Return a row for each thing that it is about."""
        every = [(False, *each) for each in self.items]
        every += [(True, *each) for each in self.questions]
        return [
            {
                "position": position,
                "prospect_id": prospect_id,
                "number": number,
                "is_question": is_question,
            }
            for position, (is_question, prospect_id, number) in enumerate(every)
        ]


_ITEMS = Statement(
    sa.select(nudge_items.c.prospect_id, nudge_items.c.number, nudge_items.c.is_question)
    .where(
        nudge_items.c.workspace_id == sa.bindparam("its_workspace"),
        nudge_items.c.member_id == sa.bindparam("its_member"),
        nudge_items.c.day == sa.bindparam("its_day"),
    )
    .order_by(nudge_items.c.position)
)


_TO_LOOK_AT = Among(
    lambda owners: (
        sa.select(looks.c.owner, looks.c.prospect_id, looks.c.on_day)
        .where(
            looks.c.workspace_id == sa.bindparam("its_workspace"),
            looks.c.owner.in_(owners),
            looks.c.on_day <= sa.bindparam("by_day"),
        )
        .order_by(looks.c.prospect_id)
    )
)
_LOCK_LOOKS = Among(
    lambda ids: (
        sa.select(looks.c.prospect_id)
        .where(looks.c.workspace_id == sa.bindparam("its_workspace"), looks.c.prospect_id.in_(ids))
        .order_by(looks.c.prospect_id)
        .with_for_update()
    )
)
_DROP_LOOK = Statement(
    sa.delete(looks).where(
        looks.c.workspace_id == sa.bindparam("its_workspace"),
        looks.c.prospect_id == sa.bindparam("its_id"),
    )
)
_NEXT_LOOKS = Among(
    lambda owners: (
        sa.select(
            looks.c.owner,
            looks.c.is_lapse,
            sa.func.min(looks.c.on_day, type_=sa.Date).label("on_day"),
        )
        .where(looks.c.workspace_id == sa.bindparam("its_workspace"), looks.c.owner.in_(owners))
        .group_by(looks.c.owner, looks.c.is_lapse)
    )
)


class NudgeRepository(MorningRepository):
    """One workspace's looks, rounds and nudge messages."""

    _rounds = rounds
    _messages = nudge_messages
    _morning = payloads.OwnersMorning

    def __init__(
        self,
        connection: AsyncConnection,
        workspace_id: WorkspaceId,
        workspaces: WorkspaceRepository,
    ) -> None:
        """Take the repository from which this transaction reads its settings."""
        super().__init__(connection, workspace_id)
        self._workspaces = workspaces
        self._looks: dict[ProspectId, tuple[MemberId, Look | None]] = {}

    async def look(self, prospect_id: ProspectId, owner: MemberId, look: Look | None) -> None:
        """Schedule the clock's look at a prospect, replacing any other time.

        What changed settings made due stays due: they may be newer than those this goes by.
        """
        self._looks[prospect_id] = owner, look

    async def write_planned(self) -> None:
        """Write the calls, and then the looks, in the order in which a round locks them."""
        await super().write_planned()
        rows = await self._drop_looks()
        if rows:
            await _plan_look(self._connection.dialect.name).run_each(self._connection, rows)

    async def look_each(self, at: Mapping[MemberId, Mapping[ProspectId, Look | None]]) -> None:
        """Let the clock look at each of owners' prospects then, in place of any other time.

        A round says so. It holds off whoever changes settings, so it goes by the latest ones.
        """
        for owner, looks_of in at.items():
            for prospect_id, look in looks_of.items():
                await self.look(prospect_id, owner, look)
        rows = await self._drop_looks()
        if rows:
            await upsert_all(self._connection, looks, rows, key=_LOOK_KEY)

    async def _drop_looks(self) -> list[dict[str, object]]:
        """Drop the looks at what needs none any more, and return the rows of the others."""
        planned, self._looks = self._looks, {}
        never = [each for each, (_, look) in planned.items() if look is None]
        if never and len(planned) > 1:
            own = {"its_workspace": self._workspace_id}
            await _LOCK_LOOKS.rows(self._connection, sorted(planned), own)
        rows = [
            {
                "workspace_id": self._workspace_id,
                "prospect_id": prospect_id,
                "owner": owner,
                "on_day": look.on,
                "is_lapse": look.is_lapse,
                "latest_change": self._workspaces.latest_change or 0,
            }
            for prospect_id, (owner, look) in sorted(planned.items())
            if look is not None
        ]
        if never:
            its = [{"its_workspace": self._workspace_id, "its_id": each} for each in never]
            await _DROP_LOOK.run_each(self._connection, its)
        return rows

    async def _lock_looks(self, *which: sa.ColumnElement[bool]) -> None:
        """Lock looks in the order of their prospects, for statements that change several."""
        query = sa.select(looks.c.prospect_id).where(
            looks.c.workspace_id == self._workspace_id, *which
        )
        await self._connection.execute(query.order_by(looks.c.prospect_id).with_for_update())

    async def to_look_at(
        self, days: Mapping[MemberId, date]
    ) -> Mapping[MemberId, Sequence[ProspectId]]:
        """Return those that are to be looked at on the day of their owner, or were before."""
        its = {"its_workspace": self._workspace_id, "by_day": max(days.values())}
        found: dict[MemberId, list[ProspectId]] = {}
        for row in await _TO_LOOK_AT.rows(self._connection, days, its):
            owner = MemberId(row.owner)
            if row.on_day <= days[owner]:
                found.setdefault(owner, []).append(ProspectId(row.prospect_id))
        return found

    async def next_looks(self, owners: Collection[MemberId]) -> Mapping[MemberId, Sequence[Look]]:
        """Return the earliest of each owner for a nudge and for a lapse, if there are any."""
        its = {"its_workspace": self._workspace_id}
        found: dict[MemberId, list[Look]] = {}
        for row in await _NEXT_LOOKS.rows(self._connection, owners, its):
            found.setdefault(MemberId(row.owner), []).append(Look(row.on_day, row.is_lapse))
        return found

    async def look_at_all(self, now: datetime) -> None:
        """Make the clock look now at everything that it would look at some day."""
        waiting = sa.select(outcome_questions.c.owner).where(
            outcome_questions.c.workspace_id == self._workspace_id,
            outcome_questions.c.is_waiting.is_(True),
        )
        due = sa.select(rounds.c.member_id).where(rounds.c.workspace_id == self._workspace_id)
        await self._look_at(sa.true(), now, waiting, due)

    async def look_at_outdated(self, now: datetime) -> None:
        """Do the same with what was planned by settings of before.

        Whoever planned it had read them, and wrote it when `look_at_all` could no longer, or not
        yet, see it.
        """
        moved = latest_change(sa.literal(self._workspace_id), _MOVES)
        await self._look_at(looks.c.latest_change < moved, now)

    async def _look_at(
        self, which: sa.ColumnElement[bool], now: datetime, *more: sa.Select[str]
    ) -> None:
        """Make these looks due, and the rounds of their owners and of `more`.

        Like a round under way, this locks the rounds before the looks. It waits for rounds under
        way, which would otherwise set the next ones by the settings of before.
        """
        own = looks.c.workspace_id == self._workspace_id
        owners = sa.select(looks.c.owner).where(own, which).distinct().union(*more)
        rows = [
            {"workspace_id": self._workspace_id, "member_id": each, "due_at": now}
            for each in sorted(await self._connection.scalars(owners))
        ]
        if rows:
            await _due_by(self._connection.dialect.name).run_each(self._connection, rows)
        await self._lock_looks(which)
        due = {
            "on_day": _LONG_AGO,
            "latest_change": latest_change(sa.literal(self._workspace_id)),
        }
        await self._connection.execute(sa.update(looks).where(own, which).values(due))

    async def add(self, *messages: "NudgeWritten") -> None:
        """Keep messages; a second one on the same day is refused by the database."""
        await self._add((each.reader, each.day, {nudge_items: each.rows()}) for each in messages)

    async def items(self, member_id: MemberId, day: date) -> NudgeItems:
        """Return what a message is about."""
        its = {"its_workspace": self._workspace_id, "its_member": member_id, "its_day": day}
        nudges: list[tuple[ProspectId, int]] = []
        questions: list[tuple[ProspectId, int]] = []
        for row in await _ITEMS.rows(self._connection, its):
            kept = questions if row.is_question else nudges
            kept.append((ProspectId(row.prospect_id), row.number))
        return NudgeItems(nudges, questions)

    async def latest_about(self, prospect_id: ProspectId) -> Sequence[ClockMessage]:
        """Return the latest messages about a prospect, to anyone, newest first."""
        return (await self.latest_about_each([prospect_id])).get(prospect_id, ())

    async def latest_about_each(
        self, ids: Sequence[ProspectId]
    ) -> Mapping[str, Sequence[ClockMessage]]:
        """Return the same for each of these prospects."""
        return await self._latest(nudge_items, "prospect_id", ids, to_each=False)

    async def _about_the_same(self, member_id: MemberId, day: date) -> Sequence[ClockMessage]:
        its = await self.items(member_id, day)
        ids = [prospect_id for prospect_id, _ in (*its.nudges, *its.questions)]
        return [*chain.from_iterable((await self.latest_about_each(ids)).values())]

    def _looks_of(self, owners: Collection[MemberId]) -> sa.ColumnElement[bool]:
        return sa.and_(looks.c.workspace_id == self._workspace_id, looks.c.owner.in_(owners))
