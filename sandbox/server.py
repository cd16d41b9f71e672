"""The pretend Slack as a whole: it is put together, served and stopped here."""

import itertools
import random
import time
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from typing import Any, TypeVar

from aiohttp import web

from sandbox.clock import Clock, TimeMachine, real_time
from sandbox.delivery import ANSWER_WITHIN, RETRY_DELAYS, Delivery, Events, NotedDelivery
from sandbox.faults import Weather
from sandbox.file_api import FileApi
from sandbox.files import LARGEST_INPUT
from sandbox.http_delivery import HttpDelivery
from sandbox.interactions import Interactions
from sandbox.journal_api import JournalApi
from sandbox.member import Member
from sandbox.page_api import PageApi
from sandbox.panel_api import PanelApi
from sandbox.problems import AppDidNotAnswer
from sandbox.responses import Responses
from sandbox.socket_mode import SocketMode
from sandbox.switches import Switches
from sandbox.web_api import Faults, WebApi
from sandbox.workspace import ApiCall, NewId, Notice, Refusal, Workspace
from sandbox.world import APP_TOKEN, BOT_TOKEN, SIGNING_SECRET, Channel, Profile

T = TypeVar("T")
_ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"


class Slack:
    """A pretend Slack on loopback, with the doors that tests need."""

    bot_token = BOT_TOKEN
    app_token = APP_TOKEN
    signing_secret = SIGNING_SECRET

    def __init__(
        self, workspace: Workspace, delivery: Delivery, web_api: WebApi, chance: random.Random
    ) -> None:
        self.workspace = workspace
        self.delivery = delivery
        self._web_api = web_api
        noted = NotedDelivery(delivery, workspace.journal)
        self._events = Events(noted, RETRY_DELAYS, self._note_event_failure)
        self.interactions = Interactions(workspace, noted, self._events)
        self.switches = Switches(workspace, self._events.send_soon, Weather(chance))
        web_api.switched = self.switches.fault

    @classmethod
    @asynccontextmanager
    async def serving(
        cls,
        *,
        clock: Clock | None = None,
        monotonic: Callable[[], float] = time.monotonic,
        new_id: NewId | None = None,
        delivery: str = "socket",
        request_url: str | None = None,
        port: int = 0,
        answer_within: float = ANSWER_WITHIN,
        rate_limited: bool = False,
        chance: random.Random | None = None,
    ) -> AsyncIterator["Slack"]:
        """Serve on loopback until the block ends; port 0 takes any free one.

        `delivery` is "socket" or "http"; `request_url` can be set later as well. `clock` stands
        for real time; everything but signatures goes by `Slack.clock`, which can be moved on.
        Ids and bad weather are of the `chance`.
        """
        real, chance = clock or real_time, chance or random.Random()  # noqa: S311
        workspace = Workspace(TimeMachine(real), monotonic, new_id or ids_by(chance))
        way = _way(delivery, workspace, real, answer_within, request_url)
        slack = cls(workspace, way, WebApi(workspace, rate_limited=rate_limited), chance)
        runner = web.AppRunner(slack._routes(), access_log=None, shutdown_timeout=1)
        await runner.setup()
        try:
            await slack._listen(runner, port)
            yield slack
        finally:
            await slack._stop()
            await runner.cleanup()

    @property
    def clock(self) -> TimeMachine:
        """The present of the sandbox; it can be moved on."""
        return self.workspace.clock

    @property
    def page_url(self) -> str:
        """Where a person opens the sandbox."""
        return f"{self.workspace.base_url}/"

    @property
    def api_url(self) -> str:
        """The base of the Web API, for SLACK_API_URL."""
        return f"{self.workspace.base_url}/api/"

    @property
    def request_url(self) -> str | None:
        """Where signed HTTP goes."""
        return self.delivery.request_url if isinstance(self.delivery, HttpDelivery) else None

    @request_url.setter
    def request_url(self, url: str) -> None:
        if not isinstance(self.delivery, HttpDelivery):
            raise TypeError("a request URL needs delivery='http'")
        self.delivery.request_url = url

    @property
    def connected(self) -> bool:
        """Whether an app is connected, or reachable."""
        return self.delivery.connected

    @property
    def calls(self) -> list[ApiCall]:
        """Every Web API call so far, and every use of a response_url."""
        return self.workspace.calls

    @property
    def refusals(self) -> list[Refusal]:
        """Everything that was refused so far."""
        return self.workspace.refusals

    @property
    def notices(self) -> list[Notice]:
        """What the page shows to the developer."""
        return self.workspace.notices

    @property
    def faults(self) -> Faults | None:
        """Asked before each Web API method whether a fault is wanted."""
        return self._web_api.faults

    @faults.setter
    def faults(self, faults: Faults | None) -> None:
        self._web_api.faults = faults

    def member(self, member_id: str) -> Member:
        """Sit down at a member's client."""
        if member_id not in self.workspace.world.members:
            raise KeyError(member_id)
        return Member(self.workspace, self.interactions, member_id)

    def add_member(self, member_id: str, name: str, **more: Any) -> Member:
        """Let somebody join; `more` as in `world.Profile`."""
        self.workspace.world.add(Profile(member_id, name, **more))
        self.workspace.changes.announce()
        return self.member(member_id)

    def add_channel(self, channel_id: str, name: str, members: list[str]) -> None:
        """Make a public channel; without the app among its members it cannot post there."""
        self.workspace.world.channels[channel_id] = Channel(channel_id, name, members=members)
        self.workspace.changes.announce()

    def deactivate(self, member_id: str) -> None:
        """Switch off somebody's account; the app is told."""
        self.switches.set_deactivated(member_id, deactivated=True)

    def reactivate(self, member_id: str) -> None:
        """Switch somebody's account on again; the app is told."""
        self.switches.set_deactivated(member_id, deactivated=False)

    def archive(self, channel_id: str) -> None:
        """Archive a channel."""
        self.switches.set_archived(channel_id, archived=True)

    def unarchive(self, channel_id: str) -> None:
        """Open an archived channel again."""
        self.switches.set_archived(channel_id, archived=False)

    def messages(self, channel_id: str) -> list[dict[str, Any]]:
        """List a channel's messages, oldest first, without replies and ephemeral ones."""
        lasting = self.workspace.messages.lasting(channel_id)
        return [message.to_slack() for message in lasting if not message.is_reply]

    def thread(self, channel_id: str, ts: str) -> list[dict[str, Any]]:
        """List the replies below a message, without the message itself."""
        return [m.to_slack() for m in self.workspace.messages.replies(channel_id, ts)]

    async def send_event(self, body: dict[str, Any]) -> None:
        """Deliver any event, such as {"type": "app_uninstalled"}."""
        await self.interactions.send_event(body)

    async def refresh_connections(self) -> None:
        """Ask the app to reconnect, as Slack does every few hours in Socket Mode."""
        if isinstance(self.delivery, SocketMode):
            await self.delivery.disconnect()

    async def verify_request_url(self) -> bool:
        """Ask whether the app answers at its request URL, as Slack does when it is saved."""
        return isinstance(self.delivery, HttpDelivery) and await self.delivery.verify()

    async def wait_for(self, predicate: Callable[[], T], timeout: float = 60) -> T:  # noqa: ASYNC109
        """Wait until the predicate says yes, asked after every change. Raises TimeoutError."""
        return await self.workspace.changes.until(predicate, timeout)

    def _routes(self) -> web.Application:
        app = web.Application(client_max_size=LARGEST_INPUT + 1024**2)
        app.router.add_route("*", "/api/{method}", self._web_api.handle)
        app.router.add_post("/response/{id}", Responses(self.workspace).handle)
        if isinstance(self.delivery, SocketMode):
            app.router.add_get("/link/", self.delivery.serve)
        PageApi(self.workspace, self.interactions, self.delivery, self.switches).add_routes(app)
        FileApi(self.workspace).add_routes(app)
        PanelApi(self.workspace, self.switches).add_routes(app)
        JournalApi(self.workspace.journal).add_routes(app)
        return app

    async def _listen(self, runner: web.AppRunner, port: int) -> None:
        site = web.TCPSite(runner, "127.0.0.1", port)
        await site.start()
        self.workspace.base_url = f"http://127.0.0.1:{runner.addresses[0][1]}"

    async def _stop(self) -> None:
        await self._events.close()
        await self.delivery.close()

    def _note_event_failure(self, failure: AppDidNotAnswer) -> None:
        self.workspace.notify("error", f"event: {failure.reason}", failure.told, "event")


def ids_by(chance: random.Random) -> NewId:
    """Make ids by chance: with the same seed, the same in every run."""
    return lambda prefix: prefix + "".join(chance.choices(_ALPHABET, k=10))


def counted_ids() -> NewId:
    """Make ids that are the same in every run."""
    counter = itertools.count(1)
    return lambda prefix: f"{prefix}{next(counter):010d}"


def _way(
    delivery: str,
    workspace: Workspace,
    real: Clock,
    answer_within: float,
    request_url: str | None,
) -> Delivery:
    changed = workspace.changes.announce
    if delivery == "http":
        return HttpDelivery(real, changed, answer_within, request_url)
    return SocketMode(workspace.new_id, changed, answer_within)
