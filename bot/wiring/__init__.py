"""The composition root: builds every object of a process that serves from a Config.

What only commands need is put together in `commands`, and loaded with them: it takes time at the
start, and memory. Time and chance enter here, so that tests and the sandbox can bring their own.
"""

import asyncio
import hashlib
import logging
import secrets
import uuid
from collections.abc import (
    AsyncIterator,
    Awaitable,
    Callable,
    Coroutine,
    Iterable,
    Sequence,
)
from contextlib import AbstractContextManager, asynccontextmanager, nullcontext
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from functools import partial
from importlib import import_module
from secrets import token_bytes
from typing import TYPE_CHECKING, Any

import aiohttp
from slack_bolt.adapter.socket_mode.aiohttp import AsyncSocketModeHandler
from slack_bolt.app.async_app import AsyncApp
from slack_sdk.web.async_client import AsyncWebClient

from bot import checklists
from bot.checklists.proving.checking import Checker
from bot.checklists.writer import as_yaml
from bot.clock import PACE, Scheduler, Work, real_time
from bot.config import Config
from bot.domain.delivery import DEFAULT_TIMES, Claimed, DeliveryTimes, SendResult
from bot.domain.names import let_names_go
from bot.domain.workspace import WorkspaceId
from bot.http import HOOKS_PATH, Asgi, Readiness, create_asgi
from bot.intake import DoorsApp
from bot.posting import WebhookPoster, webhook_poster
from bot.readiness import Readiness as Ready
from bot.services.checklists import ChecklistService, OperatorsChecklists
from bot.services.data.forget import ForgetService
from bot.services.data.handing_out import HandingOutService
from bot.services.data.retention import RetentionRounds
from bot.services.decisions.decide import DecisionService, DeclineService
from bot.services.decisions.follow_up import FollowUpService
from bot.services.decisions.handover import HandoverService
from bot.services.delivery.deliver import AT_ONCE, DeliveryService
from bot.services.delivery.observed import ObservedMessenger, SentMessage
from bot.services.delivery.resend import ResendService
from bot.services.digest import DigestRounds
from bot.services.figures.facts import derive_facts
from bot.services.figures.report import ReportService
from bot.services.home import Home
from bot.services.intake.assigning import AssigningService
from bot.services.intake.coming_in import IntakeService
from bot.services.intake.door import DoorService
from bot.services.managers import ManagersRounds
from bot.services.nudges import NudgeRounds, OutdatedLooks, Rounds
from bot.services.outcomes import OutcomeService
from bot.services.overrides import OverrideService
from bot.services.people import Membership
from bot.services.ports import Clock, Directory, Messenger, NewId
from bot.services.remembered.remember import RememberService
from bot.services.screening.screen import ScreeningService
from bot.services.settings import SettingsService
from bot.services.transaction.checklists import ShippedChecklists
from bot.services.webhooks.deliver import WebhookDelivery
from bot.services.webhooks.managing import WebhookService
from bot.slack.app.app import create_app
from bot.slack.app.endpoint import create_endpoint
from bot.slack.client.directory import SlackDirectory
from bot.slack.client.files import SlackFiles
from bot.slack.client.identity import SingleWorkspace, keep_trying
from bot.slack.client.socket_mode import let_addresses_go, socket_mode
from bot.slack.client.threads import SlackThreads
from bot.slack.delivery.messenger import SlackMessenger
from bot.slack.interaction import PATIENCE, Background, Surface
from bot.storage.data.sweeping import Sweeper
from bot.storage.database import Database
from bot.storage.delivery.desk import OutboxDesk
from bot.storage.delivery.leases import Alive
from bot.storage.delivery.pauses import WorkspacePauses
from bot.storage.delivery.queue import OutboxQueue
from bot.storage.heartbeat import Heartbeat
from bot.storage.intake.doors import IntakeDoors
from bot.storage.name_keys import cut_names, renew_name_keys
from bot.storage.rounds import RoundQueue
from bot.storage.schema.migrations import schema_of
from bot.storage.schema.standing import NotMigrated
from bot.storage.unit_of_work import UnitsOfWork
from bot.storage.webhooks.queue import WebhookQueue
from bot.supervision import Supervisor

if TYPE_CHECKING:
    from bot.metrics import Metrics

log = logging.getLogger(__name__)

