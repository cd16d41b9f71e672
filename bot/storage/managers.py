"""What managers are told, when the clock must look at it, and the messages they got."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from functools import cache
from itertools import chain
from typing import Any

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.domain.delivery import ClockMessage, payloads
from bot.domain.managers import Agenda, Departure, LongPause, spoken_on
from bot.domain.people import MemberId
from bot.domain.prospects import Prospect, ProspectId
from bot.domain.workspace import WorkspaceId
from bot.storage.delivery.mornings import Items, MorningRepository, items_table, messages_table
from bot.storage.prospects.prospects import prospects
from bot.storage.schema.columns import (
    UtcDateTime,
    in_workspace,
    inside_workspace,
    key,
    metadata,
    partial_index,
    required,
)
from bot.storage.schema.dialects import insert_on, insert_unless_there, upsert
from bot.storage.schema.statements import Statement

proposals = sa.Table(
    "proposals",
    metadata,
    key("workspace_id"),
    key("prospect_id"),
    required("on_day", sa.Date),
    required("at", UtcDateTime),
    inside_workspace("prospect_id", "prospects.prospect_id"),
)
"""What is proposed for closing now, or asked about in vain, and by the message of which day: that
tells one proposal from the next."""

departures = sa.Table(
    "departures",
    metadata,
    key("workspace_id"),
    key("member_id"),
    required("at", UtcDateTime),
    in_workspace(),
)
"""Members who cannot decide any more, and since when we know."""

managers = sa.Table(
    "managers",
    metadata,
    key("workspace_id"),
    key("member_id"),
    required("since", UtcDateTime),
    sa.Column("due_at", UtcDateTime),
    in_workspace(),
    partial_index("ix_managers_due_at", "due_at", only="due_at IS NOT NULL"),
)
"""Since when we know that somebody manages, and when the clock must look at what is new to them."""

managers_messages = messages_table("managers_messages", required("more", sa.Integer))

managers_items = items_table(
    "managers_items",
    managers_messages,
    sa.Column("position", sa.Integer, primary_key=True, autoincrement=False),
    required("prospect_id"),
    required("proposed_on", sa.Date),
    sa.Column("is_question", sa.Boolean, nullable=False, server_default=sa.false()),
    inside_workspace("prospect_id", "prospects.prospect_id"),
    sa.Index("ix_managers_items_prospect", "workspace_id", "prospect_id", "member_id", "day"),
)

managers_listings = items_table(
    "managers_listings",
    managers_messages,
    sa.Column("position", sa.Integer, primary_key=True, autoincrement=False),
    required("prospect_id"),
    sa.Column("proposed_on", sa.Date),
    inside_workspace("prospect_id", "prospects.prospect_id"),
    sa.Index("ix_managers_listings_prospect", "workspace_id", "prospect_id", "member_id", "day"),
)
"""What a message lists as undecided for long, and the day of the last nudge, if all are out."""

managers_offers = items_table(
    "managers_offers",
    managers_messages,
    key("owner"),
    sa.Index("ix_managers_offers_owner", "workspace_id", "owner", "member_id", "day"),
)
"""Which gone owners' prospects a message offers to hand over."""


long_pauses = sa.Table(
    "long_pauses",
    metadata,
    key("workspace_id"),
    key("member_id"),
    required("until", sa.Date),
    required("at", UtcDateTime),
    in_workspace(),
)
"""The latest pause of a member, if it is one that the managers are told of."""

managers_pauses = items_table(
    "managers_pauses",
    managers_messages,
    key("owner"),
    required("until", sa.Date),
    sa.Index("ix_managers_pauses_owner", "workspace_id", "owner", "member_id", "day"),
)
"""Which long pauses a message tells of."""


@dataclass(frozen=True, slots=True)
class Proposed:
    """That a prospect is proposed for closing, or its owner was asked in vain."""

    prospect_id: ProspectId
    on: date
    """The day of the message that its owner got last."""
    at: datetime


@dataclass(frozen=True, slots=True)
class ManagersMessageRecord:
    """What a message to a manager was about when it was written."""

    prospects: tuple[ProspectId, ...]
    more: int
    owners: tuple[MemberId, ...]
    """Gone, with their prospects offered."""
    undecided: tuple[ProspectId, ...] = ()
    """For long, the longest in question first."""
    away: tuple[MemberId, ...] = ()
    """Whose long pause it told of."""
    questions: tuple[ProspectId, ...] = ()
    """About which their owners were asked in vain."""


