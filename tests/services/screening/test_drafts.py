"""Drafts: kept step by step, offered to who began them, and handed in once."""

import asyncio
from dataclasses import replace
from typing import Any

import pytest

from bot.domain.errors import DraftGone, NothingToDiscard, NotYourDraft
from bot.domain.read_models import Overview
from bot.domain.screening import DraftId, StepRef, StepShown, VersionId
from bot.services.ports import Caller
from bot.services.screening.draft import Shown
from bot.storage.prospects.prospects import prospects
from bot.storage.screening import drafts, qualifications
from tests.office import GOOD, NO_OFFER
from tests.services.agency import MANAGER, OTHER, OWNER, A, Agency, again, typed

pytestmark = pytest.mark.both_databases

ME = Caller(A, OWNER)
FIRST: dict[str, Any] = {"offer": "clear", "numbers": "none"}
FIRE: dict[str, Any] = {"willing": "yes", "able": "yes", "fire": "yes"}


async def test_opening_the_modal_keeps_nothing(agency: Agency) -> None:
    await agency.begin(OWNER)

    assert await agency.offered(OWNER) == ()


async def test_each_completed_step_is_kept_and_offered_again(agency: Agency) -> None:
    second = await second_step(agency)
    assert await agency.offered(OWNER) == ("Acme GmbH",)
    third = await agency.step(OWNER, second, **FIRE)
    assert isinstance(third, StepShown)

    resumed = await agency.screening.resume(ME, second.ref.draft_id)

    assert resumed == third
    assert resumed.facts.name == "Acme GmbH"
    assert len(await rows(agency, drafts)) == 1


async def test_a_draft_is_offered_without_a_name_or_with_its_own(agency: Agency) -> None:
    await second_step(agency, name="Acme GmbH")

    assert await agency.offered(OWNER, "") == ("Acme GmbH",)
    assert await agency.offered(OWNER, "  ACME   gmbh ") == ("Acme GmbH",)
    assert await agency.offered(OWNER, "Globex") == ()


async def test_drafts_are_offered_newest_first_and_only_to_who_began_them(
    agency: Agency,
) -> None:
    for name in ("First", "Second"):
        await second_step(agency, name=name)
        agency.clock.move(minutes=1)

    assert await agency.offered(OWNER) == ("Second", "First")
    assert await agency.offered(MANAGER) == ()


async def test_one_member_has_one_draft_of_a_name(agency: Agency) -> None:
    old = await second_step(agency)
    shown = await agency.screening.start(await agency.greet(OWNER), "Acme", is_redrawn=True)
    new = await agency.step(OWNER, shown, **FIRST, name="ACME GmbH")
    assert isinstance(new, StepShown)

    assert await agency.offered(OWNER) == ("ACME GmbH",)
    with pytest.raises(DraftGone):
        await agency.step(OWNER, old, **FIRE)


async def test_a_discarded_draft_is_gone_and_the_others_stay(agency: Agency) -> None:
    second = await second_step(agency, name="Acme GmbH")
    await second_step(agency, name="Globex")

    await agency.screening.discard(ME, second.ref.draft_id)

    assert await agency.offered(OWNER) == ("Globex",)
    with pytest.raises(DraftGone):
        await agency.screening.resume(ME, second.ref.draft_id)
    with pytest.raises(DraftGone):
        await agency.step(OWNER, second, numbers_given="1 million")


async def test_a_draft_is_discarded_once_and_only_by_who_began_it(agency: Agency) -> None:
    second = await second_step(agency)

    for somebody_else in (OTHER, MANAGER):
        with pytest.raises(NotYourDraft):
            await agency.screening.discard(Caller(A, somebody_else), second.ref.draft_id)
    assert await agency.offered(OWNER) == ("Acme GmbH",)

    await agency.screening.discard(ME, second.ref.draft_id)
    with pytest.raises(NothingToDiscard):
        await agency.screening.discard(ME, second.ref.draft_id)


async def test_what_was_submitted_is_no_draft_to_discard(agency: Agency) -> None:
    shown = await agency.begin(OWNER)
    await agency.finish(OWNER, shown, **NO_OFFER)

    with pytest.raises(NothingToDiscard):
        await agency.screening.discard(ME, shown.ref.draft_id)
    assert len(await rows(agency, qualifications)) == 1


async def test_nobody_goes_on_with_the_draft_of_somebody_else(agency: Agency) -> None:
    second = await second_step(agency)
    other = Caller(A, OTHER)

    with pytest.raises(NotYourDraft):
        await agency.step(OTHER, second, **FIRE)
    with pytest.raises(NotYourDraft):
        await agency.screening.resume(other, second.ref.draft_id)
    with pytest.raises(NotYourDraft):
        await agency.screening.back(other, second.ref, {})
    await note_emptied(agency, second.ref, "value", by=other)

    [draft] = await rows(agency, drafts)
    assert (draft.member_id, draft.cleared) == (OWNER, [])


async def test_nobody_learns_the_verdict_of_a_draft_that_somebody_else_handed_in(
    agency: Agency,
) -> None:
    shown = await agency.begin(OWNER)
    await agency.step(OWNER, shown, **NO_OFFER)

    with pytest.raises(NotYourDraft):
        await agency.step(OTHER, shown, **NO_OFFER)


async def test_a_draft_that_is_gone_is_said_to_be_gone(agency: Agency) -> None:
    second = await second_step(agency)
    gone = replace(second.ref, draft_id=DraftId("gone"))

    for attempt in (
        agency.screening.answer(ME, gone, {}),
        agency.screening.back(ME, gone, {}),
        agency.screening.resume(ME, gone.draft_id),
        agency.screening.answer(ME, replace(second.ref, version_id=VersionId("gone")), {}),
    ):
        with pytest.raises(DraftGone):
            await attempt
    await note_emptied(agency, gone, "value")


