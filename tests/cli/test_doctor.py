"""`walkaway doctor`: with each thing broken in turn, it names what is wrong and how to mend it."""

import asyncio
import json
import shutil
import time
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass
from email.utils import formatdate
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from sqlalchemy import text

from bot import checklists
from bot.cli import walkaway
from bot.cli.manifest import app_manifest
from bot.domain.workspace import Settings, Workspace, WorkspaceId
from bot.services.figures.facts import tell_facts
from bot.slack.texts import Texts
from bot.storage.database import Database
from bot.storage.delivery.desk import OutboxDesk
from bot.storage.heartbeat import Heartbeat
from bot.storage.unit_of_work import UnitsOfWork
from bot.wiring import operators_checklists
from sandbox import Fault, Slack
from tests.checklists.own import OWN
from tests.office import CHANNEL, environment
from tests.storage import samples

SECRET = "0123456789abcdef" * 2
OURS, THEIRS = WorkspaceId("T0NORDLICHT"), WorkspaceId("T0THEIRS")


@dataclass
class Patient:
    """A bot's environment, its database and its Slack, all of it well."""

    slack: Slack
    file: Path
    env: dict[str, str]

    async def examined(self, *options: str) -> Result:
        command = ["doctor", *options]
        return await asyncio.to_thread(CliRunner().invoke, walkaway, command, env=self.env)

    async def found(self) -> dict[str, str]:
        """Return how bad what is not ok is, by its line."""
        done = await self.examined("--json")
        return {
            f"{each['about']} {each['sentence']} -> {each['mend']}": each["level"]
            for each in json.loads(done.stdout)
            if each["level"] != "ok"
        }

    async def run(self, *statements: str) -> None:
        """Change something in the database."""
        database = Database.from_url(self.env["DATABASE_URL"])
        async with database.writing() as connection:
            for each in statements:
                await connection.execute(text(each))
        await database.close()

    def answer(self, method: str, fault: Fault) -> None:
        """Let Slack answer a method oddly."""
        self.slack.faults = lambda call: fault if call.method == method else None


@pytest.fixture
def file(migrated_sqlite: Path, tmp_path: Path) -> Path:
    """Return a database that only its owner can read."""
    file = tmp_path / "walkaway.db"
    file.write_bytes(migrated_sqlite.read_bytes())
    file.chmod(0o600)
    return file


@pytest.fixture
async def patient(file: Path) -> AsyncIterator[Patient]:
    async with Slack.serving() as slack:
        slack.workspace.scopes += ["chat:write.public", "groups:history"]
        env = environment(slack, f"sqlite:///{file}", "socket") | {"COUNTRY": "DE-BE"}
        database = Database.from_url(env["DATABASE_URL"])
        settings = Settings(verdict_channel=CHANNEL, managers=("U0SABINE",), country="DE-BE")
        async with UnitsOfWork(database, checklists.restore)(OURS) as work:
            await work.workspaces.add(Workspace(OURS, settings))
        await Heartbeat(database).beat(OURS)
        await database.close()
        yield Patient(slack, file, env)


async def test_where_all_is_well_it_finds_nothing(patient: Patient) -> None:
    done = await patient.examined()

    assert done.exit_code == 0, done.output
    assert {line.split()[0] for line in done.stdout.splitlines()} == {"ok"}, done.output
    for secret in (patient.slack.bot_token, patient.slack.app_token):
        assert secret not in done.output


Break = Callable[[Patient], object]

