"""What messages say is read as it was ever written."""

import json
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import insert

from bot.domain.delivery import MessageKind, payloads
from bot.domain.people import MemberId
from bot.domain.prospects import OverrideId, ProspectId
from bot.domain.settings.changes import SettingChange
from bot.domain.settings.table import SettingId
from bot.storage.database import Database
from bot.storage.delivery.queue import OutboxQueue
from bot.storage.delivery.tables import outbox
from bot.storage.unit_of_work import UnitsOfWork
from tests.storage import samples
from tests.storage.samples import A

FIRST_VERSION: list[dict[str, Any]] = json.loads(
    (Path(__file__).parent / "data" / "first_version.json").read_text(encoding="utf-8")
)
"""A row of each kind, as the version that brought it wrote it."""
ASKED = payloads.RequestAsked(OverrideId("o28"), 1)
SINCE = {
    MessageKind.ERASURE,
    MessageKind.PRIVATE_ERASURE,
    MessageKind.RETENTION,
    MessageKind.INTAKE,
    MessageKind.INTAKE_REWRITE,
}
"""Kinds that came after these rows were taken."""

SAYS: dict[str, payloads.Payload] = {
    "card": payloads.AboutCard(),
    "card_rewrite": payloads.AboutCard(),
    "thread_line": payloads.AboutCard(),
    "owner_chosen": payloads.AboutCard(),
    "lapse_line": payloads.AboutCard(),
    "closing_line": payloads.AboutCard(),
    "nudge": payloads.OwnersMorning(date(2026, 12, 8)),
    "nudge_rewrite": payloads.OwnersMorning(date(2026, 12, 22)),
    "outcome": payloads.OwnersMorning(date(2026, 12, 30)),
    "managers": payloads.ManagersMorning(date(2026, 12, 1)),
    "managers_rewrite": payloads.ManagersMorning(date(2026, 12, 1)),
    "handed_over": payloads.AllHandedOver(
        MemberId("U0MANAGER"), MemberId("U0LEAVER"), (ProspectId("id19"),), total=1
    ),
    "override_asked": ASKED,
    "override_rewrite": payloads.RequestRewritten(ASKED, of="asked:o28:U0MANAGER:1"),
    "override_news": payloads.OverrideChanged(MemberId("U0OWNER"), was_asked=True),
    "override_lapsed": payloads.AboutCard(),
    "request_line": payloads.AboutCard(),
    "kill_date_line": payloads.KillDateReached(OverrideId("o17")),
    "settings_changed": payloads.SettingsChanged(
        (SettingChange(SettingId.NUDGES, 3, 4),), MemberId("U0MANAGER")
    ),
    "digest": payloads.OfWeek(date(2026, 12, 7)),
    "digest_line": payloads.OfWeek(date(2026, 12, 28)),
    "undeliverable": payloads.NotDelivered("C0VERDICTS", "is_archived"),
}


def test_there_is_a_row_of_every_kind() -> None:
    assert [row["kind"] for row in FIRST_VERSION if row["kind"] not in SAYS] == []
    assert {row["kind"] for row in FIRST_VERSION} == set(MessageKind) - SINCE


@pytest.mark.parametrize("row", FIRST_VERSION, ids=lambda row: row["kind"])
async def test_a_row_of_the_first_version_says_what_it_said(
    units: UnitsOfWork, database: Database, row: dict[str, Any]
) -> None:
    await _write(units, database, row)

    (claimed,) = await OutboxQueue(database).claim(1)

    assert claimed.message.payload == SAYS[row["kind"]]
    columns = ("kind", "recipient", "dedupe_key", "revision")
    assert [getattr(claimed.message, name) for name in columns] == [row[name] for name in columns]


@pytest.mark.parametrize("row", FIRST_VERSION, ids=lambda row: row["kind"])
def test_it_is_written_as_it_was(row: dict[str, Any]) -> None:
    assert payloads.written(SAYS[row["kind"]]) == row["detail"]


@pytest.mark.parametrize(
    ("kind", "detail", "says"),
    [
        (MessageKind.CARD_REWRITE, {"override": "o17"}, payloads.AboutCard()),
        (MessageKind.KILL_DATE_LINE, {}, payloads.KillDateReached(None)),
        (MessageKind.OVERRIDE_ASKED, {"request": "o28"}, ASKED),
    ],
)
def test_what_older_rows_say_too_much_or_not_at_all_is_no_error(
    kind: MessageKind, detail: dict[str, Any], says: payloads.Payload
) -> None:
    assert payloads.read(kind, detail) == says


async def test_a_message_whose_kind_says_something_else_is_not_written(units: UnitsOfWork) -> None:
    await samples.fill(units, A)
    wrong = replace(
        samples.message, dedupe_key="wrong", payload=payloads.OwnersMorning(date(2026, 12, 8))
    )
    with pytest.raises(TypeError, match="thread_line"):
        async with units(A) as work:
            await work.outbox.put(wrong)

    async with units.reading(A) as work:
        assert [each.message for each in await work.outbox.waiting()] == [samples.message]


async def test_a_row_that_nobody_can_read_keeps_no_other_from_its_turn(
    units: UnitsOfWork, database: Database, caplog: pytest.LogCaptureFixture
) -> None:
    await _write(units, database, FIRST_VERSION[0] | {"kind": "nudge", "detail": {"day": "soon"}})
    async with units(A) as work:
        await work.outbox.put(samples.to("C0OTHER", "readable"))

    claimed = await OutboxQueue(database).claim(10)

    assert [each.message.dedupe_key for each in claimed] == ["readable"]
    assert "message 1 (nudge) cannot be read" in caplog.text


async def _write(units: UnitsOfWork, database: Database, row: dict[str, Any]) -> None:
    """Write a row as the first version did, about nothing that this database would have to know."""
    await samples.add_workspace(units, A)
    state = {"state": "pending", "fence": 0, "attempts": 0, "due_at": 0.0, "written_at": 0.0}
    flags = {"may_be_out": False, "may_be_twice": False, "workspace_id": A}
    about = {"prospect_id": None, "qualification_id": None}
    async with database.writing() as connection:
        await connection.execute(insert(outbox), row | state | flags | about)
