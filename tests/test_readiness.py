"""Whether the wired bot can work, as `/readyz` says."""

import asyncio
from collections.abc import AsyncIterator

import aiohttp
import pytest
from sqlalchemy import update

from bot.storage.heartbeat import heartbeats
from sandbox import Fault
from tests.office import NO_OFFER, Office, served


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
        (OSError("10.0.0.1"), "the database does not answer (OSError)"),
        (False, "the database is not migrated"),
    ],
)
async def test_the_bot_is_not_ready_while_the_database_is_away_or_old(
    office: Office,
    address: str,
    monkeypatch: pytest.MonkeyPatch,
    trouble: OSError | bool,
    reason: str,
) -> None:
    async def is_current(_: object) -> bool:
        if isinstance(trouble, OSError):
            raise trouble
        return trouble

    monkeypatch.setattr("bot.readiness.is_current", is_current)

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

    reason = "Slack does not let us into workspace T0NORDLICHT (token_revoked): messages wait"
    assert await reasons_of(address) == [reason]

    office.slack.faults = None
    office.bot.start_identity()  # with a mended token
    await office.bot.tasks[-1]
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
