"""Workspaces, their settings, and the user groups that manage."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import UTC, datetime
from typing import Any, Final
from zoneinfo import ZoneInfo

import sqlalchemy as sa
from cachetools import LRUCache
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.domain.people import CachedMember, MemberId
from bot.domain.settings.changes import RecordedChange, SettingChange
from bot.domain.settings.table import SettingId, stored, with_stored
from bot.domain.webhooks.webhooks import WebhookState
from bot.domain.workspace import (
    OverrideApproval,
    RefusedBlock,
    Settings,
    Workspace,
    WorkspaceId,
    is_user_group,
)
from bot.storage.people import member_columns, member_of, members
from bot.storage.schema import columns
from bot.storage.schema.dialects import insert_on, insert_unless_there, upsert
from bot.storage.schema.histories import append, latest
from bot.storage.schema.statements import Among, Statement
from bot.storage.webhooks.tables import webhooks

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
    sa.Column("chosen", sa.JSON, nullable=False, server_default="{}"),
    sa.Column("refused_blocks", sa.JSON, nullable=False, server_default="{}"),
    columns.one_of("override_approval", OverrideApproval),
)
"""`chosen` has every setting without a column of its own that is not as we ship it.

`refused_blocks` has the instant of the latest refusal, as ISO 8601 in UTC, by kind of block.
"""

user_groups = sa.Table(
    "user_groups",
    columns.metadata,
    columns.key("workspace_id"),
    columns.key("group_id"),
    columns.key("member_id"),
    columns.in_workspace(),
)


settings_history = sa.Table(
    "settings_history",
    columns.metadata,
    columns.key("workspace_id"),
    sa.Column("number", sa.Integer, primary_key=True, autoincrement=False),
    columns.required("at", columns.UtcDateTime),
    sa.Column("by", sa.Text),
    columns.required("setting"),
    sa.Column("before", sa.JSON),
    sa.Column("after", sa.JSON),
    columns.in_workspace(),
)
"""Every change of a setting; `by` is null where the environment changed it."""
columns.refuse_changes(settings_history)

variables_seen = sa.Table(
    "variables_seen",
    columns.metadata,
    columns.key("workspace_id"),
    columns.key("variable"),
    columns.required("value", sa.JSON),
    columns.in_workspace(),
)
"""What the environment said last of each setting that has a variable."""

referrals = sa.Table(
    "referrals",
    columns.metadata,
    columns.key("workspace_id"),
    sa.Column("position", sa.Integer, primary_key=True, autoincrement=False),
    columns.required("line"),
    columns.in_workspace(),
)
working_weeks = sa.Table(
    "working_weeks",
    columns.metadata,
    columns.key("workspace_id"),
    columns.required("weekdays"),
    columns.in_workspace(),
)
"""Only processes of the version before read these two, beside us. Drop them a release later."""

_HAS_WEBHOOKS = (
    sa.exists()
    .where(
        webhooks.c.workspace_id == workspaces.c.workspace_id, webhooks.c.state == WebhookState.ON
    )
    .label("has_webhooks")
)


def latest_change(
    workspace_id: sa.ColumnElement[str], *which: sa.ColumnElement[bool]
) -> sa.ScalarSelect[int]:
    """Select the number of a workspace's latest change of settings; 0 before the first."""
    number = sa.func.coalesce(sa.func.max(settings_history.c.number), sa.literal_column("0"))
    its = settings_history.c.workspace_id == workspace_id
    return sa.select(number).where(its, *which).scalar_subquery()


