"""Whether the wired bot can work, as `/readyz` says."""

import asyncio
import sqlite3
from collections.abc import AsyncIterator
from datetime import timedelta

import aiohttp
import pytest
from sqlalchemy import update

from bot.domain.workspace import WorkspaceId
from bot.services.people import Membership
from bot.storage.digests import digests
from bot.storage.heartbeat import heartbeats
from bot.storage.schema.standing import Schema
from sandbox import Fault
from tests.office import NO_OFFER, Office, served
from tests.slack.overrides.test_listeners import name_managers


@pytest.fixture
async def address(office: Office) -> AsyncIterator[str]:
    async with served(office.bot.asgi) as address:
        yield address


@pytest.mark.parametrize("office", ["http"], indirect=True)
async def test_slack_gets_its_challenge_back(office: Office) -> None:
    assert await office.slack.verify_request_url()


async def test_the_bot_is_ready_when_everything_answers(office: Office, address: str) -> None:
    async with aiohttp.ClientSession() as session:
        await office.bot.tasks[0]
        await office.bot.tick()
        async with session.get(f"{address}/readyz") as answer:
            assert (answer.status, (await answer.json())["reasons"]) == (200, [])
        async with session.get(f"{address}/healthz") as answer:
            assert answer.status == 200


@pytest.mark.parametrize(
    ("trouble", "reason"),
    [
        (OSError("10.0.0.1"), "the database doesn't answer (OSError)"),
        (Schema.BEHIND, "the database isn't migrated"),
        (Schema.BEYOND, "the database belongs to a newer version"),
    ],
)
async def test_the_bot_is_not_ready_while_the_database_is_away_or_old(
    office: Office,
    address: str,
    monkeypatch: pytest.MonkeyPatch,
    trouble: OSError | Schema,
    reason: str,
) -> None:
    async def schema_of(_: object) -> Schema:
        if isinstance(trouble, OSError):
            raise trouble
        return trouble

    monkeypatch.setattr("bot.readiness.schema_of", schema_of)

    async with aiohttp.ClientSession() as session, session.get(f"{address}/readyz") as answer:
        assert answer.status == 503
        assert reason in (await answer.json())["reasons"]


async def test_the_bot_is_not_ready_while_its_workspace_pauses(
    office: Office, address: str, caplog: pytest.LogCaptureFixture
) -> None:
    await office.bot.tasks[0]
    await office.bot.tick()
    refused = Fault(body={"ok": False, "error": "token_revoked"})
    office.slack.faults = lambda call: refused if call.method == "chat.postMessage" else None
    await office.begin(office.jonas)
    await office.submit(office.jonas, **NO_OFFER)
    async with asyncio.timeout(60):
        while not await office.bot.pauses.causes():
            await office.bot.delivery.drain()

    reason = "Slack doesn't let us into workspace T0NORDLICHT (token_revoked): messages wait"
    assert await reasons_of(address) == [reason]

    office.slack.faults = None
    await office.bot.start_identity()  # with a mended token
    assert await reasons_of(address) == []
    await office.delivered()
    assert len(office.cards) == 1
    logged = [record.getMessage() for record in caplog.records if "us into" in record.getMessage()]
    assert len(logged) == 2


async def reasons_of(address: str) -> list[str]:
    async with aiohttp.ClientSession() as session, session.get(f"{address}/readyz") as answer:
        reasons: list[str] = (await answer.json())["reasons"]
        return reasons


@pytest.mark.parametrize("moved", [-31, +3600], ids=["long ago", "in the future"])
async def test_the_bot_is_not_ready_while_no_clock_ticks(
    office: Office, address: str, moved: int
) -> None:
    await office.bot.tasks[0]
    await office.bot.jobs.stop()
    await office.bot.tick()
    async with office.database.writing() as connection:
        await connection.execute(update(heartbeats).values(at=heartbeats.c.at + moved))

    assert await reasons_of(address) == ["no clock has ticked for 30 seconds: run a worker"]