NAMES = "bringing stored names up to date"
ADOPTION = "taking over the settings of the environment"
ALIVE = "taking up what a process left behind"
ADOPTED_WITHIN = 2.0
"""Seconds for which a request waits for that at the start; Slack waits for three."""

ANSWERED_WITHIN = 0.1
"""Seconds that work in the background leaves to those who waited for that."""

NAMES_KEPT_FOR = 60.0
"""Seconds for which a process remembers how the name of a prospect is spelt otherwise."""

CALL_TIMEOUT = aiohttp.ClientTimeout(total=10)
"""For one call of the Web API; a message's lease is shorter, and renewed meanwhile."""
CALLS_AT_ONCE = AT_ONCE + 100
"""Connections to Slack: enough for those who wait in Slack while messages are being sent."""
_SDK_LOG = logging.getLogger("bot.slack.sdk")
_SDK_LOG.setLevel(logging.WARNING)
"""Slack's client writes each call and its answer out, for nobody, where no level was set."""

_OF_WORKSPACES = (OutdatedLooks, DigestRounds, RetentionRounds)
"""Rounds of the clock that are about no member."""


@dataclass(frozen=True, slots=True)
class Wired:
    """Every object, connected and not yet running."""

    app: AsyncApp
    asgi: Asgi
    """What one process serves that does everything."""
    health_of_web: Asgi
    """The same, of a process beside which others count the time."""
    health_of_worker: Asgi
    """Health alone, of a process that counts the time and delivers."""
    hooks: Asgi
    """What forms and other programs post to, on a port of its own."""
    metrics: Asgi | None
    """What Prometheus asks; None if nothing is counted."""
    errors_counted: Callable[[], AbstractContextManager[None]]
    """Meanwhile errors are counted, too."""
    jobs: Scheduler
    alive: Alive
    """Begun by a process that delivers."""
    delivery: DeliveryService
    webhooks: WebhookDelivery
    nudges: NudgeRounds
    managers: ManagersRounds
    clockwork: Sequence[Rounds[Any]]
    """The rounds of owners, managers and channels."""
    tick: Callable[[], Awaitable[None]]
    """What the clock does each second: rounds of owners, managers and channels, a heartbeat."""
    renew_name_keys: Callable[[], Awaitable[object]]
    """Brings up to date what an older version wrote after the migration."""
    cut_names: Callable[[], Awaitable[object]]
    """Lets similar names be looked up faster, if some are not cut yet."""
    background: Background
    workspace: SingleWorkspace
    membership: Membership
    checklists: OperatorsChecklists
    pauses: WorkspacePauses
    queue_of_rounds: RoundQueue
    socket: AsyncSocketModeHandler | None
    supervisor: Supervisor
    adopted: asyncio.Event
    """Set once nothing is served from settings that are older than the environment."""
    tasks: list[asyncio.Task[None]] = field(default_factory=list)

    def start_slack(self) -> None:
        """Start taking requests from Slack; over Socket Mode, once Slack accepts the connection."""
        self.start_identity()
        if self.socket is not None:
            self.tasks.append(asyncio.create_task(self._listen(self.socket)))
            self.tasks.append(asyncio.create_task(let_addresses_go(self.socket)))

    def start_identity(self) -> asyncio.Task[None]:
        """Start finding out which workspace this is, and adopting the environment's settings.

        Return the task, which ends once that's done.
        """
        self.supervisor.expect(NAMES)
        self.supervisor.expect(ADOPTION)
        introduction = asyncio.create_task(self._introduce())
        self.tasks.extend((introduction, asyncio.create_task(_let_names_go())))
        self.beside(self._cut_names)
        return introduction

    def start_work(self) -> None:
        """Start ticking and delivering, once what a dead process left behind is taken up."""
        self.supervisor.expect(ALIVE)
        self.tasks.append(asyncio.create_task(self._work()))

    def beside(self, work: Callable[[], Coroutine[Any, Any, None]]) -> None:
        """Run work in the background once today's settings are adopted.

        Whoever waited for that in Slack is answered first. If it fails, the log says so.
        """

        async def when_adopted() -> None:
            await self.adopted.wait()
            await asyncio.sleep(ANSWERED_WITHIN)
            try:
                await work()
            except Exception:
                log.exception("work in the background failed")

        self.tasks.append(asyncio.create_task(when_adopted()))

    async def look(self) -> None:
        """Run what is due now, and return once it's done and sent."""
        await self.jobs.look()
        await self.delivery.drain()

    async def stop(self) -> None:
        """Take no more work, and finish what has begun."""
        for task in self.tasks:
            task.cancel()
        await asyncio.gather(*self.tasks, return_exceptions=True)
        if self.socket is not None:
            await self.socket.close_async()  # type: ignore[no-untyped-call]
        await self.delivery.drain(self.webhooks.stop(self.jobs.stop()), self.background.drain())
        self.alive.end()

    async def _introduce(self) -> None:
        """Find out which workspace this is, then adopt its settings and managers.

        Names come before: who typed one whose key is outdated would find no prospect.
        """
        await self.supervisor.until_done("finding out who we are", self.workspace.find_out)
        await self.supervisor.until_done(NAMES, self.renew_name_keys)
        await self.supervisor.until_done(ADOPTION, self.adopt)
        self.adopted.set()
        self.jobs.begin_all()

    async def _cut_names(self) -> None:
        """Cut names that aren't cut, with a supervisor of its own: readiness doesn't wait."""
        await Supervisor().until_done("cutting names into pieces", self.cut_names)

    async def _work(self) -> None:
        await self.supervisor.until_done(ALIVE, self.alive.begin)
        self.jobs.start()

    async def adopt(self) -> None:
        """Adopt the environment's settings for the workspace that the token belongs to."""
        for workspace_id in self.workspace.ours():
            await _name_strangers(self.queue_of_rounds, workspace_id)
            await self.membership.adopt(workspace_id)
            await self.checklists.renew(workspace_id)
            await self.pauses.end(workspace_id)

    async def name_missed_holidays(self) -> None:
        """Log which holidays of our workspace are worked on because no region is set."""
        for workspace_id in self.workspace.ours():
            await self.membership.name_missed_holidays(workspace_id)

    async def _listen(self, socket: AsyncSocketModeHandler) -> None:
        """Connect once today's settings are adopted, so that no request sees older ones."""
        await self.adopted.wait()
        await self.supervisor.until_done("connecting to Slack", lambda: _connect(socket))


