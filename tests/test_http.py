"""The guard in front of Slack's requests (D3, D4), and health."""

import hashlib
import hmac
import json
import logging
import re
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlencode

import pytest
from hypothesis import given
from hypothesis import strategies as st
from slack_bolt.app.async_app import AsyncApp
from slack_bolt.authorization import AuthorizeResult
from slack_bolt.request.internals import parse_body

from bot.http import (
    EVENTS_PATH,
    LARGEST_BODY,
    REPLAY_WINDOW,
    Asgi,
    Health,
    create_asgi,
    without_encoding,
)
from bot.slack.app.endpoint import Endpoint, create_endpoint
from tests.office import MONDAY

SECRET = "sandbox-signing-secret"
CANARY = "canary-in-the-body"
NOW = int(MONDAY.timestamp())
FORM = "application/x-www-form-urlencoded"
COMMAND = urlencode({"command": "/qualify", "text": CANARY}).encode()

Headers = dict[str, str]


def bolt() -> Endpoint:
    """Return a Bolt app that takes any command, and leaves the signature to the guard."""

    async def authorize(team_id: str) -> AuthorizeResult:
        return AuthorizeResult(enterprise_id=None, team_id=team_id, bot_token="xoxb-test")

    async def take(ack: Any) -> None:
        await ack()

    app = AsyncApp(
        authorize=authorize, process_before_response=True, request_verification_enabled=False
    )
    app.command(re.compile(""))(take)
    return create_endpoint(app)


@dataclass
class Guarded:
    """Bolt behind the guard; what it could read came through."""

    came_through: list[bytes] = field(default_factory=list)
    bolt: Endpoint = field(default_factory=bolt)
    wrong: list[str] = field(default_factory=list)

    def asgi(self) -> Asgi:
        return create_asgi(self._slack, SECRET, lambda: NOW, self._readiness)

    async def _slack(self, scope: Any, receive: Any, send: Any) -> None:
        message = await receive()

        async def again() -> Any:
            return message

        await self.bolt(scope, again, send)
        self.came_through.append(message["body"])

    async def _readiness(self) -> Health:
        return Health(self.wrong)


@pytest.fixture
def guarded() -> Guarded:
    return Guarded()


def signature(body: bytes, timestamp: str = str(NOW), secret: str = SECRET) -> str:
    base = b"v0:" + timestamp.encode() + b":" + body
    return "v0=" + hmac.new(secret.encode(), base, hashlib.sha256).hexdigest()


def signed(body: bytes, content_type: str = FORM, timestamp: str = str(NOW)) -> Headers:
    return {
        "content-type": content_type,
        "content-length": str(len(body)),
        "x-slack-request-timestamp": timestamp,
        "x-slack-signature": signature(body, timestamp),
    }


async def ask(
    guarded: Guarded,
    headers: Headers,
    body: bytes = COMMAND,
    method: str = "POST",
    path: str = EVENTS_PATH,
    chunk: int = 65536,
    by: Asgi | None = None,
) -> tuple[int, Any]:
    """Send a request, raw as a server hands it over, and return status and answer."""
    scope = {
        "type": "http",
        "method": method,
        "path": path,
        "query_string": b"",
        "headers": [(name.encode(), value.encode("latin-1")) for name, value in headers.items()],
    }
    parts = [body[at : at + chunk] for at in range(0, len(body), chunk)] or [b""]
    sent: list[Any] = []

    async def receive() -> Any:
        if not parts:
            return {"type": "http.disconnect"}
        return {"type": "http.request", "body": parts.pop(0), "more_body": bool(parts)}

    async def send(message: Any) -> None:
        sent.append(message)

    await (by or guarded.asgi())(scope, receive, send)
    answer = b"".join(message.get("body", b"") for message in sent)
    return sent[0]["status"], json.loads(answer) if answer else None


async def test_what_slack_signed_comes_through_as_it_was(guarded: Guarded) -> None:
    assert (await ask(guarded, signed(COMMAND), chunk=7))[0] == 200

    assert guarded.came_through == [COMMAND]


def without(headers: Headers, name: str) -> Headers:
    return {key: value for key, value in headers.items() if key != name}


STALE = str(NOW - REPLAY_WINDOW - 1)
FUTURE = str(NOW + REPLAY_WINDOW + 1)
GOOD = signed(COMMAND)


