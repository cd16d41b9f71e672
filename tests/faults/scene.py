"""What most tests here need: a pretend Slack, a database, and processes of the bot between them."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

from sqlalchemy import delete, func, select

from bot import checklists
from bot.config import Config
from bot.domain.delivery import MessageKind
from bot.domain.delivery.payloads import ManagersMorning, OwnersMorning
from bot.domain.workspace import WorkspaceId
from bot.services.transaction.settings import adopt_variables
from bot.storage.database import Database
from bot.storage.delivery.tables import RowState, outbox
from bot.storage.schema.dialects import seconds_now
from bot.storage.unit_of_work import UnitsOfWork
from sandbox import Slack
from tests.faults.ledger import Meant, Tally, tally
from tests.faults.letters import (
    TEAM,
    let_manage,
    owner,
    write_digest,
    write_letters,
    write_overdue,
    write_proposal,
    write_sign,
)
from tests.faults.processes import Crew, until
from tests.faults.table import Score, keep
from tests.faults.worker import Order
from tests.office import environment
from tests.storage import samples

_WRITERS: Final = {
    MessageKind.NUDGE: write_overdue,
    MessageKind.MANAGERS: write_proposal,
    MessageKind.DIGEST: write_digest,
}


@dataclass
class Scene:
    """One test's Slack, database and processes."""

    slack: Slack
    database: Database
    database_url: str
    database_kind: str
    folder: Path
    properties: list[tuple[str, object]]
    """What the test's report takes along."""
    managers: str = "U0SABINE"
    team: WorkspaceId = TEAM
    crew: Crew = field(default_factory=Crew)
    meant: list[Meant] = field(default_factory=list)

    @property
    def units(self) -> UnitsOfWork:
        return UnitsOfWork(self.database, checklists.restore)

    def order(self, **more: Any) -> Order:
        """Return what a process of this scene is to run, a worker unless it is told otherwise."""
        settings = environment(self.slack, self.database_url, "http")
        settings["MANAGERS"] = self.managers
        return Order(settings, self.folder / "bot.log", **more)

    async def write(self, numbers: Iterable[int], *, lines: int = 1) -> None:
        """Put into the outbox what the prospects of these numbers give to say."""
        for number in numbers:
            self.meant += await write_letters(self.units, number, self.team)
            for line in range(lines):
                self.meant.append(await write_sign(self.units, number, line))

    async def write_signs(self, numbers: Iterable[int], line: int = 0) -> None:
        """Put a line about each of these prospects into the outbox."""
        self.meant += [await write_sign(self.units, number, line) for number in numbers]

    async def write_mornings(self, kind: MessageKind, lanes: Sequence[int]) -> None:
        """Let rounds of owners, of managers or of the channel be due at noon."""
        self.meant += await _WRITERS[kind](self.units, lanes)

    async def let_manage(self, lanes: Sequence[int]) -> None:
        """Let these members manage, by the database and by what processes are ordered to run."""
        self.managers = ",".join(map(owner, lanes))
        await let_manage(self.units, lanes)
        await self.settle_in()

    async def settle_in(self) -> None:
        """Let the workspace have what the variables of its processes say, which is news no more."""
        first = Config.from_environment(self.order().environment).first_values
        async with self.units(self.team) as work:
            await adopt_variables(work, first, samples.NOW)
        news = outbox.c.kind == MessageKind.SETTINGS_CHANGED
        async with self.database.writing() as connection:
            await connection.execute(delete(outbox).where(news))

    async def mornings(self) -> int:
        """Return how many messages the clock has made out of rounds."""
        made = outbox.c.kind.in_([*OwnersMorning.kinds, *ManagersMorning.kinds, MessageKind.DIGEST])
        async with self.database.reading() as connection:
            count = await connection.scalar(select(func.count()).where(made))
        return count or 0

    async def is_delivered(self) -> bool:
        """Whether nothing waits in the outbox any more."""
        waiting = outbox.c.state.in_([RowState.PENDING, RowState.CLAIMED])
        async with self.database.reading() as connection:
            count = await connection.scalar(select(func.count()).where(waiting))
        return count == 0

    async def done(self) -> int:
        """Return how many messages wait in the outbox no more."""
        over = outbox.c.state.not_in([RowState.PENDING, RowState.CLAIMED])
        async with self.database.reading() as connection:
            count = await connection.scalar(select(func.count()).where(over))
        return count or 0

    async def delivered(self) -> None:
        """Wait until nothing waits in the outbox any more; then let everybody finish."""
        await until(self.is_delivered)
        await self.crew.stop()

    async def rows(self) -> list[Any]:
        """Return the outbox."""
        async with self.database.reading() as connection:
            return list(await connection.execute(select(outbox).order_by(outbox.c.row_id)))

    async def waits(self) -> list[tuple[str, float]]:
        """Return the state of each message, and how long it waits by the database's clock."""
        async with self.database.reading() as connection:
            query = select(outbox.c.state, outbox.c.due_at - seconds_now())
            return [(state, wait) for state, wait in await connection.execute(query)]

    async def is_managed_by(self, manager: str) -> bool:
        """Whether a process has brought its settings, after its start."""
        async with self.units.reading(TEAM) as work:
            workspace = await work.workspaces.get()
        return workspace is not None and workspace.settings.managers == (manager,)

    async def has(self, *, cause: str) -> bool:
        """Whether a message waits for this cause."""
        return any(row.cause == cause for row in await self.rows())

    def count(self, scenario: str, meant: Iterable[Meant] | None = None) -> Tally:
        """Count the messages that were meant, and keep that for the table."""
        counted = tally(self.slack, self.meant if meant is None else meant)
        counts = (counted.meant, counted.once, counted.doubled, counted.lost)
        score = Score(scenario, self.database_kind, *counts, self.crew.kills, self.crew.restarts)
        keep(score, self.properties)
        return counted