async def _let_names_go() -> None:
    """Keep no name for long: of somebody who is forgotten no process knows it after a minute."""
    while True:
        await asyncio.sleep(NAMES_KEPT_FOR)
        let_names_go()


def random_id() -> str:
    """Return an id that nobody can guess."""
    return uuid.uuid4().hex


@asynccontextmanager
async def wired(
    config: Config,
    *,
    clock: Clock = real_time,
    new_id: NewId = random_id,
    times: DeliveryTimes = DEFAULT_TIMES,
    hurried: bool = False,
    is_alone: bool = False,
    on_sent: Callable[[SentMessage], None] = lambda _: None,
    patience: float = PATIENCE,
) -> AsyncIterator[Wired]:
    """Put everything together; what was opened is closed at the end.

    `hurried` lets a channel take messages as fast as they come, and doesn't wait for the disk: for
    a pretend Slack that plays a year in a minute, and begins anew if that breaks off. A process
    that `is_alone` with a SQLite file needs no threads for it. `on_sent` is told what was sent.
    `patience` are the seconds that work is tried for which somebody waits in Slack.

    Raises NotMigrated when the database has another schema.
    """
    async with (
        opened(
            config.database_url,
            is_throwaway=hurried,
            is_alone=is_alone,
            connections=config.database_connections,
        ) as database,
        aiohttp.ClientSession(
            timeout=CALL_TIMEOUT, connector=aiohttp.TCPConnector(limit=CALLS_AT_ONCE)
        ) as session,
        webhook_poster(config.webhook_allowed_hosts) as poster,
    ):
        times = replace(times, pace=timedelta(0)) if hurried else times
        given = _Given(session, poster, clock, new_id, times, on_sent, patience)
        together = _put_together(config, database, given)
        with together.errors_counted():
            try:
                yield together
            finally:
                await together.stop()


@asynccontextmanager
async def opened(
    database_url: str,
    *,
    is_throwaway: bool = False,
    is_alone: bool = False,
    connections: int | None = None,
) -> AsyncIterator[Database]:
    """Open a database that has our schema. Raises NotMigrated for any other."""
    database = Database.from_url(
        database_url, is_throwaway=is_throwaway, is_alone=is_alone, connections=connections
    )
    try:
        schema = await schema_of(database)
        if not schema.is_usable:
            raise NotMigrated(schema)
        yield database
    finally:
        await database.close()


