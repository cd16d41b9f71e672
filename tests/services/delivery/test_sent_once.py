"""Delivery to the pretend Slack, which loses answers: each message is there once."""

from collections.abc import AsyncIterator, Callable
from datetime import timedelta

import aiohttp
import pytest
from slack_sdk.web.async_client import AsyncWebClient

from bot.domain.delivery import DeliveryTimes
from bot.services.delivery.deliver import DeliveryService
from bot.slack.delivery.messenger import SlackMessenger
from bot.storage.delivery.queue import OutboxQueue
from sandbox import ApiCall, Fault, Slack
from tests.office import CHANNEL, NO_OFFER
from tests.services.agency import OTHER, OWNER, Agency

pytestmark = pytest.mark.both_databases

FAULTS = {
    "posted, then 500": Fault(status=500, body="oops", carried_out=True),
    "posted, then a reset": Fault(reset=True, carried_out=True),
    "posted, then no JSON": Fault(body="<html>", carried_out=True),
    "posted, then nothing": Fault(delay=0.3, carried_out=True),
    "500, not posted": Fault(status=500, body="oops"),
    "reset, not posted": Fault(reset=True),
}
IMPATIENT = aiohttp.ClientTimeout(total=None, sock_read=0.1)  # counts from the request's end
HURRIED = DeliveryTimes(pace=timedelta(0), settle=timedelta(0))


@pytest.fixture
async def slack() -> AsyncIterator[Slack]:
    async with Slack.serving() as slack:
        slack.add_member(OWNER, "Olga")
        yield slack


@pytest.fixture
async def delivery(slack: Slack, agency: Agency) -> AsyncIterator[DeliveryService]:
    async with aiohttp.ClientSession(timeout=IMPATIENT) as session:
        client = AsyncWebClient(
            slack.bot_token, base_url=slack.api_url, session=session, retry_handlers=[]
        )
        yield DeliveryService(
            OutboxQueue(agency.database, HURRIED),
            agency.units,
            agency.membership,
            SlackMessenger(lambda _: client, b"secret"),
            agency.clock,
        )


@pytest.mark.parametrize("fault", FAULTS.values(), ids=FAULTS.keys())
async def test_each_message_is_there_once_although_its_first_answer_is_lost(
    slack: Slack, agency: Agency, delivery: DeliveryService, fault: Fault
) -> None:
    slack.faults = the_first_of_each("chat.postMessage", fault)
    prospect = await agency.screen(OTHER, NO_OFFER, owner=OWNER)
    await agency.walk_away(OWNER, prospect)

    await deliver_all(delivery)

    assert {row.state for row in await agency.messages()} == {"sent"}
    [card] = slack.messages(CHANNEL)
    assert len(slack.thread(CHANNEL, card["ts"])) == 1
    assert len(slack.member(OWNER).direct_messages) == 1


async def test_they_are_there_once_although_looking_fails_at_first(
    slack: Slack, agency: Agency, delivery: DeliveryService
) -> None:
    lost = the_first_of_each("chat.postMessage", FAULTS["posted, then 500"])
    unseen = the_first_of_each("conversations.history", Fault(status=503, body="oops"))
    slack.faults = lambda call: lost(call) or unseen(call)
    await agency.screen(OTHER, NO_OFFER, owner=OWNER)

    await deliver_all(delivery)

    assert {row.state for row in await agency.messages()} == {"sent"}
    assert len(slack.messages(CHANNEL)) == 1
    assert len(slack.member(OWNER).direct_messages) == 1


async def test_a_card_may_be_there_twice_where_looking_was_declined(
    slack: Slack, agency: Agency, delivery: DeliveryService
) -> None:
    """The control: it shows that it is the looking that keeps the others from coming twice."""
    slack.faults = the_first_of_each("chat.postMessage", FAULTS["posted, then 500"])
    slack.workspace.scopes.remove("channels:history")
    await agency.screen(OWNER, NO_OFFER)

    await deliver_all(delivery)

    [row] = await agency.messages()
    assert (row.state, row.may_be_twice) == ("sent", True)
    assert len(slack.messages(CHANNEL)) == 2


async def deliver_all(delivery: DeliveryService) -> None:
    """Deliver until nothing is due; no answer makes a message wait here."""
    while await delivery.deliver_due():
        await delivery.drain()


def the_first_of_each(method: str, fault: Fault) -> Callable[[ApiCall], Fault | None]:
    """Spoil the first call of a method for each channel, and for each place in it."""
    spoilt = set()

    def spoil(call: ApiCall) -> Fault | None:
        place = call.args.get("channel"), call.args.get("thread_ts")
        if call.method != method or place in spoilt:
            return None
        spoilt.add(place)
        return fault

    return spoil
