"""Does README.md lead to a verdict? Its commands are run as they stand there, in fresh clones.

First those of "Try it": the page answers in time, so does the bot, and SIGTERM leaves nothing.
Then those of "Install it in a workspace", with a pretend Slack in Slack's place: what the text
says to fill in is filled in, and somebody screens a prospect. Both listen on ports that are free:
make takes those of the sandbox from the environment, the bot takes its own from `.env`. Linux, git
and the standard library only: it runs before anything else is installed.
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
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

ROOT: Final = Path(__file__).parents[1]
MARK: Final = f"WALKAWAY_SMOKE={os.getpid()}"
ANSWER_WITHIN: Final = 120
"""From `git clone` to the page, as README.md has it: "a minute", twice over."""
END_WITHIN: Final = 15

Process = subprocess.Popen[str]


def main() -> None:
    """Try it, then install it; whatever is left of either at the end is killed."""
    with tempfile.TemporaryDirectory() as scratch:
        desk, server = Path(scratch, "desk"), Path(scratch, "server")
        try:
            _try_it(desk)
            _install_it(server, desk)
        finally:
            for process in _marked():
                os.kill(process, signal.SIGKILL)


def _try_it(desk: Path) -> None:
    began = time.monotonic()
    _clone(desk)
    *preparing, starting = _commands("Try it")[0]
    for command in preparing:
        _run(command, desk)
    with _running(starting, desk, processes=2) as sandbox:
        address = _line_with(r"http://127\.0\.0\.1:\d+/\S*", sandbox, ANSWER_WITHIN)
        _expect("<title>" in _fetch(address), f"{address} is no page")
        took = time.monotonic() - began
        _expect(took < ANSWER_WITHIN, f"the page answers only after {took:.0f} s")
        print(f"The page answers {took:.0f} s after `git clone` began.", flush=True)
        said = {"member": "U0EMMA", "text": "/qualify Acme GmbH"}
        answer = _fetch(f"{address}page/say", said)
        _expect("error" not in answer, f"the bot does not answer: {answer}")


def _install_it(server: Path, desk: Path) -> None:
    _clone(server)
    installing, starting, *_ = _commands("Install it in a workspace")
    *preparing, running = starting
    for command in installing:
        _run(command, server)
    with _running(f"{desk}/.venv/bin/python {ROOT}/.ci/workspace.py", desk) as workspace:
        settings = json.loads(_line_with("{.*}", workspace, END_WITHIN))
        port = _free_port()
        _fill_in(server / ".env", settings | {"PORT": str(port)})
        for command in preparing:
            _run(command, server)
        with _running(running, server):
            verdict = _line_with("The card .*", workspace, ANSWER_WITHIN)
            _expect("Acme GmbH" in verdict, verdict)
            _fetch(f"http://127.0.0.1:{port}/readyz")  # which raises unless the bot is ready


def _commands(heading: str) -> list[list[str]]:
    """The commands below a heading of README.md, block by block."""
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    section = readme.partition(f"\n## {heading}\n")[2].partition("\n## ")[0]
    blocks = re.findall(r"^```sh\n(.*?)^```$", section, re.MULTILINE | re.DOTALL)
    return [block.splitlines() for block in blocks]


def _clone(folder: Path) -> None:
    subprocess.run(["git", "clone", "--quiet", ROOT, folder], check=True)


def _run(command: str, folder: Path) -> None:
    print(f"$ {command}", flush=True)
    subprocess.run(["bash", "-c", command], cwd=folder, check=True, env=_environment())


@contextmanager
def _running(command: str, folder: Path, processes: int = 1) -> Iterator[Process]:
    """Run what goes on until it is told to end, and see that nothing is left of it then."""
    print(f"$ {command}", flush=True)
    before = set(_marked())
    process = subprocess.Popen(
        ["bash", "-c", command], cwd=folder, stdout=subprocess.PIPE, text=True, env=_environment()
    )
    yield process
    _expect(len(_marked() - before) >= processes, f"not all of `{command}` is there")
    process.terminate()
    try:
        process.wait(END_WITHIN)
    except subprocess.TimeoutExpired:
        sys.exit(f"`{command}` still runs {END_WITHIN} s after SIGTERM.")
    left = [Path(f"/proc/{each}/cmdline").read_text() for each in _marked() - before]
    _expect(not left, f"still running: {left}")
    print(f"Nothing is left of `{command}`.", flush=True)


def _environment() -> dict[str, str]:
    """Ours, but nothing that a `.env` file is to say, and with the mark of our children."""
    kept = {name: text for name, text in os.environ.items() if not name.startswith("SLACK_")}
    return kept | {"ARGS": "--port 0 --bot-port 0"} | dict([MARK.split("=")])


def _free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        return int(listener.getsockname()[1])


def _line_with(pattern: str, process: Process, seconds: float) -> str:
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


def _fetch(address: str, body: dict[str, str] | None = None) -> str:
    data = None if body is None else json.dumps(body).encode()
    with urllib.request.urlopen(address, data, timeout=10) as answer:  # noqa: S310 - loopback
        return str(answer.read().decode())


def _fill_in(path: Path, settings: dict[str, str]) -> None:
    """Set what `.env` names, whether it is empty or commented out."""
    text = path.read_text(encoding="utf-8")
    for name, setting in settings.items():
        text, found = re.subn(rf"^#?{name}=.*$", f"{name}={setting}", text, flags=re.MULTILINE)
        _expect(found == 1, f".env does not name {name}")
    path.write_text(text, encoding="utf-8")


def _marked() -> set[int]:
    """The living processes that we started, and theirs, known by a variable they inherit."""
    found = set()
    for environment in Path("/proc").glob("[0-9]*/environ"):
        try:
            if MARK.encode() in environment.read_bytes().split(b"\0"):
                found.add(int(environment.parent.name))
        except OSError:
            continue
    return found


def _expect(truth: bool, otherwise: str) -> None:
    if not truth:
        sys.exit(otherwise)


if __name__ == "__main__":
    main()
