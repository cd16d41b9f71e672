"""The ASGI app: the guard in front of Slack's requests, Slack's endpoint, and health.

Signatures are checked only in the guard. It works on the raw bytes before anything is parsed, and
logs nothing of an unauthenticated request.
"""

import hashlib
import hmac
import json
import logging
from binascii import a2b_qp
from collections.abc import Awaitable, Callable, Mapping, MutableMapping, Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import parse_qsl

log = logging.getLogger(__name__)

Scope = MutableMapping[str, Any]
Message = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]
Asgi = Callable[[Scope, Receive, Send], Awaitable[None]]


@dataclass(frozen=True, slots=True)
class Health:
    """The health of a process."""

    reasons: Sequence[str] = ()
    """What keeps it from working; nothing: it is ready."""
    warnings: Sequence[str] = ()
    """What somebody should look at, though it works."""


Readiness = Callable[[], Awaitable[Health]]

EVENTS_PATH = "/slack/events"
HOOKS_PATH = "/hooks/"
"""Where forms and other programs send what becomes a draft; a secret follows."""
NOTHING_HERE = {"error": "there is nothing here"}
LARGEST_BODY = 1_000_000
"""Bytes. Slack's largest payloads, full modals, stay far below."""
REPLAY_WINDOW = 300
"""Seconds by which a request may differ from our clock, as Slack advises."""
_PAYLOAD = b"payload="
_SPECIAL = (b"&", b"=", b"\r", b"\n")
"""What a form has between its fields, and what quoted-printable takes for the end of a line."""


@dataclass(frozen=True, slots=True)
class Refusal(Exception):
    """A request that is refused."""

    status: int
    reason: str


async def _always() -> bool:
    return True


