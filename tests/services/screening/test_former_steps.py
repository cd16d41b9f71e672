"""What was begun or filed under former steps of the checklist, after an update changed them."""

from typing import Any

import pytest

from bot import checklists
from bot.domain.checklist.rules import Verdict
from bot.domain.read_models import Overview
from bot.domain.screening import StepShown
from bot.services.ports import Caller
from bot.services.screening.screen import ScreeningService
from bot.services.transaction.checklists import ShippedChecklists
from tests.checklists.test_other_checklists import DATA
from tests.services.agency import OWNER, A, Agency

FORMER = checklists.load(DATA / "walk-away-of-three-steps.yaml").checklist
"""It asked for the numbers whatever they sell, and for which ones in a step of its own."""
READY: dict[str, Any] = {"offer": "clear", "numbers": "ready"}
WEAK: dict[str, Any] = {"offer": "vague", "numbers": "partly"}
TRIO: dict[str, Any] = {"willing": "yes", "able": "yes", "fire": "unknown"}


@pytest.fixture
def former(agency: Agency) -> Agency:
    """The agency before the update."""
    before = Agency(agency.database, agency.clock)
    ours = ShippedChecklists(FORMER, lambda _: FORMER, agency.clock, _counted())
    before.screening = ScreeningService(before.units, before.membership, ours)
    return before


@pytest.mark.both_databases
@pytest.mark.parametrize(
    ("first", "rest", "rule"),
    [
        (READY, {"numbers_given": "1 million", "value": "at_once"}, "good_fit"),
        (WEAK, TRIO | {"value": "at_once"}, "exception_untested"),
    ],
)
async def test_a_draft_that_was_begun_before_is_finished_on_its_own_steps(
    agency: Agency, former: Agency, first: dict[str, Any], rest: dict[str, Any], rule: str
) -> None:
    begun = await former.step(OWNER, await former.begin(OWNER), **first)
    assert isinstance(begun, StepShown)

    shown = await agency.screening.resume(Caller(A, OWNER), begun.ref.draft_id)
    filed = await agency.finish(OWNER, shown, **rest)

    assert [question.id for question in shown.questions] == [
        question.id for question in begun.questions
    ]
    assert filed.version.checklist == FORMER
    assert filed.qualification.reasons == (rule,)


async def test_a_view_that_was_open_during_the_update_is_handed_in_as_it_was_drawn(
    agency: Agency, former: Agency
) -> None:
    open_view = await former.begin(OWNER)

    filed = await agency.step(OWNER, open_view, offer="none", numbers="ready")

    assert isinstance(filed, Overview)
    assert filed.qualification.answers == {"offer": "none", "numbers": "ready"}
    assert filed.qualification.verdict is Verdict.WALK_AWAY


async def test_what_was_filed_before_is_told_as_it_was_answered_and_screened_again_on_new_steps(
    agency: Agency, former: Agency
) -> None:
    before = await former.screen(OWNER, READY | {"numbers_given": "1 million", "value": "at_once"})

    await agency.operator.renew(A)
    told = await agency.decisions.details(Caller(A, OWNER), before.id)
    again = await agency.screening.screen_again(Caller(A, OWNER), before.id, before.revision)

    assert told.version.checklist == FORMER
    assert told.qualification.verdict is Verdict.PURSUE
    assert again.version.checklist == checklists.default()
    assert again.answers["numbers_given"] == "1 million"
    assert [question.id for question in again.questions] == ["offer", "numbers", "numbers_given"]


def _counted() -> Any:
    numbers = iter(range(1, 1000))
    return lambda: f"former{next(numbers)}"