_OURS = sa.bindparam("its_workspace", type_=sa.Text)
_MANAGER = sa.bindparam("its_manager", type_=sa.Text)


def _is_named(items: sa.Table) -> sa.ColumnElement[bool]:
    return sa.exists().where(
        items.c.workspace_id == proposals.c.workspace_id,
        items.c.member_id == _MANAGER,
        items.c.prospect_id == proposals.c.prospect_id,
        items.c.proposed_on == proposals.c.on_day,
    )


_PROPOSED = Statement(
    sa.select(proposals).where(
        proposals.c.workspace_id == _OURS,
        ~_is_named(managers_items),
        ~_is_named(managers_listings),
    )
)


def _departed() -> sa.Select[*tuple[Any, ...]]:
    """Select who departed and owns open prospects, and when a manager was last told of it."""
    day = sa.func.coalesce(managers_messages.c.sent_on, managers_messages.c.day)
    last = (
        sa.select(sa.func.max(day))
        .select_from(managers_offers.join(managers_messages))
        .where(
            managers_offers.c.workspace_id == departures.c.workspace_id,
            managers_offers.c.member_id == _MANAGER,
            managers_offers.c.owner == departures.c.member_id,
            day >= sa.func.date(departures.c.at),
        )
        .scalar_subquery()
    )
    owns_some = sa.exists().where(
        prospects.c.workspace_id == departures.c.workspace_id,
        prospects.c.owner == departures.c.member_id,
        prospects.c.stage == sa.literal_column("'open'"),
    )
    its = departures.c.workspace_id == _OURS, owns_some
    return sa.select(departures.c.member_id, departures.c.at, last.label("offered_on")).where(*its)


_DEPARTED = Statement(_departed())

_PAUSES = Statement(
    sa.select(long_pauses)
    .where(
        long_pauses.c.workspace_id == _OURS,
        long_pauses.c.member_id != _MANAGER,
        ~sa.exists().where(
            managers_pauses.c.workspace_id == long_pauses.c.workspace_id,
            managers_pauses.c.member_id == _MANAGER,
            managers_pauses.c.owner == long_pauses.c.member_id,
            managers_pauses.c.until == long_pauses.c.until,
        ),
    )
    .order_by(long_pauses.c.at, long_pauses.c.member_id)
)
_SINCE = Statement(
    sa.select(managers.c.since).where(
        managers.c.workspace_id == _OURS, managers.c.member_id == _MANAGER
    )
)


@cache
def _propose(dialect: str) -> Statement:
    """Return what brings a prospect to the managers, unless the same message already did."""
    statement = insert_on(dialect, proposals)
    new = statement.excluded
    return Statement(
        statement.on_conflict_do_update(
            index_elements=["workspace_id", "prospect_id"],
            set_={"on_day": new.on_day, "at": new.at},
            where=proposals.c.on_day != new.on_day,
        )
    )