def create_asgi(
    slack: Asgi | None,
    signing_secret: str,
    seconds: Callable[[], float],
    readiness: Readiness,
    opened: Callable[[], Awaitable[bool]] = _always,
    hooks: Asgi | None = None,
) -> Asgi:
    """Return the app. Without `slack` (Socket Mode) it serves only health, and `hooks` if given.

    `seconds` returns the time in seconds since 1970. A request from Slack waits for `opened`, and
    gets a 503 if that returns False.
    """
    guard = _Guard(signing_secret.encode(), seconds)

    async def held(scope: Scope, receive: Receive, send: Send) -> None:
        if slack is not None and await opened():
            await slack(scope, receive, send)
        else:
            await reply(send, 503, {"error": "not ready yet"})

    async def app(scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            return
        path = scope["path"]
        if path == EVENTS_PATH and slack is not None:
            await _events(held, guard, scope, receive, send)
        elif path.startswith(HOOKS_PATH) and hooks is not None:
            await hooks(scope, receive, send)
        elif path == "/healthz":
            await reply(send, 200, {"alive": True})
        elif path == "/readyz":
            found = await readiness()
            wrong, odd = list(found.reasons), list(found.warnings)
            told = {"ready": not wrong, "reasons": wrong, "warnings": odd}
            await reply(send, 503 if wrong else 200, told)
        else:
            await reply(send, 404, NOTHING_HERE)

    return app


class _Guard:
    """Lets through only what Slack signed just now."""

    def __init__(self, secret: bytes, seconds: Callable[[], float]) -> None:
        self._secret = secret
        self._seconds = seconds
        self._is_in_doubt = True
        """Whether the secret has fit nothing so far, and nobody was told."""

    async def body_of(self, scope: Scope, receive: Receive) -> bytes:
        """Return the body of a request. Raises Refusal for one that Slack did not sign just now."""
        if scope["method"] != "POST":
            raise Refusal(405, "only POST")
        headers = dict(scope["headers"])
        timestamp = _timestamp(headers, self._seconds())
        body = await body_of(headers, receive)
        given = headers.get(b"x-slack-signature", b"")
        if not hmac.compare_digest(self._signature(timestamp, body), given):
            self._doubt(given)
            raise Refusal(401, "wrong signature")
        self._is_in_doubt = False
        return body

    def _signature(self, timestamp: bytes, body: bytes) -> bytes:
        digest = hmac.new(self._secret, b"v0:" + timestamp + b":" + body, hashlib.sha256)
        return f"v0={digest.hexdigest()}".encode()

    def _doubt(self, given: bytes) -> None:
        """Name the likely cause once, for a request that somebody signed with another secret."""
        if self._is_in_doubt and given:
            log.error(
                "a request was signed with another secret: if Slack sent it, SLACK_SIGNING_SECRET "
                "isn't that of this app; copy it from the app's page, Basic Information"
            )
            self._is_in_doubt = False


async def _events(slack: Asgi, guard: _Guard, scope: Scope, receive: Receive, send: Send) -> None:
    try:
        body = await guard.body_of(scope, receive)
    except Refusal as refusal:
        log.warning("refused a request: %s", refusal.reason)
        await reply(send, refusal.status, {"error": refusal.reason})
    else:
        await _hand_over(slack, scope, body, send)


def _timestamp(headers: Mapping[bytes, bytes], now: float) -> bytes:
    timestamp = headers.get(b"x-slack-request-timestamp", b"")
    if not timestamp.isdigit() or len(timestamp) > 12:
        raise Refusal(401, "no timestamp")
    if abs(now - int(timestamp)) > REPLAY_WINDOW:
        raise Refusal(401, "stale timestamp")
    return timestamp


async def body_of(
    headers: Mapping[bytes, bytes], receive: Receive, largest: int = LARGEST_BODY
) -> bytes:
    """Return the body of a request. Raises Refusal if it has more than `largest` bytes."""
    declared = headers.get(b"content-length", b"0")
    if not declared.isdigit() or len(declared) > 12 or int(declared) > largest:
        raise Refusal(413, "too large")
    chunks: list[bytes] = []
    size = 0
    while True:
        message = await receive()
        if message["type"] == "http.disconnect":
            raise Refusal(400, "incomplete")
        chunk = message.get("body", b"")
        size += len(chunk)
        if size > largest:
            raise Refusal(413, "too large")
        chunks.append(chunk)
        if not message.get("more_body", False):
            return b"".join(chunks)


async def _hand_over(slack: Asgi, scope: Scope, body: bytes, send: Send) -> None:
    """Pass the request to Bolt, and answer 400 if Bolt can't read its body.

    Listeners handle their own errors, so an exception can only come from Bolt's parsing, which
    happens before it sends anything.
    """
    try:
        await slack(scope, _replay(_unambiguous(body)), send)
    except Exception as error:  # noqa: BLE001 - Bolt trips over a bad body in many ways
        log.warning("a signed request can't be read: %s", type(error).__name__)
        await reply(send, 400, {"error": "unreadable body"})


def _unambiguous(body: bytes) -> bytes:
    """Return the body in a form that Bolt can't misread.

    Bolt takes any form with the word "payload" in it for one that has a `payload` field, and would
    lose a command about "payload systems".
    """
    if body.startswith(_PAYLOAD):
        return without_encoding(body)
    if b"payload" not in body or body.lstrip().startswith((_PAYLOAD, b"{")):
        return body
    form = dict(parse_qsl(body.decode(), keep_blank_values=True))
    return body if "payload" in form else json.dumps(form).encode()


def without_encoding(body: bytes) -> bytes:
    """Return the decoded object in a form of only a `payload`, or an irregular form unchanged.

    Percent-encoding is quoted-printable with another sign, which Python decodes in C, several times
    as fast as urllib. Each complete escape turns three bytes into one. If one is incomplete, or the
    bytes aren't UTF-8, the form stays as it is, and urllib reads it by its lenient rules.
    """
    value = body[len(_PAYLOAD) :]
    if any(sign in value for sign in _SPECIAL):
        return body
    decoded = a2b_qp(value.replace(b"+", b" ").replace(b"%", b"="))
    is_whole = len(value) - len(decoded) == 2 * value.count(b"%")
    return decoded if is_whole and decoded.startswith(b"{") and _is_utf8(decoded) else body


def _is_utf8(text: bytes) -> bool:
    try:
        text.decode()
    except UnicodeDecodeError:
        return False
    return True


def _replay(body: bytes) -> Receive:
    """Return a `receive` that delivers the body as if it had just arrived."""

    async def receive() -> Message:
        return {"type": "http.request", "body": body, "more_body": False}

    return receive


async def reply(
    send: Send, status: int, content: Mapping[str, Any], *more: tuple[bytes, bytes]
) -> None:
    """Answer with JSON and additional headers."""
    body = json.dumps(content).encode()
    headers = [
        (b"content-type", b"application/json"),
        (b"content-length", b"%d" % len(body)),
        *more,
    ]
    await send({"type": "http.response.start", "status": status, "headers": headers})
    await send({"type": "http.response.body", "body": body})
