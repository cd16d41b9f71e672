"""Delivery from the real outbox through a scripted messenger."""

import asyncio
from collections.abc import Callable, Collection
from dataclasses import dataclass, field
from datetime import timedelta

from sqlalchemy import update

from bot.domain.delivery import (
    NOT_OURS,
    Absent,
    Claimed,
    Posted,
    SendResult,
    Sent,
    Sight,
    payloads,
)
from bot.domain.delivery.contents import (
    DigestMessage,
    Erasure,
    MessageContent,
    RequestMessage,
)
from bot.domain.prospects import Prospect
from bot.domain.read_models import Overview
from bot.domain.screening import OpenView
from bot.domain.workspace import WorkspaceId
from bot.services.delivery.deliver import DeliveryService
from bot.services.ports import Person, StillOurs, surely
from bot.storage.delivery.queue import OutboxQueue
from bot.storage.delivery.tables import outbox
from tests.office import NO_OFFER
from tests.services.agency import OWNER, Agency

CHANNEL = "C0VERDICTS"


NOTHING = timedelta(0)


SENT = Sent(CHANNEL, "1.0")


Answer = SendResult | Exception


@dataclass
class ScriptedMessenger:
    """Answers as it is told; whatever is not foreseen is sent."""

    answers: dict[str, list[Answer]] = field(default_factory=dict)
    """By kind, one after another."""
    sent: list[Claimed] = field(default_factory=list)
    left_out: list[frozenset[str]] = field(default_factory=list)
    """The kinds of blocks without which each was to be sent."""
    overviews: list[Overview | None] = field(default_factory=list)
    digests: list[DigestMessage] = field(default_factory=list)
    requests: dict[str, RequestMessage] = field(default_factory=dict)
    """What asks for an answer, as it stands now, by the key of the message."""
    readers: list[Person | None] = field(default_factory=list)
    erased: list[Erasure] = field(default_factory=list)
    """What was deleted, or rewritten as what is left of it."""
    sights: list[Sight] = field(default_factory=list)
    """What looking comes to, one after another; whatever is not foreseen is absent."""
    looked_for: list[Claimed] = field(default_factory=list)
    links: list[str | None] = field(default_factory=list)
    """What Slack tells of where a message is, one after another; of others it tells nothing."""
    shown: list[tuple[OpenView, Overview, Person]] = field(default_factory=list)
    """The verdicts that were drawn anew."""
    while_sending: Callable[[Claimed], asyncio.Event | None] = lambda _: None

    async def send(
        self,
        claimed: Claimed,
        about: MessageContent | None,
        reader: Person | None,
        left_out: Collection[str] = (),
        is_ours: StillOurs = surely,
    ) -> SendResult:
        if not await is_ours():
            return NOT_OURS
        self.sent.append(claimed)
        self.left_out.append(frozenset(left_out))
        self.overviews.append(about if isinstance(about, Overview) else None)
        self.readers.append(reader)
        if isinstance(about, RequestMessage):
            self.requests[_asking(claimed)] = about
        if isinstance(about, DigestMessage):
            self.digests.append(about)
        if gate := self.while_sending(claimed):
            await gate.wait()
        script = self.answers.get(claimed.message.kind, [])
        answer = script.pop(0) if script else Sent(claimed.message.recipient, "1.0")
        if isinstance(answer, Exception):
            raise answer
        return answer

    async def erase(self, claimed: Claimed, erasure: Erasure, reader: Person | None) -> SendResult:
        self.erased.append(erasure)
        return Sent(*erasure.posted)

    async def look(self, claimed: Claimed, about: MessageContent | None) -> Sight:
        self.looked_for.append(claimed)
        return self.sights.pop(0) if self.sights else Absent()

    async def link_to(self, workspace_id: WorkspaceId, posted: Posted) -> str | None:
        return self.links.pop(0) if self.links else None

    async def show_again(self, shown_in: OpenView, overview: Overview, reader: Person) -> None:
        self.shown.append((shown_in, overview, reader))

    @property
    def kinds(self) -> list[str]:
        return [claimed.message.kind for claimed in self.sent]


def _asking(claimed: Claimed) -> str:
    """Return the key of the message that asks, also for what rewrites it."""
    match claimed.message.payload:
        case payloads.RequestRewritten(of=key):
            return key
        case _:
            return claimed.message.dedupe_key


@dataclass
class Post:
    """An agency, and the delivery of its messages."""

    agency: Agency
    messenger: ScriptedMessenger
    queue: OutboxQueue
    delivery: DeliveryService

    async def deliver(self) -> None:
        """Deliver until nothing is due."""
        while await self.delivery.deliver_due():
            await self.delivery.drain()

    async def states(self) -> list[tuple[str, str, str | None]]:
        return [(row.kind, row.state, row.cause) for row in await self.agency.messages()]

    async def make_due(self) -> None:
        """Let every waiting time be over, leases included."""
        async with self.agency.database.writing() as connection:
            await connection.execute(update(outbox).values(due_at=0))


async def decided(agency: Agency) -> Prospect:
    """Leave a card, its rewriting and a line in its thread in the outbox."""
    return await agency.walk_away(OWNER, await agency.screen(OWNER, NO_OFFER))
