"""The services that only commands use; most of them need no Slack."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from functools import partial

import aiohttp

from bot import checklists
from bot.checklists.writer import as_yaml
from bot.clock import real_time
from bot.config import Config
from bot.domain.workspace import WorkspaceId
from bot.services.checklists import OperatorsChecklists
from bot.services.data.arrival import ArrivalService
from bot.services.data.export import ExportService
from bot.services.data.forget import ForgetService
from bot.services.figures.audit import AuditService
from bot.services.forecast import ForecastService
from bot.services.ports import Clock
from bot.services.remembered.importing import ImportService
from bot.services.transaction.checklists import ShippedChecklists
from bot.slack.client.identity import SingleWorkspace
from bot.slack.client.threads import SlackThreads
from bot.storage.data.sweeping import Sweeper
from bot.storage.database import Database
from bot.storage.delivery.desk import OutboxDesk
from bot.storage.rounds import RoundQueue
from bot.storage.unit_of_work import UnitsOfWork
from bot.wiring import CALL_TIMEOUT, client_for, opened, random_id, slack_client


@asynccontextmanager
async def audit_service(database_url: str) -> AsyncIterator[AuditService]:
    """Open the service that audits checklists. It needs no Slack. Raises NotMigrated."""
    async with opened(database_url) as database:
        units = UnitsOfWork(database, checklists.restore)
        yield AuditService(units, RoundQueue(database), real_time)


@asynccontextmanager
async def forecast_service(config: Config, clock: Clock) -> AsyncIterator[ForecastService]:
    """Open the service that looks ahead. It needs no Slack. Raises NotMigrated."""
    async with opened(config.database_url, connections=config.database_connections) as database:
        yield ForecastService(database, checklists.restore, clock)


@asynccontextmanager
async def outbox_desk(database_url: str) -> AsyncIterator[OutboxDesk]:
    """Open the operator's view of the outbox. Raises NotMigrated."""
    async with opened(database_url) as database:
        yield OutboxDesk(database)


@dataclass(frozen=True, slots=True)
class OwnData:
    """What an operator can do with the data of the token's workspace."""

    workspace: SingleWorkspace
    exports: ExportService
    arrivals: ArrivalService
    forgetting: ForgetService
    sweeper: Sweeper

    @property
    def workspace_id(self) -> WorkspaceId:
        """The workspace that the data belongs to; known only after asking Slack."""
        return WorkspaceId(self.workspace.ours()[0])


@asynccontextmanager
async def own_data(config: Config) -> AsyncIterator[OwnData]:
    """Open it without a clock and without delivery. Raises NotMigrated."""
    async with (
        opened(config.database_url) as database,
        aiohttp.ClientSession(timeout=CALL_TIMEOUT) as session,
    ):
        units = UnitsOfWork(database, checklists.restore)
        client = slack_client(config, session)
        workspace = SingleWorkspace(client)
        threads = SlackThreads(partial(client_for, workspace, client))
        yield OwnData(
            workspace,
            ExportService(units, as_yaml),
            ArrivalService(units, real_time, checklists.exported),
            ForgetService(units, threads, real_time),
            Sweeper(database, workspace.ours),
        )


@asynccontextmanager
async def operators_checklists(database_url: str) -> AsyncIterator[OperatorsChecklists]:
    """Open the checklists of every workspace. They need no Slack. Raises NotMigrated."""
    async with opened(database_url) as database:
        yield OperatorsChecklists(*_of_every_workspace(database))


@asynccontextmanager
async def import_service(database_url: str) -> AsyncIterator[ImportService]:
    """Open the service that imports files. Raises NotMigrated."""
    async with opened(database_url) as database:
        yield ImportService(*_of_every_workspace(database))


def _of_every_workspace(database: Database) -> tuple[UnitsOfWork, RoundQueue, ShippedChecklists]:
    ours = ShippedChecklists(checklists.default(), checklists.shipped, real_time, random_id)
    return UnitsOfWork(database, checklists.restore), RoundQueue(database), ours