ENVIRONMENT: dict[str, tuple[dict[str, str], str]] = {
    "no token": ({"SLACK_BOT_TOKEN": ""}, "setting SLACK_BOT_TOKEN is missing"),
    "a token of another kind": ({"SLACK_BOT_TOKEN": "xoxp-1"}, "does not begin with xoxb-"),
    "no way in": ({"SLACK_APP_TOKEN": ""}, "setting SLACK_APP_TOKEN is missing"),
    "a database of another kind": ({"DATABASE_URL": "mysql://x/y"}, "setting DATABASE_URL must be"),
    "a database in memory": ({"DATABASE_URL": "sqlite:///:memory:"}, "setting DATABASE_URL names"),
    "quotes that docker keeps": ({"CURRENCY": '"EUR"'}, "setting CURRENCY stands in quotes"),
    "an odd port": ({"PORT": "many"}, "setting PORT must be a number"),
    "a channel's name": ({"VERDICT_CHANNEL": "#verdicts"}, "setting VERDICT_CHANNEL must be"),
    "a wrong token": ({"SLACK_BOT_TOKEN": "xoxb-wrong"}, "bot token Slack refuses our token"),
    "a wrong app token": ({"SLACK_APP_TOKEN": "xapp-wrong"}, "app token Slack refuses our token"),
    "Slack is elsewhere": ({"SLACK_API_URL": "http://127.0.0.1:1/"}, "bot token Slack does not"),
    "no folder": ({"DATABASE_URL": "sqlite:////nowhere/x.db"}, "database has no folder /nowhere"),
    "nothing listens": (
        {"DATABASE_URL": "postgresql://me:canary@127.0.0.1:1/x"},
        "database is not there: nothing listens",
    ),
}


@pytest.mark.parametrize("name", ENVIRONMENT)
async def test_a_wrong_environment_is_named(patient: Patient, name: str) -> None:
    changed, line = ENVIRONMENT[name]
    patient.env |= changed

    done = await patient.examined()

    assert done.exit_code == 1
    assert any(line in each and each.startswith("WRONG") for each in done.stdout.splitlines())
    assert "canary" not in done.output


async def test_a_name_that_nobody_knows_is_pointed_out(patient: Patient) -> None:
    patient.env |= {"WALKAWAY_MANGERS": "U0SABINE"}

    [(line, level)] = (await patient.found()).items()

    assert level == "warning"
    assert "WALKAWAY_MANGERS is none of our variables (did you mean WALKAWAY_MANAGERS?)" in line


NO_OBJECT = Fault(body=[1])


def a_channel(**more: bool) -> Fault:
    return Fault(body={"ok": True, "channel": {"id": CHANNEL, "is_member": True} | more})


def refused(code: str) -> Fault:
    return Fault(body={"ok": False, "error": code})


def without(patient: Patient, scope: str) -> None:
    patient.slack.workspace.scopes.remove(scope)


