"""When delivery gives a message up, for now or for ever, so that others get their turn."""

from collections.abc import Collection
from datetime import timedelta

from sqlalchemy import update

from bot.domain.delivery import (
    Absent,
    Claimed,
    DeliveryTimes,
    MessageKind,
    Posted,
    Postponed,
    SendResult,
    Sent,
    Sight,
    Unknown,
)
from bot.domain.delivery.contents import Erasure, MessageContent
from bot.domain.read_models import Overview
from bot.domain.screening import OpenView
from bot.domain.workspace import WorkspaceId
from bot.services.delivery.deliver import MOST_ATTEMPTS, MOST_MISTAKES, DeliveryService
from bot.services.ports import Person, StillOurs, surely
from bot.storage.delivery.queue import OutboxQueue
from bot.storage.delivery.tables import outbox
from tests.services.agency import OWNER, Agency

PROBLEM = {
    "offer": "clear",
    "numbers": "ready",
    "numbers_given": "1 million",
    "value": "not_shown",
}
NO_WAIT = timedelta(0)


class Stuck:
    """Gives every card the same end, and takes all other messages."""

    def __init__(self, end: SendResult | Exception) -> None:
        self.end = end
        self.cards = 0

    async def send(
        self,
        claimed: Claimed,
        about: MessageContent | None,
        reader: Person | None,
        _left_out: Collection[str] = (),
        _is_ours: StillOurs = surely,
    ) -> SendResult:
        if claimed.message.kind is not MessageKind.CARD:
            return Sent(claimed.message.recipient, "1.0")
        self.cards += 1
        if isinstance(self.end, Exception):
            raise self.end
        return self.end

    async def erase(self, claimed: Claimed, erasure: Erasure, reader: Person | None) -> SendResult:
        return Sent(*erasure.posted)

    async def look(self, claimed: Claimed, about: MessageContent | None) -> Sight:
        return Absent()

    async def link_to(self, workspace_id: WorkspaceId, posted: Posted) -> str | None:
        return None

    async def show_again(self, shown_in: OpenView, overview: Overview, reader: Person) -> None:
        raise AssertionError


async def test_a_card_that_slack_never_answers_for_is_given_up_and_told(agency: Agency) -> None:
    stuck = Stuck(Unknown("internal_error"))

    states = await _delivered(agency, stuck, rounds=MOST_ATTEMPTS + 2)

    assert stuck.cards == MOST_ATTEMPTS
    assert states[0] == ("card", "dead", "internal_error")
    assert ("undeliverable", "sent", None) in states


async def test_a_card_that_we_cannot_draw_is_given_up_sooner(agency: Agency) -> None:
    stuck = Stuck(KeyError("oops"))

    states = await _delivered(agency, stuck, rounds=MOST_MISTAKES + 2)

    assert stuck.cards == MOST_MISTAKES
    assert states[0] == ("card", "dead", "KeyError")


async def test_what_never_left_us_is_tried_for_as_long_as_slack_is_away(agency: Agency) -> None:
    stuck = Stuck(Postponed(NO_WAIT, "ClientConnectorError"))
    await _delivered(agency, stuck, rounds=MOST_ATTEMPTS + 2)
    stuck.end = Unknown("service_unavailable")

    states = await _delivered(agency, stuck, rounds=1)

    assert states[0] == ("card", "pending", "service_unavailable")


async def _delivered(
    agency: Agency, stuck: Stuck, rounds: int
) -> list[tuple[str, str, str | None]]:
    """Let every waiting time be over so many times; return what became of the messages."""
    queue = OutboxQueue(agency.database, DeliveryTimes(pace=NO_WAIT))
    delivery = DeliveryService(queue, agency.units, agency.membership, stuck, agency.clock)
    if not await agency.messages():
        await agency.screen(OWNER, PROBLEM)
    for _ in range(rounds):
        async with agency.database.writing() as connection:
            await connection.execute(update(outbox).values(due_at=0))
        await delivery.deliver_due()
        await delivery.drain()
    return [(row.kind, row.state, row.cause) for row in await agency.messages()]
