"""A name that is known already: who is asked what, and what each answer leads to."""

from dataclasses import replace

import pytest

from bot.domain.checklist.rules import Verdict
from bot.domain.errors import NotAllowed, WrongStage
from bot.domain.people import MemberId
from bot.domain.prospects import Prospect, QualificationId, Stage
from bot.domain.read_models import NameAsked, Overview
from bot.domain.screening import StepShown
from bot.services.overviews import latest_overview
from tests.office import GOOD, NO_OFFER, PROBLEM
from tests.services.agency import MANAGER, OTHER, OWNER, A, Agency


async def asked(agency: Agency, by: MemberId, name: str, **inputs: object) -> NameAsked:
    shown = await agency.begin(by, name)
    result = await agency.step(by, shown, **{**GOOD, **inputs})
    assert isinstance(result, NameAsked)
    return result


@pytest.mark.both_databases
@pytest.mark.parametrize("spelling", ["acme", "ACME, Inc.", "Acme G.m.b.H.", "Acme UG"])
async def test_a_known_name_is_announced_however_it_is_spelt(agency: Agency, spelling: str) -> None:
    before = await agency.screen(OWNER, PROBLEM, "Acme GmbH")

    question = await asked(agency, OTHER, spelling)

    (known,) = question.namesakes
    assert known.prospect == before
    assert known.screened_by == OWNER


async def test_another_name_is_not_asked_about(agency: Agency) -> None:
    await agency.screen(OWNER, PROBLEM, "Acme GmbH")

    shown = await agency.begin(OTHER, "Acme Tools GmbH")

    assert isinstance(await agency.step(OTHER, shown, **GOOD), StepShown)


async def test_a_similar_name_is_asked_about_as_well(agency: Agency) -> None:
    before = await agency.screen(OWNER, PROBLEM, "Henkel AG & Co. KGaA")

    question = await asked(agency, OTHER, "Henkell")

    assert question.namesakes == ()
    assert [each.prospect for each in question.similar] == [before]
    assert not question.similar[0].may_be_chosen


async def test_similar_names_come_beside_the_same_one(agency: Agency) -> None:
    same = await agency.screen(OWNER, PROBLEM, "Henkel AG & Co. KGaA")
    similar = await agency.screen(OTHER, PROBLEM, "Henkell GmbH")

    question = await asked(agency, OTHER, "henkel.com")

    assert [each.prospect for each in question.namesakes] == [same]
    assert [each.prospect for each in question.similar] == [similar]
    assert question.similar[0].may_be_chosen


async def test_one_of_a_similar_name_is_screened_again_under_its_own_name(agency: Agency) -> None:
    before = await agency.screen(OWNER, PROBLEM, "Henkel AG & Co. KGaA")
    question = await asked(agency, OWNER, "Henkell")

    shown = await agency.settle(OWNER, question, before.id)
    assert isinstance(shown, StepShown)
    overview = await agency.finish(OWNER, shown, **GOOD)

    assert overview.prospect.id == before.id
    assert overview.prospect.facts.name == "Henkel AG & Co. KGaA"


async def test_another_one_of_the_name_makes_a_second_prospect(agency: Agency) -> None:
    before = await agency.screen(OWNER, PROBLEM)
    question = await asked(agency, OTHER, "Acme GmbH")

    shown = await agency.settle(OTHER, question, None)
    assert isinstance(shown, StepShown)
    overview = await agency.finish(OTHER, shown, **GOOD)

    assert overview.prospect.id != before.id
    assert await agency.now(before.id) == before


async def test_its_card_names_the_one_that_it_is_not(agency: Agency) -> None:
    await agency.screen(OWNER, PROBLEM)
    agency.clock.move(minutes=1)
    latest = await agency.screen(OWNER, PROBLEM)

    prospect = await agency.screen(OTHER, GOOD)

    assert (await namesake(agency, prospect)) == latest.qualification_id
    again = await agency.screen_again(OTHER, prospect, PROBLEM)
    assert (await namesake(agency, again)) == latest.qualification_id


async def test_the_card_of_one_with_a_similar_name_names_nobody(agency: Agency) -> None:
    await agency.screen(OWNER, PROBLEM, "Henkel AG & Co. KGaA")

    prospect = await agency.screen(OTHER, GOOD, "Henkell")

    assert await namesake(agency, prospect) is None


async def namesake(agency: Agency, prospect: Prospect) -> QualificationId | None:
    async with agency.units.reading(A) as work:
        overview = await latest_overview(work, prospect.id, agency.clock())
    return None if overview.namesake is None else overview.namesake.id


@pytest.mark.both_databases
@pytest.mark.parametrize("is_renamed", [False, True])
async def test_a_name_that_became_known_since_the_first_step_is_asked_about(
    agency: Agency, is_renamed: bool
) -> None:
    begun = await agency.step(OTHER, await agency.begin(OTHER, "Acme GmbH"), **GOOD)
    assert isinstance(begun, StepShown)
    before = await agency.screen(OWNER, PROBLEM, "Zenith AG" if is_renamed else "Acme")
    if is_renamed:
        before = await agency.correct(OWNER, before, name="Acme AG")

    question = await to_the_end(agency, OTHER, begun)

    assert isinstance(question, NameAsked)
    assert [each.prospect for each in question.namesakes] == [before]
    overview = await agency.settle(OTHER, question, None)
    assert isinstance(overview, Overview)
    assert await namesake(agency, overview.prospect) == before.qualification_id


