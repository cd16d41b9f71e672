"""By which checklist a prospect is screened, where more than one is adopted."""

from typing import Any

import pytest

from bot import checklists
from bot.domain.read_models import NameAsked, Overview
from bot.domain.screening import StepShown
from bot.services.ports import Caller
from bot.services.screening.draft import Shown
from bot.storage.database import Database
from tests.checklists.own import NEXT, OWN, retitled
from tests.office import GOOD, NO_OFFER
from tests.services.agency import MANAGER, OWNER, A, Agency, typed

pytestmark = pytest.mark.both_databases

OURS = checklists.default()
THIRD = retitled(OURS, "Ours, elsewhere", "elsewhere")
"""With the questions of ours, so that answers can be kept."""
BY_OWNER, BY_MANAGER = Caller(A, OWNER), Caller(A, MANAGER)


@pytest.fixture
async def agency(agency: Agency) -> Agency:
    for each in (OWN, THIRD):
        await agency.checklists.adopt(BY_MANAGER, each, seen=None)
        agency.clock.move(minutes=1)
    return agency


def offered(shown: Shown | None) -> list[str]:
    assert isinstance(shown, StepShown), shown
    return [each.id for each in shown.offered]


async def choose(
    agency: Agency, shown: StepShown, checklist_id: str, by: Caller = BY_OWNER, **inputs: Any
) -> StepShown | None:
    """Choose another checklist in the select, with what else stands in the step."""
    drawn = typed(shown, {}) | {"checklist": shown.version.checklist.id}
    entered = typed(shown, inputs) | {"checklist": checklist_id}
    return await agency.screening.changed(
        by, shown.ref, "checklist", entered, drawn, is_empty=False
    )


async def chosen(
    agency: Agency, shown: StepShown, checklist_id: str, by: Caller = BY_OWNER, **inputs: Any
) -> StepShown:
    found = await choose(agency, shown, checklist_id, by, **inputs)
    assert found is not None
    return found


async def test_with_one_checklist_there_is_nothing_to_choose(agency: Agency) -> None:
    for each in (OWN, THIRD):
        await agency.checklists.retire(BY_MANAGER, each.id)

    assert offered(await agency.begin(OWNER)) == []


async def test_a_screening_begins_with_the_default_until_the_member_chooses(
    agency: Agency,
) -> None:
    begun = await agency.begin(OWNER)
    assert begun.version.checklist == OURS
    assert offered(begun) == [OURS.id, OWN.id, THIRD.id]

    await chosen(agency, begun, OWN.id)

    again = await agency.begin(OWNER, "Another")
    assert again.version.checklist == OWN
    assert offered(again) == [OWN.id, OURS.id, THIRD.id]
    assert (await agency.begin(MANAGER, "Theirs")).version.checklist == OURS


async def test_what_was_chosen_last_is_the_default_again_once_it_is_retired(
    agency: Agency,
) -> None:
    await chosen(agency, await agency.begin(OWNER), OWN.id)
    await agency.checklists.retire(BY_MANAGER, OWN.id)

    assert (await agency.begin(OWNER)).version.checklist == OURS


async def test_what_another_process_makes_the_default_is_it_within_a_minute(
    agency: Agency, database: Database
) -> None:
    elsewhere = Agency(database, agency.clock)
    assert (await agency.begin(OWNER)).version.checklist == OURS

    await elsewhere.checklists.make_default(BY_MANAGER, OWN.id)

    assert (await elsewhere.begin(OWNER)).version.checklist == OWN
    assert (await agency.begin(OWNER)).version.checklist == OURS
    agency.clock.move(minutes=1)
    assert (await agency.begin(OWNER)).version.checklist == OWN


async def test_another_checklist_keeps_what_was_typed_and_gives_it_back(agency: Agency) -> None:
    begun = await agency.begin(OWNER, "")

    own = await chosen(agency, begun, OWN.id, name="Acme GmbH", offer="vague")
    assert own.version.checklist == OWN
    assert own.typed["name"] == "Acme GmbH"
    assert [question.id for question in own.questions] == ["access"]

    third = await chosen(agency, own, THIRD.id, access="Ads")
    assert third.answers["offer"] == "vague"
    assert third.typed["name"] == "Acme GmbH"

    own = await chosen(agency, third, OWN.id)
    assert own.answers["access"] == "Ads"


HIDING = checklists.loads(
    """
id: hiding
title: {en: Hiding, de: Versteckt}
steps:
  - id: one
    title: {en: One, de: Eins}
    questions:
      - id: offer
        kind: one_of
        required: true
        text: {en: Offer, de: Angebot}
        options:
          - {id: clear, text: {en: Clear, de: Klar}}
          - {id: none, text: {en: None, de: Keins}}
      - id: numbers
        kind: one_of
        text: {en: Numbers, de: Zahlen}
        asked_when: {offer: clear}
        options:
          - {id: good, text: {en: Good, de: Gut}}
          - {id: bad, text: {en: Bad, de: Schlecht}}
rules:
  - id: nothing
    when: {offer: none}
    verdict: walk_away
    sentence: {en: Nothing., de: Nichts.}
  - id: fine
    when: otherwise
    verdict: pursue
    sentence: {en: Fine., de: Gut.}
"""
).checklist
"""Its *numbers* have other options than those of ours, and aren't always asked for."""