SLACK: dict[str, tuple[Break, str, str]] = {
    "a required scope": (lambda it: without(it, "users:read"), "scope users:read is miss", "wrong"),
    "an optional scope": (
        lambda it: without(it, "channels:history"),
        "scope channels:history is not granted",
        "warning",
    ),
    "an archived channel": (lambda it: it.slack.archive(CHANNEL), "is archived", "wrong"),
    "an odd answer": (
        lambda it: it.answer("auth.test", Fault(body={"ok": True})),
        "bot token",
        "wrong",
    ),
    "a channel without the bot": (
        lambda it: it.answer("conversations.info", a_channel(is_member=False)),
        f"{CHANNEL} is one that I am not in -> invite me",
        "wrong",
    ),
    "a channel that takes no posts": (
        lambda it: it.answer("conversations.info", a_channel(is_read_only=True)),
        f"{CHANNEL} takes no posts of apps -> allow them",
        "wrong",
    ),
    "a shared channel": (
        lambda it: it.answer("conversations.info", a_channel(is_ext_shared=True)),
        f"{CHANNEL} is shared with another organisation",
        "warning",
    ),
    "an app token that opens nothing": (
        lambda it: it.answer("apps.connections.open", Fault(body={"ok": True})),
        "app token Slack's answer makes no sense",
        "wrong",
    ),
    "a channel of which nothing is said": (
        lambda it: it.answer("conversations.info", Fault(body={"ok": True})),
        f"{CHANNEL} cannot be checked: Slack's answer makes no sense",
        "warning",
    ),
    "a manager of whom nothing is said": (
        lambda it: it.answer("users.info", Fault(body={"ok": True})),
        "U0SABINE cannot be checked: Slack's answer makes no sense",
        "warning",
    ),
    "answers that are no objects": (
        lambda it: it.answer("auth.test", NO_OBJECT),
        "bot token Slack's answer makes no sense",
        "wrong",
    ),
    "no such channel": (
        lambda it: it.answer("conversations.info", refused("channel_not_found")),
        "is none, or private without us",
        "wrong",
    ),
    "a channel that nobody lets us see": (
        lambda it: it.answer("conversations.info", refused("missing_scope")),
        "channel cannot be checked",
        "warning",
    ),
    "a manager who is gone": (lambda it: it.slack.deactivate("U0SABINE"), "no full", "wrong"),
    "a manager who is nobody": (
        lambda it: it.answer("users.info", refused("user_not_found")),
        "manager U0SABINE is nobody",
        "wrong",
    ),
    "a clock that is off": (
        lambda it: it.answer(
            "auth.test",
            Fault(
                body={
                    "ok": True,
                    "team_id": OURS,
                    "team": "N",
                    "user_id": "U1",
                    "bot_id": "B1",
                },
                headers={"Date": formatdate(time.time() - 3600, usegmt=True)},
            ),
        ),
        "so its requests are refused",
        "wrong",
    ),
}


@pytest.mark.parametrize("name", SLACK)
async def test_what_slack_would_refuse_is_named(patient: Patient, name: str) -> None:
    break_it, line, level = SLACK[name]
    break_it(patient)

    found = await patient.found()

    assert any(line in each and how == level for each, how in found.items()), found


@pytest.mark.parametrize("scope", ["files:read", "files:write"])
async def test_scopes_for_files_are_missed_only_by_who_has_a_checklist_of_their_own(
    patient: Patient, scope: str
) -> None:
    without(patient, scope)
    assert await patient.found() == {}

    async with operators_checklists(patient.env["DATABASE_URL"]) as it, it.changing(OURS) as own:
        await own.adopt(OWN, as_default=False)

    [(line, level)] = (await patient.found()).items()
    assert level == "warning"
    assert line.startswith(f"scope {scope} is not granted")


A_DIGEST = """
INSERT INTO digests (workspace_id, monday, due_at)
VALUES ('T0NORDLICHT', '2026-01-05', '2026-01-05 08:00:00')
"""
A_DELIVERY = """
INSERT INTO webhooks VALUES (
    'T0NORDLICHT', 'w', 'https://a.example/', 's', '[]', 'on',
    '2026-01-05 08:00:00', 'U0SABINE', NULL
);
INSERT INTO webhook_deliveries (
    workspace_id, delivery_id, webhook_id, event, body, at, state, due_at, attempts, excerpt
) VALUES (
    'T0NORDLICHT', 'd', 'w', 'prospect.decided', '{}', '2026-01-05 08:00:00', 'pending',
    '2026-01-05 08:00:00', 3, ''
)
"""
A_MESSAGE = """
INSERT INTO outbox (
    workspace_id, kind, recipient, dedupe_key, detail, state, due_at, fence, attempts, may_be_out,
    may_be_twice, written_at, cause, died_at
) VALUES ('T0NORDLICHT', 'settings_changed', 'C0VERDICTS', 'k', '{}', %s)
"""
DATABASE: dict[str, tuple[str, str, str]] = {
    "an old schema": ("UPDATE alembic_version SET version_num = '0001'", "not the sch", "wrong"),
    "a clock that stands": ("UPDATE heartbeats SET at = at - 600", "ticked 10 minutes", "warning"),
    "no clock yet": ("DELETE FROM heartbeats", "clock has never ticked", "warning"),
    "bytes left behind": (
        "INSERT INTO sweeps SELECT workspace_id, '2026-01-01 00:00:00.000000' FROM workspaces",
        "forgetting has left bytes in the files",
        "warning",
    ),
    "nobody who manages": ("UPDATE workspaces SET managers = '[]'", "nobody manages", "wrong"),
    "no channel": ("UPDATE workspaces SET verdict_channel = ''", "channel is not set", "wrong"),
    "a round that nobody makes": (A_DIGEST, "rounds are late", "warning"),
    "a webhook that does not answer": (A_DELIVERY, "a delivery that waits for", "warning"),
    "a dead message": (
        A_MESSAGE % "'dead', 1000, 0, 1, 0, 0, 1000, 'ekm_access_denied', strftime('%s', 'now')",
        "dead messages are there: 1",
        "warning",
    ),
    "an old message": (
        A_MESSAGE % "'pending', 1000, 0, 0, 0, 0, 1000, NULL, NULL",
        "oldest message",
        "warning",
    ),
    "no region": ("UPDATE workspaces SET country = 'DE'", "DE has no region", "warning"),
}


