"""Members as Slack last described them."""

from collections.abc import Collection, Mapping, Sequence
from datetime import date
from typing import Any, Final
from zoneinfo import ZoneInfo

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.domain.people import CachedMember, Member, MemberId
from bot.domain.workspace import WorkspaceId
from bot.storage.schema import columns
from bot.storage.schema.dialects import upsert
from bot.storage.schema.statements import Among, Statement

pauses = sa.Table(
    "pauses",
    columns.metadata,
    columns.key("workspace_id"),
    columns.key("member_id"),
    columns.required("until", sa.Date),
    columns.in_workspace(),
)
"""Until when a member wants no nudges; a member may be forgotten, their pause not."""


members = sa.Table(
    "members",
    columns.metadata,
    columns.key("workspace_id"),
    columns.key("member_id"),
    columns.required("name"),
    columns.required("zone"),
    sa.Column("locale", sa.Text),
    columns.required("is_guest", sa.Boolean),
    columns.required("is_foreign", sa.Boolean),
    columns.required("is_bot", sa.Boolean),
    columns.required("is_deactivated", sa.Boolean),
    columns.required("fetched_at", columns.UtcDateTime),
    columns.in_workspace(),
)


member_columns = tuple(
    column.label(f"member_{column.name}") for column in members.c if column.name != "workspace_id"
)
"""The columns of a member, by names that no other table's columns have."""

_GET = Statement(
    sa.select(*member_columns).where(
        members.c.workspace_id == sa.bindparam("its_workspace"),
        members.c.member_id == sa.bindparam("its_id"),
    )
)
_PAUSE = Statement(
    sa.select(pauses.c.until).where(
        pauses.c.workspace_id == sa.bindparam("its_workspace"),
        pauses.c.member_id == sa.bindparam("its_id"),
    )
)


def member_of(row: sa.Row[*tuple[Any, ...]]) -> CachedMember | None:
    """Return the member of a row with these columns; None where an outer join found none."""
    if row.member_member_id is None:
        return None
    member = Member(
        id=MemberId(row.member_member_id),
        name=row.member_name,
        zone=ZoneInfo(row.member_zone),
        locale=row.member_locale,
        is_guest=row.member_is_guest,
        is_foreign=row.member_is_foreign,
        is_bot=row.member_is_bot,
        is_deactivated=row.member_is_deactivated,
    )
    return CachedMember(member, row.member_fetched_at)


_ALL_OF = Among(
    lambda ids: (
        sa.select(*member_columns)
        .where(
            members.c.workspace_id == sa.bindparam("its_workspace"), members.c.member_id.in_(ids)
        )
        .order_by(members.c.member_id)
    )
)


def _with_pauses(ids: Sequence[sa.BindParameter[Any]]) -> sa.Executable:
    some = (
        sa.select(table.c.member_id).where(
            table.c.workspace_id == sa.bindparam("its_workspace"), table.c.member_id.in_(ids)
        )
        for table in (members, pauses)
    )
    someone = sa.union(*some).subquery("someone")
    joined: sa.FromClause = someone
    for table in (members, pauses):
        joined = joined.outerjoin(
            table,
            sa.and_(
                table.c.workspace_id == sa.bindparam("its_workspace"),
                table.c.member_id == someone.c.member_id,
            ),
        )
    return sa.select(*member_columns, someone.c.member_id, pauses.c.until).select_from(joined)


_WITH_PAUSES = Among(_with_pauses)
_NOTHING: Final = None, None


class MemberRepository:
    """A cache of one workspace's members."""

    def __init__(self, connection: AsyncConnection, workspace_id: WorkspaceId) -> None:
        self._connection = connection
        self._workspace_id = workspace_id
        self.known: dict[MemberId, CachedMember | None] = {}
        """What was read of members in this transaction, with whatever it was read."""

    async def get(self, member_id: MemberId) -> CachedMember | None:
        """Return what is known of a member, however old; it's read once per transaction."""
        if member_id not in self.known:
            key = {"its_workspace": self._workspace_id, "its_id": member_id}
            row = await _GET.one(self._connection, key)
            self.known[member_id] = None if row is None else member_of(row)
        return self.known[member_id]

    async def all_of(self, ids: Collection[MemberId]) -> Sequence[CachedMember]:
        """Return what is known of these members, by id."""
        its = {"its_workspace": self._workspace_id}
        rows = await _ALL_OF.rows(self._connection, sorted(ids), its)
        found = list(filter(None, map(member_of, rows)))
        self.known.update(dict.fromkeys(ids) | {each.member.id: each for each in found})
        return found

    async def with_pauses(
        self, ids: Collection[MemberId]
    ) -> Mapping[MemberId, tuple[CachedMember | None, date | None]]:
        """Return what is known of these members, and until when they want no nudges.

        Those of whom neither is known are left out.
        """
        its = {"its_workspace": self._workspace_id}
        rows = await _WITH_PAUSES.rows(self._connection, ids, its)
        found = {MemberId(row.member_id): (member_of(row), row.until) for row in rows}
        self.known.update({each: found.get(each, _NOTHING)[0] for each in ids})
        return found

    async def put(self, cached: CachedMember) -> None:
        """Store Slack's latest description in place of the previous one."""
        member = cached.member
        row = {
            "workspace_id": self._workspace_id,
            "member_id": member.id,
            "name": member.name,
            "zone": member.zone.key,
            "locale": member.locale,
            "is_guest": member.is_guest,
            "is_foreign": member.is_foreign,
            "is_bot": member.is_bot,
            "is_deactivated": member.is_deactivated,
            "fetched_at": cached.fetched_at,
        }
        await upsert(self._connection, members, row, key=["workspace_id", "member_id"])
        self.known.pop(member.id, None)

    async def paused_until(self, member_id: MemberId) -> date | None:
        """Return the first day on which a member wants nudges again, as they last said."""
        key = {"its_workspace": self._workspace_id, "its_id": member_id}
        row = await _PAUSE.one(self._connection, key)
        return None if row is None else row.until

    async def pause(self, member_id: MemberId, until: date) -> None:
        """Store until when a member wants no nudges, in place of what they said before."""
        row = {"workspace_id": self._workspace_id, "member_id": member_id, "until": until}
        await upsert(self._connection, pauses, row, key=["workspace_id", "member_id"])
