"""Posts webhooks, and never to an address that is none of the open internet.

What is looked at is the address that is really connected to, so a name that leads elsewhere by
then leads nowhere. Redirects are not followed, and little is read of an answer.
"""

import socket
import time
from collections.abc import AsyncIterator, Callable, Collection
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from math import floor
from typing import Any, Final

import aiohttp
from standardwebhooks.webhooks import Webhook as Signer
from yarl import URL

from bot.domain.webhooks.addresses import is_allowed, is_inside
from bot.domain.webhooks.attempts import LONGEST_ASKED_FOR, Answer, Attempt, Failure

TIMEOUT: Final = aiohttp.ClientTimeout(total=10)
MOST_READ: Final = 4096
"""Bytes of an answer."""
EXCERPT: Final = 200
"""Characters of it that are kept."""

_AddressInfo = tuple[Any, Any, int, str, tuple[Any, ...]]


class InsideAddress(OSError):
    """A connection was about to be made to an address that is none of the open internet."""


class WebhookPoster:
    """Sends deliveries, each once."""

    def __init__(
        self,
        guarded: aiohttp.ClientSession,
        free: aiohttp.ClientSession,
        allowed: Collection[str],
        seconds: Callable[[], float] = time.monotonic,
    ) -> None:
        """Take the session for everybody, and the one for hosts that the operator allows.

        `seconds` only measures how long something took.
        """
        self._guarded = guarded
        self._free = free
        self._allowed = allowed
        self._seconds = seconds

    async def post(self, attempt: Attempt, at: datetime) -> Answer:
        """Send it once, signed as of a moment; whatever happens is an answer."""
        begun = self._seconds()
        try:
            status, excerpt, asked_for = await self._post(attempt, at)
        except (aiohttp.ClientError, OSError, TimeoutError, ValueError) as error:
            return Answer(self._since(begun), failure=_failure(error))
        retry_after = _read_retry_after(asked_for, at)
        return Answer(self._since(begun), status, None, excerpt, retry_after)

    async def _post(self, attempt: Attempt, at: datetime) -> tuple[int, str, str]:
        url = URL(attempt.address)
        is_free = is_allowed(url.host or "", self._allowed)
        if not is_free and url.scheme != "https":
            raise InsideAddress
        session = self._free if is_free else self._guarded
        response = await session.post(
            url, data=attempt.body.encode(), headers=_headers(attempt, at), allow_redirects=False
        )
        try:
            excerpt = await _beginning(response)
            return response.status, excerpt, response.headers.get("Retry-After", "")
        finally:
            response.close()

    def _since(self, begun: float) -> timedelta:
        return timedelta(seconds=self._seconds() - begun)


@asynccontextmanager
async def webhook_poster(allowed: Collection[str]) -> AsyncIterator[WebhookPoster]:
    """Open what sends; `allowed` are names of hosts that may stand anywhere."""
    async with _session(guarded_socket) as guarded, _session(None) as free:
        yield WebhookPoster(guarded, free, allowed)


def guarded_socket(address: _AddressInfo) -> socket.socket:
    """Return a socket for an address, just before it is connected to; raises InsideAddress."""
    family, kind, protocol, _, where = address
    if is_inside(str(where[0])):
        raise InsideAddress
    return socket.socket(family=family, type=kind, proto=protocol)


def _session(make_socket: Callable[[_AddressInfo], socket.socket] | None) -> aiohttp.ClientSession:
    connector = aiohttp.TCPConnector(
        force_close=True, use_dns_cache=False, socket_factory=make_socket
    )
    return aiohttp.ClientSession(
        connector=connector,
        timeout=TIMEOUT,
        cookie_jar=aiohttp.DummyCookieJar(),
        auto_decompress=False,
        headers={"User-Agent": "Walkaway", "Accept-Encoding": "identity"},
    )


def _headers(attempt: Attempt, at: datetime) -> dict[str, str]:
    """Return what Standard Webhooks asks for."""
    return {
        "Content-Type": "application/json; charset=utf-8",
        "webhook-id": attempt.id,
        "webhook-timestamp": str(floor(at.timestamp())),
        "webhook-signature": Signer(attempt.secret).sign(
            attempt.id, at.astimezone(UTC), attempt.body
        ),
    }


async def _beginning(response: aiohttp.ClientResponse) -> str:
    """Return how an answer begins; its status counts even if the rest never comes."""
    read = b""
    try:
        while len(read) < MOST_READ:
            piece = await response.content.read(MOST_READ - len(read))
            if not piece:
                break
            read += piece
    except (aiohttp.ClientError, OSError, TimeoutError):
        pass
    text = read.decode("utf-8", "replace").replace("\0", "�")
    return " ".join(text.split())[:EXCERPT]


def _read_retry_after(header: str, now: datetime) -> timedelta | None:
    """Return how long a receiver asks us to wait; None if it does not say so, or oddly."""
    if header.isascii() and header.isdecimal():
        longest = int(LONGEST_ASKED_FOR.total_seconds())
        return timedelta(seconds=min(int(header[:9]), longest))
    try:
        wait = parsedate_to_datetime(header) - now
    except (TypeError, ValueError):
        return None
    return max(wait, timedelta(0))


def _failure(error: Exception) -> Failure:
    match error:
        case InsideAddress() | aiohttp.ClientConnectorError(os_error=InsideAddress()):
            return Failure.INSIDE
        case TimeoutError():
            return Failure.TIMED_OUT
        case aiohttp.ClientSSLError():
            return Failure.UNTRUSTED
        case aiohttp.ClientConnectionError() | OSError():
            return Failure.UNREACHABLE
        case _:
            return Failure.GARBLED
