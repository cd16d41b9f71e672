"""Everything the pretend Slack remembers, in one place that wakes whoever waits for changes."""

import asyncio
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sandbox.changes import Changes
from sandbox.clock import TimeMachine
from sandbox.elements import Json, placed_elements, with_ids
from sandbox.files import Files
from sandbox.journal import Journal
from sandbox.messages import Message, Messages
from sandbox.permits import Permits
from sandbox.preparation import Preparation
from sandbox.problems import ApiError
from sandbox.rules import home_problems, message_problems, view_problems
from sandbox.views import Views
from sandbox.words import Sentence
from sandbox.world import BOT_USER, SCOPES, SLACKBOT, World

NewId = Callable[[str], str]


@dataclass(frozen=True, slots=True)
class ApiCall:
    """One call of a Web API method by the app, its token left out."""

    method: str
    args: dict[str, Any]
    at: datetime


@dataclass(frozen=True, slots=True)
class Fault:
    """What happens to a call instead of, or besides, an honest answer.

    `status`, `headers` and `body` replace the answer; `delay` holds it back for seconds, `until`
    until something happens; `reset` breaks the connection. `carried_out` says that the call has
    its effect all the same.
    """

    status: int | None = None
    headers: dict[str, str] | None = None
    body: str | dict[str, Any] | list[Any] | None = None
    delay: float = 0.0
    reset: bool = False
    carried_out: bool = False
    until: asyncio.Event | None = None


@dataclass(frozen=True, slots=True)
class Refusal:
    """A call, or an answer of the app, that was refused."""

    method: str
    error: str
    problems: tuple[str, ...]
    at: datetime


@dataclass(frozen=True, slots=True)
class Notice:
    """Something the developer of the app should see: refused, warning or error."""

    id: str
    at: str
    kind: str
    title: str | Sentence
    detail: tuple[str, ...]
    """In Slack's words, which the page puts into those of who looks."""
    method: str


class Workspace:
    """The state of one pretend Slack workspace."""

    def __init__(self, clock: TimeMachine, monotonic: Callable[[], float], new_id: NewId) -> None:
        self.clock = clock
        self.monotonic = monotonic
        self.new_id = new_id
        self.changes = Changes()
        clock.on_move = self.changes.announce
        self.world = World()
        self.scopes: list[str] = list(SCOPES)
        self.messages = Messages(clock)
        self.views = Views(clock, new_id, lambda: self.world.installed_in)
        self.files = Files(clock, new_id)
        self.permits = Permits(clock, monotonic, new_id)
        self.preparation = Preparation()
        self.journal = Journal(clock, monotonic)
        self.calls: list[ApiCall] = []
        self.refusals: list[Refusal] = []
        self.notices: list[Notice] = []
        self.read: dict[tuple[str, str], str] = {}
        """The last timestamp that a member read in a channel."""
        self.base_url = ""

    def post(
        self, channel: str, text: str, blocks: list[Json] | None = None, **more: Any
    ) -> Message:
        """Add a message, by the app unless `user` says otherwise."""
        ts = self.messages.next_ts()
        user = more.pop("user", BOT_USER)
        drawn = with_ids(blocks, self.new_id)
        message = Message(channel, ts, user, text, drawn, **more)
        self.messages.add(message)
        self.changes.announce()
        return message

    def whisper(self, member: str, channel: str, text: str) -> None:
        """Let Slackbot tell one member something."""
        self.post(channel, text, user=SLACKBOT, ephemeral_for=member)

    def checked_view(self, view: Any, *, home: bool = False) -> Json:
        """Refuse a view that Slack would refuse, with every problem named."""
        checked = _checked_view(view, home=home)
        kinds = {element["type"] for _, element in placed_elements(checked["blocks"])}
        if "file_input" in kinds and "files:read" not in self.scopes:
            raise ApiError("missing_scope", needed="files:read", provided=",".join(self.scopes))
        return checked

    def refuse(self, method: str, error: ApiError) -> None:
        """Remember a refusal, and show it as a notice."""
        self.refusals.append(Refusal(method, error.error, error.problems, self.clock()))
        kind = "refused" if error.problems else "warning"
        self.notify(kind, f"{method}: {error.error}", error.problems, method)

    def notify(
        self, kind: str, title: str | Sentence, detail: Sequence[str] = (), method: str = ""
    ) -> None:
        """Show a notice."""
        at = self.clock().isoformat()
        self.notices.append(Notice(self.new_id("N"), at, kind, title, tuple(detail), method))
        self.changes.announce()


def checked_message(payload: Json) -> None:
    """Refuse a message that Slack would refuse, with every problem named."""
    problems = message_problems(payload)
    if problems:
        raise ApiError("invalid_blocks", problems=_worded(problems))


def _checked_view(view: Any, *, home: bool) -> Json:
    if not isinstance(view, dict):
        raise ApiError("invalid_arguments", problems=("must be an object [json-pointer:/view]",))
    problems = home_problems(view) if home else view_problems(view)
    if problems:
        raise ApiError("invalid_arguments", problems=_worded(problems, "/view"))
    return view


def _worded(problems: Sequence[Any], prefix: str = "") -> tuple[str, ...]:
    return tuple(f"{p.message} [json-pointer:{prefix}{p.pointer}]" for p in problems)
