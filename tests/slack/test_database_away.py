"""What members are told while the database is away: a sentence, and nothing that was typed goes."""

import pytest
from sqlalchemy import text

from tests.office import GOOD, PROBLEM, Office

pytestmark = pytest.mark.parametrize("office", ["socket", "http"], indirect=True)


async def test_a_submitted_step_stays_open_with_what_was_typed(office: Office) -> None:
    await office.begin(office.emma)
    await _take_away_the_database(office)

    submission = await office.submit(office.emma, **GOOD)

    assert "Nothing was changed: I made a mistake" in submission.errors["offer"]
    assert office.emma.view is not None


async def test_a_command_is_answered(office: Office) -> None:
    await _take_away_the_database(office)

    await office.emma.command("/qualify", "Acme GmbH")
    await office.answered()

    assert "Nothing was changed: I made a mistake" in office.emma.ephemerals[-1]["text"]


async def test_a_button_is_answered_and_nothing_changes(office: Office) -> None:
    card = await office.screen(office.emma, **PROBLEM)
    await _take_away_the_database(office)

    await office.emma.click("walk_away")
    await office.answered()

    assert "Nothing was changed" in office.emma.ephemerals[-1]["text"]
    assert office.cards == [card]


async def _take_away_the_database(office: Office) -> None:
    """Break every statement about members, and so whatever anybody does."""
    async with office.database.writing() as connection:
        await connection.execute(text("ALTER TABLE members RENAME TO away"))