@pytest.mark.parametrize(
    "headers",
    [
        pytest.param({"content-type": FORM}, id="unsigned"),
        pytest.param(without(GOOD, "x-slack-signature"), id="no signature"),
        pytest.param(without(GOOD, "x-slack-request-timestamp"), id="no timestamp"),
        pytest.param(GOOD | {"x-slack-signature": "v0=" + "0" * 64}, id="wrong signature"),
        pytest.param(GOOD | {"x-slack-signature": "v0=\u00e4\u00ff"}, id="not ASCII"),
        pytest.param(GOOD | {"x-slack-signature": ""}, id="empty signature"),
        pytest.param(
            GOOD | {"x-slack-signature": signature(COMMAND, secret="another")}, id="other secret"
        ),
        pytest.param(GOOD | {"x-slack-signature": signature(b"x")}, id="of another body"),
        pytest.param(GOOD | {"x-slack-request-timestamp": str(NOW + 1)}, id="of another time"),
        pytest.param(signed(COMMAND, timestamp="soon"), id="no number"),
        pytest.param(signed(COMMAND, timestamp="-1"), id="below zero"),
        pytest.param(signed(COMMAND, timestamp=f"{NOW}.5"), id="no whole number"),
        pytest.param(signed(COMMAND, timestamp="9" * 400), id="beyond all time"),
        pytest.param(signed(COMMAND, timestamp="\u00b2"), id="a digit of another script"),
        pytest.param(signed(COMMAND, timestamp=STALE), id="stale"),
        pytest.param(signed(COMMAND, timestamp=FUTURE), id="future"),
    ],
)
async def test_d3_what_slack_did_not_sign_just_now_is_refused(
    guarded: Guarded, headers: Headers, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)

    status, _ = await ask(guarded, headers)

    assert status == 401
    assert guarded.came_through == []
    assert CANARY not in caplog.text


OTHERS = {"x-slack-signature": signature(COMMAND, secret="another")}
WITH_ANOTHER_SECRET = GOOD | OTHERS


async def named_causes(caplog: pytest.LogCaptureFixture, *requests: Headers) -> int:
    """Return how often the log names the signing secret while one process gets these requests."""
    caplog.clear()
    guarded = Guarded()
    asgi = guarded.asgi()
    for headers in requests:
        await ask(guarded, headers, by=asgi)
    return sum("SLACK_SIGNING_SECRET" in record.getMessage() for record in caplog.records)


async def test_a_secret_that_fits_nothing_is_named_once(caplog: pytest.LogCaptureFixture) -> None:
    unsigned = without(GOOD, "x-slack-signature")
    stale = signed(COMMAND, timestamp=STALE) | OTHERS

    assert await named_causes(caplog, unsigned, stale) == 0
    assert await named_causes(caplog, WITH_ANOTHER_SECRET, WITH_ANOTHER_SECRET) == 1
    assert await named_causes(caplog, GOOD, WITH_ANOTHER_SECRET) == 0


@pytest.mark.parametrize("timestamp", [NOW - REPLAY_WINDOW, NOW + REPLAY_WINDOW])
async def test_a_request_may_be_five_minutes_old(guarded: Guarded, timestamp: int) -> None:
    assert (await ask(guarded, signed(COMMAND, timestamp=str(timestamp))))[0] == 200


@pytest.mark.parametrize(
    ("content_type", "body"),
    [
        pytest.param("application/json", b'{"type": ' + CANARY.encode(), id="broken JSON"),
        pytest.param("application/json", b'["canary-in-the-body"]', id="a list"),
        pytest.param("application/json", b"null", id="null"),
        pytest.param("application/json", b'{"x": "\xff\xfe"}', id="not UTF-8"),
        pytest.param(FORM, urlencode({"payload": "{" + CANARY}).encode(), id="broken payload"),
        pytest.param(FORM, urlencode({"payload": '["x"]'}).encode(), id="payload is a list"),
        pytest.param(FORM, b"payload=\xff\xfe", id="form is not UTF-8"),
        pytest.param(FORM, b"payload=" + b"[" * 100_000, id="nested too deeply"),
    ],
)
async def test_d3_what_is_signed_but_unreadable_is_refused(
    guarded: Guarded, content_type: str, body: bytes, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)

    status, _ = await ask(guarded, signed(body, content_type), body)

    assert status == 400
    assert guarded.came_through == []
    assert CANARY not in caplog.text


async def test_what_is_signed_but_empty_is_for_nobody(guarded: Guarded) -> None:
    assert (await ask(guarded, signed(b"", "application/json"), b""))[0] == 404


async def test_a_body_that_says_it_is_too_large_is_not_read(guarded: Guarded) -> None:
    headers = signed(COMMAND) | {"content-length": str(LARGEST_BODY + 1)}

    assert (await ask(guarded, headers))[0] == 413