async def test_one_that_became_known_since_the_first_step_is_screened_again(agency: Agency) -> None:
    begun = await agency.step(OWNER, await agency.begin(OWNER, "Acme GmbH"), **GOOD)
    assert isinstance(begun, StepShown)
    other = await agency.screen(OWNER, PROBLEM, "Zenith AG")
    before = await agency.correct(OWNER, other, name="Acme GmbH")

    question = await to_the_end(agency, OWNER, begun)
    assert isinstance(question, NameAsked)
    shown = await agency.settle(OWNER, question, before.id)
    assert isinstance(shown, StepShown)
    again = await to_the_end(agency, OWNER, shown)

    assert isinstance(again, Overview)
    assert again.prospect.id == before.id
    assert again.prospect.in_question is None


async def to_the_end(agency: Agency, by: MemberId, shown: StepShown) -> object:
    result: object = shown
    while isinstance(result, StepShown):
        result = await agency.step(by, result, **GOOD)
    return result


async def test_going_back_after_the_answer_does_not_ask_again(agency: Agency) -> None:
    await agency.screen(OWNER, PROBLEM)
    question = await asked(agency, OTHER, "Acme GmbH")
    shown = await agency.settle(OTHER, question, None)
    assert isinstance(shown, StepShown)

    first = replace(shown.ref, step=0)
    again = await agency.step(OTHER, replace(shown, ref=first), **GOOD)

    assert isinstance(again, StepShown)


async def test_the_same_one_is_screened_again_with_its_earlier_answers(agency: Agency) -> None:
    before = await agency.screen(OWNER, PROBLEM)
    question = await asked(agency, OWNER, "Acme GmbH")

    shown = await agency.settle(OWNER, question, before.id)
    assert isinstance(shown, StepShown)
    assert shown.ref.prospect_id == before.id
    overview = await agency.finish(OWNER, shown, **GOOD)

    assert overview.prospect.id == before.id
    assert overview.prospect.verdict is Verdict.PURSUE
    assert overview.before is not None
    assert overview.before.id == before.qualification_id


async def test_an_early_end_waits_for_the_answer_about_the_name(agency: Agency) -> None:
    before = await agency.screen(OWNER, PROBLEM)
    shown = await agency.begin(OTHER, "acme")
    question = await agency.step(OTHER, shown, **NO_OFFER)
    assert isinstance(question, NameAsked)

    overview = await agency.finish(OTHER, shown, **NO_OFFER)

    assert overview.prospect.verdict is Verdict.WALK_AWAY
    assert overview.prospect.id != before.id


@pytest.mark.both_databases
async def test_a_corrected_name_leads_to_the_prospect_still(agency: Agency) -> None:
    before = await agency.screen(OWNER, PROBLEM, "Acme GmbH")
    renamed = await agency.correct(OWNER, before, name="Zenith AG")

    question = await asked(agency, OWNER, "Acme")

    (known,) = question.namesakes
    assert known.prospect == renamed
    assert known.was_named == "Acme"
    assert (await asked(agency, OWNER, "Zenith")).namesakes[0].was_named is None


@pytest.mark.both_databases
async def test_a_name_like_a_corrected_one_leads_to_the_prospect_still(agency: Agency) -> None:
    before = await agency.screen(OWNER, PROBLEM, "Henkel AG & Co. KGaA")
    renamed = await agency.correct(OWNER, before, name="Zenith AG")

    question = await asked(agency, OWNER, "Henkell")

    assert question.namesakes == ()
    (known,) = question.similar
    assert known.prospect == renamed
    assert known.was_named == "Henkel AG & Co. KGaA"


@pytest.mark.both_databases
async def test_one_whose_spelling_was_corrected_is_shown_once(agency: Agency) -> None:
    """Slack refuses a view in which two blocks have the same id."""
    mistyped = await agency.screen(OWNER, PROBLEM, "Henkell")
    corrected = await agency.correct(OWNER, mistyped, name="Henkel")

    for typed in ("Henkell", "Henkel", "Henkelll"):
        question = await asked(agency, OWNER, typed)
        shown = [each.prospect for each in (*question.namesakes, *question.similar)]
        assert shown == [corrected]


async def test_who_has_the_name_now_comes_before_who_had_it(agency: Agency) -> None:
    had = await agency.screen(OWNER, PROBLEM, "Acme GmbH")
    has = await agency.screen(OTHER, PROBLEM, "Acme GmbH")
    had = await agency.correct(OWNER, had, name="Zenith AG")

    question = await asked(agency, OWNER, "Acme")

    assert [each.prospect.id for each in question.namesakes] == [has.id, had.id]


async def test_a_corrected_spelling_is_the_same_name(agency: Agency) -> None:
    before = await agency.screen(OWNER, PROBLEM, "Acme GmbH")
    await agency.correct(OWNER, before, name="ACME AG")

    (known,) = (await asked(agency, OWNER, "acme")).namesakes

    assert known.was_named is None


async def test_only_its_owner_or_a_manager_may_choose_the_same_one(agency: Agency) -> None:
    before = await agency.screen(OWNER, PROBLEM)

    question = await asked(agency, OTHER, "Acme GmbH")
    assert not question.namesakes[0].may_be_chosen
    with pytest.raises(NotAllowed):
        await agency.settle(OTHER, question, before.id)

    assert (await asked(agency, MANAGER, "Acme GmbH")).namesakes[0].may_be_chosen


async def test_a_client_is_never_the_same_one(agency: Agency) -> None:
    won = await agency.win(OWNER, await agency.screen(OWNER, GOOD))
    assert won.stage is Stage.WON

    question = await asked(agency, OWNER, "Acme GmbH")

    assert not question.namesakes[0].may_be_chosen
    with pytest.raises(WrongStage):
        await agency.settle(OWNER, question, won.id)


@pytest.mark.both_databases
async def test_the_latest_five_are_shown(agency: Agency) -> None:
    for _ in range(6):
        await agency.screen(OWNER, PROBLEM)

    assert len((await asked(agency, OTHER, "Acme")).namesakes) == 5
