"""What the trials of README.md and of the container share: processes, and what they print.

Linux and the standard library only: they run before anything else is installed.
"""

import json
import os
import re
import signal
import socket
import subprocess
import sys
import tempfile
import threading
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

ROOT: Final = Path(__file__).parents[1]
MARK: Final = f"TRIAL_OF_WALKAWAY={os.getpid()}"
ANSWER_WITHIN: Final = 120
"""From `git clone` to the page, as README.md has it: "a minute", twice over."""
END_WITHIN: Final = 15

Process = subprocess.Popen[str]


@contextmanager
def scratch() -> Iterator[Path]:
    """Lend a folder; at its end whatever still runs of what was started is killed."""
    with tempfile.TemporaryDirectory() as folder:
        try:
            yield Path(folder)
        finally:
            for process in marked():
                os.kill(process, signal.SIGKILL)


@contextmanager
def pretend_slack(checkout: Path) -> Iterator[tuple[Process, dict[str, str]]]:
    """Run a pretend Slack in which somebody screens a prospect; yield it, and a bot's settings."""
    with started(f"{checkout}/.venv/bin/python {ROOT}/.ci/workspace.py", checkout) as workspace:
        settings = json.loads(line_with("{.*}", workspace, END_WITHIN))
        yield workspace, settings | {"PORT": str(free_port())}


def expect_verdict(workspace: Process, settings: dict[str, str]) -> None:
    """Wait for the card in the channel, and for a bot that says it is ready."""
    verdict = line_with("The card .*", workspace, ANSWER_WITHIN)
    expect("Acme GmbH" in verdict, verdict)
    port = settings["PORT"]
    fetch(f"http://127.0.0.1:{port}/readyz")  # which raises unless the bot is ready


@contextmanager
def started(command: str, folder: Path, processes: int = 1) -> Iterator[Process]:
    """Run what goes on until it is told to end, and see that nothing is left of it then."""
    print(f"$ {command}", flush=True)
    before = set(marked())
    process = subprocess.Popen(
        ["bash", "-c", command], cwd=folder, stdout=subprocess.PIPE, text=True, env=inherited()
    )
    yield process
    expect(len(marked() - before) >= processes, f"not all of `{command}` is there")
    process.terminate()
    try:
        process.wait(END_WITHIN)
    except subprocess.TimeoutExpired:
        sys.exit(f"`{command}` still runs {END_WITHIN} s after SIGTERM.")
    left = [Path(f"/proc/{each}/cmdline").read_text() for each in marked() - before]
    expect(not left, f"still running: {left}")
    print(f"Nothing is left of `{command}`.", flush=True)


def inherited() -> dict[str, str]:
    """Ours, but nothing that a `.env` file is to say, and with the mark of our children."""
    kept = {name: text for name, text in os.environ.items() if not name.startswith("SLACK_")}
    return kept | {"ARGS": "--port 0 --bot-port 0"} | dict([MARK.split("=")])


def free_port() -> int:
    """Return a port on which nobody listens."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        return int(listener.getsockname()[1])


def line_with(pattern: str, process: Process, seconds: float) -> str:
    """Read on until something like this was printed."""
    assert process.stdout is not None
    giving_up = threading.Timer(seconds, process.terminate)
    giving_up.start()
    try:
        for line in process.stdout:
            print(line, end="", flush=True)
            if found := re.search(pattern, line):
                return found[0]
    finally:
        giving_up.cancel()
    sys.exit(f"Nothing like {pattern} was printed within {seconds} s.")


def fetch(address: str, body: dict[str, str] | None = None) -> str:
    """Return what an address answers; raises for any status but 200."""
    data = None if body is None else json.dumps(body).encode()
    with urllib.request.urlopen(address, data, timeout=10) as answer:  # noqa: S310 - loopback
        return str(answer.read().decode())


def marked() -> set[int]:
    """The living processes that we started, and theirs, known by a variable they inherit."""
    found = set()
    for environment in Path("/proc").glob("[0-9]*/environ"):
        try:
            if MARK.encode() in environment.read_bytes().split(b"\0"):
                found.add(int(environment.parent.name))
        except OSError:
            continue
    return found


def expect(truth: bool, otherwise: str) -> None:
    """End with a sentence unless something holds."""
    if not truth:
        sys.exit(otherwise)
