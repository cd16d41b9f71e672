"""`walkaway doctor`: with each thing broken in turn, it names what is wrong and how to mend it."""

import ast
import asyncio
import json
import re
import shutil
import time
from collections.abc import AsyncIterator, Callable, Iterator, Mapping, Sequence
from contextlib import AsyncExitStack
from dataclasses import dataclass, field
from email.utils import formatdate
from inspect import isawaitable
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result
from sqlalchemy import text

from bot import checklists
from bot.cli import operating, walkaway
from bot.cli.manifest import app_manifest
from bot.domain.workspace import Settings, Workspace, WorkspaceId
from bot.http import Asgi, Health, create_asgi
from bot.services.figures.facts import derive_facts
from bot.slack.texts import Texts
from bot.storage.database import Database
from bot.storage.delivery.desk import OutboxDesk
from bot.storage.heartbeat import Heartbeat
from bot.storage.unit_of_work import UnitsOfWork
from bot.wiring.commands import operators_checklists
from sandbox import Fault, Slack
from tests.checklists.own import OWN
from tests.databases import Postgres
from tests.office import CHANNEL, environment, served
from tests.storage import samples
from tests.storage.test_postgresql import pgbouncer

SECRET = "0123456789abcdef" * 2
OURS, THEIRS = WorkspaceId("T0NORDLICHT"), WorkspaceId("T0THEIRS")


@dataclass
class Patient:
    """A bot's environment, its database and its Slack, all of it well."""

    slack: Slack
    file: Path
    env: dict[str, str]
    rest: AsyncExitStack
    """Whatever is served for a test."""

    async def examined(self, *options: str) -> Result:
        command = ["doctor", *options]
        return await asyncio.to_thread(CliRunner().invoke, walkaway, command, env=self.env)

    async def found(self, *options: str) -> dict[str, str]:
        """Return how bad what is not ok is, by its line."""
        done = await self.examined("--json", *options)
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

    def refuse_blocks(self) -> None:
        """Let Slack post nothing but text."""
        no = refused("invalid_blocks")
        self.slack.faults = lambda call: no if "blocks" in call.args else None

    @property
    def manifest(self) -> Path:
        return self.file.with_name("manifest.json")

    async def is_served(self, asgi: Any) -> None:
        """Let something answer where the bot would."""
        address = await self.rest.enter_async_context(served(asgi))
        self.env |= {"SLACK_APP_TOKEN": "", "SLACK_SIGNING_SECRET": SECRET}
        self.env["PORT"] = address.rpartition(":")[2]


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
        async with AsyncExitStack() as rest:
            yield Patient(slack, file, env, rest)


async def test_where_all_is_well_it_finds_nothing(patient: Patient) -> None:
    done = await patient.examined()

    assert done.exit_code == 0, done.output
    assert {line.split()[0] for line in done.stdout.splitlines()} == {"ok"}, done.output
    for secret in (patient.slack.bot_token, patient.slack.app_token):
        assert secret not in done.output


