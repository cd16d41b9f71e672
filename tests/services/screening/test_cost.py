"""What a submitted view asks the database while somebody waits for the next one."""

from typing import Any

import pytest

from bot.domain.read_models import Overview
from bot.domain.screening import StepShown
from bot.services.ports import Caller
from tests.services.agency import OWNER, A, Agency, typed
from tests.services.delivery.test_cost import Asked, asked

pytestmark = pytest.mark.both_databases

WEAK: dict[str, Any] = {
    "offer": "clear",
    "numbers": "partly",
    "willing": "yes",
    "able": "yes",
    "fire": "unknown",
    "homework": "last year's figures",
    "value": "at_once",
}
"""Three views, and a problem."""
FIRST, STEP, LAST = 5, 3, 12
"""Statements of a submission, all in one transaction."""


async def test_no_submission_asks_for_the_same_thing_twice(agency: Agency) -> None:
    await agency.everybody_comes()
    taken: list[Asked] = []
    shown: object = await agency.begin(OWNER, "Nordwind Werkzeuge")

    while isinstance(shown, StepShown):
        drawn = await agency.follow(OWNER, shown, **WEAK)
        entered = typed(drawn, WEAK)
        with asked() as its:
            shown = await agency.screening.answer(Caller(A, OWNER), drawn.ref, entered, entered)
        taken.append(its)

    assert isinstance(shown, Overview)
    first, *steps, last = taken
    assert len(first.statements) == FIRST, first
    assert {len(its.statements) for its in steps} == {STEP}, steps
    assert len(last.statements) == LAST, last
    assert {its.transactions for its in taken} == {1}