@dataclass(frozen=True, slots=True)
class _Given:
    """What comes from outside; tests and the sandbox bring their own."""

    session: aiohttp.ClientSession
    poster: WebhookPoster
    clock: Clock
    new_id: NewId
    times: DeliveryTimes
    on_sent: Callable[[SentMessage], None]
    patience: float


def _put_together(config: Config, database: Database, given: _Given) -> Wired:
    session, clock, times = given.session, given.clock, given.times
    client, wake = slack_client(config, session), _Bell()
    workspace, client_of = _one_workspace(client)
    supervisor, adopted = Supervisor(), asyncio.Event()
    units = UnitsOfWork(database, checklists.restore, wake.wake, wake.wake_webhooks)
    directory = SlackDirectory(client_of, lambda: workspace.enterprise_id)
    membership = Membership(units, directory, clock, config.first_values)
    ours = ShippedChecklists(
        checklists.default(), checklists.shipped, clock, given.new_id, tuple(checklists.SHIPPED)
    )
    surface = _surface(units, membership, directory, ours, client_of, given, config)
    heartbeat, desk = Heartbeat(database, workspace.ours), OutboxDesk(database, workspace.ours)
    rounds = RoundQueue(database, workspace.ours)
    to_webhooks = WebhookQueue(database, times, workspace.ours)
    counting = _counting(config, desk, heartbeat, rounds, to_webhooks, clock)
    slack = SlackMessenger(client_of, _secret(config))
    messenger = _watched(slack, clock, given.on_sent, counting.on_sent)
    hear: dict[str, Any] = {"look_again_in": wake.wake_in, "ended": counting.ended}
    queue = OutboxQueue(database, times, workspace.ours)
    delivery = DeliveryService(queue, units, membership, messenger, clock, times=times, **hear)
    nudges, managers = NudgeRounds(units, rounds, clock), ManagersRounds(units, rounds, clock)
    clockwork = (nudges, managers, *(each(units, rounds, clock) for each in _OF_WORKSPACES))
    sweep = Sweeper(database, workspace.ours).sweep
    beside = delivery.ask_again, lambda: sweep(clock())
    tick = partial(_tick, clockwork, beside, heartbeat, workspace)
    webhooks = WebhookDelivery(to_webhooks, units, given.poster, clock, wake.wake_webhooks)
    deliver = partial(_deliver, delivery, webhooks, wake, clock)
    groups = partial(_learn_groups, membership, units, workspace)
    jobs = _jobs(wake, adopted, supervisor, deliver, groups, tick)
    app = create_app(surface, client, workspace.authorize, counting.acked)
    socket = _socket(config, app, client)
    pauses, doors = WorkspacePauses(database, workspace.ours), IntakeDoors(database, workspace.ours)
    hooks = DoorsApp(IntakeService(units, membership, ours, doors), _open_once(adopted))
    ready = Ready(database, heartbeat, pauses, desk, workspace, socket, supervisor, rounds, clock)
    return Wired(
        app=app,
        **_served(config, adopted, hooks, None if socket else app, ready),
        metrics=counting.asgi,
        errors_counted=counting.errors_counted,
        jobs=jobs,
        alive=Alive(database, times.after_death),
        delivery=delivery,
        webhooks=webhooks,
        nudges=nudges,
        managers=managers,
        clockwork=clockwork,
        tick=tick,
        renew_name_keys=partial(renew_name_keys, database),
        cut_names=partial(cut_names, database),
        background=surface.background,
        workspace=workspace,
        membership=membership,
        checklists=OperatorsChecklists(units, rounds, ours),
        pauses=pauses,
        queue_of_rounds=rounds,
        socket=socket,
        supervisor=supervisor,
        adopted=adopted,
    )


def _watched(
    messenger: Messenger, clock: Clock, *hearers: Callable[[SentMessage], None]
) -> Messenger:
    """Wrap the messenger so that each hearer is called with every sent message."""
    for on_sent in hearers:
        messenger = ObservedMessenger(messenger, clock, on_sent)
    return messenger


def _jobs(wake: "_Bell", adopted: asyncio.Event, supervisor: Supervisor, *work: Work) -> Scheduler:
    """Return a scheduler of these jobs, held until settings are adopted; the bell wakes one."""
    jobs = Scheduler(*(_once(adopted, each) for each in work))
    supervisor.watch(jobs.failing)
    wake.listener = jobs.deliver_soon
    return jobs


def _uncounted(*_: object) -> None:
    """Count nothing."""