async def test_a_body_that_is_larger_than_it_says_is_not_read_to_its_end(
    guarded: Guarded,
) -> None:
    body = b"x" * (LARGEST_BODY + 1)
    headers = without(signed(body), "content-length")

    assert (await ask(guarded, headers, body))[0] == 413
    assert (await ask(guarded, headers | {"content-length": "5"}, body))[0] == 413
    assert (await ask(guarded, headers | {"content-length": "many"}, body))[0] == 413


async def test_a_request_that_breaks_off_is_refused(guarded: Guarded) -> None:
    scope = {"type": "http", "method": "POST", "path": EVENTS_PATH}
    scope["headers"] = [(k.encode(), v.encode()) for k, v in GOOD.items()]  # type: ignore[assignment]
    sent: list[Any] = []

    async def receive() -> Any:
        return {"type": "http.disconnect"}

    async def send(message: Any) -> None:
        sent.append(message)

    await guarded.asgi()(scope, receive, send)

    assert sent[0]["status"] == 400


@pytest.mark.parametrize("method", ["GET", "PUT", "HEAD"])
async def test_slack_only_posts(guarded: Guarded, method: str) -> None:
    assert (await ask(guarded, GOOD, method=method))[0] == 405


@pytest.mark.parametrize("path", ["/", "/slack", "/slack/events/", "/metrics", "/.env"])
async def test_there_is_nothing_elsewhere(guarded: Guarded, path: str) -> None:
    assert (await ask(guarded, GOOD, path=path))[0] == 404


async def test_over_socket_mode_nothing_is_taken_over_http(guarded: Guarded) -> None:
    sent: list[Any] = []

    async def nothing() -> Any:
        return {"type": "http.disconnect"}

    async def send(message: Any) -> None:
        sent.append(message)

    app = create_asgi(None, "", lambda: NOW, guarded._readiness)
    await app({"type": "http", "method": "POST", "path": EVENTS_PATH, "headers": []}, nothing, send)

    assert sent[0]["status"] == 404


async def test_health_says_that_the_process_lives(guarded: Guarded) -> None:
    guarded.wrong = ["the database is away"]

    assert await ask(guarded, {}, b"", "GET", "/healthz") == (200, {"alive": True})


async def test_readiness_says_what_is_wrong(guarded: Guarded) -> None:
    assert await ask(guarded, {}, b"", "GET", "/readyz") == (
        200,
        {"ready": True, "reasons": [], "warnings": []},
    )

    guarded.wrong = ["the database is away"]

    answer = {"ready": False, "reasons": ["the database is away"], "warnings": []}
    assert await ask(guarded, {}, b"", "GET", "/readyz") == (503, answer)


def as_bolt_reads(body: bytes) -> object:
    """Return what Bolt makes of a body, or the kind of error that it raises."""
    try:
        return parse_body(body.decode(), FORM)
    except ValueError as error:  # of JSON and of Unicode
        return type(error)


PIECES = st.sampled_from(
    [b"%", b"%7B", b"%zz", b"%C3%A4", b"%C3", b"+", b"{", b"}", b"=", b"&", b"\n"]
)


@given(value=st.dictionaries(st.text(), st.text() | st.integers() | st.none()))
def test_a_payload_is_decoded_as_urllib_would(value: dict[str, Any]) -> None:
    body = urlencode({"payload": json.dumps(value, ensure_ascii=False)}).encode()

    decoded = without_encoding(body)

    assert decoded.startswith(b"{")
    assert as_bolt_reads(decoded) == as_bolt_reads(body) == value


@given(
    value=st.dictionaries(st.text(), st.text()),
    pieces=st.lists(st.tuples(st.integers(0, 80), PIECES | st.binary(max_size=3)), max_size=4),
)
def test_an_odd_payload_is_read_as_urllib_reads_it(
    value: dict[str, str], pieces: list[tuple[int, bytes]]
) -> None:
    body = urlencode({"payload": json.dumps(value)}).encode()
    for place, piece in pieces:
        body = body[: 8 + place] + piece + body[8 + place :]

    assert as_bolt_reads(without_encoding(body)) == as_bolt_reads(body)


@pytest.mark.parametrize(
    "value",
    [
        b"%7B%7D%", b"%7B%7D%2", b"%7B%%7D", b"%7B%7D%zz", b"%7B%22a%22%3A%22%C3%22%7D", b"%5B%5D",
        b"%7B%7D&payload=1", b"%7B=%7D", b"%7B\n%7D", b"", b"%7B%22a%22%3A%22%ED%A0%80%22%7D",
    ],
)  # fmt: skip
def test_what_is_not_plain_stays_as_it_came(value: bytes) -> None:
    assert without_encoding(b"payload=" + value) == b"payload=" + value
