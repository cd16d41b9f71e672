"""A whole office for tests: the pretend Slack, and the real bot in it, in one event loop.

`Office` is what a test sees of it; `opened` puts it together. Time stands still on Monday,
30 November 2026, at nine (UTC), until a test moves it.
"""

import asyncio
import socket
import time
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from types import MappingProxyType
from typing import Any

import uvicorn
from sqlalchemy import Table, select

from bot.config import Config
from bot.domain.settings.table import Page
from bot.serving import _Server
from bot.slack.payloads import ids
from bot.storage.database import Database
from bot.storage.delivery.tables import RowState, outbox
from bot.wiring import Wired, wired
from sandbox import ApiCall, Fault, Slack, Submission, fill
from sandbox.member import Member
from sandbox.switches import change_of

MONDAY = datetime(2026, 11, 30, 9, tzinfo=UTC)
PATIENT: dict[str, Any] = {"answer_within": 60.0, "monotonic": lambda: 0.0}
"""A Slack that waits as long as a busy machine takes, and forgets no click that opens a view."""
CHANNEL = "C0VERDICTS"
SALES = "C0SALES"

GOOD: dict[str, Any] = {
    "offer": "clear",
    "numbers": "ready",
    "numbers_given": "1 million, margin 30 %",
    "value": "at_once",
    "margin": "healthy",
    "niche": "inside",
}
"""Makes `good_fit`: pursue."""
PROBLEM: dict[str, Any] = GOOD | {"value": "not_shown"}
"""Makes `value_not_shown`: a problem, five working days."""
NO_OFFER: dict[str, Any] = {"offer": "none"}
"""Makes `no_offer`: walk away after the first step."""
HOMEWORK: dict[str, Any] = {
    "offer": "clear",
    "numbers": "none",
    "willing": "yes",
    "able": "yes",
    "fire": "yes",
    "homework": "last year's figures",
    "homework_due": "2026-12-08",
    "value": "at_once",
}
"""Makes `fire`: pursue, on condition of the homework."""

Json = dict[str, Any]


@dataclass
class SetClock:
    """Stands still until it is moved."""

    now: datetime = MONDAY

    def __call__(self) -> datetime:
        return self.now

    def move(self, **span: float) -> None:
        self.now += timedelta(**span)


@dataclass
class Office:
    """The pretend Slack and the real bot in it."""

    slack: Slack
    bot: Wired
    clock: SetClock
    config: Config
    database: Database

    @property
    def jonas(self) -> Member:
        """A salesperson who reads German, in Berlin."""
        return self.slack.member("U0JONAS")

    @property
    def emma(self) -> Member:
        """A salesperson who reads English, in London."""
        return self.slack.member("U0EMMA")

    @property
    def sabine(self) -> Member:
        """The manager; reads German, in Berlin."""
        return self.slack.member("U0SABINE")

    @property
    def gil(self) -> Member:
        """A guest."""
        return self.slack.member("U0GIL")

    @property
    def cards(self) -> list[Json]:
        """What stands in the channel of verdicts, oldest first."""
        return self.slack.messages(CHANNEL)

    async def answered(self) -> None:
        """Wait until the bot did everything that follows an answer."""
        await self.bot.background.drain()

    async def begin(self, member: Member, name: str = "Acme GmbH") -> Json:
        """Type `/qualify name`, and return the modal that opens."""
        await member.command("/qualify", name)
        return await member.wait_for_view()

    async def submit(self, member: Member, **entries: Any) -> Submission:
        """Enter what the modal on top asks of these answers, and submit it."""
        await self.follow(member, **entries)
        return await self.hand_in(member, **entries)

    async def hand_in(self, member: Member, **entries: Any) -> Submission:
        """Submit the modal on top as it is drawn, with what it asks of these answers."""
        view = member.view
        assert view is not None
        asked = {block.get("block_id") for block in view["blocks"]}
        return await member.submit(fill(view, {k: v for k, v in entries.items() if k in asked}))

    async def follow(self, member: Member, **entries: Any) -> Json:
        """Choose in the modal on top what else it asks by; return it as it is drawn then."""
        for question, option in entries.items():
            assert member.view is not None
            blocks = {block["block_id"]: block for block in member.view["blocks"]}
            block = blocks.get(question, {})
            if block.get("dispatch_action") and block["element"]["type"] == "radio_buttons":
                await member.click(block["element"]["action_id"], question, option=option)
                await self.answered()
        assert member.view is not None
        return member.view

    async def screen(self, member: Member, name: str = "Acme GmbH", **answers: Any) -> Json:
        """Screen a prospect to the end; return its card in the channel."""
        await self.begin(member, name)
        return await self.finish(member, **answers)

    async def finish(self, member: Member, **answers: Any) -> Json:
        """Answer every step of the modal on top, close the verdict, and return the card."""
        before = len(self.cards)
        while member.view is not None and member.view["callback_id"] == ids.STEP:
            submission = await self.submit(member, **answers)
            assert not submission.errors
        assert member.view is not None
        assert member.view["callback_id"] == ids.VERDICT
        await member.close(everything=True)
        await self.slack.wait_for(lambda: len(self.cards) > before)
        return self.cards[-1]

    async def open_settings(self, member: Member, page: Page) -> Json:
        """Type `/qualify settings`, and return the page that a click opens."""
        if member.view is not None:
            await member.close(everything=True)
        await member.command("/qualify", "settings")
        await member.wait_for_view()
        await member.click(ids.SETTINGS_PAGE, page)
        await self.answered()
        assert member.view is not None
        return member.view

    async def set(self, member: Member, page: Page, **typed: Any) -> Submission:
        """Save a page of settings on which these fields are touched."""
        await self.open_settings(member, page)
        submission = await self.submit(member, **typed)
        await self.answered()
        return submission

    async def leave(self, member_id: str) -> None:
        """Deactivate somebody's account, of which Slack tells the bot."""
        self.slack.deactivate(member_id)
        await self._tell_of_change(member_id)

    async def come_back(self, member_id: str) -> None:
        """Activate somebody's account again, of which Slack tells the bot."""
        self.slack.workspace.world.members[member_id].deleted = False
        await self._tell_of_change(member_id)

    async def _tell_of_change(self, member_id: str) -> None:
        workspace = self.slack.workspace
        await self.slack.send_event(change_of(workspace, workspace.world.members[member_id]))
        await self.answered()

    async def rows(self, table: Table) -> list[Any]:
        """Return what stands in a table."""
        async with self.database.reading() as connection:
            return list(await connection.execute(select(table)))

    async def delivered(self) -> list[Json]:
        """Deliver until nothing is due any more; return the thread of the first card."""
        async with asyncio.timeout(60):
            while await self.bot.delivery.deliver_due() or await self._is_due():
                await self.bot.delivery.drain()
            await self.bot.delivery.drain()  # what was sent may still be drawn into a verdict
        return self.slack.thread(CHANNEL, self.cards[0]["ts"]) if self.cards else []

    async def settled(self) -> None:
        """Wait until the clock has nothing to do, and everything is delivered."""
        await self.bot.tick()
        await self.delivered()

    async def _is_due(self) -> bool:
        rows = await self.rows(outbox)
        now = time.time()
        return any(
            row.state == RowState.CLAIMED or (row.state == RowState.PENDING and row.due_at <= now)
            for row in rows
        )


