"""Every kind of message is provoked about prospects that are then forgotten: none names them."""

import json
from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta

import aiohttp
import pytest
from slack_sdk.web.async_client import AsyncWebClient
from sqlalchemy import select, update

from bot.domain.delivery import DeliveryTimes, MessageKind
from bot.services.data.forget import ForgetService
from bot.services.delivery.deliver import DeliveryService
from bot.services.ports import Caller
from bot.slack.delivery.messenger import SlackMessenger
from bot.storage.delivery.queue import OutboxQueue
from bot.storage.delivery.tables import RowState, outbox
from bot.storage.prospects.prospects import prospects
from sandbox import ApiCall, Fault, Slack
from tests.office import CHANNEL, GOOD, HOMEWORK, NO_OFFER, PROBLEM
from tests.services.agency import LEAVER, MANAGER, OTHER, OWNER, SECOND_MANAGER, A, Agency
from tests.services.data.test_forget import NoThreads

NAME = "Zyxwvu"
"""In the name of each prospect that is forgotten, and in no other text."""

ERASURES = {MessageKind.ERASURE, MessageKind.PRIVATE_ERASURE}
NAMELESS = {MessageKind.SETTINGS_CHANGED, MessageKind.RETENTION, MessageKind.UNDELIVERABLE}
"""Kinds that name no prospect."""
IN_PLACE = {kind for kind in MessageKind if kind.rules.is_rewrite}
"""Kinds that are posted in place of another message."""
LINES = {kind for kind in MessageKind if kind.rules.is_line} - {MessageKind.DIGEST_LINE}
"""Lines that need no name: they stand under the card."""


@pytest.fixture(autouse=True)
def far_backstop() -> None:
    """Leave the backstop where it is."""


@dataclass
class Story:
    """An agency whose messages really go to a pretend Slack."""

    agency: Agency
    slack: Slack
    delivery: DeliveryService
    naming: set[str] = field(default_factory=set)
    """The kinds of the messages that named one of them when they were sent."""

    async def until(self, moment: datetime) -> None:
        agency = self.agency
        while agency.clock.now < moment:
            for rounds in (agency.nudges, agency.managers, agency.digests):
                while await rounds.tick():
                    pass
            await self.deliver()
            agency.clock.now = min(moment, agency.clock.now + timedelta(hours=4))
        await self.deliver()

    async def deliver(self) -> None:
        async with self.agency.database.writing() as connection:
            is_waiting = outbox.c.state == RowState.PENDING
            await connection.execute(update(outbox).where(is_waiting).values(due_at=0))
        while await self.delivery.deliver_due():
            await self.delivery.drain()
        for row in await self.agency.messages():
            if row.ts is not None and self._names(row.channel, row.ts):
                self.naming.add(row.kind)

    def _names(self, channel: str, ts: str) -> bool:
        found = self.slack.workspace.messages.find(channel, ts)
        return found is not None and NAME in json.dumps(found.to_slack(), ensure_ascii=False)

    def said(self) -> list[str]:
        """Return everything that stands in any channel, private ones included."""
        messages = self.slack.workspace.messages
        return [
            json.dumps(each.to_slack(), ensure_ascii=False)
            for channel in self.slack.workspace.world.channels
            for each in messages.lasting(channel)
        ]


@pytest.fixture
async def story(agency: Agency) -> AsyncIterator[Story]:
    async with Slack.serving() as slack, aiohttp.ClientSession() as session:
        for each in (OWNER, MANAGER, SECOND_MANAGER, OTHER, LEAVER):
            slack.add_member(each, each.removeprefix("U0").title())
        client = AsyncWebClient(
            slack.bot_token, base_url=slack.api_url, session=session, retry_handlers=[]
        )
        nothing = timedelta(0)
        delivery = DeliveryService(
            OutboxQueue(agency.database, DeliveryTimes(pace=nothing, settle=nothing)),
            agency.units,
            agency.membership,
            SlackMessenger(lambda _: client, b"secret"),
            agency.clock,
        )
        yield Story(agency, slack, delivery)


