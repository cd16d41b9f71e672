"""What Slack and the app said to each other: the newest of it, for whoever wants to know.

Noting is cheap, since every test and every played year does it: whatever is drawn, and every
secret that is blacked out, waits until somebody looks.
"""

import json
import re
from collections import deque
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final, Literal

from sandbox.changes import Changes
from sandbox.problems import SandboxError

Json = dict[str, Any]
Kind = Literal["command", "interaction", "event", "call", "response"]
"""The first three are sent by Slack; the app calls a method, or answers to a response URL."""

KEPT: Final = 500
"""Exchanges; older ones are forgotten."""
BLACK: Final = "•••"
_SECRET_KEYS: Final = ("token", "access_token", "bot_token", "client_secret", "signing_secret")
_SECRET_PARTS: Final = re.compile(
    r"(xox[a-z]-|xapp-|/response/|/upload/v1/|[?&]ticket=)[^\s\"'&?/<>|]+"
)


@dataclass(slots=True)
class Exchange:
    """One thing that was sent, and its answer."""

    number: int
    at: datetime
    """By the clock of the sandbox."""
    kind: Kind
    name: str
    """A command, a type of payload or event, or a method."""
    asked: Json
    answered: Any = None
    """An object or a text; the body of a response as it went out."""
    status: int = 200
    failure: str = ""
    """Why there was no answer."""
    ms: int | None = None
    """Milliseconds until the answer, by real time; None while it is awaited."""
    changed: int = 0
    """The count of changes when this was begun or answered."""


class Journal:
    """The newest exchanges, and a counter of their changes that can be waited for."""

    def __init__(self, clock: Callable[[], datetime], monotonic: Callable[[], float]) -> None:
        self.changes = Changes()
        self._clock = clock
        self._monotonic = monotonic
        self._kept: deque[Exchange] = deque(maxlen=KEPT)
        self._last = 0

    @contextmanager
    def noting(self, kind: Kind, name: str, asked: Json) -> Iterator[Exchange]:
        """Note an exchange while it lasts; whoever carries it out puts the answer in."""
        self._last += 1
        exchange = Exchange(self._last, self._clock(), kind, name, asked)
        began = self._monotonic()
        self._kept.append(exchange)
        self._announce(exchange)
        try:
            yield exchange
        except SandboxError as failure:
            exchange.failure = str(failure)
            raise
        finally:
            exchange.ms = round((self._monotonic() - began) * 1000)
            self._announce(exchange)

    def since(self, count: int) -> list[Exchange]:
        """List what changed after so many changes, oldest first."""
        return [exchange for exchange in self._kept if exchange.changed > count]

    def find(self, number: int) -> Exchange | None:
        """Find an exchange that isn't forgotten."""
        return next((each for each in self._kept if each.number == number), None)

    def _announce(self, exchange: Exchange) -> None:
        exchange.changed = self.changes.count + 1
        self.changes.announce()


def row(exchange: Exchange) -> Json:
    """Draw an exchange in a line."""
    asked, answered = exchange.asked, read(exchange.answered)
    said_no = isinstance(answered, dict) and answered.get("ok") is False
    return {
        "number": exchange.number,
        "at": exchange.at.isoformat(),
        "kind": exchange.kind,
        "name": exchange.name,
        "about": without_secrets(_about(asked)),
        "member": _member(asked),
        "ms": exchange.ms,
        "error": exchange.failure or (str(answered["error"]) if said_no else ""),
    }


def whole(exchange: Exchange) -> Json:
    """Draw everything of an exchange, secrets blacked out."""
    return {
        "asked": without_secrets(exchange.asked),
        "answered": without_secrets(read(exchange.answered)),
        "status": exchange.status,
        "failure": exchange.failure,
    }


def read(answered: Any) -> Any:
    """Read the body of a response as JSON if it is that, else as text."""
    if not isinstance(answered, bytes):
        return answered
    try:
        return json.loads(answered)
    except ValueError:
        return answered.decode(errors="replace")


def without_secrets(value: Any) -> Any:
    """Black out tokens, and what makes an address a key."""
    if isinstance(value, str):
        return _SECRET_PARTS.sub(lambda part: part[1] + BLACK, value)
    if isinstance(value, dict):
        return {
            key: BLACK if key in _SECRET_KEYS and each else without_secrets(each)
            for key, each in value.items()
        }
    if isinstance(value, (list, tuple)):
        return [without_secrets(each) for each in value]
    return value


def _about(asked: Json) -> str:
    """Say what it is about in a few words: what was clicked, typed, or spoken of."""
    for action in asked.get("actions") or ():
        return str(action.get("action_id", ""))
    view = asked.get("view")
    if isinstance(view, dict) and view.get("callback_id"):
        return str(view["callback_id"])
    for key in ("text", "callback_id", "channel", "user"):
        if isinstance(asked.get(key), str) and asked[key]:
            return str(asked[key])[:80]
    return ""


def _member(asked: Json) -> str:
    """Return the id of the member who did it, or whom it is about; nothing if it names none."""
    found = asked.get("user_id") or asked.get("user") or asked.get("event", {}).get("user")
    return str(found.get("id", "")) if isinstance(found, dict) else str(found or "")
