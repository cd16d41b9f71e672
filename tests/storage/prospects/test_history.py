"""Rows of the first version read as they were meant, and rows are still written as it wrote them.

`data/history_of_first_version.jsonl` is what that version wrote, row by row, for every action. It
is never changed: such rows are in every database that is in use.
"""

import json
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa

from bot.domain.checklist.rules import Verdict
from bot.domain.decisions import acts
from bot.domain.decisions.history import HistoryEntry
from bot.domain.people import Action, MemberId
from bot.domain.prospects import EndedBy, Fear, Grounds, OverrideId, QualificationId
from bot.storage.database import Database
from bot.storage.prospects.acts import to_act, to_detail
from bot.storage.prospects.history import history
from bot.storage.unit_of_work import UnitsOfWork
from tests.storage import samples
from tests.storage.samples import A, B

ROWS: list[dict[str, Any]] = [
    json.loads(line)
    for line in (Path(__file__).parent / "data" / "history_of_first_version.jsonl")
    .read_text("utf-8")
    .splitlines()
]
OWNER, MANAGER, SECOND = MemberId("U0OWNER"), MemberId("U0MANAGER"), MemberId("U0SECOND")
OTHER, LEAVER = MemberId("U0OTHER"), MemberId("U0LEAVER")
HOMEWORK = (("last year's figures", date(2026, 12, 8)),)
KILL = date(2026, 12, 22)
FEAR = Grounds(Fear.NO_OTHER_CLIENT, "They pay well.", "no signed offer by then", KILL)
FACT = Grounds(
    Fear.NEW_FACT,
    "Größer & besser, they say.",
    "nothing in the bank\nby then",
    KILL,
    "Their <parent> company pays in advance – “always”.",
)


def screened(
    qualification: str, verdict: Verdict, conditions: tuple[tuple[str, date], ...] = ()
) -> acts.Screened:
    return acts.Screened(QualificationId(qualification), verdict, conditions=conditions)


def asked(override: str, grounds: Grounds = FEAR, *, waits: bool) -> acts.OverrideAsked:
    return acts.OverrideAsked(OverrideId(override), grounds, waits)


def touched(override: str, *, was_asked: bool) -> tuple[acts.TouchedOverride, ...]:
    return (acts.TouchedOverride(OverrideId(override), OWNER, was_asked),)


STOOD, STOOD_FACT = touched("o19", was_asked=False), touched("o25", was_asked=False)
WAITED = touched("o50", was_asked=True)
MEANT: tuple[acts.Act, ...] = (
    # won, and taken back
    screened("id4", Verdict.PURSUE),
    acts.Won(date(2026, 11, 27)),
    acts.Undone(Action.WON, OWNER),
    # screened for somebody else, walked away from twice, screened again
    acts.Screened(QualificationId("id7"), Verdict.WALK_AWAY, OTHER),
    acts.WalkedAway(),
    acts.Undone(Action.WALK_AWAY, MANAGER),
    acts.WalkedAway(),
    acts.ScreenedAgain(QualificationId("id9"), Verdict.PROBLEM),
    # lost twice
    screened("id12", Verdict.PROBLEM),
    acts.Lost(EndedBy.THEM, "They chose <somebody> else; “größer”."),
    acts.Undone(Action.LOST, OWNER),
    acts.Lost(EndedBy.US),
    # on a condition
    screened("id15", Verdict.PURSUE, HOMEWORK),
    acts.ConditionMet("the figures"),
    # overridden; what ended the override, and brought it back
    screened("id18", Verdict.WALK_AWAY),
    asked("o19", waits=False),
    acts.WalkedAway(overrides=STOOD),
    acts.Undone(Action.WALK_AWAY, OWNER, overrides=STOOD),
    acts.Lost(EndedBy.US, "no time", overrides=STOOD),
    acts.Undone(Action.LOST, MANAGER, overrides=STOOD),
    acts.ScreenedAgain(QualificationId("id21"), Verdict.PURSUE, OTHER, HOMEWORK, overrides=STOOD),
    # overridden for a new fact, and won
    screened("id24", Verdict.WALK_AWAY),
    asked("o25", FACT, waits=False),
    acts.Won(date(2026, 11, 30), overrides=STOOD_FACT),
    acts.Undone(Action.WON, OWNER, overrides=STOOD_FACT),
    # four more, about which nobody decides
    screened("id28", Verdict.PURSUE, HOMEWORK),
    screened("id31", Verdict.PROBLEM),
    screened("id34", Verdict.PROBLEM),
    screened("id37", Verdict.PURSUE, HOMEWORK),
    asked("o38", waits=False),
    acts.ConditionMet("the figures", overrides=touched("o38", was_asked=False)),
    acts.Chased(1),
    acts.Chased(2),
    acts.Snoozed(3, date(2026, 12, 14)),
    acts.Snoozed(20, date(2027, 1, 8)),
    acts.SignOfLife("they called"),
    acts.OwnerChanged(OWNER, SECOND),
    acts.OwnerChanged(LEAVER, OTHER),
    # where a manager approves
    screened("id41", Verdict.WALK_AWAY),
    asked("o42", waits=True),
    acts.OverrideApproved(OverrideId("o42"), OWNER),
    screened("id45", Verdict.WALK_AWAY),
    asked("o46", FACT, waits=True),
    acts.OverrideDenied(OverrideId("o46"), OWNER, "They never paid."),
    # what withdrew a request, and brought it back
    screened("id49", Verdict.WALK_AWAY),
    asked("o50", waits=True),
    acts.WalkedAway(overrides=WAITED),
    acts.Undone(Action.WALK_AWAY, MANAGER, overrides=WAITED),
    acts.Lost(EndedBy.THEM, "no budget", overrides=WAITED),
    acts.Undone(Action.LOST, OWNER, overrides=WAITED),
    acts.ScreenedAgain(QualificationId("id52"), Verdict.PURSUE, overrides=WAITED),
    asked("o53", waits=True),
    acts.ConditionMet("the figures", overrides=touched("o53", was_asked=True)),
)
"""What each row says."""


