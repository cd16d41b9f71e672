"""A manager forgets a prospect from its details; Slack and the database lose it."""

import asyncio
import json
import logging
import shutil
from pathlib import Path

import pytest

from bot.domain.names import keys, let_names_go, name_key
from bot.domain.people import OtherAction
from bot.domain.settings.table import Page
from bot.slack.data.views import MOST_LINKS
from bot.storage.data.sweeping import sweeps
from bot.storage.remembered import remembered
from bot.wiring import NAMES_KEPT_FOR
from sandbox import Submission
from tests.databases import Postgres
from tests.office import CHANNEL, PROBLEM, Office, SetClock, opened
from tests.services.data.test_forget import bytes_of
from tests.slack.decisions.test_listeners import choose
from tests.slack.reading import told
from tests.slack.remembered.test_listeners import REFUSED, Person

NAME = "Zyxwvu Wertstoffe"


async def test_a_manager_forgets_a_prospect_by_typing_its_name(office: Office) -> None:
    card = await office.screen(office.emma, NAME, **PROBLEM)
    await office.screen(office.emma, "Another", **PROBLEM)
    await office.delivered()
    reply = office.jonas.say(f"{NAME}? Never.", CHANNEL, card["ts"])
    await choose(office, office.sabine, "details", card)
    await office.sabine.click(OtherAction.FORGET)
    await office.answered()

    wrong = await office.hand_in(office.sabine, confirm="Acme")
    beside = "Das passt nicht. Tipp den Namen genau so ein, wie er oben steht."
    assert wrong.errors == {"confirm": beside}
    await office.hand_in(office.sabine, confirm=NAME)
    await office.answered()
    await office.settled()

    shown = repr(office.sabine.view)
    assert f"p{reply['ts'].replace('.', '')}" in shown
    assert NAME not in shown
    said = [each for each in office.slack.messages(CHANNEL) if each["user"] != office.jonas.id]
    assert NAME not in repr(said)
    assert any("Another" in repr(each) for each in said)
    assert await office.rows(sweeps) == []


async def test_how_much_more_people_wrote_is_said(office: Office) -> None:
    card = await office.screen(office.emma, NAME, **PROBLEM)
    await office.delivered()
    for n in range(MOST_LINKS + 3):
        office.jonas.say(f"{n}. Never.", CHANNEL, card["ts"])
    await choose(office, office.sabine, "details", card)
    await office.sabine.click(OtherAction.FORGET)
    await office.answered()

    await office.hand_in(office.sabine, confirm=NAME)

    shown = repr(office.sabine.view)
    assert shown.count("/archives/") == MOST_LINKS
    assert "Und 3 weitere in denselben Threads." in shown


@pytest.mark.both_databases
async def test_no_byte_is_left_while_the_bot_runs(
    database_url: str,
    clock: SetClock,
    request: pytest.FixtureRequest,
    caplog: pytest.LogCaptureFixture,
) -> None:
    caplog.set_level(logging.DEBUG, "bot")
    before = len(server_log(database_url, request))
    async with opened(database_url, clock=clock) as office:
        card = await office.screen(office.emma, NAME, **PROBLEM)
        await office.delivered()
        for text in (NAME, "1 million"):
            assert await asyncio.to_thread(bytes_of, database_url, request, text), text
        await choose(office, office.sabine, "details", card)
        await office.sabine.click(OtherAction.FORGET)
        await office.answered()

        await office.hand_in(office.sabine, confirm=NAME)
        await office.answered()
        await office.settled()
        while await office.rows(sweeps):
            await office.bot.look()

        for text in (NAME, "1 million"):
            assert await asyncio.to_thread(bytes_of, database_url, request, text) == [], text
    logged = caplog.text + server_log(database_url, request)[before:].decode()
    assert "T0NORDLICHT" in logged
    assert NAME not in logged
    assert "1 million" not in logged


