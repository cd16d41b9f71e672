"""The database's clock, set back by an hour, or an hour later than it was.

Whoever waits by it finds the same if all that they wait for is moved the other way. When a message
was written stays: it is compared with Slack's clock, which nobody set.
"""

from typing import Final

from sqlalchemy import update

from bot.storage.database import Database
from bot.storage.delivery.pauses import workspace_pauses
from bot.storage.delivery.tables import lanes, outbox
from bot.storage.heartbeat import heartbeats
from bot.storage.webhooks.tables import webhook_deliveries

HOUR: Final = 3600.0

_TIMES: Final = (
    (outbox, ("due_at", "ask_at")),
    (lanes, ("not_before",)),
    (workspace_pauses, ("until",)),
    (heartbeats, ("at",)),
    (webhook_deliveries, ("taken_until",)),
)


async def set_back(database: Database) -> None:
    """Let everything that is waited for by the database's clock be an hour later."""
    await _move(database, HOUR)


async def let_pass(database: Database, seconds: float) -> None:
    """Let everything that is waited for by the database's clock be sooner by as much."""
    await _move(database, -seconds)


async def _move(database: Database, seconds: float) -> None:
    async with database.writing() as connection:
        for table, columns in _TIMES:
            moved = {name: table.c[name] + seconds for name in columns}
            await connection.execute(update(table).values(moved))
