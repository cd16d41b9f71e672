"""`python -m sandbox.child [--hurried SOCKET] FILE COMMAND`: the app's command line, by our clock.

This is the one place that knows the app: its `__main__` takes a clock, and what makes it look at
that while it hurries, and nothing else in it is used.
"""

import asyncio
import gc
import socket
import sys
from collections.abc import Awaitable, Callable, Coroutine
from contextlib import closing
from pathlib import Path
from typing import Any

from bot.__main__ import main as command_line
from sandbox.clock import followed

HURRIED = "--hurried"
RARELY = (100_000, 20, 100)
"""When a hurried app collects garbage: it ends in a minute, and what it has is soon looked through
hundreds of times."""


def main() -> None:
    """Hand over the clock that the file moves, and the rest of the command line."""
    hurry = None
    if sys.argv[1] == HURRIED:
        hurry = looking_when_asked(int(sys.argv[2]))
        gc.set_threshold(*RARELY)
        del sys.argv[1:3]
    clock = followed(Path(sys.argv.pop(1)))
    if hurry is None:
        command_line(clock=clock)
    else:
        command_line(clock=clock, hurry=hurry)


def looking_when_asked(
    descriptor: int,
) -> Callable[[Callable[[], Awaitable[None]]], Coroutine[Any, Any, None]]:
    """Return what lets the app look for each byte that comes, and sends it back afterwards."""

    async def hurry(look: Callable[[], Awaitable[None]]) -> None:
        line = socket.socket(fileno=descriptor)
        reader, writer = await asyncio.open_unix_connection(sock=line)
        with closing(writer):
            while asked := await reader.read(1):
                await look()
                writer.write(asked)

    return hurry


if __name__ == "__main__":
    main()