@pytest.mark.both_databases
async def test_another_process_shows_nothing_of_it_from_then_on(
    database_url: str, clock: SetClock
) -> None:
    async with (
        opened(database_url, clock=clock) as office,
        opened(database_url, clock=clock, ticking=False) as elsewhere,
    ):
        card = await office.screen(office.emma, NAME, **PROBLEM)
        await office.delivered()
        await elsewhere.sabine.open_home()
        await elsewhere.emma.command("/qualify", "list")
        await elsewhere.answered()
        await elsewhere.begin(elsewhere.jonas, NAME)
        assert NAME in repr(elsewhere.sabine.home)
        assert NAME in told(elsewhere.emma)
        await choose(office, office.sabine, "details", card)
        await office.sabine.click(OtherAction.FORGET)
        await office.answered()
        await office.hand_in(office.sabine, confirm=NAME)

        said = len(elsewhere.emma.ephemerals)
        await elsewhere.sabine.open_home()
        await elsewhere.emma.command("/qualify", "list")
        await elsewhere.answered()
        assert NAME not in repr(elsewhere.sabine.home)
        assert len(elsewhere.emma.ephemerals) > said
        assert NAME not in told(elsewhere.emma)


async def test_no_process_keeps_a_name_for_longer_than_a_minute(
    migrated_sqlite: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert NAMES_KEPT_FOR <= 60
    name_key(NAME)
    assert keys._words.cache_info().currsize
    dropped = asyncio.Event()

    def let_go() -> None:
        let_names_go()
        dropped.set()

    monkeypatch.setattr("bot.wiring.NAMES_KEPT_FOR", 0)
    monkeypatch.setattr("bot.wiring.let_names_go", let_go)
    file = Path(shutil.copy(migrated_sqlite, tmp_path / "another.db"))
    async with opened(file, ticking=False):  # as in a process that only talks with people
        await dropped.wait()

    assert keys._words.cache_info().currsize == 0


def server_log(url: str, request: pytest.FixtureRequest) -> bytes:
    """Return all that the database server wrote down; SQLite has none."""
    if url.startswith("sqlite"):
        return b""
    server: Postgres = request.getfixturevalue("postgres")
    return server.log.read_bytes()


async def test_who_manages_nothing_sees_no_button(office: Office) -> None:
    card = await office.screen(office.emma, NAME, **PROBLEM)

    await choose(office, office.emma, "details", card)

    assert '"forget"' not in json.dumps(office.emma.view)


async def look_for(office: Office, name: str) -> Submission:
    await office.open_settings(office.sabine, Page.DATA)
    await office.sabine.click(OtherAction.FORGET)
    await office.answered()
    return await office.hand_in(office.sabine, sought=name)


async def test_a_manager_finds_what_to_forget_by_its_name(office: Office) -> None:
    card = await office.screen(office.emma, NAME, **PROBLEM)
    await office.delivered()
    messages = office.slack.workspace.messages
    stands = messages.find(CHANNEL, card["ts"])
    assert stands is not None
    messages.remove(stands)

    nobody = await look_for(office, "Somebody else")
    assert nobody.errors == {"sought": "Diesen Namen gibt es hier nicht. Prüf die Schreibweise."}
    await look_for(office, NAME.lower())
    await office.sabine.click(OtherAction.FORGET)
    await office.answered()
    wrong = await office.hand_in(office.sabine, confirm_found="Somebody else")
    assert list(wrong.errors) == ["confirm_found"]
    await office.hand_in(office.sabine, confirm_found=NAME)
    await office.answered()
    await office.settled()

    assert "Der Eintrag ist hier gelöscht." in repr(office.sabine.view)
    await office.sabine.close()
    assert "Interessent wurde gelöscht" not in repr(office.sabine.view)
    assert (await look_for(office, NAME)).errors


async def test_a_manager_forgets_what_was_only_remembered(office: Office) -> None:
    emma = Person(office, office.emma)
    await emma.begin()
    await emma.enter(NAME, REFUSED)

    await look_for(office, NAME)
    assert "Aus dem Gedächtnis" in repr(office.sabine.view)
    await office.sabine.click(OtherAction.FORGET)
    await office.answered()
    wrong = await office.hand_in(office.sabine, confirm_found="Somebody else")
    assert list(wrong.errors) == ["confirm_found"]
    await office.hand_in(office.sabine, confirm_found=NAME)

    assert "Der Eintrag ist hier gelöscht." in repr(office.sabine.view)
    assert [row.name for row in await office.rows(remembered)] == [""]
