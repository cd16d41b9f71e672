"""Members as last told by Slack."""

from zoneinfo import ZoneInfo

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.domain.people import Member, MemberId
from bot.domain.workspace import WorkspaceId
from bot.services.ports import CachedMember
from bot.storage.tables import members
from bot.storage.upsert import upsert


class SqlMembers:
    """The cache of one workspace's members."""

    def __init__(self, connection: AsyncConnection, workspace_id: WorkspaceId) -> None:
        self._connection = connection
        self._workspace_id = workspace_id

    async def get(self, member_id: MemberId) -> CachedMember | None:
        """Return what is known of a member, however old."""
        query = select(members).where(
            members.c.workspace_id == self._workspace_id, members.c.member_id == member_id
        )
        row = (await self._connection.execute(query)).one_or_none()
        if row is None:
            return None
        member = Member(
            id=MemberId(row.member_id),
            name=row.name,
            zone=ZoneInfo(row.zone),
            locale=row.locale,
            is_guest=row.is_guest,
            is_foreign=row.is_foreign,
            is_bot=row.is_bot,
            is_deactivated=row.is_deactivated,
        )
        return CachedMember(member, row.fetched_at)

    async def put(self, cached: CachedMember) -> None:
        """Keep what was last told, in place of anything known before."""
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
        await self._connection.execute(
            upsert(self._connection, members, row, key=["workspace_id", "member_id"])
        )