@pytest.mark.parametrize("name", DATABASE)
async def test_what_the_database_tells_is_named(patient: Patient, name: str) -> None:
    statement, line, level = DATABASE[name]
    await patient.run(*statement.split(";"))

    found = await patient.found()

    assert any(line in each and how == level for each, how in found.items()), found


async def test_figures_that_are_counted_from_wrong_facts_are_named_and_mended(
    patient: Patient,
) -> None:
    database = Database.from_url(patient.env["DATABASE_URL"])
    units = UnitsOfWork(database, checklists.restore)
    await samples.fill(units, THEIRS)
    await tell_facts(units, THEIRS)
    assert not any("figures" in each for each in await patient.found())

    await patient.run("UPDATE facts SET owner = 'U0NOBODY' WHERE kind = 'judged'")

    [(line, level)] = [each for each in (await patient.found()).items() if "figures" in each[0]]
    assert (line.endswith("walkaway migrate --recount"), level) == (True, "wrong")
    await asyncio.to_thread(CliRunner().invoke, walkaway, ["migrate", "--recount"], env=patient.env)
    await tell_facts(units, THEIRS)
    assert not any("figures" in each for each in await patient.found())
    await database.close()


@pytest.mark.parametrize(
    ("old", "lacks"),
    [
        (('"user_change"', '"team_join"'), "manifest lacks the event user_change"),
        (("/qualify", "/other"), "manifest lacks the command /qualify"),
        (('"users:read"', '"files:read"'), "manifest lacks the scope users:read"),
        (('_mode_enabled": true', '_mode_enabled": false'), "manifest lacks Socket Mode"),
        (("qualify_message", "of_before"), "lacks the message shortcut qualify_message"),
        (('{"display', "[[display"), "cannot be read"),
    ],
)
async def test_a_manifest_of_another_version_is_named(
    patient: Patient, tmp_path: Path, old: tuple[str, str], lacks: str
) -> None:
    file = tmp_path / "manifest.json"
    ours = json.dumps(app_manifest(Texts("en"), None))
    assert ours.replace(*old) != ours
    for text_in_slack, is_well in ((ours, True), (ours.replace(*old), False)):
        file.write_text(text_in_slack, encoding="utf-8")

        done = await patient.examined("--manifest", str(file))

        assert (done.exit_code == 0) is is_well, done.output
        assert (lacks in done.output) is not is_well


def test_more_than_twenty_five_mistakes_are_planted() -> None:
    assert len({**ENVIRONMENT, **SLACK, **DATABASE}) >= 28


async def test_a_file_that_others_can_read_is_a_warning(patient: Patient) -> None:
    patient.file.chmod(0o644)

    [(line, level)] = (await patient.found()).items()

    assert level == "warning"
    assert "can be read by others" in line


