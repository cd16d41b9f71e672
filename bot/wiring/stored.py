"""What the doctor reads and mends of a stored workspace, without any service."""

from collections.abc import Sequence

from bot import checklists
from bot.domain.workspace import Workspace, WorkspaceId
from bot.storage.database import Database
from bot.storage.rounds import RoundQueue
from bot.storage.schema.migrations import schema_of
from bot.storage.unit_of_work import UnitsOfWork


async def workspace_in(
    database: Database, workspace_id: WorkspaceId
) -> tuple[Workspace | None, Sequence[WorkspaceId]]:
    """Return a stored workspace, None before its first start, and the ids of all others."""
    if not (await schema_of(database)).is_usable:
        return None, ()
    async with UnitsOfWork(database, checklists.restore).reading(workspace_id) as work:
        workspace = await work.workspaces.get()
    others = [each for each in await RoundQueue(database).workspaces() if each != workspace_id]
    return workspace, others


async def has_own_checklist(database: Database, workspace_id: WorkspaceId) -> bool:
    """Return whether a workspace uses a checklist of its own; False before the schema exists."""
    if not (await schema_of(database)).is_usable:
        return False
    async with UnitsOfWork(database, checklists.restore).reading(workspace_id) as work:
        return any(not each.is_shipped for each in await work.adopted.all())


async def take_block_again(database: Database, workspace_id: WorkspaceId, kind: str) -> None:
    """Allow a kind of block in messages again that Slack once refused."""
    async with UnitsOfWork(database, checklists.restore)(workspace_id) as work:
        await work.workspaces.note_taken(kind)
