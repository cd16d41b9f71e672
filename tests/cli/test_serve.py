"""`walkaway run`, `web`, `worker` and `migrate`: sentences and exit codes, and a real process."""

import asyncio
import json
import os
import re
import shutil
import signal
import socket
import sqlite3
import sys
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import asynccontextmanager, closing
from datetime import timedelta
from importlib.metadata import version
from pathlib import Path
from typing import Any

import aiohttp
import click
import psutil
import pytest
from click.testing import CliRunner, Result
from sqlalchemy import text, update

from benchmarks.processes import free_port
from bot import checklists
from bot.cli import walkaway
from bot.cli.failures import run_on_database
from bot.domain.intake import hashed
from bot.domain.names import KEY_VERSION
from bot.domain.people import Action, OtherAction
from bot.storage.database import Database
from bot.storage.delivery.tables import outbox
from bot.storage.intake.tables import intake_doors
from bot.storage.prospects.prospects import prospects
from bot.storage.schema import migrations
from bot.storage.unit_of_work import UnitsOfWork
from sandbox import ApiCall, Fault, Slack, fill
from sandbox.member import Member
from tests.databases import Postgres
from tests.faults.processes import until
from tests.office import CHANNEL, NO_OFFER, PATIENT, environment
from tests.storage import samples

ROOT = Path(__file__).parents[2]
SETTINGS = {
    "SLACK_BOT_TOKEN": "xoxb-canary",
    "SLACK_APP_TOKEN": "xapp-canary",
    "VERDICT_CHANNEL": "C0VERDICTS",
}
SERVING = ["run", "web", "worker"]


def started(command: str, **more: str) -> Result:
    result = CliRunner().invoke(walkaway, [command], env=SETTINGS | more)
    assert "Traceback" not in result.output
    assert "canary" not in result.output
    assert result.exception is None or isinstance(result.exception, SystemExit)
    return result


@pytest.mark.parametrize("command", SERVING)
def test_wrong_settings_are_all_named(command: str) -> None:
    result = started(command, SLACK_BOT_TOKEN="", PORT="x", VERDICT_CHANNEL="#x", COUNTRY="XX")

    assert result.exit_code == 1
    for name in ("SLACK_BOT_TOKEN", "PORT", "VERDICT_CHANNEL", "COUNTRY"):
        assert f"  {name} " in result.output


def test_a_database_that_is_not_migrated_says_what_to_run(tmp_path: Path) -> None:
    result = started("run", DATABASE_URL=f"sqlite:///{tmp_path / 'new.db'}")

    assert result.exit_code == 1
    assert "run `walkaway migrate` first" in result.output


@pytest.mark.parametrize("command", ["web", "worker"])
def test_the_halves_refuse_sqlite(command: str, tmp_path: Path) -> None:
    result = started(command, DATABASE_URL=f"sqlite:///{tmp_path / 'x.db'}")

    assert result.exit_code == 1
    assert "set DATABASE_URL to PostgreSQL" in result.output


@pytest.mark.parametrize("command", [*SERVING, "migrate"])
def test_a_database_that_does_not_answer_gets_a_sentence(command: str) -> None:
    with socket.create_server(("127.0.0.1", 0)) as closed_soon:
        port = closed_soon.getsockname()[1]

    result = started(command, DATABASE_URL=f"postgresql://me:canary@127.0.0.1:{port}/db")

    assert result.exit_code == 1
    assert "The database isn't there: nothing listens at the address" in result.output
    assert "canary" not in result.output


@pytest.mark.parametrize("command", ["run", "migrate"])
def test_a_folder_that_is_not_there_gets_a_sentence(command: str, tmp_path: Path) -> None:
    result = started(command, DATABASE_URL=f"sqlite:///{tmp_path / 'nowhere' / 'x.db'}")

    assert result.exit_code == 1
    assert "The database can't be opened: is its folder there" in result.output


@pytest.mark.parametrize("command", ["run", "migrate"])
def test_a_file_that_is_no_database_gets_a_sentence(command: str, tmp_path: Path) -> None:
    (tmp_path / "x.db").write_bytes(b"no database at all" * 100)

    result = started(command, DATABASE_URL=f"sqlite:///{tmp_path / 'x.db'}")

    assert result.exit_code == 1
    assert "The database isn't an SQLite file" in result.output