async def test_an_answer_to_another_checklist_does_not_keep_a_step_from_being_handed_in(
    agency: Agency,
) -> None:
    await agency.checklists.adopt(BY_MANAGER, HIDING, seen=None)
    begun = await agency.begin(OWNER)

    hiding = await chosen(agency, begun, HIDING.id, numbers="partly")
    filed = await agency.finish(OWNER, hiding, offer="none")

    assert filed.version.checklist == HIDING


async def test_what_is_handed_in_is_judged_by_what_was_chosen(agency: Agency) -> None:
    own = await chosen(agency, await agency.begin(OWNER), OWN.id)

    filed = await agency.finish(OWNER, own, access="Ads", wishes=["reports"])

    assert filed.version.checklist == OWN


async def test_a_step_handed_in_before_it_was_drawn_anew_is_shown_by_what_was_chosen(
    agency: Agency,
) -> None:
    begun = await agency.begin(OWNER)
    entered = typed(begun, {"name": "Acme GmbH", "offer": "none"}) | {"checklist": OWN.id}

    drawn = typed(begun, {}) | {"checklist": OURS.id}
    shown = await agency.screening.answer(BY_OWNER, begun.ref, entered, drawn)

    assert isinstance(shown, StepShown)
    assert (shown.version.checklist, shown.ref.step) == (OWN, 0)
    assert shown.typed["name"] == "Acme GmbH"


async def test_somebody_back_in_the_first_step_can_choose_again(agency: Agency) -> None:
    second = await agency.step(OWNER, await agency.begin(OWNER), **GOOD)
    assert isinstance(second, StepShown)
    first = await agency.screening.back(BY_OWNER, second.ref, {})
    assert offered(first) == [OURS.id, OWN.id, THIRD.id]

    third = await chosen(agency, first, THIRD.id)
    filed = await agency.finish(OWNER, third, **GOOD)

    assert filed.version.checklist == THIRD


async def test_only_the_first_step_offers_a_choice(agency: Agency) -> None:
    assert offered(await agency.step(OWNER, await agency.begin(OWNER), **GOOD)) == []


async def test_a_draft_of_an_older_version_keeps_it_unless_another_checklist_is_chosen(
    agency: Agency,
) -> None:
    second = await agency.step(
        OWNER, await chosen(agency, await agency.begin(OWNER), OWN.id), access="Ads"
    )
    assert isinstance(second, StepShown)
    seen = (await agency.checklists.adoptable(BY_MANAGER, NEXT)).seen
    await agency.checklists.adopt(BY_MANAGER, NEXT, seen=seen)

    first = await agency.screening.back(BY_OWNER, second.ref, {})

    assert first.version.checklist == OWN
    assert await choose(agency, first, OWN.id) is None


async def test_whoever_owns_a_prospect_never_chooses_by_what_it_is_screened_again(
    agency: Agency,
) -> None:
    prospect = await agency.screen(OWNER, NO_OFFER)

    shown = await agency.screening.screen_again(BY_OWNER, prospect.id, prospect.revision)

    assert offered(shown) == []
    assert await choose(agency, shown, THIRD.id) is None


async def test_a_manager_who_is_not_the_owner_may_and_the_card_can_name_both(
    agency: Agency,
) -> None:
    prospect = await agency.screen(OWNER, NO_OFFER)
    shown = await agency.screening.screen_again(BY_MANAGER, prospect.id, prospect.revision)
    assert offered(shown) == [OURS.id, OWN.id, THIRD.id]

    third = await chosen(agency, shown, THIRD.id, BY_MANAGER)
    assert third.answers["offer"] == "none"
    filed = await agency.finish(MANAGER, third, **GOOD)

    assert filed.version.checklist == THIRD
    assert filed.other_checklist is not None
    assert filed.other_checklist.checklist == OURS
    assert (await agency.begin(MANAGER, "New")).version.checklist == OURS


async def test_the_same_prospect_begun_by_another_checklist_goes_back_to_its_own(
    agency: Agency,
) -> None:
    prospect = await agency.screen(OWNER, NO_OFFER)
    third = await chosen(agency, await agency.begin(OWNER), THIRD.id)
    asked = await agency.step(OWNER, third, **GOOD)
    assert isinstance(asked, NameAsked)

    shown = await agency.settle(OWNER, asked, prospect.id)

    assert isinstance(shown, StepShown)
    assert (shown.version.checklist, shown.ref.step) == (OURS, 0)
    assert shown.answers["offer"] == "clear"
    assert offered(shown) == []
    filed = await agency.finish(OWNER, shown, **GOOD)
    assert isinstance(filed, Overview)
    assert (filed.version.checklist, filed.prospect.id) == (OURS, prospect.id)
    assert filed.other_checklist is None


async def test_for_a_manager_who_is_not_the_owner_it_goes_on_by_what_they_chose(
    agency: Agency,
) -> None:
    prospect = await agency.screen(OWNER, NO_OFFER)
    third = await chosen(agency, await agency.begin(MANAGER), THIRD.id, BY_MANAGER)
    asked = await agency.step(MANAGER, third, **GOOD)
    assert isinstance(asked, NameAsked)

    shown = await agency.settle(MANAGER, asked, prospect.id)

    assert isinstance(shown, StepShown)
    assert (shown.version.checklist, shown.ref.step) == (THIRD, 2)
