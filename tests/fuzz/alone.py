"""The wired bot without a socket: requests go straight into its ASGI app, Slack is a stub.

Its database is as strict as PostgreSQL, and can be set back to any moment of the recorded story.
"""

import asyncio
import hashlib
import hmac
import json
import logging
import sqlite3
import time
from collections.abc import AsyncIterator, Callable, Iterator, Mapping, Sequence
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from unittest.mock import patch

import aiohttp
import yarl
from sqlalchemy import Engine, event

from bot.config import Config
from bot.wiring import Wired, wired
from sandbox.web_api_people import drawn_user
from sandbox.world import BOT_TOKEN, SIGNING_SECRET, TEAM_ID, World
from tests.office import CHANNEL, MONDAY, SetClock

Json = dict[str, Any]
Headers = Sequence[tuple[bytes, bytes]]
OTHERS = ("T0SAMEIDS", "T0OTHERIDS")
"""Two more workspaces: one has the same ids as ours, the other has its own."""


@dataclass(frozen=True, slots=True)
class Request:
    """One HTTP request, as raw as a server hands it over."""

    body: bytes
    headers: tuple[tuple[bytes, bytes], ...]
    method: str = "POST"
    path: str = "/slack/events"
    chunk: int = 0
    """Bytes in each piece; 0: all at once."""
    is_cut_off: bool = False
    """Whether the connection breaks before the body is complete."""

    def __repr__(self) -> str:
        """Show where it goes, and how its body begins."""
        return f"<{self.method} {self.path} {self.body[:200]!r}>"


@dataclass(frozen=True, slots=True)
class Reply:
    """What came back."""

    status: int
    body: bytes


@dataclass
class Alone:
    """The bot, and everything that it did."""

    bot: Wired
    slack: "StubSlack"
    file: sqlite3.Connection
    errors: list[logging.LogRecord] = field(default_factory=list)
    _seen: tuple[sqlite3.Connection | None, int] = (None, -1)
    _taken: tuple[sqlite3.Connection | None, int] = (None, -1)

    async def handle(self, request: Request) -> Reply:
        """Give it to the app, and wait for all that follows the answer."""
        self.errors.clear()
        self.slack.calls.clear()
        self.slack.views.clear()
        sent: list[Json] = []

        async def send(message: Any) -> None:
            sent.append(message)

        await self.bot.asgi(_scope(request), _receive(request), send)
        await self.bot.background.drain()
        kinds = [message["type"] for message in sent]
        assert kinds == ["http.response.start", "http.response.body"]
        return Reply(sent[0]["status"], sent[1].get("body", b""))

    def back_to(self, moment: sqlite3.Connection) -> None:
        """Set the database back to a moment, unless it is there still."""
        if self._seen[0] is not moment or self.has_written():
            moment.backup(self.file)
            self._seen = (moment, self._data_version())

    def has_written(self) -> bool:
        """Tell whether the bot wrote anything since the database was set back."""
        return self._data_version() != self._seen[1]

    def noted(self) -> None:
        """Take the database as it is now for where it was set back to."""
        self._seen = (None, self._data_version())

    def moment(self) -> sqlite3.Connection:
        """Return a copy of the database as it is now, with two more workspaces in it.

        It is the same one as before if nothing was written since.
        """
        taken, version = self._taken
        if taken is not None and version == self._data_version():
            return taken
        copy = sqlite3.connect(":memory:")
        self.file.backup(copy)
        for table in _tables(copy):
            if table not in _BY_TRIGGERS:
                _add_other_workspaces(copy, table)
        copy.commit()
        self._taken = (copy, self._data_version())
        return copy

    def _data_version(self) -> int:
        """Return a number that changes whenever another connection writes."""
        return int(self.file.execute("PRAGMA data_version").fetchone()[0])


def foreign_rows(file: sqlite3.Connection) -> list[Any]:
    """Return every row of every other workspace."""
    return [
        row
        for table in _tables(file)
        for row in file.execute(f"SELECT * FROM {table} WHERE workspace_id <> '{TEAM_ID}'")  # noqa: S608 - no outside text
    ]