def hiding(member: Member) -> Callable[[ApiCall], Fault | None]:
    """Let Slack refuse to say who somebody is, as it does of strangers."""
    refusal = Fault(body={"ok": False, "error": "user_not_visible"})

    def fault(call: ApiCall) -> Fault | None:
        is_asked = call.method == "users.info" and call.args.get("user") == member.id
        return refusal if is_asked else None

    return fault


def environment(slack: Slack, database_url: str, way: str) -> dict[str, str]:
    """Return the settings of a bot in this Slack."""
    entrance = (
        {"SLACK_APP_TOKEN": slack.app_token}
        if way == "socket"
        else {"SLACK_SIGNING_SECRET": slack.signing_secret}
    )
    return entrance | {
        "SLACK_BOT_TOKEN": slack.bot_token,
        "SLACK_API_URL": slack.api_url,
        "DATABASE_URL": database_url,
        "VERDICT_CHANNEL": CHANNEL,
        "MANAGERS": "U0SABINE",
        "LANGUAGE": "en",
        "COUNTRY": "DE",
        "TIMEZONE": "Europe/Berlin",
    }


@asynccontextmanager
async def opened(
    database: Path | str,
    way: str = "socket",
    clock: SetClock | None = None,
    *,
    ticking: bool = True,
    patience: float = 600,
    variables: Mapping[str, str] = MappingProxyType({}),
) -> AsyncIterator[Office]:
    """Open an office on a migrated SQLite file or the URL of a database, over "socket" or "http".

    Unless it is `ticking`, nothing is delivered by itself. The bot has all the `patience` that a
    busy machine needs, unless a test is about that. `variables` are set besides.
    """
    url = database if isinstance(database, str) else f"sqlite:///{database}"
    clock = clock or SetClock()
    async with Slack.serving(delivery=way, **PATIENT) as slack:
        config = Config.from_environment(environment(slack, url, way) | dict(variables))
        beside = Database.from_url(url, is_throwaway=True)
        try:
            unhurried = wired(config, clock=clock, hurried=True, patience=patience)
            async with unhurried as bot, _reachable(slack, bot, way, ticking=ticking):
                yield Office(slack, bot, clock, config, beside)
        finally:
            await beside.close()


@asynccontextmanager
async def _reachable(slack: Slack, bot: Wired, way: str, *, ticking: bool) -> AsyncIterator[None]:
    bot.start_slack()
    if ticking:
        bot.jobs.start()
    if way == "socket":
        await slack.wait_for(lambda: slack.connected)
        yield
    else:
        async with served(bot.asgi) as address:
            slack.request_url = f"{address}/slack/events"
            await bot.adopted.wait()  # until then it answers 503, and Slack asks again
            yield


@asynccontextmanager
async def served(asgi: Any) -> AsyncIterator[str]:
    """Serve an ASGI app on loopback; yields its address."""
    listening = socket.create_server(("127.0.0.1", 0))
    server = _Server(
        uvicorn.Config(asgi, interface="asgi3", lifespan="off", log_config=None, access_log=False)
    )
    serving = asyncio.create_task(server.serve(sockets=[listening]))
    try:
        yield f"http://127.0.0.1:{listening.getsockname()[1]}"
    finally:
        server.should_exit = True
        with suppress(asyncio.CancelledError):
            await serving
