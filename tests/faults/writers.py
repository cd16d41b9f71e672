"""Work for processes that are not the bot."""

import asyncio
from collections.abc import Iterable
from pathlib import Path

from bot import checklists
from bot.storage.database import Database
from bot.storage.unit_of_work import UnitsOfWork
from tests.faults.letters import write_letters
from tests.faults.worker import die_with_the_parent


def write_and_note(database_url: str, numbers: Iterable[int], notes: Path) -> None:
    """Write letters, and note the number of each in a file once its transaction is kept."""
    die_with_the_parent()
    asyncio.run(_write(database_url, numbers, notes))


async def _write(database_url: str, numbers: Iterable[int], notes: Path) -> None:
    database = Database.from_url(database_url)
    units = UnitsOfWork(database, checklists.restore)
    with notes.open("a") as noted:
        for number in numbers:
            await write_letters(units, number)
            noted.write(f"{number}\n")
            noted.flush()
    await database.close()
