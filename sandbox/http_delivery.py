"""Signed HTTP: we call the app's request URL, as Slack does."""

import hashlib
import hmac
import json
from collections.abc import Callable
from datetime import datetime
from urllib.parse import urlencode

import aiohttp

from sandbox.delivery import Json, Kind, Retry
from sandbox.problems import AppDidNotAnswer
from sandbox.world import SIGNING_SECRET, VERIFICATION_TOKEN

_FORM = "application/x-www-form-urlencoded"


def signature(secret: str, timestamp: str, body: bytes) -> str:
    """Sign a raw body as Slack does, version v0."""
    base = b"v0:" + timestamp.encode() + b":" + body
    return "v0=" + hmac.new(secret.encode(), base, hashlib.sha256).hexdigest()


class HttpDelivery:
    """Posts every payload to the request URL, with a signature."""

    mode = "http"

    def __init__(
        self,
        clock: Callable[[], datetime],
        changed: Callable[[], None],
        answer_within: float,
        request_url: str | None,
    ) -> None:
        self.request_url = request_url
        self._clock = clock
        self._changed = changed
        self._timeout = aiohttp.ClientTimeout(total=answer_within)
        self._session: aiohttp.ClientSession | None = None
        self._connected = False

    @property
    def connected(self) -> bool:
        """Whether the last delivery got an answer."""
        return self._connected

    async def verify(self) -> bool:
        """Ask the app for the challenge, as Slack does when a request URL is saved."""
        challenge = "sandbox-challenge"
        token = VERIFICATION_TOKEN
        payload = {"type": "url_verification", "token": token, "challenge": challenge}
        try:
            answer = await self.send("events_api", payload)
        except AppDidNotAnswer:
            return False
        return challenge in (answer.get("challenge"), answer.get("text"))

    async def send(self, kind: Kind, payload: Json, retry: Retry | None = None) -> Json:
        """Post one payload and read the answer, which must be a 200 within three seconds."""
        if not self.request_url:
            raise AppDidNotAnswer("dispatch_failed", "no request URL is set")
        content_type, body = _encoded(kind, payload)
        headers = self._headers(content_type, body, retry)
        self._session = self._session or self._new_session()
        try:
            async with self._session.post(self.request_url, data=body, headers=headers) as answer:
                self._note(connected=True)
                return _read(answer, await answer.text())
        except TimeoutError:
            raise AppDidNotAnswer("operation_timeout") from None
        except aiohttp.ClientError as error:
            self._note(connected=False)
            raise AppDidNotAnswer("dispatch_failed", type(error).__name__) from None

    async def close(self) -> None:
        """Close the session."""
        if self._session is not None:
            await self._session.close()

    def _new_session(self) -> aiohttp.ClientSession:
        """Open a session that keeps no connection, so that a restarted app is met at once."""
        connector = aiohttp.TCPConnector(force_close=True)
        return aiohttp.ClientSession(timeout=self._timeout, connector=connector)

    def _headers(self, content_type: str, body: bytes, retry: Retry | None) -> dict[str, str]:
        timestamp = str(int(self._clock().timestamp()))
        headers = {
            "Content-Type": content_type,
            "User-Agent": "Slackbot 1.0 (+https://api.slack.com/robots)",
            "X-Slack-Request-Timestamp": timestamp,
            "X-Slack-Signature": signature(SIGNING_SECRET, timestamp, body),
        }
        if retry:
            headers |= {
                "X-Slack-Retry-Num": str(retry.number),
                "X-Slack-Retry-Reason": retry.reason,
            }
        return headers

    def _note(self, *, connected: bool) -> None:
        if connected != self._connected:
            self._connected = connected
            self._changed()


def _encoded(kind: Kind, payload: Json) -> tuple[str, bytes]:
    match kind:
        case "events_api":
            return "application/json", json.dumps(payload).encode()
        case "interactive":
            return _FORM, urlencode({"payload": json.dumps(payload)}).encode()
        case "slash_commands":
            return _FORM, urlencode(payload).encode()


def _read(answer: aiohttp.ClientResponse, text: str) -> Json:
    if answer.status != 200:
        again = answer.headers.get("x-slack-no-retry") != "1"
        raise AppDidNotAnswer("http_service_error", f"HTTP {answer.status}", retry=again)
    if not text:
        return {}
    if answer.content_type != "application/json":
        return {"text": text}
    try:
        body = json.loads(text)
    except ValueError:
        raise AppDidNotAnswer("http_service_error", "broken JSON") from None
    return body if isinstance(body, dict) else {}
