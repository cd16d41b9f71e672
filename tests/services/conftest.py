"""The use cases on SQLite and PostgreSQL."""

import pytest

from bot.storage.database import Database
from tests.office import SetClock
from tests.services.agency import Agency


@pytest.fixture
async def agency(database: Database, clock: SetClock) -> Agency:
    agency = Agency(database, clock)
    await agency.everybody_comes()
    return agency
