"""The tables of workspaces and of the user groups that manage."""

from collections.abc import Mapping, Sequence
from zoneinfo import ZoneInfo

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.domain.calendar import MONDAY_TO_FRIDAY_WEEKDAYS
from bot.domain.people import CachedMember, MemberId
from bot.domain.workspace import OverrideApproval, Settings, Workspace, WorkspaceId, is_user_group
from bot.storage.people import member_columns, member_of, members
from bot.storage.schema import columns
from bot.storage.schema.dialects import insert_on, insert_unless_there, upsert

workspaces = sa.Table(
    "workspaces",
    columns.metadata,
    columns.key("workspace_id"),
    columns.required("verdict_channel"),
    columns.required("managers", sa.JSON),
    columns.required("language"),
    sa.Column("country", sa.Text),
    columns.required("zone"),
    columns.required("currency"),
    columns.required("override_approval"),
    columns.one_of("override_approval", OverrideApproval),
)

user_groups = sa.Table(
    "user_groups",
    columns.metadata,
    columns.key("workspace_id"),
    columns.key("group_id"),
    columns.key("member_id"),
    columns.in_workspace(),
)


referrals = sa.Table(
    "referrals",
    columns.metadata,
    columns.key("workspace_id"),
    sa.Column("position", sa.Integer, primary_key=True, autoincrement=False),
    columns.required("line"),
    columns.in_workspace(),
)
"""Whom a workspace refers prospects to, in the order in which its managers listed them."""

working_weeks = sa.Table(
    "working_weeks",
    columns.metadata,
    columns.key("workspace_id"),
    columns.required("weekdays"),
    columns.in_workspace(),
)
"""Which days of the week a workspace works on, such as "01234"; without a row Monday to Friday."""


class ReferralRepository:
    """The list of one workspace."""

    def __init__(self, connection: AsyncConnection, workspace_id: WorkspaceId) -> None:
        self._connection = connection
        self._workspace_id = workspace_id

    async def listed(self) -> tuple[str, ...]:
        """Return them in the order in which they were listed."""
        query = (
            sa.select(referrals.c.line)
            .where(referrals.c.workspace_id == self._workspace_id)
            .order_by(referrals.c.position)
        )
        return tuple(await self._connection.scalars(query))

    async def replace(self, lines: Sequence[str]) -> None:
        """Keep these instead; of two lists at once the later one stands, and whole."""
        own = workspaces.c.workspace_id == self._workspace_id
        await self._connection.execute(sa.select(workspaces.c.zone).where(own).with_for_update())
        await self._connection.execute(
            sa.delete(referrals).where(referrals.c.workspace_id == self._workspace_id)
        )
        rows = [
            {"workspace_id": self._workspace_id, "position": position, "line": line}
            for position, line in enumerate(lines)
        ]
        if rows:
            await self._connection.execute(sa.insert(referrals), rows)


_OWN = sa.select(workspaces, working_weeks.c.weekdays).outerjoin(
    working_weeks, working_weeks.c.workspace_id == workspaces.c.workspace_id
)
_WITH_MEMBER = (
    _OWN.add_columns(*member_columns)
    .outerjoin(
        members,
        sa.and_(
            members.c.workspace_id == workspaces.c.workspace_id,
            members.c.member_id == sa.bindparam("its_member"),
        ),
    )
    .where(workspaces.c.workspace_id == sa.bindparam("its_workspace"))
)
"""Built once: everything that somebody does begins with it."""


