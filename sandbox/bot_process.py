"""The app as a child process: its environment, its start, and its certain end."""

import asyncio
import contextlib
import ctypes
import os
import signal
import socket
import sys
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

from sandbox.server import Slack
from sandbox.world import VERDICTS

SHIELDED = ("SLACK_APP_TOKEN", "SLACK_SIGNING_SECRET")
"""Set to nothing unless needed, so that a `.env` file beside the bot cannot fill them in."""
CLOCK_ENDING = ".clock"
PATIENCE = 5.0
"""Seconds between asking the bot to stop and making it stop."""
_PR_SET_PDEATHSIG = 1


@dataclass(frozen=True, slots=True)
class Setup:
    """What the operator of the sandbox chose."""

    port: int
    over_http: bool
    bot_port: int
    database: Path
    fresh: bool
    language: str
    demo: bool
    seed: int | None = None
    """Of all chance; None: another one each time."""

    @property
    def clock_file(self) -> Path:
        """Beside the database: what it holds must not come to lie in the future."""
        return self.database.with_name(f"{self.database.name}{CLOCK_ENDING}")

    @property
    def request_url(self) -> str:
        """Where the bot listens when it is reached over HTTP."""
        return f"http://127.0.0.1:{self.bot_port}/slack/events"


def bot_environment(outer: Mapping[str, str], slack: Slack, setup: Setup) -> dict[str, str]:
    """Build the bot's environment; nothing of a real Slack app gets in from outside."""
    kept = {name: value for name, value in outer.items() if not name.startswith("SLACK_")}
    way = {"SLACK_APP_TOKEN": slack.app_token}
    if setup.over_http:
        way = {"SLACK_SIGNING_SECRET": slack.signing_secret}
    return {
        **kept,
        **dict.fromkeys(SHIELDED, ""),
        **way,
        "SLACK_BOT_TOKEN": slack.bot_token,
        "SLACK_API_URL": slack.api_url,
        "WEBHOOK_ALLOWED_HOSTS": "localhost,127.0.0.1",
        "HOST": "127.0.0.1",
        "PORT": str(setup.bot_port),
        "DATABASE_URL": f"sqlite:///{setup.database}",
        "VERDICT_CHANNEL": VERDICTS,
        "MANAGERS": "U0SABINE",
        "LANGUAGE": setup.language,
        "COUNTRY": "DE",
        "TIMEZONE": "Europe/Berlin",
        "CURRENCY": "EUR",
    }


class BotProcess:
    """One run of the bot's command line, in a process group of its own."""

    def __init__(self, process: asyncio.subprocess.Process, line: socket.socket | None) -> None:
        self._process = process
        self._line = line
        self._ends: tuple[asyncio.StreamReader, asyncio.StreamWriter] | None = None

    @classmethod
    async def start(
        cls,
        command: str,
        environment: Mapping[str, str],
        clock_file: Path,
        *,
        hurried: bool = False,
    ) -> "BotProcess":
        """Start `python -m bot <command>`, but by the clock that the file moves.

        It is `hurried` where a year passes in a minute: then it looks when it is asked to.
        """
        ours, theirs = socket.socketpair() if hurried else (None, None)
        process = await asyncio.create_subprocess_exec(
            *(sys.executable, "-m", "sandbox.child"),
            *(["--hurried", str(theirs.fileno())] if theirs else []),
            *(str(clock_file), command),
            env=dict(environment),
            start_new_session=True,
            pass_fds=[theirs.fileno()] if theirs else [],
            preexec_fn=_dying_with(os.getpid()),
        )
        if theirs:
            theirs.close()
        return cls(process, ours)

    async def look(self) -> None:
        """Let a hurried bot look at the clock; return once it has done all that is due by it."""
        if self._ends is None:
            self._ends = await asyncio.open_unix_connection(sock=self._line)
        reader, writer = self._ends
        writer.write(b".")
        with contextlib.suppress(asyncio.IncompleteReadError, ConnectionError):  # it has ended
            await reader.readexactly(1)

    async def ended(self) -> int:
        """Wait for its end, and return its exit code."""
        return await self._process.wait()

    async def stop(self) -> None:
        """Ask its whole group to stop, and make it stop when it does not."""
        if self._process.returncode is None:
            self._signal(signal.SIGTERM)
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout(PATIENCE):
                    await self._process.wait()
        self._signal(signal.SIGKILL)
        await self._process.wait()
        if self._ends is not None:
            self._ends[1].close()
        elif self._line is not None:
            self._line.close()

    def _signal(self, number: signal.Signals) -> None:
        with contextlib.suppress(ProcessLookupError, PermissionError):
            os.killpg(self._process.pid, number)


def _dying_with(parent: int) -> Callable[[], None] | None:
    """Let Linux kill the child when the sandbox is killed and cannot do it itself."""
    if sys.platform != "linux":
        return None
    libc = ctypes.CDLL(None)

    def bind() -> None:
        libc.prctl(_PR_SET_PDEATHSIG, signal.SIGKILL)
        if os.getppid() != parent:
            os._exit(1)

    return bind
