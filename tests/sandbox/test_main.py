"""`python -m sandbox` as a process, with a small stand-in for the bot."""

import json
import os
import signal
import socket
import subprocess
import sys
import urllib.request
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import psutil
import pytest

from sandbox import Slack

ROOT = Path(__file__).parents[2]
BOT = """
import asyncio, json, os, sys
from pathlib import Path

HERE = Path(__file__).parent.parent


def main(clock, hurry=None):
    noted = {"pid": os.getpid(), "now": clock().isoformat(), "hurried": bool(hurry), **os.environ}
    HERE.joinpath(sys.argv[1] + ".json").write_text(json.dumps(noted))
    if sys.argv[1] in os.environ.get("FAILS", ""):
        sys.exit(3)
    if sys.argv[1] == "run":
        asyncio.run(over_socket_mode() if os.environ["SLACK_APP_TOKEN"] else over_http())


async def over_socket_mode():
    from slack_sdk.socket_mode.aiohttp import SocketModeClient
    from slack_sdk.web.async_client import AsyncWebClient

    web_client = AsyncWebClient(base_url=os.environ["SLACK_API_URL"])
    client = SocketModeClient(os.environ["SLACK_APP_TOKEN"], web_client=web_client)
    await client.connect()
    await asyncio.sleep(600)


async def over_http():
    from aiohttp import web

    async def challenge(request):
        return web.json_response({"challenge": (await request.json())["challenge"]})

    app = web.Application()
    app.router.add_post("/slack/events", challenge)
    runner = web.AppRunner(app)
    await runner.setup()
    await web.TCPSite(runner, os.environ["HOST"], int(os.environ["PORT"])).start()
    await asyncio.sleep(600)
"""


class Desk:
    """A working directory with a stand-in bot, and the sandboxes started in it."""

    def __init__(self, path: Path) -> None:
        self.path = path
        package = path / "bot"
        package.mkdir()
        (package / "__init__.py").touch()
        (package / "__main__.py").write_text(BOT)
        self.started: list[subprocess.Popen[str]] = []

    def start(self, *options: str, **environment: str) -> subprocess.Popen[str]:
        process = subprocess.Popen(  # noqa: S603 - our own module
            [sys.executable, "-m", "sandbox", "--port", "0", "--bot-port", "0", *options],
            cwd=self.path,
            env={**os.environ, "PYTHONPATH": str(ROOT), **environment},
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )
        self.started.append(process)
        return process

    def noted(self, command: str) -> dict[str, Any]:
        noted: dict[str, Any] = json.loads((self.path / f"{command}.json").read_text())
        return noted

    def clear(self) -> None:
        for process in self.started:
            if process.poll() is None:
                process.kill()
            process.communicate()


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
    made = Desk(tmp_path)
    yield made
    made.clear()


def test_it_starts_the_bot_says_where_to_look_and_leaves_nothing_running(desk: Desk) -> None:
    sandbox = desk.start("--language", "de", SLACK_TEAM="outer", SLACK_X="outer")
    line = _ready_line(sandbox)
    bot = desk.noted("run")

    sandbox.send_signal(signal.SIGTERM)
    code = sandbox.wait(timeout=60)

    assert "Open http://127.0.0.1:" in line
    assert code == 0
    assert not psutil.pid_exists(bot["pid"])
    slack_names = {name for name in bot if name.startswith("SLACK_") and bot[name]}
    assert slack_names == {"SLACK_BOT_TOKEN", "SLACK_APP_TOKEN", "SLACK_API_URL"}
    assert bot["LANGUAGE"] == "de"
    assert bot["DATABASE_URL"] == f"sqlite:///{desk.path}/var/sandbox.db"
    assert desk.noted("migrate")["DATABASE_URL"] == bot["DATABASE_URL"]


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux ends a child with its parent")
def test_a_killed_sandbox_leaves_no_bot(desk: Desk) -> None:
    sandbox = desk.start()
    _ready_line(sandbox)
    bot = psutil.Process(desk.noted("run")["pid"])

    sandbox.kill()

    psutil.wait_procs([bot], timeout=60)
    assert not bot.is_running() or bot.status() == psutil.STATUS_ZOMBIE


def test_over_http_the_bot_gets_a_signing_secret_and_a_port(desk: Desk) -> None:
    port = _free_port()
    sandbox = desk.start("--http", "--bot-port", str(port))
    _ready_line(sandbox)

    sandbox.send_signal(signal.SIGINT)

    assert sandbox.wait(timeout=60) == 0
    bot = desk.noted("run")
    assert bot["SLACK_APP_TOKEN"] == ""
    assert bot["SLACK_SIGNING_SECRET"] == Slack.signing_secret
    assert (bot["HOST"], bot["PORT"]) == ("127.0.0.1", str(port))