class ProposalRepository:
    """One workspace's proposals and departures."""

    def __init__(self, connection: AsyncConnection, workspace_id: WorkspaceId) -> None:
        self._connection = connection
        self._workspace_id = workspace_id

    async def propose(self, prospect: Prospect, at: datetime) -> None:
        """Bring a prospect to the managers; nothing changes if the same message already did.

        It's proposed for closing, or its owner was asked in vain whether it's still open.
        """
        row = {
            "workspace_id": self._workspace_id,
            "prospect_id": prospect.id,
            "on_day": spoken_on(prospect),
            "at": at,
        }
        await _propose(self._connection.dialect.name).run(self._connection, row)

    async def withdraw(self, prospect_id: ProspectId) -> None:
        """Withdraw a prospect's proposal, if there is one."""
        its_row = sa.and_(
            proposals.c.workspace_id == self._workspace_id, proposals.c.prospect_id == prospect_id
        )
        await self._connection.execute(sa.delete(proposals).where(its_row))

    async def new_to(self, manager: MemberId) -> Sequence[Proposed]:
        """Return current proposals that no message to this manager lists."""
        rows = await _PROPOSED.rows(self._connection, self._told(manager))
        return [Proposed(ProspectId(row.prospect_id), row.on_day, row.at) for row in rows]

    async def depart(self, member_id: MemberId, at: datetime) -> None:
        """Record that a member can't decide any more; nothing changes if that was known."""
        row = {"workspace_id": self._workspace_id, "member_id": member_id, "at": at}
        key = ("workspace_id", "member_id")
        await insert_unless_there(self._connection, departures, row, key)

    async def come_back(self, member_id: MemberId) -> None:
        """Record that a member can decide again."""
        its_row = sa.and_(
            departures.c.workspace_id == self._workspace_id, departures.c.member_id == member_id
        )
        await self._connection.execute(sa.delete(departures).where(its_row))

    async def departures(self, manager: MemberId) -> Sequence[Departure]:
        """Return the gone owners of open prospects, and when this manager was told."""
        rows = await _DEPARTED.rows(self._connection, self._told(manager))
        return [Departure(MemberId(row.member_id), row.at, row.offered_on) for row in rows]

    async def note_pause(self, member_id: MemberId, until: date, at: datetime) -> None:
        """Record a member's pause that is long enough to tell the managers."""
        row = {"workspace_id": self._workspace_id, "member_id": member_id, "until": until, "at": at}
        await upsert(self._connection, long_pauses, row, key=["workspace_id", "member_id"])

    async def forget_pause(self, member_id: MemberId) -> None:
        """Record that a member hasn't paused, or not for long."""
        its_row = sa.and_(
            long_pauses.c.workspace_id == self._workspace_id, long_pauses.c.member_id == member_id
        )
        await self._connection.execute(sa.delete(long_pauses).where(its_row))

    async def pauses_new_to(self, manager: MemberId) -> Sequence[LongPause]:
        """Return others' long pauses that no message to this manager mentions."""
        rows = await _PAUSES.rows(self._connection, self._told(manager))
        return [LongPause(MemberId(row.member_id), row.until, row.at) for row in rows]

    def _told(self, manager: MemberId) -> dict[str, str]:
        return {"its_workspace": self._workspace_id, "its_manager": manager}


def _together(
    found: Sequence[Mapping[str, Sequence[ClockMessage]]],
) -> Mapping[str, Sequence[ClockMessage]]:
    """Return all messages about each, newest first."""
    about: dict[str, list[ClockMessage]] = {}
    for each, spoken in chain.from_iterable(several.items() for several in found):
        about[each] = about.get(each, []) + [
            one for one in spoken if one not in about.get(each, ())
        ]
    return {
        each: sorted(spoken, key=lambda one: one.day, reverse=True)
        for each, spoken in about.items()
    }


def _parts_of(items: sa.Table, *names: str, by: str) -> Statement:
    """Return what reads the things of a kind that a message is about."""
    return Statement(
        sa.select(*(items.c[name] for name in names))
        .where(
            items.c.workspace_id == _OURS,
            items.c.member_id == _MANAGER,
            items.c.day == sa.bindparam("its_day"),
        )
        .order_by(items.c[by])
    )


_MESSAGE = _parts_of(managers_messages, "more", by="day")
_ITEMS = _parts_of(managers_items, "prospect_id", "is_question", by="position")
_OFFERS = _parts_of(managers_offers, "owner", by="owner")
_LISTINGS = _parts_of(managers_listings, "prospect_id", by="position")
_ABSENCES = _parts_of(managers_pauses, "owner", by="owner")


def _last_listed() -> sa.Select[*tuple[Any, ...]]:
    day = sa.func.coalesce(managers_messages.c.sent_on, managers_messages.c.day)
    is_open = sa.and_(
        prospects.c.workspace_id == managers_listings.c.workspace_id,
        prospects.c.prospect_id == managers_listings.c.prospect_id,
        prospects.c.stage == sa.literal_column("'open'"),
    )
    return (
        sa.select(
            managers_listings.c.prospect_id, sa.func.max(day, type_=sa.Date).label("listed_on")
        )
        .select_from(managers_listings.join(managers_messages).join(prospects, is_open))
        .where(managers_listings.c.workspace_id == _OURS, managers_listings.c.member_id == _MANAGER)
        .group_by(managers_listings.c.prospect_id)
    )


_LAST_LISTED = Statement(_last_listed())