_OWN = sa.select(
    workspaces, _HAS_WEBHOOKS, latest_change(workspaces.c.workspace_id).label("latest_change")
)
_GET = Statement(_OWN.where(workspaces.c.workspace_id == sa.bindparam("its_workspace")))
_WITH_MEMBER = Statement(
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
"""Everything that somebody does begins with it."""
_WITH_MEMBERS = Among(
    lambda ids: (
        _OWN.add_columns(*member_columns)
        .outerjoin(
            members,
            sa.and_(
                members.c.workspace_id == workspaces.c.workspace_id, members.c.member_id.in_(ids)
            ),
        )
        .where(workspaces.c.workspace_id == sa.bindparam("its_workspace"))
    )
)


class WorkspaceRepository:
    """The workspace of a unit of work."""

    def __init__(self, connection: AsyncConnection, workspace_id: WorkspaceId) -> None:
        self._connection = connection
        self._workspace_id = workspace_id
        self.latest_change: int | None = None
        """The latest change of settings that everything read in this transaction knows of."""

    async def get(self) -> Workspace | None:
        """Return it with its managers, groups resolved into members; None before it's added."""
        row = await _GET.one(self._connection, {"its_workspace": self._workspace_id})
        if row is None:
            return None
        return await self._workspace(row)

    async def get_to_change(self) -> Workspace | None:
        """Return it, locked until the end of the transaction.

        Rows that reference it don't wait for the lock.
        """
        own = workspaces.c.workspace_id == self._workspace_id
        query = sa.select(workspaces.c.zone).where(own).with_for_update(key_share=True)
        await self._connection.execute(query)
        return await self.get()

    async def with_member(
        self, member_id: MemberId
    ) -> tuple[Workspace, CachedMember | None] | None:
        """Return it with one of its members; None before it's added."""
        key = {"its_workspace": self._workspace_id, "its_member": member_id}
        row = await _WITH_MEMBER.one(self._connection, key)
        if row is None:
            return None
        return await self._workspace(row), member_of(row)

    async def with_members(
        self, ids: Collection[MemberId]
    ) -> tuple[Workspace, Mapping[MemberId, CachedMember]] | None:
        """Return it with those of these members, at least one, that are known.

        None before it's added.
        """
        its = {"its_workspace": self._workspace_id}
        rows = await _WITH_MEMBERS.rows(self._connection, sorted(ids), its)
        if not rows:
            return None
        known = [each for each in map(member_of, rows) if each is not None]
        return await self._workspace(rows[0]), {each.member.id: each for each in known}

    async def add(self, workspace: Workspace) -> bool:
        """Add it with its settings; False if it already exists."""
        row = {"workspace_id": self._workspace_id, **_row(workspace.settings)}
        return await insert_unless_there(self._connection, workspaces, row, key=["workspace_id"])

    async def change_settings(self, settings: Settings) -> None:
        """Replace all settings, which the caller has locked by `get_to_change`."""
        await self._update(_row(settings))
        await self._store_for_previous_version(settings)

    async def note_refused(self, kinds: Collection[str], at: datetime) -> None:
        """Record that Slack refused these kinds of blocks."""
        refused = dict.fromkeys(sorted(kinds), at.astimezone(UTC).isoformat())
        await self._update({"refused_blocks": {**await self._refused_blocks(), **refused}})

    async def note_taken(self, kind: str) -> None:
        """Record that Slack accepts a kind of block that it had refused."""
        refused = dict(await self._refused_blocks())
        refused.pop(kind, None)
        await self._update({"refused_blocks": refused})

    async def note_changes(
        self, changes: Iterable[SettingChange], by: MemberId | None, at: datetime
    ) -> None:
        """Add to the settings' history, while they are locked by `get_to_change`."""
        rows = [
            {
                "at": at,
                "by": by,
                "setting": change.setting,
                "before": change.before,
                "after": change.after,
            }
            for change in changes
        ]
        await append(self._connection, settings_history, self._workspace_id, rows)

    async def history(
        self, limit: int | None = None, *, of: SettingId | None = None
    ) -> Sequence[RecordedChange]:
        """Return the latest changes of all settings or of one, newest first."""
        query = latest(settings_history, self._workspace_id, limit)
        if of is not None:
            query = query.where(settings_history.c.setting == of)
        return [
            RecordedChange(
                SettingChange(SettingId(row.setting), row.before, row.after), row.by, row.at
            )
            for row in await self._connection.execute(query)
            if row.setting in _KNOWN
        ]

    async def variables_seen(self) -> Mapping[str, object]:
        """Return the last seen value of each variable."""
        query = sa.select(variables_seen.c.variable, variables_seen.c.value)
        rows = await self._connection.execute(query.where(self._own(variables_seen)))
        return {row.variable: row.value for row in rows}

    async def store_variables_seen(self, said: Mapping[str, object]) -> None:
        """Store these variables' current values."""
        for variable, value in said.items():
            row = {"workspace_id": self._workspace_id, "variable": variable, "value": value}
            await upsert(self._connection, variables_seen, row, key=["workspace_id", "variable"])

    async def set_group_members(self, group: str, members: Sequence[MemberId]) -> None:
        """Replace the known members of a user group."""
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

    async def _store_for_previous_version(self, settings: Settings) -> None:
        await self._connection.execute(sa.delete(referrals).where(self._own(referrals)))
        rows = [
            {"workspace_id": self._workspace_id, "position": position, "line": line}
            for position, line in enumerate(settings.referrals)
        ]
        if rows:
            await self._connection.execute(sa.insert(referrals), rows)
        digits = "".join(map(str, sorted(settings.weekdays)))
        week = {"workspace_id": self._workspace_id, "weekdays": digits}
        await upsert(self._connection, working_weeks, week, key=("workspace_id",))

    def _own(self, table: sa.Table) -> sa.ColumnElement[bool]:
        return table.c.workspace_id == self._workspace_id

    async def _update(self, row: Mapping[str, object]) -> None:
        own = workspaces.c.workspace_id == self._workspace_id
        await self._connection.execute(sa.update(workspaces).where(own).values(row))

    async def _refused_blocks(self) -> Mapping[str, str]:
        """Return them, locked until the end of the transaction."""
        own = workspaces.c.workspace_id == self._workspace_id
        query = sa.select(workspaces.c.refused_blocks).where(own).with_for_update()
        return await self._connection.scalar(query) or {}

    async def _workspace(self, row: sa.Row[*tuple[Any, ...]]) -> Workspace:
        settings = _settings(self._workspace_id, row)
        if self.latest_change is None or row.latest_change < self.latest_change:
            self.latest_change = row.latest_change
        refused = tuple(
            RefusedBlock(kind, datetime.fromisoformat(at))
            for kind, at in row.refused_blocks.items()
        )
        managers = await self._manager_ids(settings)
        return Workspace(self._workspace_id, settings, managers, refused, row.has_webhooks)

    async def _manager_ids(self, settings: Settings) -> frozenset[MemberId]:
        groups = set(filter(is_user_group, settings.managers))
        alone = {MemberId(each) for each in settings.managers if each not in groups}
        if not groups:
            return frozenset(alone)
        query = sa.select(user_groups.c.member_id).where(
            user_groups.c.workspace_id == self._workspace_id, user_groups.c.group_id.in_(groups)
        )
        return frozenset(alone | set(await self._connection.scalars(query)))


_COLUMNS = frozenset(
    {
        SettingId.VERDICT_CHANNEL,
        SettingId.MANAGERS,
        SettingId.LANGUAGE,
        SettingId.COUNTRY,
        SettingId.ZONE,
        SettingId.CURRENCY,
        SettingId.OVERRIDE_APPROVAL,
    }
)
"""The settings that have a column of their own, of the same name."""
_KNOWN = frozenset(SettingId)
_AS_SHIPPED = stored(Settings())


def _row(settings: Settings) -> dict[str, object]:
    values = stored(settings)
    chosen = {
        each: value
        for each, value in values.items()
        if each not in _COLUMNS and value != _AS_SHIPPED[each]
    }
    return {**{each: values[each] for each in _COLUMNS}, "chosen": chosen}


_KEPT: Final[LRUCache[WorkspaceId, tuple[tuple[object, ...], Settings]]] = LRUCache(1_000)
"""What was read last of a workspace, and the settings made of it."""


def _settings(workspace_id: WorkspaceId, row: sa.Row[*tuple[Any, ...]]) -> Settings:
    """Read the settings; as long as the row says the same, the same ones are returned."""
    said = (
        row.verdict_channel,
        row.managers,
        row.language,
        row.country,
        row.zone,
        row.currency,
        row.override_approval,
        row.chosen,
    )
    kept = _KEPT.get(workspace_id)
    if kept is None or kept[0] != said:
        kept = _KEPT[workspace_id] = said, _read(row)
    return kept[1]


def _read(row: sa.Row[*tuple[Any, ...]]) -> Settings:
    """Read the settings, ignoring those of a later version."""
    chosen = {SettingId(each): value for each, value in row.chosen.items() if each in _KNOWN}
    return with_stored(
        Settings(
            verdict_channel=row.verdict_channel,
            managers=tuple(row.managers),
            language=row.language,
            country=row.country,
            zone=ZoneInfo(row.zone),
            currency=row.currency,
            override_approval=OverrideApproval(row.override_approval),
        ),
        chosen,
    )