def the_first_card_is_refused(slack: Slack) -> None:
    refusals = [Fault(body={"ok": False, "error": "is_archived"})]

    def fault(call: ApiCall) -> Fault | None:
        is_card = call.method == "chat.postMessage" and call.args.get("channel") == CHANNEL
        return refusals.pop() if is_card and refusals else None

    slack.faults = fault


async def live(story: Story) -> None:
    """Provoke every kind of message about prospects of the name."""
    agency = story.agency
    the_first_card_is_refused(story.slack)
    await agency.screen(MANAGER, NO_OFFER, f"{NAME} chosen", owner=OWNER)
    await story.deliver()
    ignored = await agency.screen(OWNER, PROBLEM, f"{NAME} ignored")
    await agency.screen(OWNER, PROBLEM, "Left alone")
    await agency.screen(OWNER, HOMEWORK, f"{NAME} homework")
    await agency.win(OWNER, await agency.screen(OWNER, GOOD, f"{NAME} won"))
    of_second = await agency.screen(SECOND_MANAGER, GOOD, f"{NAME} won too")
    await agency.win(SECOND_MANAGER, of_second)
    await agency.override(OWNER, await agency.screen(OWNER, NO_OFFER, f"{NAME} overridden"))
    walked = await agency.screen(OWNER, NO_OFFER, f"{NAME} refused")
    await agency.walk_away(OWNER, walked)
    await agency.screen(LEAVER, PROBLEM, f"{NAME} left behind")
    await agency.leave(LEAVER)
    await story.until(datetime(2026, 12, 2, 12, tzinfo=UTC))
    await agency.handover.hand_all_over(Caller(A, MANAGER), LEAVER, OTHER)
    await come_in(agency, story.deliver)
    await agency.let_managers_approve()
    approved, forgot = [
        await agency.override(OWNER, await agency.screen(OWNER, NO_OFFER, f"{NAME} {name}"))
        for name in ("approved", "unanswered")
    ]
    await story.until(datetime(2026, 12, 3, 12, tzinfo=UTC))
    await agency.approve(MANAGER, approved)
    await have_short_digests(agency)
    await story.until(datetime(2027, 1, 12, 12, tzinfo=UTC))
    assert (await agency.now(forgot.id)).request is None
    await agency.walk_away(OWNER, await agency.now(ignored.id))
    await agency.set(forget_after="24")
    await story.until(datetime(2027, 1, 13, 12, tzinfo=UTC))


async def come_in(agency: Agency, deliver: Callable[[], Awaitable[None]]) -> None:
    """Let drafts of names come in that are theirs: one is discarded, the other waits for long."""
    await agency.door.renew(Caller(A, MANAGER))
    received = [
        await agency.intake.take(A, {"name": f"{NAME} {name}", "owner": OWNER})
        for name in ("ignored", "won")
    ]
    await deliver()
    await agency.screening.discard(Caller(A, OWNER), received[0].answer["draft"])


async def have_short_digests(agency: Agency) -> None:
    async with agency.units(A) as work:
        workspace = await work.workspaces.get()
        assert workspace is not None
        await work.workspaces.change_settings(replace(workspace.settings, digest_rows=1))


async def forget_all(agency: Agency) -> None:
    service = ForgetService(agency.units, NoThreads(), agency.clock)
    of_the_name = select(prospects.c.prospect_id).where(prospects.c.name.startswith(NAME))
    async with agency.database.reading() as connection:
        ids = (await connection.scalars(of_the_name)).all()
    for each in ids:
        (found,) = await service.find(A, each)
        assert await service.forget_as_operator(A, found)


async def test_no_message_names_what_is_forgotten(story: Story) -> None:
    await live(story)
    sent = {row.kind for row in await story.agency.messages() if row.state == RowState.SENT}
    assert set(MessageKind) - ERASURES - sent == set()
    assert set(MessageKind) - IN_PLACE - LINES - NAMELESS - story.naming == set()

    await forget_all(story.agency)
    await story.deliver()

    assert [each for each in story.said() if NAME in each] == []
    assert any("Left alone" in each for each in story.said())
