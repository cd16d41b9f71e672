"""`walkaway outbox`: it shows what waits and what is dead, and sends dead messages again."""

import asyncio
import json
from typing import Any

import pytest
from click.testing import CliRunner, Result

from bot.cli import walkaway
from bot.domain.delivery import Dead, Unknown
from bot.storage.database import Database
from bot.storage.delivery.queue import OutboxQueue
from tests.office import NO_OFFER, SetClock
from tests.services.agency import OWNER, Agency

pytestmark = pytest.mark.both_databases


class Desk:
    """An outbox with a message of each sort, and the command."""

    def __init__(self, url: str, agency: Agency) -> None:
        self.url = url
        self.agency = agency
        self.queue = OutboxQueue(agency.database)

    async def runs(self, *command: str) -> Result:
        environment = {"DATABASE_URL": self.url}
        invoke = CliRunner().invoke
        return await asyncio.to_thread(invoke, walkaway, ["outbox", *command], env=environment)

    async def says(self, *command: str) -> Any:
        done = await self.runs(*command, "--json")
        assert done.exit_code == 0, done.output
        return json.loads(done.output)


@pytest.fixture
async def desk(database: Database, database_url: str, clock: SetClock) -> Desk:
    agency = Agency(database, clock)
    await agency.know_everybody()
    for name in ("Dead", "Not needed", "Unknown", "Waiting"):
        await agency.screen(OWNER, NO_OFFER, name)
    desk = Desk(database_url, agency)
    for end in (Dead("ekm_access_denied"), Dead("not_needed"), Unknown("TimeoutError")):
        (claimed,) = await desk.queue.claim(1)
        await desk.queue.finish(claimed, end)
    return desk


async def test_it_lists_what_waits_and_what_is_dead_and_missed_with_the_cause(desk: Desk) -> None:
    done = await desk.runs("list")

    lines = [line.split() for line in done.output.splitlines()]
    assert [line[:4] for line in lines[1:4]] == [
        ["1", "dead", "card", "C0VERDICTS"],
        ["3", "unknown", "card", "C0VERDICTS"],
        ["4", "pending", "card", "C0VERDICTS"],
    ]
    assert lines[1][-1] == "ekm_access_denied"
    assert "2 waiting, 1 dead" in done.output


async def test_it_says_so_if_there_is_nothing(
    database: Database, database_url: str, clock: SetClock
) -> None:
    done = await Desk(database_url, Agency(database, clock)).runs("list")

    assert done.output == "Nothing is waiting, and nothing is dead.\n"


async def test_it_shows_one_message_whatever_became_of_it(desk: Desk) -> None:
    shown = await desk.says("show", "2")

    assert (shown["state"], shown["cause"]) == ("dead", "not_needed")
    assert (await desk.says("show", "1"))["due_at"] is not None


async def test_what_is_named_is_sent_again_whatever_the_cause(desk: Desk) -> None:
    assert await desk.says("resend", "1", "2") == {"resent": [1, 2], "not_dead": []}

    assert [each["state"] for each in await desk.says("list")][:2] == ["pending", "pending"]


async def test_all_that_is_missed_is_sent_again(desk: Desk) -> None:
    assert await desk.says("resend", "--all") == {"resent": [1], "not_dead": []}
    assert await desk.says("resend", "--all") == {"resent": [], "not_dead": []}


async def test_what_is_not_dead_is_named(desk: Desk) -> None:
    done = await desk.runs("resend", "1", "4", "99")

    assert done.exit_code == 1
    assert "Not dead, or not there: 4, 99." in done.output
    assert "1 message is on the way again." in done.output


@pytest.mark.parametrize("command", [("resend",), ("resend", "1", "--all")])
async def test_it_wants_names_or_all(desk: Desk, command: tuple[str, ...]) -> None:
    assert (await desk.runs(*command)).exit_code == 2


async def test_a_message_that_is_not_there_is_said_to_be_none(desk: Desk) -> None:
    done = await desk.runs("show", "99")

    assert done.exit_code == 1
    assert "There's no message 99." in done.output