ENVIRONMENT: dict[str, tuple[dict[str, str], str]] = {
    "no token": ({"SLACK_BOT_TOKEN": ""}, "setting SLACK_BOT_TOKEN is missing"),
    "a token of another kind": ({"SLACK_BOT_TOKEN": "xoxp-1"}, "doesn't start with xoxb-"),
    "no way in": ({"SLACK_APP_TOKEN": ""}, "setting SLACK_APP_TOKEN is missing"),
    "a database of another kind": ({"DATABASE_URL": "mysql://x/y"}, "setting DATABASE_URL must be"),
    "a database in memory": ({"DATABASE_URL": "sqlite:///:memory:"}, "setting DATABASE_URL names"),
    "quotes that docker keeps": ({"CURRENCY": '"EUR"'}, "setting CURRENCY is in quotes"),
    "an odd port": ({"PORT": "many"}, "setting PORT must be a number"),
    "a channel's name": ({"VERDICT_CHANNEL": "#verdicts"}, "setting VERDICT_CHANNEL must be"),
    "a wrong token": ({"SLACK_BOT_TOKEN": "xoxb-wrong"}, "bot token Slack refuses our token"),
    "a wrong app token": ({"SLACK_APP_TOKEN": "xapp-wrong"}, "app token Slack refuses our token"),
    "Slack is elsewhere": ({"SLACK_API_URL": "http://127.0.0.1:1/"}, "bot token Slack doesn't"),
    "no folder": (
        {"DATABASE_URL": "sqlite:////nowhere/x.db"},
        "database needs a folder that doesn't exist: /nowhere",
    ),
    "nothing listens": (
        {"DATABASE_URL": "postgresql://me:canary@127.0.0.1:1/x"},
        "database isn't there: nothing listens",
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


NO_OBJECT = Fault(body=[1])


def a_channel(**more: bool) -> Fault:
    return Fault(body={"ok": True, "channel": {"id": CHANNEL, "is_member": True} | more})


def refused(code: str) -> Fault:
    return Fault(body={"ok": False, "error": code})


def without(patient: Patient, scope: str) -> None:
    patient.slack.workspace.scopes.remove(scope)


CANNOT_SAY = Fault(body={"ok": True})
IDENTITY = {"ok": True, "team_id": OURS, "team": "N", "user_id": "U1", "bot_id": "B1"}


def a_clock_off_by(seconds: float) -> Fault:
    """Say who we are, at another time than it is."""
    date = formatdate(time.time() - seconds, usegmt=True)
    return Fault(body=IDENTITY, headers={"Date": date})


def group(patient: Patient, *members: str) -> None:
    """Let a user group of these members manage."""
    patient.slack.workspace.scopes.append("usergroups:read")
    patient.slack.workspace.world.groups["S0BOSSES"] = list(members)


@dataclass(frozen=True)
class Plant:
    """A mistake that is planted, and the line that has to name it."""

    line: str
    """As the doctor says it; … stands for what differs."""
    level: str = "wrong"
    says: str = ""
    """What that line says besides."""
    env: Mapping[str, str] = field(default_factory=dict)
    sql: str = ""
    plant: Callable[[Patient], object] = lambda _: None
    method: str = ""
    """What Slack answers oddly, by this fault."""
    fault: Fault = CANNOT_SAY
    options: Sequence[str] = ()
    free: int | None = None
    """Bytes that are left on the disk."""

    def names(self, found: str) -> bool:
        """Whether this is the line, without its mend."""
        sentence, _, _ = found.partition(" -> ")
        pattern = ".+".join(map(re.escape, self.line.split("…")))
        return re.fullmatch(pattern, sentence) is not None and self.says in sentence

    def __str__(self) -> str:
        return f"{self.line} {self.says}".replace("…", "_")


def of_slack(line: str, method: str, fault: Fault, level: str = "wrong") -> Plant:
    """Plant an answer of Slack."""
    return Plant(line, level, method=method, fault=fault)


def of_database(line: str, sql: str, level: str = "warning") -> Plant:
    """Plant something in the database."""
    return Plant(line, level, sql=sql)


REFUSED_BLOCK = """
UPDATE workspaces SET refused_blocks = '{"data_table": "2026-11-20T09:00:00+00:00"}'
"""
OURS_IN_SLACK, MANIFEST = json.dumps(app_manifest(Texts("en"), None)), "(the manifest)"


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
    assert line.startswith(f"scope {scope} isn't granted")


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


async def wrong_figures(patient: Patient) -> None:
    """Let a fact say other than what happened."""
    database = Database.from_url(patient.env["DATABASE_URL"])
    units = UnitsOfWork(database, checklists.restore)
    await samples.fill(units, THEIRS)
    await derive_facts(units, THEIRS)
    await database.close()
    await patient.run("UPDATE facts SET owner = 'U0NOBODY' WHERE kind = 'judged'")


async def never_done(_scope: Any, receive: Any, _send: Any) -> None:
    await receive()


async def busy(scope: Any, _receive: Any, send: Any) -> None:
    """Be another server at that port."""
    if scope["type"] == "http":
        await send({"type": "http.response.start", "status": 503, "headers": []})
        await send({"type": "http.response.body", "body": b""})


def of_another_secret() -> Asgi:
    """Return the door of a bot that was started with another one."""

    async def ready() -> Health:
        return Health()

    return create_asgi(never_done, SECRET[::-1], time.time, ready)


PLANTS = [
    Plant("setting … …", says="CURRENCY is in quotes", env={"CURRENCY": '"EUR"'}),
    Plant(
        "settings …",
        "warning",
        "WALKAWAY_MANGERS isn't one of our variables (did you mean WALKAWAY_MANAGERS?)",
        {"WALKAWAY_MANGERS": "U0SABINE"},
    ),
    Plant("settings …", "warning", "LANGUAGE isn't one of our languages", {"LANGUAGE": "tlh"}),
    Plant("settings …", "warning", "isn't used with", {"SLACK_SIGNING_SECRET": SECRET}),
    of_slack("bot token …", "auth.test", CANNOT_SAY),
    of_slack("bot token …", "auth.test", NO_OBJECT),
    of_slack("app token …", "apps.connections.open", CANNOT_SAY),
    Plant("scope … is missing", says="users:read", plant=lambda it: without(it, "users:read")),
    Plant(
        "scope … isn't granted: …",
        "warning",
        "channels:history",
        plant=lambda it: without(it, "channels:history"),
    ),
    of_slack(
        "scopes weren't sent by Slack, so they can't be checked",
        "auth.test",
        Fault(body=IDENTITY),
        "warning",
    ),
    Plant(
        "our clock differs from Slack's by … seconds, so its requests are refused",
        plant=lambda it: it.answer("auth.test", a_clock_off_by(3600)),
    ),
    Plant(
        "our clock differs from Slack's by … seconds",
        "warning",
        plant=lambda it: it.answer("auth.test", a_clock_off_by(150)),
    ),
    Plant("channel … is archived", plant=lambda it: it.slack.archive(CHANNEL)),
    of_slack("channel … is a channel I'm not in", "conversations.info", a_channel(is_member=False)),
    of_slack("channel … doesn't let apps post", "conversations.info", a_channel(is_read_only=True)),
    of_slack(
        "channel … is shared with another organisation, which can read it",
        "conversations.info",
        a_channel(is_ext_shared=True),
        "warning",
    ),
    of_slack(
        "channel … isn't a channel I can see",
        "conversations.info",
        refused("channel_not_found"),
    ),
    of_slack(
        "channel can't be checked without channels:read",
        "conversations.info",
        refused("missing_scope"),
        "warning",
    ),
    of_slack("channel … can't be checked: …", "conversations.info", CANNOT_SAY, "warning"),
    of_database("channel isn't set", "UPDATE workspaces SET verdict_channel = ''", "wrong"),
    of_database(
        "managers aren't named, so no one is told what stays undecided",
        "UPDATE workspaces SET managers = '[]'",
        "wrong",
    ),
    of_slack("manager … can't be checked: …", "users.info", CANNOT_SAY, "warning"),
    of_slack("manager … isn't in this workspace", "users.info", refused("user_not_found")),
    Plant(
        "manager … isn't a full member (…)",
        says="U0SABINE",
        plant=lambda it: it.slack.deactivate("U0SABINE"),
    ),
    Plant(
        "manager … is a user group without members",
        says="S0BOSSES",
        sql="""UPDATE workspaces SET managers = '["S0BOSSES"]'""",
        plant=group,
    ),
    Plant(
        "country … has no region, so …",
        "warning",
        "regional holidays count as working days",
        sql="UPDATE workspaces SET country = 'DE'",
    ),
    Plant(
        "database …", says="isn't an SQLite file", plant=lambda it: it.file.write_bytes(b"x" * 999)
    ),
    Plant(
        "database needs a folder that doesn't exist: …",
        env={"DATABASE_URL": "sqlite:////nowhere/x.db"},
    ),
    Plant(
        "database can be read by others on this machine",
        "warning",
        plant=lambda it: it.file.chmod(0o644),
    ),
    Plant("disk has … MB left on its disk", free=1 << 20),
    Plant("disk has … MB left on its disk", "warning", free=100 << 20),
    of_database(
        "database doesn't have the schema of this version",
        "UPDATE alembic_version SET version_num = '0001'",
        "wrong",
    ),
    of_database(
        "database belongs to a newer version",
        "UPDATE alembic_version SET version_num = '9999'",
        "wrong",
    ),
    of_database(
        "database belongs to …, not to …",
        "PRAGMA defer_foreign_keys = ON; DELETE FROM heartbeats; DELETE FROM names_cut; "
        "UPDATE workspaces SET workspace_id = 'T0THEIRS'",
    ),
    of_database("clock has never ticked", "DELETE FROM heartbeats"),
    of_database("clock ticked … minutes ago", "UPDATE heartbeats SET at = at - 600"),
    of_database(
        "outbox has …",
        A_MESSAGE % "'dead', 1000, 0, 1, 0, 0, 1000, 'ekm_access_denied', strftime('%s', 'now')",
    ),
    of_database(
        "oldest message has been due for … minutes",
        A_MESSAGE % "'pending', 1000, 0, 0, 0, 0, 1000, NULL, NULL",
    ),
    of_database("prospects are checked late: one check has been due for … minutes", A_DIGEST),
    of_database("webhooks have a delivery that has waited for … hours", A_DELIVERY),
    of_database(
        "forgetting has left bytes in the files for … minutes",
        "INSERT INTO sweeps SELECT workspace_id, '2026-01-01 00:00:00.000000' FROM workspaces",
    ),
    of_database("block … was refused by Slack on …, so messages go out without it", REFUSED_BLOCK),
    Plant(
        "block … is still refused: …",
        "warning",
        sql=REFUSED_BLOCK,
        plant=Patient.refuse_blocks,
        options=["--live"],
    ),
    Plant(
        "posting …",
        says="not_in_channel",
        method="chat.postMessage",
        fault=refused("not_in_channel"),
        options=["--live"],
    ),
    Plant(
        "signing secret wasn't checked: nothing answers at port … of …",
        "warning",
        env={"SLACK_APP_TOKEN": "", "SLACK_SIGNING_SECRET": SECRET, "PORT": "1"},
    ),
    Plant(
        "signing secret wasn't checked: what runs at port … of … answers …",
        "warning",
        plant=lambda it: it.is_served(busy),
    ),
    Plant(
        "signing secret is refused by what runs at port … of …",
        plant=lambda it: it.is_served(of_another_secret()),
    ),
    Plant("figures are wrong: … of … prospects don't match what happened", plant=wrong_figures),
    Plant(
        "manifest lacks …",
        says="the event user_change",
        plant=lambda it: it.manifest.write_text(OURS_IN_SLACK.replace('"user_change"', '"x"')),
        options=["--manifest", MANIFEST],
    ),
    Plant(
        "manifest in … can't be read",
        plant=lambda it: it.manifest.write_text("[["),
        options=["--manifest", MANIFEST],
    ),
    Plant(
        "looking …",
        "warning",
        "a scope is missing for that",
        method="conversations.history",
        fault=refused("missing_scope"),
        options=["--live"],
    ),
]
"""Each is the only mistake, or the only one that such a line names."""


@pytest.mark.parametrize("it", PLANTS, ids=str)
async def test_what_is_wrong_is_named(
    patient: Patient, monkeypatch: pytest.MonkeyPatch, it: Plant
) -> None:
    patient.env |= it.env
    if isawaitable(planted := it.plant(patient)):
        await planted
    if it.method:
        patient.answer(it.method, it.fault)
    if it.free is not None:
        left = shutil._ntuple_diskusage(1 << 40, 0, it.free)
        monkeypatch.setattr("shutil.disk_usage", lambda _: left)
    if it.sql:
        await patient.run(*it.sql.split(";"))

    found = await patient.found(
        *(each.replace(MANIFEST, str(patient.manifest)) for each in it.options)
    )

    named = [each for each, level in found.items() if level == it.level and it.names(each)]
    assert len(named) == 1, found


async def test_a_country_without_regional_holidays_needs_no_region(patient: Patient) -> None:
    await patient.run("UPDATE workspaces SET country = 'AT'")

    assert await patient.found() == {}


async def test_figures_that_are_counted_from_wrong_facts_are_named_and_mended(
    patient: Patient,
) -> None:
    database = Database.from_url(patient.env["DATABASE_URL"])
    units = UnitsOfWork(database, checklists.restore)
    await samples.fill(units, THEIRS)
    await derive_facts(units, THEIRS)
    assert not any("figures" in each for each in await patient.found())

    await patient.run("UPDATE facts SET owner = 'U0NOBODY' WHERE kind = 'judged'")

    [(line, level)] = [each for each in (await patient.found()).items() if "figures" in each[0]]
    assert (line.endswith("walkaway migrate --recount"), level) == (True, "wrong")
    await asyncio.to_thread(CliRunner().invoke, walkaway, ["migrate", "--recount"], env=patient.env)
    await derive_facts(units, THEIRS)
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
        (('{"display', "[[display"), "can't be read"),
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


CLOCKS = Plant("database clock differs from ours by … seconds", "warning")


async def test_a_database_whose_clock_is_off_is_named(
    patient: Patient, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def seconds(_: OutboxDesk) -> float:
        return time.time() - 3600

    monkeypatch.setattr(OutboxDesk, "seconds", seconds)

    [(line, level)] = (await patient.found()).items()

    assert CLOCKS.names(line)
    assert level == CLOCKS.level


NOT_SWEPT = Plant(
    "forgetting leaves bytes in the files: this role isn't allowed to rewrite the tables"
)
"""This needs a PostgreSQL."""
ROLE = "patient"


@pytest.mark.postgres
async def test_a_role_that_may_not_sweep_is_named(patient: Patient, postgres: Postgres) -> None:
    postgres.run(
        f"CREATE ROLE {ROLE} LOGIN; "
        f"GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA public TO {ROLE}",
        in_database="migrated",
    )
    patient.env["DATABASE_URL"] = postgres.url("migrated").replace("postgres@", f"{ROLE}@")
    try:
        found = await patient.found()
    finally:
        postgres.run(f"DROP OWNED BY {ROLE}; DROP ROLE {ROLE}", in_database="migrated")

    named = {each: level for each, level in found.items() if NOT_SWEPT.names(each)}
    assert list(named.values()) == [NOT_SWEPT.level], found
    assert "GRANT MAINTAIN ON ALL TABLES" in str(named)


@pytest.mark.postgres
async def test_a_pooler_is_named(patient: Patient, postgres: Postgres) -> None:
    async with pgbouncer(postgres) as port:
        url = f"postgresql://someone@127.0.0.1:{port}/migrated?sslmode=disable"
        patient.env["DATABASE_URL"] = url
        done = await patient.examined()

    assert (
        "pooler sits in front of PostgreSQL, so statements are prepared every time" in done.stdout
    )


def test_each_line_that_names_a_mistake_has_one_planted() -> None:
    folder = Path(str(operating.__file__)).parent
    said = {line for file in folder.glob("*.py") for line in lines_in(file.read_text("utf-8"))}

    assert {(it.level, it.line) for it in (*PLANTS, CLOCKS, NOT_SWEPT)} == said
    assert len(said) > 40


def lines_in(source: str) -> Iterator[tuple[str, str]]:
    """Yield how bad each line is that a module can say of a mistake, and what it says."""
    functions = ast.FunctionDef | ast.AsyncFunctionDef
    for function in filter(lambda each: isinstance(each, functions), ast.walk(ast.parse(source))):
        assigned = [each for each in ast.walk(function) if isinstance(each, ast.Assign)]
        for call in ast.walk(function):
            match call:
                case ast.Call(ast.Name("warning" | "wrong" as level), [about, sentence, *_]):
                    assigned_before = {
                        target.id: each.value
                        for each in assigned
                        for target in each.targets
                        if isinstance(target, ast.Name) and each.lineno < call.lineno
                    }
                    yield (
                        level,
                        f"{_words(about, assigned_before)} {_words(sentence, assigned_before)}",
                    )


def _words(said: ast.expr | None, assigned: Mapping[str, ast.expr]) -> str:
    """Return a text as it stands in the source, with … for what is put in."""
    match said:
        case ast.Constant(str() as words):
            return words
        case ast.JoinedStr(parts):
            return "".join(_words(each, assigned) for each in parts)
        case ast.FormattedValue(ast.Name(name), _, None) if isinstance(
            assigned.get(name), ast.JoinedStr
        ):
            return _words(assigned[name], assigned)
        case ast.Name(name):
            return _words(assigned.get(name), assigned)
        case _:
            return "…"


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
    assert "data_table was refused by Slack on 2026-11-20, so messages go out without it" in before
    assert "data_table is still refused: Slack refuses us (invalid_blocks)" in refused.stdout
    assert "ok       block data_table is accepted again" in taken.stdout
    assert patient.slack.messages(CHANNEL) == []
    assert await patient.found() == {}
