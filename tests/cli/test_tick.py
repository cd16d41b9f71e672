"""`walkaway tick`: what it would send, and what it sends."""

import asyncio
import json
import os
import shutil
import sys
import time
from collections import Counter
from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from bot import checklists
from bot.cli import walkaway
from bot.domain.webhooks.webhooks import Event
from bot.domain.workspace import WorkspaceId
from bot.slack.payloads import ids
from bot.storage.database import Database
from bot.storage.delivery.tables import outbox
from bot.storage.unit_of_work import UnitsOfWork
from bot.storage.workspaces import workspaces
from tests.office import CHANNEL, GOOD, NO_OFFER, PROBLEM, SetClock, environment, opened
from tests.services.agency import MANAGER, OWNER, SECOND_MANAGER, Agency
from tests.storage.samples import WEBHOOK
from tests.test_posting import answering, receiving

pytestmark = pytest.mark.both_databases

ROOT = Path(__file__).parents[2]
PROMISED = 3.0
"""Seconds within which Slack is answered, whatever else happens."""
SETTINGS = {
    "SLACK_BOT_TOKEN": "xoxb-1",
    "SLACK_APP_TOKEN": "xapp-1",
    "SLACK_API_URL": "http://127.0.0.1:1/",
    "VERDICT_CHANNEL": "C0VERDICTS",
}


@pytest.fixture
async def agency(database: Database) -> Agency:
    """Open an agency in which it is as late as it really is."""
    agency = Agency(database, SetClock(datetime.now(UTC)))
    await agency.everybody_comes()
    return agency


async def ticked(database_url: str, *arguments: str) -> Result:
    return await ran({**SETTINGS, "DATABASE_URL": database_url}, "tick", *arguments)


async def ran(env: Mapping[str, str], *command: str) -> Result:
    return await asyncio.to_thread(lambda: CliRunner().invoke(walkaway, command, env=env))


def lines(result: Result) -> list[dict[str, Any]]:
    assert result.exit_code == 0, result.output
    return [json.loads(line) for line in result.stdout.splitlines()]


def ahead(days: int) -> str:
    return (datetime.now(UTC) + timedelta(days=days)).isoformat()


async def test_a_look_ahead_tells_what_becomes_of_overrides(
    agency: Agency, database_url: str
) -> None:
    await agency.override(OWNER, await agency.screen(OWNER, NO_OFFER, "Overridden"))
    await agency.let_managers_approve()
    await agency.override(OWNER, await agency.screen(OWNER, NO_OFFER, "Asked"))

    found = lines(await ticked(database_url, "--dry-run", "--at", ahead(60)))

    texts = {each["kind"]: each["text"] for each in found}
    assert "“no signed offer by then”" in texts["kill_date_line"]
    assert "asks to pursue Asked anyway" in texts["override_asked"]
    assert (
        "Your override request for Asked has lapsed: no one answered in time."
        in texts["override_lapsed"]
    )
    assert "no one answered in time" in texts["request_line"]


async def test_a_look_ahead_tells_of_every_message_in_order(
    agency: Agency, database_url: str
) -> None:
    await agency.screen(OWNER, PROBLEM)

    found = lines(await ticked(database_url, "--dry-run", "--at", ahead(60)))

    assert [(each["kind"], each["to"]) for each in found if each["kind"] == "nudge"] == [
        ("nudge", OWNER)
    ] * 3
    assert {each["to"] for each in found if each["kind"] == "managers"} == {
        MANAGER,
        SECOND_MANAGER,
    }
    assert found[0]["kind"] == "card"
    about_it = [each for each in found if each["kind"] != "digest" or each["prospects"]]
    assert {each["kind"] for each in found} >= {"digest", "closing_line"}
    assert all(each["prospects"] == ["Acme GmbH"] for each in about_it)
    assert all("Acme GmbH" in each["text"] for each in about_it)
    assert [each["at"] for each in found] == sorted(each["at"] for each in found)
    assert datetime.fromisoformat(found[0]["at"]).tzinfo is not None
    assert [row.kind for row in await agency.messages()] == ["card"]


