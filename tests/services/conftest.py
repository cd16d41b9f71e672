"""The use cases on SQLite and PostgreSQL."""

import pytest

from bot.domain.backstop import BackstopPolicy
from bot.domain.delivery import DeliveryTimes
from bot.domain.workspace import Settings
from bot.services.delivery.deliver import DeliveryService
from bot.storage.database import Database
from bot.storage.delivery.queue import OutboxQueue
from tests.office import SetClock
from tests.services.agency import Agency
from tests.services.delivery.posting import NOTHING, Post, ScriptedMessenger


@pytest.fixture
async def agency(database: Database, clock: SetClock) -> Agency:
    agency = Agency(database, clock)
    await agency.know_everybody()
    return agency


@pytest.fixture
async def post(agency: Agency) -> Post:
    messenger = ScriptedMessenger()
    queue = OutboxQueue(agency.database, DeliveryTimes(pace=NOTHING, settle=NOTHING))
    delivery = DeliveryService(queue, agency.units, agency.membership, messenger, agency.clock)
    return Post(agency, messenger, queue, delivery)


@pytest.fixture(autouse=True)
def far_backstop(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let nobody be told of what is undecided for long, as most tests are about something else."""
    policy = BackstopPolicy(after=1000)
    monkeypatch.setattr(Settings, "backstop", property(lambda _: policy))
