"""What keeps this process from working, for the operator who asks at `/readyz`."""

from collections.abc import Sequence

from slack_bolt.adapter.socket_mode.aiohttp import AsyncSocketModeHandler

from bot.slack.client.identity import SingleWorkspace
from bot.storage.database import Database
from bot.storage.delivery.pauses import WorkspacePauses
from bot.storage.heartbeat import Heartbeat
from bot.storage.schema.migrations import is_current

LONGEST_SILENCE = 30
"""Seconds after which a clock that does not tick is taken for dead."""


async def hindrances(
    database: Database,
    heartbeat: Heartbeat,
    pauses: WorkspacePauses,
    workspace: SingleWorkspace,
    socket: AsyncSocketModeHandler | None,
) -> Sequence[str]:
    """Return what keeps us from working, in English; nothing: we are ready."""
    reasons = []
    try:
        if not await is_current(database):
            reasons.append("the database is not migrated")
        else:
            reasons += await _noted(heartbeat, pauses)
    except Exception as error:  # noqa: BLE001 - any trouble of the database is a reason
        reasons.append(f"the database does not answer ({type(error).__name__})")
    if workspace.trouble is not None:
        reasons.append(workspace.trouble)
    if socket is not None and not await socket.client.is_connected():
        reasons.append("the connection to Slack is not open")
    return reasons


async def _noted(heartbeat: Heartbeat, pauses: WorkspacePauses) -> Sequence[str]:
    """Return what the database knows of that."""
    reasons = [
        f"Slack does not let us into workspace {workspace_id} ({cause}): messages wait"
        for workspace_id, cause in await pauses.causes()
    ]
    if (age := await heartbeat.age()) is None or age > LONGEST_SILENCE:
        reasons.append(f"no clock has ticked for {LONGEST_SILENCE} seconds: run a worker")
    return reasons
