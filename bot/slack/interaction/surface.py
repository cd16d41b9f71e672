"""What the listeners work with: the services, and work that goes on after the answer."""

import asyncio
import logging
from collections.abc import Awaitable, Callable, Coroutine
from dataclasses import dataclass, field
from functools import partial
from itertools import count
from typing import Any

from cachetools import LRUCache

from bot.checklists.proving.checking import Checked
from bot.domain.workspace import WorkspaceId
from bot.services.checklists import ChecklistService
from bot.services.data.forget import ForgetService
from bot.services.data.handing_out import HandingOutService
from bot.services.decisions.decide import DecisionService, DeclineService
from bot.services.decisions.follow_up import FollowUpService
from bot.services.decisions.handover import HandoverService
from bot.services.delivery.resend import ResendService
from bot.services.figures.report import ReportService
from bot.services.home import Home
from bot.services.intake.assigning import AssigningService
from bot.services.intake.door import DoorService
from bot.services.outcomes import OutcomeService
from bot.services.overrides import OverrideService
from bot.services.people import Membership
from bot.services.ports import Clock
from bot.services.remembered.remember import RememberService
from bot.services.screening.screen import ScreeningService
from bot.services.settings import SettingsService
from bot.services.webhooks.managing import WebhookService
from bot.slack.client.files import SlackFiles

log = logging.getLogger(__name__)

AT_ONCE = 100
"""How many tasks run at the same time; a trigger_id lives 3 s, so more would only expire."""

MOST_WAITING = 1000
"""How many more may wait for their turn."""

PATIENCE = 2.5
"""Seconds that we try, when somebody waits in Slack, which gives up after three."""


REMEMBERED_VIEWS = 10_000
REMEMBERED_FILES = 20


class TooBusy(Exception):
    """There is more to do than can be done in time."""


class Background:
    """Runs tasks, holds on to them, and waits for them at the end."""

    def __init__(self, at_once: int = AT_ONCE, most: int = AT_ONCE + MOST_WAITING) -> None:
        self._places = asyncio.Semaphore(at_once)
        self._most = most
        self._tasks: set[asyncio.Task[Any]] = set()

    def spawn(self, work: Coroutine[Any, Any, None]) -> None:
        """Start `work`. It reports its own errors; anything that escapes is logged.

        Raises TooBusy if too much is already waiting.
        """
        if len(self._tasks) >= self._most:
            work.close()
            raise TooBusy
        self._keep(asyncio.create_task(self._run(work)))

    def watch(self, task: asyncio.Task[Any]) -> None:
        """Hold on to a task that nobody awaits any more."""
        self._keep(asyncio.create_task(_ended(task)))

    def _keep(self, task: asyncio.Task[Any]) -> None:
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def drain(self) -> None:
        """Wait until all work is done, including work that starts meanwhile."""
        while self._tasks:
            await asyncio.gather(*self._tasks)

    async def _run(self, work: Coroutine[Any, Any, None]) -> None:
        async with self._places:
            try:
                await work
            except Exception:
                log.exception("work after an answer failed")


async def _ended(task: asyncio.Task[Any]) -> None:
    await asyncio.wait({task})
    if not task.cancelled() and (error := task.exception()) is not None:
        log.info("what took too long failed, too: %s", type(error).__name__)


class Debounce:
    """Debounces typing: of several inputs in quick succession, only the last is handled."""

    def __init__(self, pause: Callable[[], Awaitable[None]]) -> None:
        """Take the function that waits for a pause in the typing."""
        self._pause = pause
        self._counts = count()
        self._latest: dict[str, int] = {}

    async def last(self, place: str, work: Callable[[], Awaitable[None]]) -> None:
        """Do `work` for a place after a moment, unless newer work for it has come by then."""
        mine = self._latest[place] = next(self._counts)
        await self._pause()
        if self._latest.get(place) == mine:
            del self._latest[place]
            await work()


TYPING_PAUSE = 0.7
"""Seconds without a key after which somebody is taken to have stopped typing."""


class Redraws:
    """Keeps a modal from showing the result of an older click than the newest.

    Each process knows only its own clicks. The next click, or submitting the step, corrects what
    clicks in another process left behind.
    """

    def __init__(self) -> None:
        self._newest: LRUCache[str, str] = LRUCache(REMEMBERED_VIEWS)
        self._begun: LRUCache[str, str | None] = LRUCache(REMEMBERED_VIEWS)

    def note(self, view_id: str, click: str) -> None:
        """Remember the newest click in a view, by its `action_ts`."""
        self._newest[view_id] = max(click, self._newest.get(view_id, ""))

    def is_newest(self, view_id: str, click: str) -> bool:
        """Tell whether this is the newest known click."""
        return click >= self._newest.get(view_id, "")

    def end(self, view_id: str) -> None:
        """Keep all clicks so far from redrawing a view, which now shows another step."""
        if view_id in self._newest:
            self.note(view_id, f"{self._newest[view_id]}~")

    def begin(self, view_id: str, drawn: str | None) -> None:
        """Remember that this state of a view, by its hash, is being replaced."""
        self._begun[view_id] = drawn

    def is_begun(self, view_id: str, drawn: str | None) -> bool:
        """Tell whether this state of a view is being or has been replaced."""
        return view_id in self._begun and self._begun[view_id] == drawn


class CheckedFiles:
    """Remembers the checklists of uploaded files by file id, because checking one takes seconds.

    A file in Slack never changes. Another process, or this one after a restart, checks it again.
    """

    def __init__(self) -> None:
        self._checked: LRUCache[tuple[WorkspaceId, str], Checked] = LRUCache(REMEMBERED_FILES)

    def get(self, workspace_id: WorkspaceId, file_id: str) -> Checked | None:
        """Return what was found in a file; None if it isn't remembered."""
        return self._checked.get((workspace_id, file_id))

    def put(self, workspace_id: WorkspaceId, file_id: str, checked: Checked) -> None:
        """Remember what was found in a file."""
        self._checked[workspace_id, file_id] = checked


@dataclass(frozen=True, slots=True)
class Surface:
    """What the listeners work with."""

    membership: Membership
    screening: ScreeningService
    decisions: DecisionService
    follow_up: FollowUpService
    overrides: OverrideService
    handover: HandoverService
    outcomes: OutcomeService
    decline: DeclineService
    settings: SettingsService
    checklists: ChecklistService
    home: Home
    remember: RememberService
    reports: ReportService
    resend: ResendService
    forgetting: ForgetService
    webhooks: WebhookService
    handing_out: HandingOutService
    door: DoorService
    assigning: AssigningService
    files: SlackFiles
    clock: Clock
    background: Background
    patience: float = PATIENCE
    """Seconds that work is tried for which somebody waits in Slack."""
    typing: Debounce = field(default_factory=lambda: Debounce(partial(asyncio.sleep, TYPING_PAUSE)))
    redraws: Redraws = field(default_factory=Redraws)
    checked_files: CheckedFiles = field(default_factory=CheckedFiles)
