"""Readiness: what keeps this process from working, as `/readyz` tells the operator."""

from dataclasses import dataclass

from slack_bolt.adapter.socket_mode.aiohttp import AsyncSocketModeHandler

from bot.http import Health
from bot.services.ports import Clock
from bot.slack.client.identity import SingleWorkspace
from bot.storage.database import Database
from bot.storage.delivery.desk import OutboxDesk
from bot.storage.delivery.pauses import WorkspacePauses
from bot.storage.heartbeat import Heartbeat
from bot.storage.rounds import RoundQueue
from bot.storage.schema.migrations import schema_of
from bot.storage.schema.standing import Schema
from bot.storage.trouble import in_words
from bot.supervision import Supervisor

LONGEST_SILENCE = 30
"""Seconds after which a clock that does not tick is taken for dead."""

LONGEST_DUE = 300
"""Seconds after which what is due and not done is worth a warning."""


@dataclass(frozen=True, slots=True)
class Readiness:
    """Finds out what keeps a process from working."""

    database: Database
    heartbeat: Heartbeat
    pauses: WorkspacePauses
    desk: OutboxDesk
    workspace: SingleWorkspace
    socket: AsyncSocketModeHandler | None
    supervisor: Supervisor
    rounds: RoundQueue
    clock: Clock

    async def of_web(self) -> Health:
        """Return the health of a process that serves people. It works without a ticking clock."""
        reasons, warnings = await self._noted()
        return Health(reasons, [*warnings, *await self._silence()])

    async def of_worker(self) -> Health:
        """Return the health of a process that ticks and delivers."""
        reasons, warnings = await self._noted()
        return Health([*reasons, *await self._silence()], warnings)

    async def _noted(self) -> tuple[list[str], list[str]]:
        reasons: list[str] = []
        warnings: list[str] = []
        try:
            schema = await schema_of(self.database)
            if schema is Schema.BEYOND:
                reasons.append("the database belongs to a newer version")
            elif not schema.is_usable:
                reasons.append("the database isn't migrated")
            else:
                reasons += await self._paused()
                warnings += await self._standing()
                await self.heartbeat.write_something()
        except Exception as error:  # noqa: BLE001 - any trouble of the database is a reason
            reasons.append(f"the database {in_words(error)}")
        warnings += self.supervisor.warnings
        if self.workspace.trouble is not None:
            reasons.append(self.workspace.trouble)
        else:
            reasons += self.supervisor.troubles
        if self.socket is not None and not await self.socket.client.is_connected():
            reasons.append("the connection to Slack isn't open")
        return reasons, warnings

    async def _paused(self) -> list[str]:
        return [
            f"Slack doesn't let us into workspace {workspace_id} ({cause}): messages wait"
            for workspace_id, cause in await self.pauses.causes()
        ]

    async def _standing(self) -> list[str]:
        """Return warnings about messages and rounds that are overdue."""
        standing = await self.desk.standing()
        found = []
        if standing.dead:
            found.append(
                f"{standing.dead} messages are dead: see `walkaway outbox list`"
                if standing.dead > 1
                else "1 message is dead: see `walkaway outbox list`"
            )
        if (late := standing.oldest_due) is not None and late > LONGEST_DUE:
            found.append(f"a message has been due for {round(late / 60)} minutes")
        if (late := (await self.rounds.late(self.clock())).total_seconds()) > LONGEST_DUE:
            found.append(
                f"a check of someone's prospects has been due for {round(late / 60)} minutes: the "
                'log says why, at "a round was not made"'
            )
        return found

    async def _silence(self) -> list[str]:
        try:
            age = await self.heartbeat.age()
        except Exception:  # noqa: BLE001 - that the database is in trouble is said already
            return []
        if age is not None and age <= LONGEST_SILENCE:
            return []
        return [f"no clock has ticked for {LONGEST_SILENCE} seconds: run a worker"]