def entries() -> list[HistoryEntry]:
    """What the rows say, as if all of it had happened to one prospect."""
    return [
        HistoryEntry(samples.PROSPECT, act, MemberId(row["by"]), _at(row), n)
        for n, (row, act) in enumerate(zip(ROWS, MEANT, strict=True), start=1)
    ]


def _at(row: dict[str, Any]) -> datetime:
    return datetime.fromisoformat(f"{row['at']}+00:00")


async def test_rows_of_the_first_version_read_as_they_were_meant(
    units: UnitsOfWork, database: Database
) -> None:
    await samples.add_workspace(units, A)
    await samples.add_prospect(units, A)
    rows = [
        {
            "workspace_id": A,
            "prospect_id": samples.PROSPECT,
            "revision": n,
            "action": row["action"],
            "by": row["by"],
            "at": _at(row),
            "detail": row["detail"],
        }
        for n, row in enumerate(ROWS, start=1)
    ]
    async with database.writing() as connection:
        await connection.execute(sa.insert(history), rows)

    async with units.reading(A) as work:
        assert await work.history.of(samples.PROSPECT) == entries()


async def test_rows_are_written_as_the_first_version_wrote_them(
    units: UnitsOfWork, database: Database
) -> None:
    await samples.add_workspace(units, B)
    await samples.add_prospect(units, B)

    async with units(B) as work:
        for entry in entries():
            await work.history.append(entry)

    written = sa.select(history.c.action, sa.cast(history.c.detail, sa.Text))
    async with database.reading() as connection:
        rows = await connection.execute(written.order_by(history.c.revision))
    assert [tuple(row) for row in rows] == [
        (row["action"], json.dumps(row["detail"])) for row in ROWS
    ]


SINCE = {Action.CORRECT, Action.END_CLIENT, Action.STILL_OPEN}
"""Actions that the version before did not have."""


@pytest.mark.parametrize(
    "act",
    [
        acts.ClientEnded(date(2027, 3, 1), EndedBy.US, "no respect"),
        acts.ClientEnded(date(2027, 3, 1), EndedBy.THEM),
        acts.Undone(Action.END_CLIENT, OWNER),
    ],
)
def test_the_end_of_a_client_is_read_as_it_was_written(act: acts.Act) -> None:
    assert to_act(act.action, json.loads(json.dumps(to_detail(act)))) == act


def test_there_is_a_row_for_every_action_that_changes_a_prospect() -> None:
    others = {Action.DECLINE_MESSAGE, Action.DETAILS}

    assert {row["action"] for row in ROWS} == set(Action) - others - SINCE
    for action in others:
        with pytest.raises(ValueError, match=action):
            to_act(action, {})


@pytest.mark.parametrize(
    ("action", "detail", "act"),
    [
        (Action.WON, {}, acts.Won()),
        (Action.LOST, {}, acts.Lost()),
        (Action.UNDO, {}, acts.Undone()),
        (Action.UNDO, {"undone": "lost"}, acts.Undone(Action.LOST)),
        (Action.CONDITION_MET, {}, acts.ConditionMet()),
        (Action.SIGN_OF_LIFE, {}, acts.SignOfLife()),
        (Action.CHASED, {}, acts.Chased()),
        (Action.CORRECT, {}, acts.Corrected()),
        (
            Action.CORRECT,
            {
                "name": {"from": "Acem", "to": "Acme"},
                "expected_value": {"from": None, "to": "20000.50"},
                "first_contact": {"from": "2026-12-01", "to": "2026-11-24"},
            },
            acts.Corrected(
                acts.CorrectedValue("Acem", "Acme"),
                acts.CorrectedValue(None, Decimal("20000.50")),
                acts.CorrectedValue(date(2026, 12, 1), date(2026, 11, 24)),
            ),
        ),
    ],
)
def test_a_row_without_the_keys_that_came_later_reads_and_is_written_without_them(
    action: Action, detail: dict[str, Any], act: acts.Act
) -> None:
    assert to_act(action, detail) == act
    assert to_detail(act) == detail


def test_keys_that_nobody_knows_are_ignored() -> None:
    detail = {"qualification": "q1", "verdict": "pursue", "mood": "good"}

    assert to_act(Action.QUALIFY, detail) == screened("q1", Verdict.PURSUE)