@pytest.mark.postgres
def test_a_database_that_the_server_does_not_have_gets_a_sentence(postgres: Postgres) -> None:
    with pytest.raises(click.ClickException, match="has no database of the name in DATABASE_URL"):
        run_on_database(migrations.upgrade(postgres.url("nowhere")))


def test_a_taken_port_gets_a_sentence(migrated_sqlite: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = str(taken.getsockname()[1])
        result = started("run", DATABASE_URL=f"sqlite:///{migrated_sqlite}", PORT=port)

    assert result.exit_code == 1
    assert f"Port {port} on 127.0.0.1 is taken" in result.output


def test_migrating_may_be_repeated_and_needs_no_slack(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path / 'x.db'}"
    nothing = dict.fromkeys(SETTINGS, "")

    for _ in range(2):
        result = started("migrate", **nothing, DATABASE_URL=url)
        assert result.exit_code == 0
        assert "newest schema" in result.output


def test_migrating_writes_old_keys_of_names_anew(migrated_sqlite: Path, tmp_path: Path) -> None:
    file = shutil.copy(migrated_sqlite, tmp_path / "x.db")
    url = f"sqlite:///{file}"
    asyncio.run(_screened_long_ago(url, "Henkel AG & Co. KGaA"))

    assert started("migrate", DATABASE_URL=url).exit_code == 0

    with closing(sqlite3.connect(file)) as database:
        (row,) = database.execute("SELECT name_key, name_words FROM prospects")
    assert row == (f"{KEY_VERSION}:henkel", "henkel")


async def _screened_long_ago(url: str, name: str) -> None:
    """Leave a prospect whose key an older version made."""
    database = Database.from_url(url)
    units = UnitsOfWork(database, checklists.restore)
    await samples.fill(units, samples.A)
    async with database.writing() as connection:
        old = {"name": name, "name_key": "henkelagcokgaa", "name_words": ""}
        await connection.execute(update(prospects).values(old))
    await database.close()


@pytest.mark.parametrize("command", [*SERVING, "migrate"])
def test_wrong_usage_ends_with_two(command: str) -> None:
    assert CliRunner().invoke(walkaway, [command, "--fast"]).exit_code == 2
    assert CliRunner().invoke(walkaway, [command, "extra"]).exit_code == 2


@pytest.fixture
def url(migrated_sqlite: Path, tmp_path: Path) -> str:
    """A migrated database of its own, alone in its folder."""
    (tmp_path / "run.db").write_bytes(migrated_sqlite.read_bytes())
    return f"sqlite:///{tmp_path / 'run.db'}"


class Process:
    """`walkaway run` as a process of its own."""

    def __init__(self, process: asyncio.subprocess.Process) -> None:
        self._process = process

    async def end(self, with_signal: signal.Signals) -> tuple[int, str]:
        """Send a signal, and return exit code and output."""
        self._process.send_signal(with_signal)
        async with asyncio.timeout(60):
            output, _ = await self._process.communicate()
        return self._process.returncode or 0, output.decode()

    @property
    def children(self) -> list[psutil.Process]:
        return psutil.Process(self._process.pid).children(recursive=True)


@asynccontextmanager
async def running(
    slack: Slack, url: str, way: str, folder: Path, **variables: str
) -> AsyncIterator[Process]:
    port = free_port()
    env = {"PATH": os.environ["PATH"], "PYTHONPATH": str(ROOT), "PORT": str(port)}
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "bot", "run"),
        env=env | environment(slack, url, way) | variables,
        cwd=folder,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.STDOUT,
    )
    try:
        await slack.wait_for(lambda: "auth.test" in [call.method for call in slack.calls])
        if way == "http":
            slack.request_url = f"http://127.0.0.1:{port}/slack/events"
        else:
            await slack.wait_for(lambda: slack.connected)
        yield Process(process)
    finally:
        if process.returncode is None:
            process.kill()
            await process.wait()


