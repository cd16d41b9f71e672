"""Units of work on both databases."""

import pytest

from bot import checklists
from bot.storage.database import Database
from bot.storage.unit_of_work import SqlUnitsOfWork
from tests.databases import (
    database,
    database_kind,
    database_url,
    empty_database_url,
    migrated_sqlite,
    postgres,
)

__all__ = [
    "database",
    "database_kind",
    "database_url",
    "empty_database_url",
    "migrated_sqlite",
    "postgres",
]


@pytest.fixture
def units(database: Database) -> SqlUnitsOfWork:
    return SqlUnitsOfWork(database, checklists.restore)
