"""SQLite without threads, by a clock that is not the machine's."""

import random
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any, Final
from unittest.mock import patch

from bot.storage import sqlite
from tests.simulation.loop import SimulatedLoop

_EPOCH: Final = 2_440_587.5
"""1970 as a Julian day."""


class _NoThread:
    """Stands for the thread of a connection, which has nothing to do."""

    daemon = True

    def __init__(self, **_options: Any) -> None:
        pass

    def start(self) -> None:
        """Begin nothing."""


@contextmanager
def without_threads(loop: SimulatedLoop, chance: random.Random) -> Iterator[None]:
    """Let each statement run where it is asked for, and its result take a moment."""

    class AtOnce:
        """The queue of a connection's thread, which does at once what is put in it."""

        def put_nowait(self, asked: tuple[Any, Callable[[], Any]]) -> None:
            future, work = asked
            try:
                result, settle = work(), "set_result"
            except Exception as error:  # noqa: BLE001 - it belongs to whoever asked
                result, settle = error, "set_exception"
            if future is not None:
                loop.call_later(chance.uniform(0.0001, 0.002), _settle, future, settle, result)

    real = sqlite._open

    def opened(file: str, **options: Any) -> sqlite3.Connection:
        connection = real(file, **options)
        connection.create_function(
            "julianday", 1, lambda _: _EPOCH + loop.now().timestamp() / 86_400
        )
        return connection

    with (
        patch("aiosqlite.core.SimpleQueue", AtOnce),
        patch("aiosqlite.core.Thread", _NoThread),
        patch("bot.storage.sqlite._open", opened),
    ):
        yield


def _settle(future: Any, settle: str, result: Any) -> None:
    if not future.done():
        getattr(future, settle)(result)
