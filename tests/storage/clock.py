"""The database's clock, set back by an hour.

Whoever waits by it finds the same if all that they wait for is an hour later. When a message was
written stays: it is compared with Slack's clock, which nobody set.
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
    async with database.writing() as connection:
        for table, columns in _TIMES:
            later = {name: table.c[name] + HOUR for name in columns}
            await connection.execute(update(table).values(later))