async def screen(member: Member, name: str = "Acme") -> None:
    """Screen a prospect that has nothing to offer."""
    await member.command("/qualify", name)
    view = await member.wait_for_view()
    assert not (await member.submit(fill(view, {**NO_OFFER, "numbers": "none"}))).errors


@pytest.mark.parametrize(
    ("way", "with_signal"), [("socket", signal.SIGTERM), ("http", signal.SIGINT)]
)
async def test_a_real_process_works_and_stops_without_leaving_anything(
    way: str, with_signal: signal.Signals, url: str, tmp_path: Path
) -> None:
    async with (
        Slack.serving(delivery=way, **PATIENT) as slack,
        running(slack, url, way, tmp_path) as process,
    ):
        await screen(slack.member("U0EMMA"))
        await slack.wait_for(lambda: slack.messages(CHANNEL))
        assert process.children == []

        code, output = await process.end(with_signal)

    assert code == 0
    assert "stopping" in output
    assert "Traceback" not in output
    assert not any(secret in output for secret in (slack.bot_token, slack.app_token))
    assert names_in(tmp_path) == ["run.db"]


async def test_what_is_wrong_about_slack_is_said_once_at_the_start(
    url: str, tmp_path: Path
) -> None:
    async with Slack.serving(**PATIENT) as slack:
        slack.workspace.scopes.remove("users:read")
        slack.archive(CHANNEL)
        async with running(slack, url, "socket", tmp_path) as process:
            await slack.wait_for(lambda: "users.info" in [each.method for each in slack.calls])
            _, output = await process.end(signal.SIGTERM)

    for line in (
        "scope users:read is missing -> add it to the app",
        f"channel {CHANNEL} is archived -> restore it",
    ):
        assert output.count(line) == 1, output


READ: Mapping[str, Callable[[str], Mapping[str, str]]] = {
    "json": json.loads,
    "text": lambda line: {"logger": re.findall(r"\[([\w.]+)\]", line)[-1], "event": line},
}


@pytest.mark.parametrize("form", READ)
async def test_at_debug_a_whole_run_logs_no_name_and_no_token(
    form: str, url: str, tmp_path: Path
) -> None:
    async with (
        Slack.serving(**PATIENT) as slack,
        running(slack, url, "socket", tmp_path, LOG_LEVEL="DEBUG", LOG_FORMAT=form) as process,
    ):
        await screen(slack.member("U0EMMA"), "Canary 4711 GmbH")
        await slack.wait_for(lambda: slack.messages(CHANNEL))
        slack.faults = lambda _: Fault(status=500, body="Canary 4711 GmbH")
        await slack.member("U0EMMA").command("/qualify", "Canary 4711 AG")
        await slack.wait_for(lambda: "views.open" in [each.method for each in slack.calls[-3:]])

        _, output = await process.end(signal.SIGTERM)

    assert "this is workspace" in output
    told = [READ[form](line) for line in output.splitlines() if line[0] in "{2"]
    assert {each["logger"].split(".")[0] for each in told} == {"bot"}
    for secret in ("4711", slack.bot_token, slack.app_token):
        assert secret not in output


async def test_after_forgetting_no_byte_is_left_in_files_or_log_of_what_runs(
    url: str, tmp_path: Path
) -> None:
    log = tmp_path / "run.log"
    async with (
        Slack.serving(**PATIENT) as slack,
        running(slack, url, "socket", tmp_path, LOG_LEVEL="DEBUG", MANAGERS="U0EMMA") as process,
    ):
        emma = slack.member("U0EMMA")
        await screen(emma, "Canary 4711 GmbH")
        await slack.wait_for(lambda: slack.messages(CHANNEL))
        await emma.click(Action.OVERRIDE, channel=CHANNEL)
        plea = {"fear": "no_other_client", "reason": "Qqkrypton 1", "kill_criterion": "Qqkrypton 2"}
        kill_on = slack.clock().date() + timedelta(days=8)
        await hand_in(slack, emma, **plea, kill_on=kill_on.isoformat())
        await until(lambda: files_with("Qqkrypton 2", tmp_path))
        assert files_with("Canary 4711", tmp_path)

        await show_details(slack, emma)
        await emma.wait_for_view()
        await emma.click(OtherAction.FORGET)
        await hand_in(slack, emma, confirm="Canary 4711 GmbH")
        await slack.wait_for(lambda: not slack.messages(CHANNEL))
        await until(lambda: not files_with("4711", tmp_path))

        assert files_with("Qqkrypton", tmp_path) == []
        _, output = await process.end(signal.SIGTERM)
        log.write_text(output, encoding="utf-8")

    assert "this is workspace" in output
    assert files_with("4711", tmp_path) == files_with("Qqkrypton", tmp_path) == []


