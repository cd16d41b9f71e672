"""What Slack waits for: given up in time when the database takes longer, and said so."""

import asyncio
import shutil
import sqlite3
import threading
from collections.abc import AsyncIterator, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from bot.domain.people import Action
from bot.domain.prospects import Stage
from bot.slack.interaction import PATIENCE, Background, TooBusy
from bot.slack.payloads import ids
from bot.storage.prospects.history import history
from bot.storage.prospects.prospects import prospects
from bot.storage.sqlite import Connection
from tests.office import CHANNEL, GOOD, PROBLEM, Office, opened

SLOW = "My database is slow right now. In a minute, check if it worked."
NOT_BEGUN = "My database is slow right now. Try again in a minute."


@pytest.fixture
async def impatient(migrated_sqlite: Path, tmp_path: Path) -> AsyncIterator[Office]:
    """An office whose bot has no time to lose, once it is told so by `hurry`."""
    file = Path(shutil.copy(migrated_sqlite, tmp_path / "office.db"))
    async with opened(file, ticking=False) as office:
        yield office


@contextmanager
def held(office: Office) -> Iterator[None]:
    """Let another process write to the database for as long as the block takes."""
    other = sqlite3.connect(office.config.database_url.removeprefix("sqlite:///"))
    other.execute("BEGIN IMMEDIATE")
    try:
        yield
    finally:
        other.rollback()
        other.close()


def hurry(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("bot.slack.interaction.interaction.Interaction.seconds_left", 0.2)


async def test_a_step_that_cannot_be_kept_in_time_stays_open_and_says_why(
    impatient: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    await impatient.begin(impatient.emma)
    hurry(monkeypatch)

    with held(impatient):
        submission = await impatient.submit(impatient.emma, **GOOD)

    assert SLOW in submission.errors["offer"]
    monkeypatch.undo()
    await impatient.answered()
    assert not (await impatient.submit(impatient.emma, **GOOD)).errors


async def test_a_decision_that_cannot_be_kept_in_time_is_answered_and_not_made(
    impatient: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    impatient.bot.jobs.start()
    await impatient.screen(impatient.emma, **PROBLEM)
    await impatient.bot.jobs.stop()
    hurry(monkeypatch)

    with held(impatient):
        await impatient.emma.click(Action.WALK_AWAY, channel=CHANNEL)
        await impatient.slack.wait_for(lambda: impatient.emma.ephemerals)

    assert SLOW in impatient.emma.ephemerals[-1]["text"]
    monkeypatch.undo()
    await impatient.answered()
    (prospect,) = await impatient.rows(prospects)
    assert prospect.stage == Stage.OPEN
    await impatient.emma.click(Action.WALK_AWAY, channel=CHANNEL)
    await impatient.answered()
    (prospect,) = await impatient.rows(prospects)
    assert prospect.stage == Stage.WALKED_AWAY


async def test_a_decision_that_is_being_kept_when_time_is_up_is_made_and_said_to_be_uncertain(
    impatient: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    impatient.bot.jobs.start()
    await impatient.screen(impatient.emma, **PROBLEM)
    await impatient.bot.jobs.stop()

    with slow_disk(monkeypatch):
        await impatient.emma.click(Action.WALK_AWAY, channel=CHANNEL)
        await impatient.slack.wait_for(lambda: impatient.emma.ephemerals)
    monkeypatch.undo()
    await impatient.answered()

    assert SLOW in impatient.emma.ephemerals[-1]["text"]
    (prospect,) = await impatient.rows(prospects)
    assert prospect.stage == Stage.WALKED_AWAY
    acts = [row.action for row in await impatient.rows(history)]
    assert acts.count(Action.WALK_AWAY) == 1


@contextmanager
def slow_disk(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Let time be up while what was written is being kept, until the block has ended."""
    begun, ended = asyncio.Event(), threading.Event()

    async def wait_for(_task: asyncio.Task[Any], _seconds: float) -> None:
        await begun.wait()

    async def commit(connection: Connection) -> None:
        def slowly(driver: sqlite3.Connection) -> None:
            ended.wait()
            driver.commit()

        if not await connection.on_thread(lambda driver: driver.total_changes):
            return await connection.on_thread(lambda driver: driver.commit())
        begun.set()
        return await connection.on_thread(slowly)

    monkeypatch.setattr(Connection, "commit", commit)
    monkeypatch.setattr("bot.slack.app.patience.wait_for", wait_for)
    try:
        yield
    finally:
        ended.set()


async def test_work_for_a_modal_that_comes_too_late_is_not_begun(
    impatient: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("bot.slack.interaction.interaction.Interaction.seconds_left", 0)

    await impatient.emma.command("/qualify", "Acme GmbH")
    await impatient.emma.shortcut(ids.SHORTCUT)
    await impatient.answered()

    assert NOT_BEGUN in impatient.emma.ephemerals[-1]["text"]
    assert "views.open" in [call.method for call in impatient.slack.calls]  # the shortcut's notice


async def test_what_can_wait_is_not_given_up(
    impatient: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("bot.slack.interaction.interaction.Interaction.seconds_left", 0)

    await impatient.emma.command("/qualify", "list")
    await impatient.answered()

    assert NOT_BEGUN not in impatient.emma.ephemerals[-1]["text"]


async def test_no_more_waits_than_can_be_done() -> None:
    background, gate, done = Background(at_once=1, most=2), asyncio.Event(), []

    async def work(number: int) -> None:
        await gate.wait()
        done.append(number)

    background.spawn(work(1))
    background.spawn(work(2))
    with pytest.raises(TooBusy):
        background.spawn(work(3))
    gate.set()
    await background.drain()

    assert done == [1, 2]


def test_slack_waits_for_longer_than_we_try() -> None:
    assert PATIENCE == 2.5