@dataclass(frozen=True, slots=True)
class _Counting:
    """The hooks that count, and the app that serves the counts. By default nothing is counted."""

    acked: Callable[[str, float], None] = _uncounted
    ended: Callable[[Claimed, SendResult], None] = _uncounted
    on_sent: Callable[[SentMessage], None] = _uncounted
    asgi: Asgi | None = None
    errors_counted: Callable[[], AbstractContextManager[None]] = nullcontext


def _counting(
    config: Config,
    desk: OutboxDesk,
    heartbeat: Heartbeat,
    rounds: RoundQueue,
    webhooks: WebhookQueue,
    clock: Clock,
) -> _Counting:
    """Return hooks that count if metrics are switched on. Only then is the library loaded."""
    if config.metrics_port is None:
        return _Counting()
    counting = import_module("bot.metrics")
    metrics: Metrics = counting.Metrics(
        counting.SharedState(desk, heartbeat, rounds, webhooks, clock)
    )
    return _Counting(
        metrics.acked, metrics.ended, metrics.count_sent, metrics.asgi, metrics.errors_counted
    )


def _one_workspace(
    client: AsyncWebClient,
) -> tuple[SingleWorkspace, Callable[[WorkspaceId], AsyncWebClient]]:
    """Return the token's workspace, and a function from a workspace to its client."""
    workspace = SingleWorkspace(client)
    return workspace, partial(client_for, workspace, client)


def client_for(
    workspace: SingleWorkspace, client: AsyncWebClient, workspace_id: WorkspaceId
) -> AsyncWebClient:
    """Return a workspace's client. Another workspace's messages never go out with our token."""
    if workspace_id not in (workspace.ours() or (workspace_id,)):
        raise LookupError(workspace_id)
    return client


def _surface(
    units: UnitsOfWork,
    membership: Membership,
    directory: Directory,
    ours: ShippedChecklists,
    client_of: Callable[[WorkspaceId], AsyncWebClient],
    given: _Given,
    config: Config,
) -> Surface:
    """Return everything that people can do in Slack."""
    clock, allowed = ours.clock, config.webhook_allowed_hosts
    return Surface(
        membership=membership,
        screening=ScreeningService(units, membership, ours),
        checklists=ChecklistService(units, ours, Checker()),
        decisions=DecisionService(units, clock),
        follow_up=FollowUpService(units, membership, clock),
        overrides=OverrideService(units, clock, ours.new_id),
        handover=HandoverService(units, membership, clock),
        outcomes=OutcomeService(units, clock),
        decline=DeclineService(units),
        settings=SettingsService(units, membership, directory, clock),
        home=Home(units, clock),
        remember=RememberService(units, ours),
        reports=ReportService(units, clock, ours.default),
        resend=ResendService(units),
        handing_out=HandingOutService(units, clock, as_yaml),
        door=_door(config, units, clock),
        assigning=AssigningService(units, membership, clock),
        forgetting=ForgetService(units, SlackThreads(client_of), clock),
        webhooks=WebhookService(units, clock, ours.new_id, token_bytes, allowed),
        files=SlackFiles(client_of, given.session),
        clock=clock,
        background=Background(),
        patience=given.patience,
    )


def _door(config: Config, units: UnitsOfWork, clock: Clock) -> DoorService:
    """Return the door as managers see it. In Socket Mode it needs a port of its own."""
    base, over_http = f"{config.public_url or ''}{HOOKS_PATH}", config.slack_app_token is None
    is_served = over_http or config.hooks_port is not None
    return DoorService(units, clock, secrets.token_urlsafe, base, is_served=is_served)


def _once(adopted: asyncio.Event, work: Callable[[], Awaitable[object]]) -> Work:
    """Return a job that does nothing while the adopted settings are older than the environment."""

    async def job() -> None:
        if adopted.is_set():
            await work()

    return job


async def _name_strangers(rounds: RoundQueue, workspace_id: WorkspaceId) -> None:
    """Log a warning if the database holds only other workspaces."""
    known = await rounds.workspaces()
    if known and workspace_id not in known:
        log.warning(
            "the database has %s and not %s, to which our token belongs: do DATABASE_URL and "
            "SLACK_BOT_TOKEN belong to the same workspace? It starts empty here, beside the others",
            ", ".join(known),
            workspace_id,
        )