class WorkspaceRepository:
    """The one workspace."""

    def __init__(self, connection: AsyncConnection, workspace_id: WorkspaceId) -> None:
        self._connection = connection
        self._workspace_id = workspace_id

    async def get(self) -> Workspace | None:
        """Return it with its managers one by one, or None before it was added."""
        query = _OWN.where(workspaces.c.workspace_id == self._workspace_id)
        row = (await self._connection.execute(query)).one_or_none()
        if row is None:
            return None
        settings = _settings(row)
        return Workspace(self._workspace_id, settings, await self._manager_ids(settings))

    async def get_to_change(self) -> Workspace | None:
        """Return it as it is until the end: of two who change it at once one waits."""
        own = workspaces.c.workspace_id == self._workspace_id
        await self._connection.execute(sa.select(workspaces.c.zone).where(own).with_for_update())
        return await self.get()

    async def with_member(
        self, member_id: MemberId
    ) -> tuple[Workspace, CachedMember | None] | None:
        """Return it with one of its members, or None before it was added."""
        key = {"its_workspace": self._workspace_id, "its_member": member_id}
        row = (await self._connection.execute(_WITH_MEMBER, key)).one_or_none()
        if row is None:
            return None
        settings = _settings(row)
        workspace = Workspace(self._workspace_id, settings, await self._manager_ids(settings))
        return workspace, member_of(row)

    async def add(self, workspace: Workspace) -> None:
        """Add it with its settings, unless it is there already."""
        row = {"workspace_id": self._workspace_id, **_row(workspace.settings)}
        await insert_unless_there(self._connection, workspaces, row, key=["workspace_id"])

    async def change_settings(self, settings: Settings) -> None:
        """Replace all settings except the ones that managers choose in Slack."""
        row = _row(settings)
        del row["override_approval"]
        await self._update(row)

    async def change_override_approval(self, approval: OverrideApproval) -> None:
        """Keep who has to approve overrides."""
        await self._update({"override_approval": approval})

    async def change_weekdays(self, weekdays: frozenset[int]) -> bool:
        """Keep which days of the week are worked on; tell whether they are others than before."""
        own = workspaces.c.workspace_id == self._workspace_id
        await self._connection.execute(sa.select(workspaces.c.zone).where(own).with_for_update())
        digits = await self._connection.scalar(
            sa.select(working_weeks.c.weekdays).where(
                working_weeks.c.workspace_id == self._workspace_id
            )
        )
        if weekdays == _weekdays(digits):
            return False
        row = {
            "workspace_id": self._workspace_id,
            "weekdays": "".join(map(str, sorted(weekdays))),
        }
        await upsert(self._connection, working_weeks, row, key=("workspace_id",))
        return True

    async def set_group_members(self, group: str, members: Sequence[MemberId]) -> None:
        """Replace what is known of a user group."""
        own = user_groups.c.workspace_id == self._workspace_id
        await self._connection.execute(
            sa.delete(user_groups).where(own, user_groups.c.group_id == group)
        )
        key = {"workspace_id": self._workspace_id, "group_id": group}
        rows = [{**key, "member_id": member} for member in dict.fromkeys(members)]
        if rows:
            dialect = self._connection.dialect.name
            statement = insert_on(dialect, user_groups).on_conflict_do_nothing()
            await self._connection.execute(statement, rows)

    async def _update(self, row: Mapping[str, object]) -> None:
        own = workspaces.c.workspace_id == self._workspace_id
        await self._connection.execute(sa.update(workspaces).where(own).values(row))

    async def _manager_ids(self, settings: Settings) -> frozenset[MemberId]:
        groups = set(filter(is_user_group, settings.managers))
        alone = {MemberId(each) for each in settings.managers if each not in groups}
        if not groups:
            return frozenset(alone)
        query = sa.select(user_groups.c.member_id).where(
            user_groups.c.workspace_id == self._workspace_id, user_groups.c.group_id.in_(groups)
        )
        return frozenset(alone | set(await self._connection.scalars(query)))


def _row(settings: Settings) -> dict[str, object]:
    return {
        "verdict_channel": settings.verdict_channel,
        "managers": list(settings.managers),
        "language": settings.language,
        "country": settings.country,
        "zone": settings.zone.key,
        "currency": settings.currency,
        "override_approval": settings.override_approval,
    }


def _settings(row: sa.Row[*tuple[object, ...]]) -> Settings:
    return Settings(
        verdict_channel=row.verdict_channel,
        managers=tuple(row.managers),
        language=row.language,
        country=row.country,
        zone=ZoneInfo(row.zone),
        currency=row.currency,
        override_approval=OverrideApproval(row.override_approval),
        weekdays=_weekdays(row.weekdays),
    )


def _weekdays(digits: str | None) -> frozenset[int]:
    """Read them; a workspace that never chose any has no rows."""
    return MONDAY_TO_FRIDAY_WEEKDAYS if digits is None else frozenset(map(int, digits))
