"""PostgreSQL as hosted: far away, over TLS, behind a NAT that forgets, or behind a pooler.

The driver is not imported here, so that it is loaded only for PostgreSQL.
"""

import asyncio
import re
import ssl
import time
from collections.abc import Callable
from datetime import timedelta
from types import MappingProxyType
from typing import Any, Final

import sqlalchemy as sa
from sqlalchemy.exc import DisconnectionError
from sqlalchemy.ext.asyncio import AsyncEngine, create_async_engine
from sqlalchemy.pool import ConnectionPoolEntry, NullPool

IDLE_CONNECTIONS: Final = 5
"""Connections that stay open while nobody needs them."""

TRUSTED_FOR: Final = 15.0
"""Seconds for which an idle connection is taken for alive without being asked."""

ANSWERS_WITHIN: Final = 0.5
"""Seconds that one has to show that it is; a member waits for three, for all that they asked."""

CONNECTS_WITHIN: Final = 5.0
"""Seconds; `connect_timeout` of the address can say another number."""

CHECKED_BY_A_FILE: Final = frozenset({"require", "verify-ca", "verify-full"})
"""Values of sslmode that take `sslrootcert` into account."""

_UNPREPARED: Final = MappingProxyType(
    {
        "statement_cache_size": 0,
        "prepared_statement_cache_size": 0,
        "prepared_statement_name_func": str,
    }
)
"""Lets neither the driver nor SQLAlchemy keep a statement, or give it a name."""

_QUOTED_VALUE = re.compile(r"(?<=invalid input for query argument )\$\d+: .*", re.DOTALL)
"""The driver quotes a value that it cannot send."""


class Connections:
    """What is known of an engine's connections: whether there is a pooler, and which ones are idle.

    A pooler that lends connections per transaction (PgBouncer's mode *transaction*) doesn't know
    statements prepared in another one. So behind a pooler nothing is prepared for later, at the
    price of one more round trip per statement.
    """

    def __init__(self, seconds: Callable[[], float] = time.monotonic) -> None:
        self.is_pooled: bool | None = None
        """None until there was a connection."""
        self._seconds = seconds
        self._idle: dict[Any, float] = {}

    def connect(self, dialect: Any, _record: Any, arguments: Any, options: dict[str, Any]) -> Any:
        """Connect; the first time, find out whether a pooler answers."""
        if self.is_pooled is None:
            first = dialect.connect(*arguments, **options, **_UNPREPARED)
            self.is_pooled = bool(first.run_async(_is_pooled))
            first.close()
        return dialect.connect(*arguments, **options, **(_UNPREPARED if self.is_pooled else {}))

    def put_back(self, connection: Any, _record: ConnectionPoolEntry) -> None:
        """Note since when a connection is idle."""
        if connection is not None:
            self._idle[connection] = self._seconds()

    def take(self, connection: Any, _record: ConnectionPoolEntry, _proxy: Any) -> None:
        """Make the pool replace a connection that is closed, or long idle and unresponsive.

        If a NAT forgot one connection, it forgot the others too. They're closed as well, or each of
        them would cost a timeout.
        """
        since = self._idle.pop(connection, None)
        driver = connection.driver_connection
        if driver.is_closed():
            raise DisconnectionError
        if since is None or self._seconds() - since < TRUSTED_FOR:
            return
        if not connection.run_async(_answers):
            for each in (connection, *self._idle):
                each.driver_connection.terminate()
            self._idle.clear()
            raise DisconnectionError

    def close_idle(self) -> None:
        """End what is idle without a goodbye, for which a forgotten one would be waited for."""
        for each in list(self._idle):
            each.driver_connection.terminate()
        self._idle.clear()

    def forget(self, connection: Any, _record: ConnectionPoolEntry) -> None:
        """Forget a connection that the pool closes."""
        self._idle.pop(connection, None)


