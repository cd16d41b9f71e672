"""A sentence that shows why an option was chosen, from its step to the card and back again."""

import pytest

from bot.domain.errors import AnswersRejected
from bot.domain.read_models import Overview
from bot.domain.screening import StepShown
from bot.services.ports import Caller
from tests.checklists.test_other_checklists import FIT
from tests.services.agency import MANAGER, OWNER, A, Agency

pytestmark = pytest.mark.both_databases


@pytest.fixture
async def agency(agency: Agency) -> Agency:
    await agency.checklists.adopt(Caller(A, MANAGER), FIT.checklist, seen=None, as_default=True)
    return agency


def asked(shown: object) -> list[str]:
    assert isinstance(shown, StepShown), shown
    return [each.id for each in shown.evidence]


async def test_evidence_is_asked_required_kept_and_dropped_with_its_option(agency: Agency) -> None:
    second = await agency.step(OWNER, await agency.begin(OWNER), need="burning")
    assert asked(second) == ["need_evidence"]
    assert isinstance(second, StepShown)

    with pytest.raises(AnswersRejected) as rejected:
        await agency.step(OWNER, second, signs=["haggles"])
    assert [each.question for each in rejected.value.problems] == ["need_evidence"]

    third = await agency.step(OWNER, second, need_evidence="They called.", signs=["haggles"])
    assert asked(third) == ["signs_evidence"]
    assert isinstance(third, StepShown)
    verdict = await agency.step(OWNER, third, signs_evidence="Asked for half.")

    assert isinstance(verdict, Overview)
    answers = verdict.qualification.answers
    assert answers["need_evidence"] == "They called."
    assert answers["signs_evidence"] == "Asked for half."

    prospect = verdict.prospect
    again = await agency.screening.screen_again(Caller(A, OWNER), prospect.id, prospect.revision)
    second = await agency.step(OWNER, again, need="real")
    assert asked(second) == []
    assert isinstance(second, StepShown)
    milder = await agency.step(OWNER, second, signs=["drains"])

    assert isinstance(milder, Overview)
    assert {"need_evidence", "signs_evidence"}.isdisjoint(milder.qualification.answers)