class ManagersMessageRepository(MorningRepository):
    """One workspace's managers, their rounds and their messages."""

    _rounds = managers
    _messages = managers_messages
    _morning = payloads.ManagersMorning

    async def call(self, member_id: MemberId, at: datetime, since: datetime | None = None) -> None:
        """Schedule the clock's look, or move it forward.

        A new manager manages since `since`, or else since then.
        """
        self._call(member_id, since=since or at, due_at=at)

    async def since(self, manager: MemberId) -> datetime | None:
        """Return since when a member is known to be a manager."""
        its = {"its_workspace": self._workspace_id, "its_manager": manager}
        row = await _SINCE.one(self._connection, its)
        return None if row is None else row.since

    async def remove(self, member_id: MemberId) -> None:
        """Record that a member is no longer a manager."""
        await self._connection.execute(sa.delete(managers).where(self._of(managers, member_id)))

    async def add(self, manager: MemberId, day: date, agenda: Agenda) -> None:
        """Store a message; the database refuses a second one on the same day."""
        every = [(False, each) for each in agenda.proposals]
        every += [(True, each) for each in agenda.questions]
        items = [
            {
                "position": position,
                "prospect_id": proposal.prospect.id,
                "proposed_on": proposal.on,
                "is_question": is_question,
            }
            for position, (is_question, proposal) in enumerate(every)
        ]
        offers = [{"owner": departure.owner} for departure in agenda.departures]
        listings = [
            {
                "position": position,
                "prospect_id": listed.prospect.id,
                "proposed_on": listed.prospect.nudge_record.last_on if listed.is_proposed else None,
            }
            for position, listed in enumerate(agenda.undecided)
        ]
        pauses = [{"owner": pause.owner, "until": pause.until} for pause in agenda.pauses]
        about: Items = {
            managers_items: items,
            managers_offers: offers,
            managers_listings: listings,
            managers_pauses: pauses,
        }
        await self._add([(manager, day, about)], more=agenda.more)

    async def record(self, manager: MemberId, day: date) -> ManagersMessageRecord | None:
        """Return what a message was about when it was written; None without one."""
        its = {
            "its_workspace": self._workspace_id,
            "its_manager": manager,
            "its_day": day,
        }
        message = await _MESSAGE.one(self._connection, its)
        if message is None:
            return None
        items = await _ITEMS.rows(self._connection, its)
        owners = await _OFFERS.rows(self._connection, its)
        undecided = await _LISTINGS.rows(self._connection, its)
        away = await _ABSENCES.rows(self._connection, its)
        return ManagersMessageRecord(
            tuple(ProspectId(row.prospect_id) for row in items if not row.is_question),
            message.more,
            tuple(MemberId(row.owner) for row in owners),
            tuple(ProspectId(row.prospect_id) for row in undecided),
            tuple(MemberId(row.owner) for row in away),
            tuple(ProspectId(row.prospect_id) for row in items if row.is_question),
        )

    async def last_listed(self, manager: MemberId) -> Mapping[ProspectId, date]:
        """Return when each open prospect was last listed to a manager as undecided for long."""
        its = {"its_workspace": self._workspace_id, "its_manager": manager}
        rows = await _LAST_LISTED.rows(self._connection, its)
        return {ProspectId(row.prospect_id): row.listed_on for row in rows}

    async def latest_about(self, prospect_id: ProspectId) -> Sequence[ClockMessage]:
        """Return each manager's latest messages about a prospect, newest first."""
        return (await self.latest_about_each([prospect_id])).get(prospect_id, ())

    async def latest_about_each(
        self, ids: Sequence[ProspectId]
    ) -> Mapping[str, Sequence[ClockMessage]]:
        """Return the same for each of these prospects."""
        found = [
            await self._latest(items, "prospect_id", ids, to_each=True)
            for items in (managers_items, managers_listings)
        ]
        return _together(found)

    async def latest_offers(self, owner: MemberId) -> Sequence[ClockMessage]:
        """Return each manager's latest messages that offer to hand over this owner's prospects.

        The owner is gone, or has paused for long.
        """
        return (await self.latest_offers_of_each([owner])).get(owner, ())

    async def latest_offers_of_each(
        self, owners: Sequence[MemberId]
    ) -> Mapping[str, Sequence[ClockMessage]]:
        """Return the same for each of these owners."""
        found = [
            await self._latest(items, "owner", owners, to_each=True)
            for items in (managers_offers, managers_pauses)
        ]
        return _together(found)

    async def _about_the_same(self, member_id: MemberId, day: date) -> Sequence[ClockMessage]:
        kept = await self.record(member_id, day)
        if kept is None:
            return ()
        every = [*kept.prospects, *kept.undecided, *kept.questions]
        about = await self.latest_about_each(every)
        offers = await self.latest_offers_of_each([*kept.owners, *kept.away])
        return [*chain.from_iterable((*about.values(), *offers.values()))]