async def _tick(
    rounds: Iterable[Rounds[Any]],
    beside: Iterable[Callable[[], Awaitable[object]]],
    heartbeat: Heartbeat,
    workspace: SingleWorkspace,
) -> None:
    for each in rounds:
        await each.tick()
    for work in beside:
        await work()
    if workspace.workspace_id is not None:
        await heartbeat.beat(workspace.workspace_id)


async def _deliver(
    delivery: DeliveryService, webhooks: WebhookDelivery, wake: "_Bell", clock: Clock
) -> None:
    await delivery.deliver_due()
    await webhooks.renew()
    if wake.is_for_webhooks(clock()):
        await webhooks.deliver_due()


async def _learn_groups(
    membership: Membership, units: UnitsOfWork, workspace: SingleWorkspace
) -> None:
    """Refresh the user groups' members and the figures' facts, so that nobody waits for either."""
    if workspace.workspace_id is not None:
        try:
            await membership.refresh_groups(workspace.workspace_id)
        finally:  # also where we may not read the groups
            await derive_facts(units, workspace.workspace_id)


def _served(
    config: Config, adopted: asyncio.Event, hooks: Asgi, over_http: AsyncApp | None, ready: Ready
) -> dict[str, Any]:
    """Return the ASGI apps for each kind of process."""
    door = partial(_asgi, config, adopted, hooks)
    return {
        "asgi": door(over_http, ready.of_worker),
        "health_of_web": door(over_http, ready.of_web),
        "health_of_worker": door(None, ready.of_worker),
        "hooks": hooks,
    }


def _asgi(
    config: Config,
    adopted: asyncio.Event,
    hooks: Asgi,
    app: AsyncApp | None,
    readiness: Readiness,
) -> Asgi:
    """Return an app that serves health, and with `app` also Slack's endpoint and the doors."""
    return create_asgi(
        None if app is None else create_endpoint(app),
        config.slack_signing_secret or "",
        lambda: real_time().timestamp(),
        readiness,
        opened=_open_once(adopted),
        hooks=None if app is None else hooks,
    )


def _open_once(adopted: asyncio.Event) -> Callable[[], Awaitable[bool]]:
    """Return a function that lets a request wait briefly until settings are adopted."""
    return partial(_within, adopted, ADOPTED_WITHIN)


async def _within(event: asyncio.Event, seconds: float) -> bool:
    if event.is_set():  # as for each request but the first ones
        return True
    try:
        async with asyncio.timeout(seconds):
            return await event.wait()
    except TimeoutError:
        return False


class _Bell:
    """Wakes the jobs from storage, which is built before them."""

    listener: Callable[[], None] | None = None
    _is_for_webhooks = False
    _webhooks_asked = datetime.min.replace(tzinfo=UTC)

    def wake_webhooks(self) -> None:
        """Ring, and note that a webhook is due."""
        self._is_for_webhooks = True
        self.wake()

    def is_for_webhooks(self, now: datetime) -> bool:
        """Tell whether to look for due webhooks: after a ring for them, or after a while.

        The bell rings for every lane that becomes free, and a webhook is seldom waiting.
        """
        is_recent = timedelta(0) <= now - self._webhooks_asked < PACE / 2
        if is_recent and not self._is_for_webhooks:
            return False
        self._is_for_webhooks, self._webhooks_asked = False, now
        return True

    def wake(self) -> None:
        if self.listener is not None:
            self.listener()

    def wake_in(self, seconds: float) -> None:
        """Ring when a lane becomes free; waiting for the full second would halve its pace."""
        if seconds:
            asyncio.get_running_loop().call_later(seconds, self.wake)
        else:
            self.wake()


def slack_client(config: Config, session: aiohttp.ClientSession) -> AsyncWebClient:
    """Return the client for every call. It never retries by itself."""
    return AsyncWebClient(
        token=config.slack_bot_token,
        base_url=config.slack_api_url,
        session=session,
        logger=_SDK_LOG,
        retry_handlers=[],
    )


def _socket(config: Config, app: AsyncApp, client: AsyncWebClient) -> AsyncSocketModeHandler | None:
    if config.slack_app_token is None:
        return None
    return socket_mode(app, config.slack_app_token, client)


@keep_trying
async def _connect(socket: AsyncSocketModeHandler) -> None:
    await socket.connect_async()  # type: ignore[no-untyped-call]


def _secret(config: Config) -> bytes:
    """Return what marks our messages; it stays the same for as long as the token does."""
    return hashlib.sha256(b"walkaway message" + config.slack_bot_token.encode()).digest()
