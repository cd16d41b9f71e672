"""What is put together works together: the parts that no other folder tests."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import timedelta
from pathlib import Path

import pytest
from tenacity import wait_none

from bot import checklists
from bot.config import Config
from bot.domain.workspace import Settings, Workspace, WorkspaceId
from bot.slack.client.identity import SingleWorkspace
from bot.storage.database import Database
from bot.storage.schema.standing import NotMigrated
from bot.storage.unit_of_work import UnitsOfWork
from bot.storage.workspaces import user_groups
from bot.wiring import Wired, _Bell, wired
from sandbox import ApiCall, Fault, Slack
from tests.office import MONDAY, SetClock, environment


@pytest.fixture
def config_of(migrated_sqlite: Path, tmp_path: Path) -> dict[str, str]:
    file = tmp_path / "wired.db"
    file.write_bytes(migrated_sqlite.read_bytes())
    return {"DATABASE_URL": f"sqlite:///{file}"}


@asynccontextmanager
async def started(slack: Slack, more: dict[str, str]) -> AsyncIterator[Wired]:
    config = Config.from_environment(environment(slack, "sqlite:///unused.db", "socket") | more)
    async with wired(config, clock=SetClock()) as bot:
        bot.start_slack()
        bot.jobs.start()
        yield bot


async def test_the_members_of_managing_groups_are_known_from_the_beginning(
    config_of: dict[str, str],
) -> None:
    database = Database.from_url(config_of["DATABASE_URL"])
    async with Slack.serving() as slack:
        slack.workspace.world.groups["S0BOSSES"] = ["U0SABINE"]
        async with started(slack, config_of | {"MANAGERS": "S0BOSSES"}):
            await slack.wait_for(lambda: "usergroups.users.list" in methods(slack))
        async with database.reading() as connection:
            rows = (await connection.execute(user_groups.select())).all()
    await database.close()

    assert [(row.group_id, row.member_id) for row in rows] == [("S0BOSSES", "U0SABINE")]


async def test_the_bot_starts_while_slack_is_away_and_asks_until_slack_says_who_we_are(
    config_of: dict[str, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    def away(call: ApiCall) -> Fault | None:
        is_asked = call.method == "auth.test"
        return Fault(status=503) if is_asked and methods(slack).count("auth.test") < 4 else None

    monkeypatch.setattr(SingleWorkspace.find_out.retry, "wait", wait_none())
    async with Slack.serving() as slack:
        slack.faults = away
        async with started(slack, config_of) as bot:
            await slack.wait_for(lambda: slack.connected)
            await bot.tasks[0]
            assert bot.workspace.workspace_id == "T0NORDLICHT"

        assert methods(slack).count("auth.test") == 4


async def test_settings_are_adopted_while_names_are_still_cut(
    config_of: dict[str, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    begun = asyncio.Event()

    async def cut_names(_database: Database) -> None:
        begun.set()
        await asyncio.Event().wait()

    monkeypatch.setattr("bot.wiring.cut_names", cut_names)
    async with Slack.serving() as slack, started(slack, config_of) as bot, asyncio.timeout(10):
        await bot.adopted.wait()
        await begun.wait()
        await slack.wait_for(lambda: slack.connected)


async def test_no_call_of_slack_is_written_out_in_full_for_a_log_that_nobody_reads(
    config_of: dict[str, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    written: list[object] = []
    monkeypatch.setattr("logging.Logger.debug", lambda _, message, *_args: written.append(message))
    async with Slack.serving() as slack, started(slack, config_of):
        await slack.wait_for(lambda: "auth.test" in methods(slack))

    assert [each for each in written if "Sending a request" in str(each)] == []


async def test_nothing_is_put_together_on_a_database_that_is_not_migrated(
    tmp_path: Path,
) -> None:
    async with Slack.serving() as slack:
        with pytest.raises(NotMigrated):
            async with started(slack, {"DATABASE_URL": f"sqlite:///{tmp_path / 'new.db'}"}):
                raise AssertionError


def methods(slack: Slack) -> list[str]:
    return [call.method for call in slack.calls]


def test_a_lane_that_gets_free_asks_no_webhook() -> None:
    bell = _Bell()

    assert bell.is_for_webhooks(MONDAY)
    assert not bell.is_for_webhooks(MONDAY)
    bell.wake_webhooks()
    assert bell.is_for_webhooks(MONDAY)
    assert not bell.is_for_webhooks(MONDAY + timedelta(seconds=0.4))
    assert bell.is_for_webhooks(MONDAY + timedelta(seconds=1))
    assert bell.is_for_webhooks(MONDAY - timedelta(hours=1)), "the clock was set back"


async def test_a_database_of_other_workspaces_only_is_named_at_start(
    config_of: dict[str, str], caplog: pytest.LogCaptureFixture
) -> None:
    theirs = WorkspaceId("T0THEIRS")
    database = Database.from_url(config_of["DATABASE_URL"])
    async with UnitsOfWork(database, checklists.restore)(theirs) as work:
        await work.workspaces.add(Workspace(theirs, Settings("C0VERDICTS")))
    await database.close()

    async with Slack.serving() as slack:
        for _ in ("names them", "is at home by now"):
            async with started(slack, config_of) as bot:
                await bot.tasks[0]

    [said] = [each for each in caplog.messages if "to which our token belongs" in each]
    assert said.startswith("the database has T0THEIRS and not T0NORDLICHT")


async def test_the_log_says_what_fails_in_the_background(
    config_of: dict[str, str], caplog: pytest.LogCaptureFixture
) -> None:
    async def fail() -> None:
        raise OSError("the disk is gone")

    async with Slack.serving() as slack, started(slack, config_of) as bot:
        bot.beside(fail)
        await bot.tasks[-1]

    [said] = [each for each in caplog.records if each.message == "work in the background failed"]
    assert "the disk is gone" in str(said.exc_info)