def files_with(text: str, folder: Path) -> list[str]:
    """Return what `grep -a` finds: database, log and index of it, and whatever else is there."""
    there = [each for each in folder.rglob("*") if each.is_file()]
    return [each.name for each in there if text.encode() in each.read_bytes()]


async def show_details(slack: Slack, member: Member) -> None:
    """Look at the details of the only card."""
    (card,) = slack.messages(CHANNEL)
    *_, menu = card["blocks"][-1]["elements"]
    (option,) = [each["value"] for each in menu["options"] if "details" in each["value"]]
    await member.click("more", option=option, channel=CHANNEL, message_ts=card["ts"])


async def hand_in(slack: Slack, member: Member, **entries: str) -> None:
    """Hand in the dialog that has these fields, once it is there."""

    def dialog() -> Any:
        asked = {each.get("block_id") for each in (member.view or {"blocks": []})["blocks"]}
        return member.view if entries.keys() <= asked else None

    assert not (await member.submit(fill(await slack.wait_for(dialog), entries))).errors


async def test_the_start_says_what_runs_where_and_for_whom(url: str, tmp_path: Path) -> None:
    async with (
        Slack.serving(**PATIENT) as slack,
        running(slack, url, "socket", tmp_path, COUNTRY="DE-BE") as process,
    ):
        await screen(slack.member("U0EMMA"))
        _, output = await process.end(signal.SIGTERM)

    said = [json.loads(line) for line in output.splitlines()]
    assert [each["event"] for each in said] == ["starting", WHO, "serving", "stopping"]
    start, serving = said[0], said[2]
    assert start["address"].startswith("127.0.0.1:")
    assert (start["version"], start["mode"]) == (version("walkaway"), "run")
    assert (start["slack"], start["database"]) == ("socket", "sqlite")
    assert serving["workspace"] == "T0NORDLICHT"
    assert start.items() - serving.items() == {(each, start[each]) for each in OF_EACH_LINE}


WHO = "this is workspace T0NORDLICHT (Nordlicht Agency)"
OF_EACH_LINE = ("event", "timestamp")


async def test_only_its_owner_can_read_the_database(tmp_path: Path) -> None:
    file = tmp_path / "new.db"
    await asyncio.to_thread(started, "migrate", DATABASE_URL=f"sqlite:///{file}")

    async with (
        Slack.serving(**PATIENT) as slack,
        running(slack, f"sqlite:///{file}", "socket", tmp_path) as process,
    ):
        await screen(slack.member("U0EMMA"))
        modes = modes_in(tmp_path)
        await process.end(signal.SIGTERM)

    beside = ("", "-wal", "-shm", "-alive")
    assert modes == {f"new.db{ending}": 0o600 for ending in beside}


async def test_a_message_that_is_being_sent_is_finished_before_the_end(
    url: str, tmp_path: Path
) -> None:
    posting = asyncio.Event()

    def slow(call: ApiCall) -> Fault | None:
        if call.method != "chat.postMessage":
            return None
        posting.set()
        return Fault(delay=0.5, carried_out=True)

    async with (
        Slack.serving(**PATIENT) as slack,
        running(slack, url, "socket", tmp_path) as process,
    ):
        slack.faults = slow
        await screen(slack.member("U0EMMA"))
        await posting.wait()
        code, _ = await process.end(signal.SIGTERM)

    database = Database.from_url(url)
    async with database.reading() as connection:
        [row] = (await connection.execute(outbox.select())).all()
    await database.close()
    assert (code, row.kind, row.state) == (0, "card", "sent")