def ids_in(file: sqlite3.Connection) -> list[str]:
    """Return every id that stands in a column for ids."""
    found = {
        str(value)
        for table in _tables(file)
        for column in _columns(file, table)
        if column.endswith("_id")
        for (value,) in file.execute(f"SELECT {column} FROM {table}")  # noqa: S608 - no outside text
        if value is not None
    }
    return sorted(found)


class StubSlack:
    """Stands where the bot's HTTP session would, and says yes to everything."""

    closed = False

    def __init__(self) -> None:
        self.calls: list[str] = []
        """The methods called, and "response_url"."""
        self.views: list[Json] = []
        """What they were to show."""
        self._members = {
            key: drawn_user(each, MONDAY) | {"locale": each.locale}
            for key, each in World().members.items()
        }

    def request(self, _method: str, url: str, **arguments: Any) -> "_Answer":
        """Answer one call."""
        try:
            address = yarl.URL(url)
        except ValueError as error:
            raise aiohttp.InvalidURL(url) from error  # as the real session does
        if address.scheme not in {"http", "https"} or not address.host:
            raise aiohttp.InvalidURL(url)
        method = address.name if address.path.startswith("/api/") else "response_url"
        self.calls.append(method)
        if method.startswith("views."):
            self.views.append(arguments["json"]["view"])
        if method != "users.info":
            return _Answer({"ok": True} | _IDENTITY)
        user = str((arguments.get("params") or arguments.get("data") or {}).get("user"))
        if user not in self._members:
            return _Answer({"ok": False, "error": "user_not_found"})
        return _Answer({"ok": True, "user": self._members[user]})


_BY_TRIGGERS = {"facts_counted", "facts_due", "name_pieces", "names_cut", "sweeps_due"}
"""Tables that the database fills by itself, also for the other workspaces."""
_IDENTITY = {"user_id": "U0WALKAWAY", "bot_id": "B0WALKAWAY", "team_id": TEAM_ID, "team": "us"}


class _Answer:
    status = 200
    content_type = "application/json"
    headers: Mapping[str, str] = {}

    def __init__(self, data: Json) -> None:
        self._data = data

    async def __aenter__(self) -> "_Answer":
        return self

    async def __aexit__(self, *_: object) -> None:
        return None

    async def json(self) -> Json:
        return self._data

    async def text(self) -> str:
        return json.dumps(self._data)


def signed(body: bytes, content_type: bytes, secret: str = SIGNING_SECRET) -> Headers:
    """Return the headers of a request that Slack signed just now."""
    timestamp = b"%d" % time.time()
    digest = hmac.new(secret.encode(), b"v0:" + timestamp + b":" + body, hashlib.sha256)
    return (
        (b"content-type", content_type),
        (b"content-length", b"%d" % len(body)),
        (b"x-slack-request-timestamp", timestamp),
        (b"x-slack-signature", b"v0=" + digest.hexdigest().encode()),
    )


@asynccontextmanager
async def alone(file: Path, new_id: Callable[[], str]) -> AsyncIterator[Alone]:
    """Wire the bot to a migrated SQLite file."""
    slack = StubSlack()
    config = Config.from_environment(
        {
            "SLACK_SIGNING_SECRET": SIGNING_SECRET,
            "SLACK_BOT_TOKEN": BOT_TOKEN,
            "SLACK_API_URL": "http://slack.invalid/api/",
            "DATABASE_URL": f"sqlite:///{file}",
            "VERDICT_CHANNEL": CHANNEL,
            "MANAGERS": "U0SABINE",
            "LANGUAGE": "en",
            "COUNTRY": "DE",
            "TIMEZONE": "Europe/Berlin",
        }
    )

    @asynccontextmanager
    async def session(**_: Any) -> AsyncIterator[StubSlack]:
        yield slack

    with patch("bot.wiring.aiohttp.ClientSession", session), _strict_and_quick():
        async with wired(config, clock=SetClock(), new_id=new_id, patience=600) as bot:
            bot.start_identity()
            await bot.tasks[0]
            beside = sqlite3.connect(file)
            made = Alone(bot, slack, beside)
            with _watched(made.errors):
                yield made
            beside.close()