async def test_handing_in_again_shows_the_same_verdict_and_files_nothing(
    agency: Agency,
) -> None:
    shown = await agency.begin(OWNER)

    first = await agency.step(OWNER, shown, **NO_OFFER)
    second = await agency.step(OWNER, shown, **NO_OFFER)

    assert isinstance(first, Overview)
    assert second == first
    assert await filed(agency) == (1, 1, 1)
    assert await rows(agency, drafts) == []


async def test_handing_in_twice_at_once_makes_one_qualification_and_one_card(
    agency: Agency,
) -> None:
    shown = await agency.begin(OWNER)

    both = await asyncio.gather(*(agency.step(OWNER, shown, **NO_OFFER) for _ in range(2)))

    assert both[0] == both[1]
    assert await filed(agency) == (1, 1, 1)


async def test_the_last_step_twice_at_once_makes_one_qualification_and_one_card(
    agency: Agency,
) -> None:
    third = await agency.step(OWNER, await second_step(agency), **FIRE)
    assert isinstance(third, StepShown)

    both = await asyncio.gather(*(agency.step(OWNER, third, **GOOD) for _ in range(2)))

    assert both[0] == both[1]
    assert await filed(agency) == (1, 1, 1)


async def test_screening_again_twice_at_once_makes_one_more_qualification(
    agency: Agency,
) -> None:
    prospect = await agency.screen(OWNER, NO_OFFER)
    shown = await agency.screening.screen_again(ME, prospect.id, prospect.revision)

    both = await asyncio.gather(*(agency.step(OWNER, shown, **NO_OFFER) for _ in range(2)))

    assert both[0] == both[1]
    assert (await agency.now(prospect.id)).revision == 2
    assert await filed(agency) == (1, 2, 2)


async def test_back_keeps_what_is_usable_of_a_step(agency: Agency) -> None:
    weak: dict[str, Any] = {"offer": "vague", "numbers": "none"}
    shown = await agency.begin(OWNER)
    second = await agency.step(OWNER, shown, **weak)
    assert isinstance(second, StepShown)

    inputs = {"willing": "yes", "able": "perhaps", "homework_due": "2030-01-01"}
    first = await agency.screening.back(ME, second.ref, typed(second, inputs))
    returned = await agency.screening.answer(ME, first.ref, {})

    assert first.ref.step == 0
    assert first.answers == weak
    assert isinstance(returned, StepShown)
    assert returned.answers == {"willing": "yes"}


async def test_an_untouched_field_that_comes_back_as_null_keeps_its_answer(
    agency: Agency,
) -> None:
    second = await second_step(agency)
    first = await agency.screening.back(ME, second.ref, {"homework": "figures"})
    nulls = dict.fromkeys(typed(first, {}), None)

    second_again = await agency.screening.answer(ME, again(first.ref), nulls)

    assert isinstance(second_again, StepShown)
    assert second_again.answers == {"homework": "figures"}
    assert second_again.facts.name == "Acme GmbH"


async def test_a_field_that_was_emptied_is_empty_and_one_filled_again_is_not(
    agency: Agency,
) -> None:
    second = await second_step(agency, expected_value="1200")
    assert second.facts.expected_value is not None
    first = await agency.screening.back(ME, second.ref, {})
    nulls = dict.fromkeys(typed(first, {}), None)

    for block, is_empty in (("expected_value", True), ("name", True), ("name", False)):
        await note_emptied(agency, first.ref, block, is_empty=is_empty)
    second = step_shown(await agency.screening.answer(ME, again(first.ref), nulls))

    assert second.facts.expected_value is None
    assert second.facts.name == "Acme GmbH"


async def test_what_was_emptied_in_a_step_is_forgotten_with_the_step(agency: Agency) -> None:
    second = await second_step(agency, expected_value="1200")
    first = await agency.screening.back(ME, second.ref, {})
    await note_emptied(agency, first.ref, "expected_value")
    nulls = dict.fromkeys(typed(first, {}), None)
    await agency.screening.answer(ME, first.ref, nulls | {"expected_value": "900"})
    first = await agency.screening.back(ME, second.ref, {})

    second = step_shown(await agency.screening.answer(ME, again(first.ref), nulls))

    assert second.facts.expected_value == 900


async def note_emptied(
    agency: Agency, ref: StepRef, block: str, *, by: Caller = ME, is_empty: bool = True
) -> None:
    """Tell that a member emptied a field, or filled it again."""
    assert await agency.screening.changed(by, ref, block, {}, {}, is_empty=is_empty) is None


async def second_step(agency: Agency, **facts: Any) -> StepShown:
    """Complete the first step of the owner's draft."""
    name = facts.get("name", "Acme GmbH")
    return step_shown(await agency.step(OWNER, await agency.begin(OWNER, name), **FIRST, **facts))


def step_shown(result: Shown) -> StepShown:
    assert isinstance(result, StepShown)
    return result


async def filed(agency: Agency) -> tuple[int, int, int]:
    """Return how many prospects, qualifications and cards there are."""
    cards = [row for row in await agency.messages() if row.kind == "card"]
    made = [len(await rows(agency, table)) for table in (prospects, qualifications)]
    return made[0], made[1], len(cards)


async def rows(agency: Agency, table: Any) -> list[Any]:
    async with agency.database.reading() as connection:
        return list(await connection.execute(table.select()))
