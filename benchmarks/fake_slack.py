"""The least of a Slack that both servers can work against: `python -m benchmarks.fake_slack PORT`.

It answers the methods that are called with the same bytes each time, after a latency that can be
set. `/count` tells how often views.open was called, `/posted` how often a message was posted,
`/calls` how often any method was, and `/last` what was opened last.
"""

import asyncio
import json
import re
import sys
from collections.abc import Callable
from typing import Final, cast

import uvloop
from httptools import HttpRequestParser

from benchmarks.payloads import TEAM_ID

_CONSTANT: Final = {
    b"auth.test": {"ok": True, "team_id": TEAM_ID, "user_id": "U0BOT", "bot_id": "B0BOT"},
    b"conversations.info": {
        "ok": True,
        "channel": {"id": "C0VERDICTS", "name": "verdicts", "is_member": True},
    },
    b"views.open": {"ok": True, "view": {"id": "V0OPENED", "hash": "1.a"}},
    b"views.update": {"ok": True, "view": {"id": "V0OPENED", "hash": "1.b"}},
    b"chat.postMessage": {"ok": True, "channel": "C0VERDICTS", "ts": "1700000000.000100"},
    b"chat.update": {"ok": True, "channel": "C0VERDICTS", "ts": "1700000000.000100"},
    b"chat.getPermalink": {"ok": True, "permalink": "https://bench.slack.com/archives/C0/p1"},
}
_ANSWERS: Final = {method: json.dumps(answer).encode() for method, answer in _CONSTANT.items()}
_MEMBER: Final = json.dumps(
    {
        "ok": True,
        "user": {"id": "@", "team_id": TEAM_ID, "real_name": "@", "tz": "UTC", "locale": "en-US"},
    }
).encode()
_UNKNOWN: Final = b'{"ok": false, "error": "unknown_method"}'
_ASKED: Final = re.compile(rb"(?:^|&)user=(\w+)")


class State:
    """What is set from outside, and what was seen."""

    latency = 0.0
    calls = 0
    opened = 0
    posted = 0
    last = b""


class Serving(asyncio.Protocol):
    """One connection of a client."""

    def __init__(self, state: State) -> None:
        self._state = state
        self._loop = asyncio.get_running_loop()
        self._parser = HttpRequestParser(self)
        self._write: Callable[[bytes], None] | None = None
        self._path = self._query = b""
        self._body: list[bytes] = []

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Take note of the transport."""
        self._write = cast("asyncio.Transport", transport).write  # uvloop's is none by type

    def connection_lost(self, exc: Exception | None) -> None:  # noqa: ARG002 - asyncio passes it
        """Answer nobody any more."""
        self._write = None

    def data_received(self, data: bytes) -> None:
        """Feed the parser, which calls back."""
        self._parser.feed_data(data)

    def on_url(self, url: bytes) -> None:
        """Begin a request."""
        self._path, _, self._query = url.partition(b"?")
        self._body = []

    def on_body(self, body: bytes) -> None:
        """Keep a piece of the body."""
        self._body.append(body)

    def on_message_complete(self) -> None:
        """Answer: a method of the Web API after the latency, what is asked of us at once."""
        area, _, name = self._path.lstrip(b"/").partition(b"/")
        if area == b"api":
            answer = self._method(name, b"".join(self._body))
            self._loop.call_later(self._state.latency, self._reply, answer)
        else:
            self._reply(self._control(area, name))

    def _method(self, name: bytes, body: bytes) -> bytes:
        self._state.calls += 1
        if name == b"users.info":
            asked = _ASKED.search(self._query) or _ASKED.search(body)
            return _MEMBER.replace(b"@", asked[1]) if asked else _UNKNOWN
        if name == b"views.open":
            self._state.opened += 1
            self._state.last = body
        self._state.posted += name == b"chat.postMessage"
        return _ANSWERS.get(name, _UNKNOWN)

    def _control(self, what: bytes, value: bytes) -> bytes:
        if what == b"latency":
            self._state.latency = float(value)
        elif what == b"last":
            return self._state.last
        elif what == b"posted":
            return b"%d" % self._state.posted
        elif what == b"calls":
            return b"%d" % self._state.calls
        return b"%d" % self._state.opened

    def _reply(self, body: bytes) -> None:
        if self._write is not None:
            head = (
                b"HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: %d\r\n\r\n"
            )
            self._write(head % len(body) + body)


async def serve(port: int) -> None:
    """Serve on loopback until the process is ended."""
    state = State()
    loop = asyncio.get_running_loop()
    server = await loop.create_server(lambda: Serving(state), "127.0.0.1", port)
    await server.serve_forever()


if __name__ == "__main__":
    uvloop.run(serve(int(sys.argv[1])))