async def test_a_tick_says_what_it_sends_and_slack_has_it(
    migrated_sqlite: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = shutil.copy(migrated_sqlite, tmp_path / "cron.db")
    async with opened(Path(file), ticking=False) as office:
        await office.begin(office.emma)
        while office.emma.view and office.emma.view["callback_id"] == ids.STEP:
            await office.submit(office.emma, **PROBLEM)
        env = environment(office.slack, f"sqlite:///{file}", "socket")
        sent = []
        for day in (1, 8, 15, 22, 23):
            now = datetime(2026, 12, day, 11, tzinfo=UTC)
            monkeypatch.setattr("bot.cli.tick.real_time", lambda now=now: now)
            said = [(each["kind"], each["to"]) for each in lines(await ran(env, "tick"))]
            sent += sorted(said)  # lanes are independent: whose message is first is chance

        assert sent == [
            ("card", CHANNEL),
            ("nudge", "U0EMMA"),
            ("nudge", "U0EMMA"),
            ("closing_line", CHANNEL),
            ("managers", "U0SABINE"),
            ("nudge", "U0EMMA"),
        ]
        [card] = office.cards
        [line] = office.slack.thread(CHANNEL, card["ts"])
        assert "I suggest walking away" in line["text"]
        assert len(office.emma.direct_messages) == 3
        assert len(office.sabine.direct_messages) == 1
        assert {row.state for row in await office.rows(outbox)} == {"sent"}
        assert office.slack.refusals == []


async def test_a_tick_delivers_to_webhooks_too_and_a_look_ahead_does_not(
    migrated_sqlite: Path, tmp_path: Path
) -> None:
    file = shutil.copy(migrated_sqlite, tmp_path / "cron.db")
    async with opened(Path(file), ticking=False) as office, receiving(answering(200)) as receiver:
        env = environment(office.slack, f"sqlite:///{file}", "socket")
        env |= {"WEBHOOK_ALLOWED_HOSTS": "localhost"}
        units = UnitsOfWork(office.database, checklists.restore)
        async with units(WorkspaceId("T0NORDLICHT")) as work:
            await work.webhooks.add(replace(WEBHOOK, address=receiver.address))
            now = datetime.now(UTC)
            await work.webhooks.put([WEBHOOK.id], Event.TEST, "now", None, "{}", now)

        ahead = await ran(env, "tick", "--dry-run")
        assert (lines(ahead), receiver.got) == ([], [])
        assert lines(await ran(env, "tick")) == []

    assert [body for _, body in receiver.got] == [b"{}"]


async def test_a_look_a_year_ahead_keeps_no_verdict_waiting(
    agency: Agency, database_url: str, tmp_path: Path
) -> None:
    for number in range(10):
        await agency.screen(OWNER, PROBLEM, f"Acme {number}")
    beta = await agency.screen(OWNER, NO_OFFER, "Beta")
    looking = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "bot", "tick", "--dry-run", "--at", ahead(365)),
        cwd=tmp_path,
        env={**os.environ, **SETTINGS, "DATABASE_URL": database_url, "PYTHONPATH": str(ROOT)},
        stdout=asyncio.subprocess.PIPE,
    )
    seen = asyncio.create_task(looking.communicate())

    took: list[float] = []
    while not seen.done():
        began = time.monotonic()
        beta = await agency.screen_again(OWNER, beta, NO_OFFER)
        took.append(time.monotonic() - began)

    output, _ = await seen
    assert looking.returncode == 0
    told = Counter(json.loads(line)["kind"] for line in output.splitlines())
    assert told["closing_line"] >= 10
    assert max(took) < PROMISED, took


async def test_a_look_ahead_tells_when_an_outcome_is_asked_for(
    agency: Agency, database_url: str
) -> None:
    await agency.win(OWNER, await agency.screen(OWNER, GOOD))
    await agency.tick()

    found = lines(await ticked(database_url, "--dry-run", "--at", ahead(120)))
    found = [each for each in found if each["kind"] != "digest"]

    assert [(each["kind"], each["to"], each["prospects"]) for each in found] == [
        ("outcome", OWNER, ["Acme GmbH"])
    ] * 2
    assert [each["text"].splitlines()[1].partition(":")[0] for each in found] == [
        "After 30 days",
        "After 90 days",
    ]


async def test_nothing_due_says_nothing(agency: Agency, database_url: str) -> None:
    await agency.screen(OWNER, PROBLEM)
    await agency.tick()

    assert lines(await ticked(database_url, "--dry-run")) == []


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (["--at", "2099-01-01T00:00Z"], "needs --dry-run"),
        (["--dry-run", "--at", "2099-01-01T00:00"], "has no time zone"),
        (["--dry-run", "--at", "tomorrow"], "isn't a time"),
    ],
)
def test_a_wrong_time_is_wrong_usage(arguments: list[str], sentence: str) -> None:
    result = CliRunner().invoke(walkaway, ["tick", *arguments], env=SETTINGS)

    assert result.exit_code == 2
    assert sentence in result.output


async def test_a_tick_takes_over_what_the_environment_says_anew(
    migrated_sqlite: Path, tmp_path: Path
) -> None:
    file = shutil.copy(migrated_sqlite, tmp_path / "cron.db")
    async with opened(Path(file), ticking=False) as office:
        await office.bot.adopted.wait()
        env = environment(office.slack, f"sqlite:///{file}", "socket")

        lines(await ran({**env, "MANAGERS": "U0EMMA"}, "tick"))

        [kept] = await office.rows(workspaces)
        assert kept.managers == ["U0EMMA"]


async def test_what_will_be_forgotten_by_its_age_is_foretold(
    agency: Agency, database_url: str
) -> None:
    await agency.walk_away(OWNER, await agency.screen(OWNER, NO_OFFER, "Old"))
    await agency.set(forget_after="6")
    at = (agency.clock() + timedelta(days=200)).isoformat()

    done = await ticked(database_url, "--dry-run", "--at", at)

    told = [json.loads(line) for line in done.stdout.splitlines()]
    (forgotten,) = [each for each in told if each["kind"] == "forgetting"]
    assert (forgotten["to"], forgotten["prospects"]) == (None, ["Old"])
    assert forgotten["text"].startswith("1 prospect decided or entered from memory before ")
    moments = [datetime.fromisoformat(each["at"]) for each in told]
    assert moments == sorted(moments)
