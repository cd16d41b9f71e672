"""Units of work on both databases."""

import pytest

from bot import checklists
from bot.storage.database import Database
from bot.storage.unit_of_work import UnitsOfWork


@pytest.fixture
def units(database: Database) -> UnitsOfWork:
    return UnitsOfWork(database, checklists.restore)
