"""Moving house: what was exported is taken into an empty installation, and is all there."""

import json
from collections.abc import AsyncIterator, Callable
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path

import pytest

from bot import checklists
from bot.checklists.writer import as_yaml
from bot.domain.delivery import MessageKind, payloads
from bot.domain.prospects import Stage
from bot.domain.webhooks.webhooks import NO_SECRET, Event, WebhookState
from bot.domain.workspace import WorkspaceId
from bot.services.data.arrival import ArrivalRefused, ArrivalService
from bot.services.data.export import ExportService
from bot.services.ports import Caller
from bot.storage.database import Database
from tests.office import GOOD, NO_OFFER, PROBLEM, SetClock
from tests.services.agency import MANAGER, OWNER, A, Agency, B
from tests.services.data.everything import fill
from tests.services.data.test_retention import clean, known
from tests.services.webhooks.hooks import deliver

pytestmark = pytest.mark.both_databases


@pytest.fixture
async def agency(database: Database, clock: SetClock) -> Agency:
    """Open the agency as it is before it moves."""
    agency = Agency(database, clock)
    await agency.everybody_comes()
    return agency


@pytest.fixture
async def new_house(second_database_url: str, clock: SetClock) -> AsyncIterator[Agency]:
    """Open the same agency on a database that was only migrated."""
    database = Database.from_url(second_database_url, is_throwaway=True)
    yield Agency(database, clock)
    await database.close()


async def export(agency: Agency, folder: Path) -> Path:
    await ExportService(agency.units, as_yaml).write(A, folder)
    return folder


async def take_in(agency: Agency, folder: Path, workspace: WorkspaceId = A) -> None:
    arrival = ArrivalService(agency.units, agency.clock, checklists.exported)
    await arrival.take_in(workspace, folder)


def contents(folder: Path) -> dict[str, bytes]:
    files = [each for each in folder.rglob("*") if each.is_file()]
    return {str(each.relative_to(folder)): each.read_bytes() for each in files}


async def said(agency: Agency) -> list[tuple[str, str]]:
    return [(row.kind, row.recipient) for row in await agency.messages()]


async def test_the_second_export_equals_the_first(
    agency: Agency, new_house: Agency, tmp_path: Path
) -> None:
    await fill(agency)

    await take_in(new_house, await export(agency, tmp_path / "first"))
    second = await export(new_house, tmp_path / "second")

    assert contents(second) == contents(tmp_path / "first")
    assert await said(new_house) == []


async def test_the_figures_and_the_settings_are_those_of_before(
    agency: Agency, new_house: Agency, tmp_path: Path
) -> None:
    await agency.set(referrals="Petra Klein, shops")
    walked = await agency.walk_away(OWNER, await agency.screen(OWNER, NO_OFFER, "Walked away"))
    agency.clock.move(days=20)

    await take_in(new_house, await export(agency, tmp_path / "out"))

    async with agency.units.reading(A) as before, new_house.units.reading(A) as after:
        assert await after.timelines.all() == await before.timelines.all()
        assert await after.workspaces.get() == await before.workspaces.get()
        assert await after.prospects.get(walked.id) == walked
        assert await after.prospects.named("Walked away", 5) == [walked]


async def test_webhooks_arrive_switched_off_and_need_a_new_secret(
    agency: Agency, new_house: Agency, tmp_path: Path
) -> None:
    before = await agency.add_webhook(Event.QUALIFICATION_SUBMITTED)
    sabine = Caller(A, MANAGER)

    folder = await export(agency, tmp_path / "out")
    await take_in(new_house, folder)

    written = b"".join(contents(folder).values())
    assert before.address.encode() in written
    assert before.secret.encode() not in written
    await new_house.everybody_comes()
    (found,) = await new_house.webhooks.all(sabine)
    assert found == replace(before, secret=NO_SECRET, state=WebhookState.OFF)
    assert not (await new_house.webhooks.switch(sabine, found.id, on=True)).is_on
    await new_house.screen(OWNER, NO_OFFER, "While off")
    made = await new_house.webhooks.replace_secret(sabine, found.id)
    assert (await new_house.webhooks.switch(sabine, found.id, on=True)).is_on
    await new_house.screen(OWNER, NO_OFFER, "Heard of")
    [(attempt, _)] = (await deliver(new_house)).posted
    assert attempt.secret == made.secret
    assert '"Heard of"' in attempt.body


async def test_the_addresses_of_webhooks_can_be_taken_out(
    agency: Agency, new_house: Agency, tmp_path: Path
) -> None:
    await agency.add_webhook()
    folder = await export(agency, tmp_path / "out")
    (folder / "webhooks.csv").unlink()

    await take_in(new_house, folder)

    await new_house.everybody_comes()
    assert await new_house.webhooks.all(Caller(A, MANAGER)) == []


async def test_what_is_open_gets_a_new_card_with_its_next_event(
    agency: Agency, new_house: Agency, tmp_path: Path
) -> None:
    acted_on, left_alone = [
        await agency.screen(OWNER, PROBLEM, name) for name in ("Acted on", "Left alone")
    ]
    await take_in(new_house, await export(agency, tmp_path / "out"))
    await new_house.everybody_comes()

    await new_house.chase(OWNER, acted_on)

    cards = [row.prospect_id for row in await new_house.messages() if row.kind == "card"]
    assert cards == [acted_on.id]
    new_house.clock.move(days=14)
    await new_house.tick()
    cards = [row.prospect_id for row in await new_house.messages() if row.kind == "card"]
    assert cards == [acted_on.id, left_alone.id]


