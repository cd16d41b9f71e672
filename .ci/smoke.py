"""Do README.md and the Dockerfile lead to a verdict? They are followed as they stand, in clones.

First those of "Try it": the page answers in time, so does the bot, and SIGTERM leaves nothing.
Then those of "Install it in a workspace", with a pretend Slack in Slack's place: what the text
says to fill in is filled in, and somebody screens a prospect. Then the same in the container,
which `container.py` builds by hand. All listen on ports that are free:
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

import container

ROOT: Final = Path(__file__).parents[1]
MARK: Final = f"WALKAWAY_SMOKE={os.getpid()}"
ANSWER_WITHIN: Final = 120
"""From `git clone` to the page, as README.md has it: "a minute", twice over."""
END_WITHIN: Final = 15

Process = subprocess.Popen[str]


def main() -> None:
    """Try it, install it, contain it; whatever is left of any at the end is killed."""
    with tempfile.TemporaryDirectory() as scratch:
        desk, server, root = (Path(scratch, each) for each in ("desk", "server", "root"))
        Path(scratch).chmod(0o755)  # the container's user is nobody
        try:
            _try_it(desk)
            _install_it(server, desk)
            _contain_it(root, desk)
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
    with _workspace(desk) as (workspace, settings):
        _fill_in(server / ".env", settings)
        for command in preparing:
            _run(command, server)
        with _running(running, server):
            _expect_verdict(workspace, settings)


def _contain_it(root: Path, desk: Path) -> None:
    root.mkdir()
    contained = container.build(root)
    marked = dict([MARK.split("=")])
    with _workspace(desk) as (workspace, settings):
        migrating = contained.start("migrate", environment=settings | marked)
        _expect(migrating.wait(ANSWER_WITHIN) == 0, "the container does not migrate")
        began = time.time()
        bot = contained.start(environment=settings | marked)
        _expect_verdict(workspace, settings)
        bot.terminate()
        _expect(bot.wait(END_WITHIN) == 0, "the container does not end on SIGTERM")
    written = [each for each in (root / "app").rglob("*") if each.lstat().st_mtime > began]
    _expect(not written, f"the container wrote to {written}, which may be read-only")


@contextmanager
def _workspace(desk: Path) -> Iterator[tuple[Process, dict[str, str]]]:
    """Run a pretend Slack in which somebody screens a prospect, and what a bot there is told."""
    with _running(f"{desk}/.venv/bin/python {ROOT}/.ci/workspace.py", desk) as workspace:
        settings = json.loads(_line_with("{.*}", workspace, END_WITHIN))
        yield workspace, settings | {"PORT": str(_free_port())}


def _expect_verdict(workspace: Process, settings: dict[str, str]) -> None:
    verdict = _line_with("The card .*", workspace, ANSWER_WITHIN)
    _expect("Acme GmbH" in verdict, verdict)
    port = settings["PORT"]
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
