"""Screening a prospect again: what is known of it stays, and no decision is overruled unseen."""

from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal

import pytest

from bot.domain.errors import StaleClick
from bot.domain.prospects import Prospect, Stage
from bot.domain.read_models import NameAsked
from bot.domain.screening import StepShown
from bot.services.ports import Caller
from tests.office import GOOD, PROBLEM
from tests.services.agency import MANAGER, OTHER, OWNER, A, Agency

EARLIER = date(2026, 11, 2)


async def test_a_first_step_that_says_nothing_new_keeps_what_is_known(agency: Agency) -> None:
    before = await agency.screen(
        OWNER, PROBLEM, first_contact=EARLIER.isoformat(), expected_value="5000"
    )
    agency.clock.move(days=7)

    again = await _same_one(agency, before)

    assert again.facts == replace(before.facts, owner=OWNER)
    assert again.facts.first_contact == EARLIER
    assert again.facts.expected_value == Decimal(5000)


async def test_what_the_first_step_says_of_the_same_one_counts(agency: Agency) -> None:
    before = await agency.screen(OWNER, PROBLEM, expected_value="5000")
    sooner = before.facts.first_contact - timedelta(days=3)

    again = await _same_one(
        agency, before, owner=OTHER, first_contact=sooner.isoformat(), expected_value="7000"
    )

    assert (again.facts.owner, again.facts.first_contact) == (OTHER, sooner)
    assert again.facts.expected_value == Decimal(7000)


async def test_a_name_typed_in_short_does_not_replace_the_one_that_is_known(
    agency: Agency,
) -> None:
    before = await agency.screen(OWNER, PROBLEM, name="Acme GmbH")

    again = await _same_one(agency, before, name="acme")

    assert again.facts.name == "Acme GmbH"


@pytest.mark.both_databases
async def test_who_is_slower_than_a_decision_is_told_and_does_not_overrule_it(
    agency: Agency,
) -> None:
    before = await agency.screen(OWNER, PROBLEM)
    shown = await agency.screening.screen_again(Caller(A, MANAGER), before.id, before.revision)
    shown = await _next_step(agency, shown)
    await agency.walk_away(OWNER, before)

    with pytest.raises(StaleClick) as told:
        await agency.finish(MANAGER, shown, **GOOD)

    assert told.value.prospect.stage is Stage.WALKED_AWAY
    assert (await agency.now(before.id)).stage is Stage.WALKED_AWAY


async def test_a_decision_before_the_first_step_is_not_overruled_either(agency: Agency) -> None:
    before = await agency.screen(OWNER, PROBLEM)
    shown = await agency.screening.screen_again(Caller(A, MANAGER), before.id, before.revision)
    await agency.walk_away(OWNER, before)

    with pytest.raises(StaleClick):
        await agency.step(MANAGER, shown, **GOOD)


async def test_who_goes_on_with_the_draft_knows_of_the_decision(agency: Agency) -> None:
    before = await agency.screen(OWNER, PROBLEM)
    shown = await agency.screening.screen_again(Caller(A, MANAGER), before.id, before.revision)
    shown = await _next_step(agency, shown)
    await agency.walk_away(OWNER, before)

    resumed = await agency.screening.resume(Caller(A, MANAGER), shown.ref.draft_id)
    overview = await agency.finish(MANAGER, resumed, **GOOD)

    assert overview.prospect.id == before.id
    assert overview.prospect.stage is Stage.OPEN


async def test_a_new_screening_never_takes_a_prospect_from_a_draft_unasked(
    agency: Agency,
) -> None:
    before = await agency.screen(OWNER, PROBLEM)
    opened = await agency.begin(OWNER)  # elsewhere, before there was a draft
    again = await agency.screening.screen_again(Caller(A, OWNER), before.id, before.revision)
    await agency.step(OWNER, again, **GOOD)
    await agency.walk_away(MANAGER, before)

    result = await agency.step(OWNER, opened, **GOOD)

    assert isinstance(result, NameAsked)
    assert result.namesakes[0].prospect.stage is Stage.WALKED_AWAY


async def _next_step(agency: Agency, shown: StepShown) -> StepShown:
    result = await agency.step(MANAGER, shown, **GOOD)
    assert isinstance(result, StepShown)
    return result


async def _same_one(agency: Agency, before: Prospect, **facts: str) -> Prospect:
    """Let a manager screen a prospect by its name, and say that it is the one that is known."""
    asked = await agency.step(MANAGER, await agency.begin(MANAGER), **{**GOOD, **facts})
    assert isinstance(asked, NameAsked)
    shown = await agency.settle(MANAGER, asked, before.id)
    assert isinstance(shown, StepShown)
    return (await agency.finish(MANAGER, shown, **GOOD)).prospect
