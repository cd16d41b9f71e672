"""What was mistyped about a prospect is put right, and nothing else moves."""

from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest

from bot.domain.decisions import acts
from bot.domain.errors import AnswersRejected, StaleClick
from bot.domain.prospects import Prospect, QuietPeriod
from bot.services.ports import Caller
from bot.slack.card.details import details_view
from bot.slack.card.verdict import card, thread_line
from bot.slack.texts import Texts
from tests.office import GOOD, PROBLEM
from tests.services.agency import BERLIN, MANAGER, OTHER, OWNER, A, Agency

pytestmark = pytest.mark.both_databases

EN, DE = Texts("en"), Texts("de")


@pytest.fixture
async def mistyped(agency: Agency) -> Prospect:
    """Screened on Monday, 30 November, with every fact wrong."""
    return await agency.screen(OWNER, PROBLEM, "Acem GmbH", expected_value="12k")


RIGHT = {"name": "Acme GmbH", "expected_value": "20k", "first_contact": "2026-11-24"}


async def test_every_fact_is_corrected_and_verdict_and_dates_stay(
    agency: Agency, mistyped: Prospect
) -> None:
    agency.clock.move(days=3)

    corrected = await agency.correct(OWNER, mistyped, **RIGHT)

    facts = replace(
        mistyped.facts,
        name="Acme GmbH",
        expected_value=Decimal("20000.00"),
        first_contact=date(2026, 11, 24),
    )
    assert corrected == replace(
        mistyped,
        facts=facts,
        revision=mistyped.revision + 1,
        quiet=QuietPeriod(since=date(2026, 12, 3)),  # nobody asks at once what was just looked at
    )
    assert await agency.now(mistyped.id) == corrected


async def test_history_thread_and_card_say_old_and_new(agency: Agency, mistyped: Prospect) -> None:
    await agency.correct(MANAGER, mistyped, **RIGHT)

    overview = await agency.decisions.details(Caller(A, OTHER), mistyped.id)
    assert overview.history[-1].act == acts.Corrected(
        acts.CorrectedValue("Acem GmbH", "Acme GmbH"),
        acts.CorrectedValue(Decimal("12000.00"), Decimal("20000.00")),
        acts.CorrectedValue(date(2026, 11, 30), date(2026, 11, 24)),
    )
    line = thread_line(overview, overview.history[-1], EN).text
    assert line.startswith("Manager corrected Acme GmbH. Name: “Acem GmbH” → “Acme GmbH”.")
    assert "Expected value: €12,000 → €20,000." in line
    assert "24 Nov" in line
    assert "corrected Acme GmbH" in str(details_view(overview, EN, zone=BERLIN))
    drawn = card(overview, EN)
    assert "Acme GmbH" in str(drawn.blocks[0])
    assert "€20,000" in drawn.text
    kinds = [row.kind for row in await agency.messages()]
    assert kinds.count("card_rewrite") == kinds.count("thread_line") == 1


async def test_only_what_changed_is_told(agency: Agency, mistyped: Prospect) -> None:
    await agency.correct(OWNER, mistyped, expected_value=None)

    overview = await agency.decisions.details(Caller(A, OWNER), mistyped.id)
    assert overview.history[-1].act == acts.Corrected(
        expected_value=acts.CorrectedValue(Decimal("12000.00"), None)
    )
    line = thread_line(overview, overview.history[-1], DE).text
    assert "12.000" in line
    assert "→ –" in line
    assert "Name:" not in line


async def test_the_prospect_is_found_by_the_corrected_name_and_by_the_former(
    agency: Agency, mistyped: Prospect
) -> None:
    await agency.correct(OWNER, mistyped, name="Globex AG")

    async with agency.units.reading(A) as work:
        assert [each.id for each in await work.prospects.named("globex", 5)] == [mistyped.id]
        assert [each.id for each in await work.prospects.named("Acem", 5)] == [mistyped.id]
        assert [each.id for each in await work.prospects.similar("Globexx", 5)] == [mistyped.id]


async def test_nothing_that_changed_is_nothing_that_is_recorded(
    agency: Agency, mistyped: Prospect
) -> None:
    messages = len(await agency.messages())

    typed = {"name": "  Acem   GmbH ", "expected_value": "12000"}
    same = await agency.correct(OWNER, mistyped, **typed)

    assert same == await agency.now(mistyped.id) == mistyped
    assert len(await agency.messages()) == messages


@pytest.mark.parametrize(
    ("typed", "problem"),
    [
        ({"name": "  "}, ("name", "empty_name")),
        ({"name": "x" * 81}, ("name", "too_long")),
        ({"expected_value": "a lot"}, ("expected_value", "not_a_number")),
        ({"expected_value": "-5"}, ("expected_value", "negative")),
        ({"first_contact": "2026-12-01"}, ("first_contact", "future")),
        ({"first_contact": None}, ("first_contact", "missing")),
    ],
)
async def test_what_the_first_step_would_refuse_is_refused_beside_its_field(
    agency: Agency, mistyped: Prospect, typed: dict[str, Any], problem: tuple[str, str]
) -> None:
    with pytest.raises(AnswersRejected) as rejected:
        await agency.correct(OWNER, mistyped, **typed)

    assert [(each.question, each.code) for each in rejected.value.problems] == [problem]
    assert await agency.now(mistyped.id) == mistyped


async def test_of_two_corrections_the_second_is_told_what_is_true_now(
    agency: Agency, mistyped: Prospect
) -> None:
    await agency.correct(OWNER, mistyped, name="Acme GmbH")

    with pytest.raises(StaleClick):
        await agency.correct(MANAGER, mistyped, name="Acme AG")


async def test_a_client_is_corrected_and_still_asked_about_on_its_days(agency: Agency) -> None:
    won = await agency.win(OWNER, await agency.screen(OWNER, GOOD, "Acem GmbH"))
    await agency.correct(OWNER, won, name="Acme GmbH")
    agency.clock.now += timedelta(days=30)

    await agency.nudges.tick()

    assert [row.kind for row in await agency.messages()].count("outcome") == 1
    assert (await agency.now(won.id)).stage == won.stage