async def test_prometheus_is_told_at_a_port_of_its_own(url: str, tmp_path: Path) -> None:
    address = f"http://127.0.0.1:{(port := free_port())}"
    async with (
        Slack.serving(**PATIENT) as slack,
        running(slack, url, "socket", tmp_path, METRICS_PORT=str(port)) as process,
        aiohttp.ClientSession(address) as session,
    ):
        async with session.get("/metrics") as answer:
            assert answer.status == 200
            assert "walkaway_tick_age_seconds" in await answer.text()
        code, _ = await process.end(signal.SIGTERM)

    assert code == 0


@pytest.mark.parametrize("way", ["socket", "http"])
async def test_what_a_form_sends_becomes_a_draft_and_no_log_has_the_secret(
    way: str, url: str, tmp_path: Path
) -> None:
    secret, port = "s3cret-of-the-door", free_port()
    async with (
        Slack.serving(delivery=way, **PATIENT) as slack,
        running(slack, url, way, tmp_path, HOOKS_PORT=str(port), LOG_LEVEL="DEBUG") as process,
        aiohttp.ClientSession() as session,
    ):
        await screen(slack.member("U0EMMA"))
        database = Database.from_url(url)
        async with database.writing() as connection:
            row = {"workspace_id": "T0NORDLICHT", "secret_hash": hashed(secret), "taken": 0}
            await connection.execute(intake_doors.insert(), row)
        await database.close()
        bases = [f"http://127.0.0.1:{port}"]
        if way == "http":
            bases.append((slack.request_url or "").removesuffix("/slack/events"))
        statuses = []
        for base in bases:
            for path in (secret, "wrong"):
                lead = {"name": "Acme GmbH", "owner": "U0EMMA"}
                async with session.post(f"{base}/hooks/{path}", json=lead) as answer:
                    statuses.append(answer.status)
        await slack.wait_for(lambda: slack.member("U0EMMA").direct_messages)
        code, output = await process.end(signal.SIGTERM)

    assert (code, statuses) == (0, [201, 404] * len(bases))
    assert secret not in output


async def update_to(url: str, revision: str, *statements: str) -> None:
    """Do to a database what a newer version's `walkaway migrate` would."""
    database = Database.from_url(url)
    async with database.writing() as connection:
        for each in statements:
            await connection.execute(text(each))
        newest = text("UPDATE alembic_version SET version_num = :revision")
        await connection.execute(newest, {"revision": revision})
    await database.close()


async def test_it_goes_on_and_starts_again_where_a_newer_version_only_added(
    url: str, tmp_path: Path
) -> None:
    additions = (
        "ALTER TABLE prospects ADD COLUMN moon_phase TEXT DEFAULT 'new' NOT NULL",
        "CREATE TABLE moons (workspace_id TEXT NOT NULL PRIMARY KEY)",
    )
    async with Slack.serving(**PATIENT) as slack:
        async with running(slack, url, "socket", tmp_path) as process:
            await update_to(url, f"9999_for_{migrations.HEAD}", *additions)
            await screen(slack.member("U0EMMA"))
            await slack.wait_for(lambda: slack.messages(CHANNEL))
            await process.end(signal.SIGTERM)
        async with running(slack, url, "socket", tmp_path) as process:
            await screen(slack.member("U0JONAS"), "Beta")
            await slack.wait_for(lambda: len(slack.messages(CHANNEL)) == 2)
            code, output = await process.end(signal.SIGTERM)

    assert code == 0
    assert "Traceback" not in output
    migrating = await asyncio.to_thread(started, "migrate", DATABASE_URL=url)
    assert (migrating.exit_code, "It still works with this one" in migrating.output) == (0, True)


@pytest.mark.parametrize("command", ["run", "migrate"])
def test_a_database_that_a_newer_version_changed_is_named_as_such(command: str, url: str) -> None:
    asyncio.run(update_to(url, "9999"))

    result = started(command, DATABASE_URL=url)

    assert result.exit_code == 1
    assert "The database belongs to a newer version of Walkaway" in result.output
    assert "Traceback" not in result.output


def modes_in(folder: Path) -> dict[str, int]:
    return {file.name: file.stat().st_mode & 0o777 for file in folder.iterdir()}


def names_in(folder: Path) -> list[str]:
    return [file.name for file in folder.iterdir()]