@pytest.mark.parametrize(
    ("failing", "sentence"),
    [
        ("migrate", "The bot couldn't prepare its database (exit code 3)."),
        ("run", "The bot stopped by itself (exit code 3)."),
    ],
)
def test_a_bot_that_dies_ends_the_sandbox_with_a_sentence(
    desk: Desk, failing: str, sentence: str
) -> None:
    sandbox = desk.start(FAILS=failing)

    _, complaint = sandbox.communicate(timeout=60)

    assert sandbox.returncode == 1
    assert sentence in complaint


@pytest.mark.parametrize(
    ("option", "taken"),
    [("--port", "Port {} is taken."), ("--bot-port", "Port {}, meant for the bot, is taken.")],
)
def test_a_taken_port_gets_a_sentence_and_costs_nobody_a_database(
    desk: Desk, option: str, taken: str
) -> None:
    database = desk.path / "mine.db"
    database.write_text("another sandbox's")
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        port = other.getsockname()[1]
        sandbox = desk.start("--fresh", "--database", "mine.db", option, str(port))
        _, complaint = sandbox.communicate(timeout=60)

    assert sandbox.returncode == 1
    advice = f"Stop what uses it, or choose another with {option}."
    assert complaint == f"{taken.format(port)} {advice}\n"
    assert database.read_text() == "another sandbox's"


def test_a_database_that_cannot_be_made_gets_a_sentence(desk: Desk) -> None:
    (desk.path / "file").touch()
    sandbox = desk.start("--database", "file/inside.db")

    _, complaint = sandbox.communicate(timeout=60)

    assert sandbox.returncode == 1
    assert "can't be used" in complaint
    assert "Traceback" not in complaint


@pytest.mark.parametrize("options", [[], ["--http"]])
def test_the_bot_goes_by_the_moved_clock_also_after_a_restart(
    desk: Desk, options: list[str]
) -> None:
    sandbox = desk.start(*options)
    _post(_ready_line(sandbox), "clock", member="U0JONAS", hours=48)
    sandbox.send_signal(signal.SIGTERM)
    sandbox.wait(timeout=60)

    _ready_line(desk.start(*options))

    ahead = datetime.fromisoformat(desk.noted("run")["now"]) - datetime.now(UTC)
    assert timedelta(hours=47) < ahead < timedelta(hours=48)


def test_fresh_starts_with_an_empty_database_today(desk: Desk) -> None:
    database = desk.path / "mine.db"
    for ending in ("", "-wal", "-shm", ".clock"):
        database.with_name(f"mine.db{ending}").write_text("old")

    desk.start("--fresh", "--database", "mine.db", FAILS="migrate").communicate()

    assert list(desk.path.glob("mine.db*")) == []


def test_the_demo_begins_a_year_ago_on_a_database_of_its_own_that_begins_anew(desk: Desk) -> None:
    database = desk.path / "var" / "demo.db"
    database.parent.mkdir()
    database.write_text("old")

    sandbox = desk.start("--demo", FAILS="run")
    _, complaint = sandbox.communicate(timeout=60)

    bot = desk.noted("run")
    assert bot["DATABASE_URL"] == f"sqlite:///{database}"
    assert not database.exists()
    assert bot["hurried"]
    behind = datetime.now(UTC) - datetime.fromisoformat(bot["now"])
    assert timedelta(days=340) < behind < timedelta(days=368)
    assert sandbox.returncode == 1
    assert "didn't get through the year" in complaint


def test_a_demo_that_cannot_be_played_says_where_it_stuck(desk: Desk) -> None:
    sandbox = desk.start("--demo")

    told, complaint = sandbox.communicate(timeout=60)

    assert sandbox.returncode == 1
    assert "Playing a year of prospects" in told
    assert "Watch it at http://127.0.0.1:" in told
    assert "The year could not be played to its end: " in complaint


def test_the_help_teaches(desk: Desk) -> None:
    told, _ = desk.start("--help").communicate(timeout=60)

    assert "/qualify Acme GmbH" in told
    assert "--fresh" in told


def _ready_line(sandbox: subprocess.Popen[str]) -> str:
    assert sandbox.stdout
    line = sandbox.stdout.readline()
    assert "The sandbox is ready" in line, line
    return line


def _post(ready_line: str, door: str, **body: Any) -> None:
    page = ready_line.split()[5]
    data = json.dumps(body).encode()
    request = urllib.request.Request(f"{page}page/{door}", data)  # noqa: S310 - our own page
    with urllib.request.urlopen(request) as answer:  # noqa: S310 - likewise
        assert "error" not in json.load(answer)


def _free_port() -> int:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port: int = free.getsockname()[1]
        return port