class _Watch(logging.Handler):
    def __init__(self, errors: list[logging.LogRecord]) -> None:
        super().__init__(logging.ERROR)
        self._errors = errors

    def emit(self, record: logging.LogRecord) -> None:
        self._errors.append(record)


@contextmanager
def _watched(errors: list[logging.LogRecord]) -> Iterator[None]:
    """Collect what is logged as an error, and what the event loop complains of."""
    watch = _Watch(errors)
    logging.getLogger().addHandler(watch)
    loop = asyncio.get_running_loop()
    loop.set_exception_handler(
        lambda _, context: logging.getLogger("loop").error(
            "%s", context, exc_info=context.get("exception")
        )
    )
    yield
    logging.getLogger().removeHandler(watch)


@contextmanager
def _strict_and_quick() -> Iterator[None]:
    """Let SQLite refuse what PostgreSQL would, and not wait for the disk."""

    def quick(connection: Any, _: Any) -> None:
        connection.execute("PRAGMA synchronous=OFF")

    event.listen(Engine, "connect", quick)
    event.listen(Engine, "before_cursor_execute", _strict)
    try:
        yield
    finally:
        event.remove(Engine, "connect", quick)
        event.remove(Engine, "before_cursor_execute", _strict)


def _strict(_c: Any, _cursor: Any, _s: Any, parameters: Any, _x: Any, _many: bool) -> None:
    rows = parameters if isinstance(parameters, list) else [parameters]
    for value in (value for row in rows for value in row):
        if isinstance(value, str) and ("\0" in value or "\\u0000" in value):
            raise ValueError("PostgreSQL keeps no NUL")
        if isinstance(value, int) and not -(2**63) <= value < 2**63:
            raise ValueError("PostgreSQL keeps no such number")


def _scope(request: Request) -> Json:
    return {
        "type": "http",
        "method": request.method,
        "path": request.path,
        "query_string": b"",
        "headers": list(request.headers),
    }


def _receive(request: Request) -> Callable[[], Any]:
    size = request.chunk or max(len(request.body), 1)
    pieces = [request.body[at : at + size] for at in range(0, len(request.body), size)] or [b""]
    messages: list[Json] = [
        {"type": "http.request", "body": piece, "more_body": True} for piece in pieces
    ]
    if request.is_cut_off:
        messages.append({"type": "http.disconnect"})
    else:
        messages[-1]["more_body"] = False
    rest = iter(messages)

    async def receive() -> Json:
        return next(rest)

    return receive


def _tables(file: sqlite3.Connection) -> list[str]:
    query = "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite%'"
    return [name for (name,) in file.execute(query) if name != "alembic_version"]


def _columns(file: sqlite3.Connection, table: str) -> list[str]:
    columns = [str(row[1]) for row in file.execute(f"PRAGMA table_info({table})")]
    return [column for column in columns if column != "row_id"]


def _add_other_workspaces(file: sqlite3.Connection, table: str) -> None:
    columns = _columns(file, table)
    for team, prefix in zip(OTHERS, ("", "x"), strict=True):
        copied = ", ".join(_copied(column, team, prefix) for column in columns)
        file.execute(
            f"INSERT INTO {table} ({', '.join(columns)}) SELECT {copied} FROM {table}"  # noqa: S608 - no outside text
            f" WHERE workspace_id = '{TEAM_ID}'"
        )


def _copied(column: str, team: str, prefix: str) -> str:
    if column == "workspace_id":
        return f"'{team}'"
    if column == "secret_hash":
        return f"'{team}' || {column}"
    if prefix and column.endswith("_id") and column not in {"member_id", "checklist_id"}:
        return f"'{prefix}' || {column}"
    return column
