"""Posts webhooks, but never to an address outside the open internet.

The check is on the address that is actually connected to, so a name that resolves differently by
then gains nothing. Redirects aren't followed, and only the beginning of an answer is read.
"""

import asyncio
import socket
import time
from collections.abc import AsyncIterator, Callable, Collection
from concurrent.futures import ThreadPoolExecutor
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from math import floor
from typing import Any, Final

import aiohttp
from aiohttp.abc import AbstractResolver, ResolveResult
from standardwebhooks.webhooks import Webhook as Signer
from yarl import URL

from bot.domain.webhooks.addresses import is_allowed, is_inside
from bot.domain.webhooks.attempts import LONGEST_ASKED_FOR, Answer, Attempt, Failure

TIMEOUT: Final = aiohttp.ClientTimeout(total=10)
MOST_READ: Final = 4096
"""Bytes of an answer."""
EXCERPT: Final = 200
"""Characters of it that are kept."""
_NAMES_AT_ONCE: Final = 10
"""As many as one process sends deliveries at the same time."""

_AddressInfo = tuple[Any, Any, int, str, tuple[Any, ...]]


class PrivateAddress(OSError):
    """The address about to be connected to is not part of the open internet."""


class WebhookPoster:
    """Sends deliveries, each once."""

    def __init__(
        self,
        guarded: aiohttp.ClientSession,
        free: aiohttp.ClientSession,
        allowed: Collection[str],
        seconds: Callable[[], float] = time.monotonic,
    ) -> None:
        """Take a guarded session, and a free one for the hosts that the operator allows.

        `seconds` is only used to measure durations.
        """
        self._guarded = guarded
        self._free = free
        self._allowed = allowed
        self._seconds = seconds

    async def post(self, attempt: Attempt, at: datetime) -> Answer:
        """Send it once, signed as of `at`. Every failure is returned as an Answer."""
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
            raise PrivateAddress
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
    """Open a poster. Hosts in `allowed` may have any address."""
    names = SeparateResolver()
    try:
        async with _session(names, guarded_socket) as guarded, _session(names, None) as free:
            yield WebhookPoster(guarded, free, allowed)
    finally:
        await names.close()


class SeparateResolver(AbstractResolver):
    """Resolves names in threads of its own.

    The event loop's threads resolve Slack's name, which must not wait for a slow one.
    """

    def __init__(self) -> None:
        self._threads = ThreadPoolExecutor(_NAMES_AT_ONCE, "webhook-names")

    async def resolve(
        self, host: str, port: int = 0, family: socket.AddressFamily = socket.AF_INET
    ) -> list[ResolveResult]:
        """Return the addresses of a name."""
        return await asyncio.get_running_loop().run_in_executor(
            self._threads, _looked_up, host, port, family
        )

    async def close(self) -> None:
        """Abandon unfinished lookups."""
        self._threads.shutdown(wait=False, cancel_futures=True)


def guarded_socket(address: _AddressInfo) -> socket.socket:
    """Return a socket for an address, just before it is connected. Raises PrivateAddress."""
    family, kind, protocol, _, where = address
    if is_inside(str(where[0])):
        raise PrivateAddress
    return socket.socket(family=family, type=kind, proto=protocol)


def _looked_up(host: str, port: int, family: socket.AddressFamily) -> list[ResolveResult]:
    found = socket.getaddrinfo(
        host, port, family=family, type=socket.SOCK_STREAM, flags=socket.AI_ADDRCONFIG
    )
    flags = socket.AI_NUMERICHOST | socket.AI_NUMERICSERV
    return [
        ResolveResult(
            hostname=host,
            host=socket.getnameinfo(address, socket.NI_NUMERICHOST | socket.NI_NUMERICSERV)[0],
            port=port,
            family=of,
            proto=protocol,
            flags=flags,
        )
        for of, _, protocol, _, address in found
    ]


def _session(
    names: AbstractResolver, make_socket: Callable[[_AddressInfo], socket.socket] | None
) -> aiohttp.ClientSession:
    connector = aiohttp.TCPConnector(
        resolver=names, force_close=True, use_dns_cache=False, socket_factory=make_socket
    )
    return aiohttp.ClientSession(
        connector=connector,
        timeout=TIMEOUT,
        cookie_jar=aiohttp.DummyCookieJar(),
        auto_decompress=False,
        headers={"User-Agent": "Walkaway", "Accept-Encoding": "identity"},
    )


def _headers(attempt: Attempt, at: datetime) -> dict[str, str]:
    """Return the headers that Standard Webhooks requires."""
    return {
        "Content-Type": "application/json; charset=utf-8",
        "webhook-id": attempt.id,
        "webhook-timestamp": str(floor(at.timestamp())),
        "webhook-signature": Signer(attempt.secret).sign(
            attempt.id, at.astimezone(UTC), attempt.body
        ),
    }


async def _beginning(response: aiohttp.ClientResponse) -> str:
    """Return the beginning of an answer. Its status counts even if the rest never arrives."""
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
    """Return how long the receiver asks us to wait; None without a usable header."""
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
        case PrivateAddress() | aiohttp.ClientConnectorError(os_error=PrivateAddress()):
            return Failure.INSIDE
        case TimeoutError():
            return Failure.TIMED_OUT
        case aiohttp.ClientSSLError():
            return Failure.UNTRUSTED
        case aiohttp.ClientConnectionError() | OSError():
            return Failure.UNREACHABLE
        case _:
            return Failure.GARBLED