async def test_what_is_old_is_forgotten_in_the_new_house_too_once_that_was_said(
    agency: Agency, new_house: Agency, tmp_path: Path
) -> None:
    refused = await agency.walk_away(OWNER, await agency.screen(OWNER, NO_OFFER, "Refused"))
    agency.clock.move(days=200)
    await agency.set(forget_after="6")

    await take_in(new_house, await export(agency, tmp_path / "out"))

    (told,) = await new_house.messages()
    ahead = payloads.RetentionAhead(date(2027, 6, 21), date(2026, 12, 21), 6, 1)
    assert told.detail == payloads.written(ahead)
    await clean(new_house)
    assert await known(new_house, [refused]) == [True]
    new_house.clock.move(days=7)
    await clean(new_house)
    assert await known(new_house, [refused]) == [False]


async def test_a_decision_is_an_event_too(
    agency: Agency, new_house: Agency, tmp_path: Path
) -> None:
    prospect = await agency.screen(OWNER, NO_OFFER)
    await take_in(new_house, await export(agency, tmp_path / "out"))
    await new_house.everybody_comes()

    walked = await new_house.walk_away(OWNER, prospect)

    assert walked.stage is Stage.WALKED_AWAY
    assert (await said(new_house))[0] == (MessageKind.CARD, "C0VERDICTS")


async def test_of_what_was_decided_nothing_is_posted(
    agency: Agency, new_house: Agency, tmp_path: Path
) -> None:
    won = await agency.win(OWNER, await agency.screen(OWNER, GOOD))
    await take_in(new_house, await export(agency, tmp_path / "out"))
    await new_house.everybody_comes()
    await new_house.pass_time(new_house.clock() + timedelta(days=20), step=timedelta(hours=6))

    await new_house.correct(MANAGER, await new_house.now(won.id))

    kinds = {kind for kind, _ in await said(new_house)}
    assert MessageKind.CARD not in kinds


async def test_an_installation_that_is_not_empty_is_left_as_it_is(
    agency: Agency, new_house: Agency, tmp_path: Path
) -> None:
    await agency.screen(OWNER, GOOD, "Of the old house")
    folder = await export(agency, tmp_path / "out")
    await new_house.everybody_comes()
    there = await new_house.screen(OWNER, GOOD, "Of the new house")

    with pytest.raises(ArrivalRefused, match="isn't empty"):
        await take_in(new_house, folder)

    async with new_house.units.reading(A) as work:
        assert [each.id for each in await work.prospects.open_of(None, 9)] == [there.id]


async def test_another_workspaces_export_is_refused(
    agency: Agency, new_house: Agency, tmp_path: Path
) -> None:
    folder = await export(agency, tmp_path / "out")

    with pytest.raises(ArrivalRefused, match=f"from workspace {A}"):
        await take_in(new_house, folder, B)


def _cut(folder: Path) -> None:
    (folder / "history.csv").unlink()


def _garbled(folder: Path) -> None:
    file = folder / "prospects.csv"
    text = file.read_text(encoding="utf-8-sig").replace("2026-11-30", "last Monday")
    file.write_text(text, encoding="utf-8-sig")


def _orphaned(folder: Path) -> None:
    file = folder / "prospects.csv"
    lines = file.read_text(encoding="utf-8-sig").splitlines(keepends=True)
    file.write_text("".join(lines[:1]), encoding="utf-8-sig")


def _doubled(folder: Path) -> None:
    file = folder / "prospects.csv"
    lines = file.read_text(encoding="utf-8-sig").splitlines(keepends=True)
    file.write_text("".join([*lines, lines[-1]]), encoding="utf-8-sig")


def _reworded(folder: Path) -> None:
    file = folder / "checklists" / "walk-away.1.yaml"
    text = file.read_text(encoding="utf-8").replace("Had them ready", "Was ready")
    file.write_text(text, encoding="utf-8")


def _of_another_version(folder: Path) -> None:
    file = folder / "settings.json"
    said = json.loads(file.read_text(encoding="utf-8"))
    file.write_text(json.dumps(said | {"format": 99}), encoding="utf-8")


@pytest.mark.parametrize(
    ("spoil", "named"),
    [
        (_cut, "history.csv can't be read"),
        (_garbled, "prospects.csv, line 2: first_contact can't be read"),
        (_orphaned, "names rows that are in none of the files|refuses one of rows"),
        (_doubled, "prospects.csv: the database refuses one of rows 1 to 2"),
        (_reworded, "walk-away.1.yaml has been changed since it was exported"),
        (_of_another_version, "another version of Walkaway"),
    ],
)
async def test_what_was_spoiled_is_named_and_nothing_is_taken_in(
    agency: Agency,
    new_house: Agency,
    tmp_path: Path,
    spoil: Callable[[Path], None],
    named: str,
) -> None:
    await agency.screen(OWNER, GOOD)
    folder = await export(agency, tmp_path / "out")
    spoil(folder)

    with pytest.raises(ArrivalRefused, match=named):
        await take_in(new_house, folder)

    async with new_house.units.reading(A) as work:
        assert await work.workspaces.get() is None