@pytest.mark.parametrize(("left", "level"), [(1 << 20, "wrong"), (100 << 20, "warning")])
async def test_a_disk_that_is_nearly_full_is_named(
    patient: Patient, monkeypatch: pytest.MonkeyPatch, left: int, level: str
) -> None:
    monkeypatch.setattr("shutil.disk_usage", lambda _: shutil._ntuple_diskusage(1 << 40, 0, left))

    [(line, how)] = (await patient.found()).items()

    assert line.startswith(f"disk has {left >> 20} MB left on its disk")
    assert how == level


async def test_a_database_whose_clock_is_off_is_named(
    patient: Patient, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def seconds(_: OutboxDesk) -> float:
        return time.time() - 3600

    monkeypatch.setattr(OutboxDesk, "seconds", seconds)

    [(line, level)] = (await patient.found()).items()

    assert line.startswith("database clock differs from ours by 3600 seconds")
    assert level == "warning"


async def test_a_database_of_other_workspaces_is_named(patient: Patient) -> None:
    database = Database.from_url(patient.env["DATABASE_URL"])
    async with UnitsOfWork(database, checklists.restore)(THEIRS) as work:
        await work.workspaces.add(Workspace(THEIRS, Settings(verdict_channel=CHANNEL)))
    await database.close()
    await patient.run(
        "DELETE FROM heartbeats", "DELETE FROM workspaces WHERE workspace_id = 'T0NORDLICHT'"
    )

    found = await patient.found()

    sentence = "database is of T0THEIRS and not of T0NORDLICHT -> are DATABASE_URL and SLACK"
    assert any(each.startswith(sentence) for each in found), found


async def test_a_signing_secret_is_tried_on_what_runs(patient: Patient) -> None:
    patient.env |= {"SLACK_APP_TOKEN": "", "SLACK_SIGNING_SECRET": SECRET, "PORT": "1"}

    [(line, level)] = (await patient.found()).items()

    assert level == "warning"
    assert "signing secret is not tried: nothing answers at port 1" in line


async def test_live_it_posts_looks_and_leaves_nothing(patient: Patient) -> None:
    done = await patient.examined("--live")

    assert done.exit_code == 0, done.output
    for what in ("posting took", "looking took", "deleting took"):
        assert f"ok       {what}" in done.stdout
    assert patient.slack.messages(CHANNEL) == []


@pytest.mark.parametrize(
    "fault",
    [Fault(body={"ok": True}), Fault(body={"ok": True, "channel": CHANNEL, "ts": ""}), NO_OBJECT],
    ids=["nothing", "empty", "no object"],
)
async def test_a_post_of_which_slack_tells_nothing_is_no_success(
    patient: Patient, fault: Fault
) -> None:
    patient.answer("chat.postMessage", fault)

    done = await patient.examined("--live")

    assert done.exit_code == 1
    assert "WRONG    posting Slack's answer makes no sense" in done.stdout
    assert "ok       posting" not in done.stdout


async def test_blocks_that_slack_refused_are_asked_for_again(patient: Patient) -> None:
    await patient.run(
        """UPDATE workspaces SET refused_blocks = '{"data_table": "2026-11-20T09:00:00+00:00"}'"""
    )
    patient.answer("chat.postMessage", Fault(body={"ok": False, "error": "invalid_blocks"}))
    [(before, level)] = (await patient.found()).items()
    refused = await patient.examined("--live")
    patient.slack.faults = None
    taken = await patient.examined("--live")

    assert level == "warning"
    assert "data_table was refused by Slack on 2026-11-20, so messages do without" in before
    assert "data_table is still refused: Slack refuses us (invalid_blocks)" in refused.stdout
    assert "ok       block data_table is taken again" in taken.stdout
    assert patient.slack.messages(CHANNEL) == []
    assert await patient.found() == {}