def engines(
    url: sa.URL, patience: timedelta, connections: Connections, most: int
) -> tuple[AsyncEngine, AsyncEngine]:
    """Return the engine that writes and the read-only one, which share a pool.

    The pool has at most this many connections, and keeps up to five while idle.
    """
    kept = min(most, IDLE_CONNECTIONS)
    writer = create_async_engine(
        url.set(drivername="postgresql+asyncpg", query=_passed_on(url)),
        hide_parameters=True,
        pool_size=kept,
        max_overflow=most - kept,
        pool_timeout=patience.total_seconds(),
        connect_args={"command_timeout": patience.total_seconds(), **_connected(url)},
    )
    sa.event.listen(writer.sync_engine, "handle_error", _forget_values)
    sa.event.listen(writer.sync_engine, "do_connect", connections.connect)
    sa.event.listen(writer.sync_engine, "checkin", connections.put_back)
    sa.event.listen(writer.sync_engine, "checkout", connections.take)
    sa.event.listen(writer.sync_engine, "close", connections.forget)
    reader = writer.execution_options(isolation_level="REPEATABLE READ", postgresql_readonly=True)
    return writer, reader


def alone(url: sa.URL, connections: Connections) -> AsyncEngine:
    """Return a function that opens a connection beside the pool, for work outside a transaction.

    Its statements may take as long as they need.
    """
    engine = create_async_engine(
        url.set(drivername="postgresql+asyncpg", query=_passed_on(url)),
        poolclass=NullPool,
        isolation_level="AUTOCOMMIT",
        hide_parameters=True,
        connect_args=_connected(url),
    )
    sa.event.listen(engine.sync_engine, "handle_error", _forget_values)
    sa.event.listen(engine.sync_engine, "do_connect", connections.connect)
    return engine


def _connected(url: sa.URL) -> dict[str, Any]:
    """Return the function that opens each connection."""
    return {
        "timeout": float(str(url.query.get("connect_timeout") or CONNECTS_WITHIN)),
        "server_settings": {"application_name": "walkaway"},
        **_tls(url),
    }


async def _is_pooled(driver: Any) -> bool:
    """Tell whether the process that answers is not the one named at connecting."""
    async with driver.transaction():
        pid = await driver.fetchval("SELECT pg_backend_pid()")
    return bool(pid != driver.get_server_pid())


async def _answers(driver: Any) -> bool:
    try:
        async with asyncio.timeout(ANSWERS_WITHIN):
            await driver.execute("SELECT 1")
    except (TimeoutError, OSError):
        return False
    except Exception:  # noqa: BLE001 - whatever the driver says of it, it is of no use any more
        return False
    return True


def _passed_on(url: sa.URL) -> dict[str, Any]:
    """Return the parts of an address that the driver takes as they are."""
    return {name: url.query[name] for name in ("host", "port") if name in url.query}


def _tls(url: sa.URL) -> dict[str, Any]:
    """Return the TLS settings as libpq reads them.

    With a root certificate, `require` verifies; `system` means `verify-full` if nothing is said.
    """
    root = url.query.get("sslrootcert")
    mode = url.query.get("sslmode", "verify-full" if root == "system" else None)
    if mode is None:
        return {}
    if root is None or mode not in CHECKED_BY_A_FILE:
        return {"ssl": mode}
    context = ssl.create_default_context(cafile=None if root == "system" else str(root))
    context.check_hostname = mode == "verify-full" or root == "system"
    return {"ssl": context}


def _forget_values(context: sa.ExceptionContext) -> None:
    """Remove the values from PostgreSQL's own message; SQLAlchemy hides only those that it adds."""
    cause = context.original_exception.__cause__
    if cause is not None and hasattr(cause, "detail"):
        cause.detail = None
    for error in (context.sqlalchemy_exception, context.original_exception, cause):
        if error is not None:
            error.args = tuple(
                _QUOTED_VALUE.sub("", arg) if isinstance(arg, str) else arg for arg in error.args
            )
