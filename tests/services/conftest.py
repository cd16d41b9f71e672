"""The use cases on SQLite and PostgreSQL."""

import pytest

from bot.services.delivering import Delivering
from bot.services.delivery_ports import DeliveryTimes
from bot.storage.database import Database
from bot.storage.outbox import SqlOutboxQueue
from tests.office import SetClock
from tests.services.agency import Agency
from tests.services.posting import NOTHING, Post, ScriptedMessenger


@pytest.fixture
async def agency(database: Database, clock: SetClock) -> Agency:
    agency = Agency(database, clock)
    await agency.everybody_comes()
    return agency


@pytest.fixture
async def post(agency: Agency) -> Post:
    messenger = ScriptedMessenger()
    queue = SqlOutboxQueue(agency.database, DeliveryTimes(pace=NOTHING, settle=NOTHING))
    delivering = Delivering(queue, agency.units, agency.membership, messenger, agency.clock)
    return Post(agency, messenger, queue, delivering)
