"""The servers behind `walkaway run`, `web` and `worker`, which run until they are told to stop."""

import asyncio
import contextlib
import errno
import gc
import logging
import signal
import socket
from collections.abc import Awaitable, Callable, Coroutine, Iterator, Mapping
from enum import Flag, auto
from functools import partial
from typing import Any

import uvicorn

from bot.clock import real_time
from bot.config import Config
from bot.door import GuardedConnection
from bot.http import Asgi
from bot.services.ports import Clock
from bot.version import own_version
from bot.wiring import Wired, wired

log = logging.getLogger(__name__)

_SIGNALS = (signal.SIGINT, signal.SIGTERM)


KEEP_ALIVE = 75
"""Seconds that a connection stays open unused: longer than proxies keep theirs, which would
otherwise send a request into a connection that we are closing."""


Hurry = Callable[[Callable[[], Awaitable[None]]], Coroutine[Any, Any, None]]
"""Gets what looks at the clock, and does it whenever the clock was moved on."""


class ProcessPart(Flag):
    """The parts of Walkaway that a process runs."""

    WEB = auto()
    """Talks with people in Slack, and serves HTTP."""
    WORKER = auto()
    """Counts the time, and delivers."""


class PortTaken(Exception):
    """Another program already listens on our port."""


class CannotListen(Exception):
    """This machine refuses to let us listen there; the last argument is its reason."""


async def serve(
    config: Config,
    parts: ProcessPart,
    clock: Clock | None = None,
    *,
    hurry: Hurry | None = None,
    once_ready: Callable[[], Coroutine[Any, Any, None]] | None = None,
) -> None:
    """Run these parts until SIGINT or SIGTERM, then finish what has begun.

    `clock` replaces the machine's clock. For `hurry`, see `Tempo`. `once_ready` runs once in the
    background, as soon as today's settings are adopted.

    Raises NotMigrated if the database has another schema, PortTaken and CannotListen.
    """
    stopping = asyncio.Event()
    loop = asyncio.get_running_loop()
    for each in _SIGNALS:
        loop.add_signal_handler(each, stopping.set)
    hurried = hurry is not None
    async with wired(config, clock=clock or real_time, hurried=hurried, is_alone=hurried) as it:
        _spare_the_collector()
        hooks_port = config.hooks_port if ProcessPart.WEB in parts else None
        with (
            _listening_if_needed(config, parts) as listener,
            _listening_beside(config.host, config.metrics_port) as counter,
            _listening_beside(config.host, hooks_port) as hooks,
        ):
            start = _description_of(config, parts, listener)
            log.info("starting", extra=start)
            _start(it, parts)
            it.beside(partial(_say_whom_it_serves, it, start))
            it.beside(it.name_missed_holidays)
            if once_ready is not None:
                it.beside(once_ready)
            if hurry is not None:
                it.beside(partial(hurry, it.look))
            served = [
                (_asgi_of(it, parts), listener),
                (it.metrics, counter),
                (it.hooks, hooks),
            ]
            await asyncio.gather(
                stopping.wait(),
                *(_serve_http(asgi, at, stopping) for asgi, at in served if asgi and at),
            )
        log.info("stopping")


def _description_of(
    config: Config, parts: ProcessPart, listener: socket.socket | None
) -> dict[str, str]:
    """Return what the first log line says about this process."""
    told = {
        "version": own_version(),
        "mode": "run" if parts == ProcessPart.WEB | ProcessPart.WORKER else str(parts.name).lower(),
        "database": "sqlite" if config.database_url.startswith("sqlite") else "postgresql",
    }
    if ProcessPart.WEB in parts:
        told["slack"] = "http" if config.slack_app_token is None else "socket"
    if listener is not None:
        told["address"] = f"{config.host}:{config.port}"
    return told


async def _say_whom_it_serves(it: Wired, start: Mapping[str, str]) -> None:
    log.info("serving", extra={**start, "workspace": it.workspace.workspace_id})


@contextlib.contextmanager
def _listening_if_needed(config: Config, parts: ProcessPart) -> Iterator[socket.socket | None]:
    """Open the listener. A worker whose port is taken runs without health endpoints."""
    try:
        listener = _listening(config.host, config.port)
    except (PortTaken, CannotListen):
        if ProcessPart.WEB in parts:
            raise
        log.warning("port %s is taken: this worker has no /healthz and /readyz", config.port)
        yield None
    else:
        with listener:
            yield listener


@contextlib.contextmanager
def _listening_beside(host: str, port: int | None) -> Iterator[socket.socket | None]:
    """Open a listener on a port of its own, for Prometheus or for forms, if one is set."""
    if port is None:
        yield None
    else:
        with _listening(host, port) as listener:
            yield listener


def _asgi_of(it: Wired, parts: ProcessPart) -> Asgi:
    """Return the ASGI app for these parts. Each kind of process reports its own health."""
    if ProcessPart.WEB not in parts:
        return it.health_of_worker
    return it.asgi if ProcessPart.WORKER in parts else it.health_of_web


_YOUNG = 5_000
"""So many new objects make the collector look for cycles; Python's own number is 700.

A modal that is drawn takes hundreds, nearly all of which go by themselves. With a few requests
under way at once, the collector would look through them at every ninth one, and find nothing.
"""


def _spare_the_collector() -> None:
    """Exempt from garbage collection what was made at the start and lives as long as the process.

    Scanning them over and over costs a quarter of each command's CPU.
    """
    gc.collect()
    gc.freeze()
    gc.set_threshold(_YOUNG, *gc.get_threshold()[1:])


def _listening(host: str, port: int) -> socket.socket:
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    try:
        listener = socket.create_server((host, port), family=family)
    except OSError as error:
        if error.errno == errno.EADDRINUSE:
            raise PortTaken(host, port) from error
        raise CannotListen(host, port, error.strerror or str(error)) from error
    # what it accepts inherits this; asyncio's own loop sets it on sockets that it made only
    listener.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    return listener


def _start(it: Wired, parts: ProcessPart) -> None:
    if ProcessPart.WEB in parts:
        it.start_slack()
    else:
        it.start_identity()
    if ProcessPart.WORKER in parts:
        it.start_work()


async def _serve_http(
    asgi: Asgi,
    listener: socket.socket,
    stopping: asyncio.Event,
    door: type[GuardedConnection] = GuardedConnection,
) -> None:
    server = _Server(
        uvicorn.Config(
            asgi,
            interface="asgi3",
            lifespan="off",
            access_log=False,
            log_config=None,
            server_header=False,
            timeout_graceful_shutdown=5,
            timeout_keep_alive=KEEP_ALIVE,
            http=door,
        )
    )
    watch = asyncio.create_task(_stop_when(stopping, server))
    try:
        await server.serve(sockets=[listener])
    finally:
        watch.cancel()


async def _stop_when(stopping: asyncio.Event, server: uvicorn.Server) -> None:
    await stopping.wait()
    server.should_exit = True


class _Server(uvicorn.Server):
    """A uvicorn server that leaves signals to us; its own handlers end us too soon."""

    @contextlib.contextmanager
    def capture_signals(self) -> Iterator[None]:
        yield