async def test_r4_a_start_whose_settings_are_not_taken_over_is_not_ready_and_tries_again(
    office: Office, address: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    await office.bot.tasks[0]
    await office.bot.tick()
    real, fails = Membership.adopt, [OSError("locked"), OSError("locked")]
    tried, failed = asyncio.Event(), asyncio.Event()

    async def adopt(self: Membership, workspace_id: WorkspaceId) -> None:
        if fails:
            raise fails.pop()
        failed.set()
        await tried.wait()
        await real(self, workspace_id)

    monkeypatch.setattr(Membership, "adopt", adopt)
    monkeypatch.setattr("bot.supervision.FIRST_WAIT", 0)
    office.bot.adopted.clear()
    introduction = office.bot.start_identity()
    await failed.wait()

    reason = "taking over the settings of the environment isn't done yet"
    assert any(each.startswith(reason) for each in await reasons_of(address))
    tried.set()
    await introduction
    assert await reasons_of(address) == []
    assert office.bot.adopted.is_set()


async def test_a_dead_message_is_a_warning(office: Office, address: str) -> None:
    await office.bot.tasks[0]
    await office.bot.tick()
    refused = Fault(body={"ok": False, "error": "ekm_access_denied"})
    office.slack.faults = lambda call: refused if call.method == "chat.postMessage" else None
    await office.begin(office.jonas)
    await office.submit(office.jonas, **NO_OFFER)
    await office.delivered()

    async with aiohttp.ClientSession() as session, session.get(f"{address}/readyz") as answer:
        told = await answer.json()
    assert answer.status == 200
    assert any("dead: see `walkaway outbox list`" in each for each in told["warnings"])


async def test_a_round_that_nobody_makes_is_a_warning(office: Office, address: str) -> None:
    await office.bot.tasks[0]
    await office.bot.jobs.stop()
    await office.bot.tick()
    async with office.database.writing() as connection:
        await connection.execute(update(digests).values(due_at=office.clock() - timedelta(hours=1)))

    async with aiohttp.ClientSession() as session, session.get(f"{address}/readyz") as answer:
        told = await answer.json()

    assert answer.status == 200
    [warning] = told["warnings"]
    assert warning.startswith("a check of someone's prospects has been due for 60 minutes")


async def test_user_groups_that_are_not_refreshed_are_a_warning(
    office: Office, address: str
) -> None:
    await office.bot.tasks[0]
    await office.bot.tick()
    await name_managers(office, "U0SABINE", "S0BOSSES")
    office.slack.workspace.world.groups["S0BOSSES"] = ["U0JONAS"]
    office.slack.workspace.scopes.remove("usergroups:read")

    await refreshed(office)
    [warning] = await warnings_of(address)
    assert warning.startswith("the job 'user groups' failed (NotPermitted), so whoever left one")

    office.slack.workspace.scopes.append("usergroups:read")
    await refreshed(office)
    assert await warnings_of(address) == []


async def refreshed(office: Office) -> None:
    """Refresh the user groups now, and wait until that is over, well or not."""
    office.bot.jobs.begin_all()
    await office.bot.jobs._groups.finished()


async def warnings_of(address: str) -> list[str]:
    async with aiohttp.ClientSession() as session, session.get(f"{address}/readyz") as answer:
        assert answer.status == 200
        warnings: list[str] = (await answer.json())["warnings"]
        return warnings


async def test_who_serves_people_is_ready_though_no_clock_ticks(office: Office) -> None:
    await office.bot.tasks[0]
    await office.bot.jobs.stop()
    async with office.database.writing() as connection:
        await connection.execute(update(heartbeats).values(at=heartbeats.c.at - 31))

    async with served(office.bot.health_of_web) as address:
        assert await reasons_of(address) == []
    async with served(office.bot.health_of_worker) as address:
        assert await reasons_of(address) == ["no clock has ticked for 30 seconds: run a worker"]


async def test_a_full_disk_is_called_by_its_name(
    office: Office, address: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    await office.bot.tasks[0]
    await office.bot.tick()

    async def write(_: object) -> None:
        raise sqlite3.OperationalError("database or disk is full")

    monkeypatch.setattr("bot.storage.heartbeat.Heartbeat.write_something", write)

    assert await reasons_of(address) == ["the database has no room left on its disk"]
