"""Screening: what is asked, refused and filed; and screening again."""

from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

import pytest

from bot.domain.checklist.rules import Verdict
from bot.domain.errors import AnswersRejected, StaleClick, WrongStage
from bot.domain.people import MemberId
from bot.domain.prospects import Stage
from bot.services.ports import Caller
from tests.office import GOOD, NO_OFFER, PROBLEM
from tests.services.agency import (
    BOT,
    GONE,
    GUEST,
    MANAGER,
    OTHER,
    OWNER,
    STRANGER,
    A,
    Agency,
    typed,
)

LONGEST = "x" * 80


async def test_a_verdict_is_filed_with_all_that_belongs_to_it(agency: Agency) -> None:
    prospect = await agency.screen(OWNER, PROBLEM, expected_value="12000.5")

    overview = await agency.decisions.details(Caller(A, OWNER), prospect.id)

    qualification = overview.qualification
    assert (qualification.verdict, qualification.decide_within) == (Verdict.PROBLEM, 5)
    assert qualification.reasons == ("value_not_shown",)
    assert (qualification.member_id, qualification.at) == (OWNER, agency.clock())
    assert qualification.facts.expected_value == Decimal("12000.50")
    assert (overview.version.number, overview.version.checklist.id) == (1, "walk-away")
    assert prospect.stage is Stage.OPEN
    assert [row.kind for row in await agency.messages()] == ["card"]


async def test_the_first_step_is_prefilled_with_name_owner_and_today(agency: Agency) -> None:
    agency.clock.now = datetime(2026, 12, 1, 3, tzinfo=UTC)

    shown = await agency.begin(OTHER, "  Acme\n GmbH ")

    assert shown.facts.name == "Acme GmbH"
    assert shown.facts.owner == OTHER
    assert shown.facts.first_contact == date(2026, 11, 30)  # in New York


async def test_a_name_from_the_command_is_cut_to_what_the_field_takes(agency: Agency) -> None:
    assert (await agency.begin(OWNER, "x" * 200)).facts.name == LONGEST


@pytest.mark.parametrize(
    ("facts", "field", "code"),
    [
        pytest.param({"name": None}, "name", "empty_name", id="no name"),
        pytest.param({"name": ""}, "name", "empty_name", id="empty name"),
        pytest.param({"name": " \t\n "}, "name", "empty_name", id="only spaces"),
        pytest.param({"name": "\u200b\u202e\u200d"}, "name", "empty_name", id="nothing visible"),
        pytest.param({"name": "x" * 81}, "name", "too_long", id="81 characters"),
        pytest.param({"name": "🚀" * 200}, "name", "too_long", id="200 emoji"),
        pytest.param({"name": "AG " * 300_000}, "name", "too_long", id="a million letters"),
        pytest.param({"first_contact": "2026-12-01"}, "first_contact", "future", id="tomorrow"),
        pytest.param({"first_contact": "soon"}, "first_contact", "not_a_date", id="no day"),
        pytest.param({"expected_value": "much"}, "expected_value", "not_a_number", id="no number"),
        pytest.param({"expected_value": "1e30"}, "expected_value", "not_a_number", id="exponent"),
        pytest.param({"expected_value": "NaN"}, "expected_value", "not_a_number", id="NaN"),
        pytest.param({"expected_value": "-1"}, "expected_value", "negative", id="below zero"),
        pytest.param(
            {"expected_value": "1" + "0" * 30}, "expected_value", "too_large", id="too much"
        ),
        pytest.param({"owner": GUEST}, "owner", "not_full_member", id="guest"),
        pytest.param({"owner": BOT}, "owner", "not_full_member", id="bot"),
        pytest.param({"owner": STRANGER}, "owner", "not_full_member", id="stranger"),
        pytest.param({"owner": GONE}, "owner", "not_full_member", id="deactivated"),
        pytest.param({"owner": "U0NOBODY"}, "owner", "unknown_member", id="nobody"),
        pytest.param({"offer": None}, "offer", "missing", id="no answer"),
        pytest.param({"offer": "perhaps"}, "offer", "unknown_option", id="unknown option"),
    ],
)
async def test_a_field_that_does_not_fit_is_named_and_nothing_is_kept(
    agency: Agency, facts: dict[str, Any], field: str, code: str
) -> None:
    shown = await agency.begin(OWNER)

    with pytest.raises(AnswersRejected) as rejected:
        await agency.step(OWNER, shown, **(GOOD | facts))

    assert [(each.question, each.code) for each in rejected.value.problems] == [(field, code)]
    assert await agency.offered(OWNER) == ()
    assert await agency.messages() == []


async def test_everything_wrong_with_a_step_is_said_at_once(agency: Agency) -> None:
    shown = await agency.begin(OWNER)
    wrong = {"owner": GUEST, "name": "", "first_contact": "2027-01-01", "offer": None}

    with pytest.raises(AnswersRejected) as rejected:
        await agency.step(OWNER, shown, **(GOOD | wrong))

    found = {problem.question for problem in rejected.value.problems}
    assert found == {"owner", "name", "first_contact", "offer"}


async def test_an_owner_whom_slack_does_not_tell_in_time_is_said_beside_the_field(
    agency: Agency,
) -> None:
    shown = await agency.begin(OWNER)
    agency.directory.is_away = True

    with pytest.raises(AnswersRejected) as rejected:
        await agency.step(OWNER, shown, **NO_OFFER, owner="U0NEW")

    [problem] = rejected.value.problems
    assert (problem.question, problem.code) == ("owner", "directory_unavailable")


@pytest.mark.parametrize("name", [LONGEST, "🚀", "أكمي", "<!channel>", "O'Neill & Söhne", "!!!"])
async def test_an_unusual_name_is_kept_as_it_was_typed(agency: Agency, name: str) -> None:
    prospect = await agency.screen(OWNER, NO_OFFER, name)

    assert (await agency.now(prospect.id)).facts.name == name


async def test_an_owner_chosen_by_somebody_else_gets_a_private_message(agency: Agency) -> None:
    prospect = await agency.screen(OTHER, NO_OFFER, owner=OWNER)

    [card, private] = await agency.messages()
    assert (card.kind, card.recipient) == ("card", "C0VERDICTS")
    assert (private.kind, private.recipient) == ("owner_chosen", OWNER)
    assert private.prospect_id == prospect.id


async def test_screening_again_for_the_same_owner_names_nobody_anew(agency: Agency) -> None:
    prospect = await agency.screen(OWNER, NO_OFFER)

    await agency.screen_again(MANAGER, prospect, NO_OFFER)

    assert "owner_chosen" not in [row.kind for row in await agency.messages()]


async def test_screening_again_for_another_owner_tells_them(agency: Agency) -> None:
    prospect = await agency.screen(OWNER, NO_OFFER)

    prospect = await agency.screen_again(MANAGER, prospect, NO_OFFER, owner=OTHER)

    told = [row.recipient for row in await agency.messages() if row.kind == "owner_chosen"]
    assert (told, prospect.facts.owner) == ([OTHER], OTHER)


async def test_screening_again_begins_with_the_earlier_answers(agency: Agency) -> None:
    prospect = await agency.screen(OWNER, PROBLEM, expected_value="900")

    shown = await agency.screening.screen_again(Caller(A, MANAGER), prospect.id, prospect.revision)

    first = {key: PROBLEM[key] for key in ("offer", "numbers", "numbers_given")}
    assert shown.answers == first
    assert shown.facts == prospect.facts
    second = await agency.step(MANAGER, shown)
    assert second.answers == {key: PROBLEM[key] for key in PROBLEM.keys() - first.keys()}  # type: ignore[union-attr]


@pytest.mark.parametrize("ending", ["open", "walked away", "lost"])
async def test_screening_again_links_both_cards_and_opens_the_prospect(
    agency: Agency, ending: str
) -> None:
    prospect = await agency.screen(OWNER, NO_OFFER)
    if ending == "walked away":
        prospect = await agency.walk_away(OWNER, prospect)
    if ending == "lost":
        prospect = await agency.lose(OWNER, prospect)
    count = len(await agency.messages())

    new = await agency.screen_again(OWNER, prospect, GOOD)

    overview = await agency.decisions.details(Caller(A, OWNER), new.id)
    assert overview.before is not None
    assert overview.before.id == prospect.qualification_id
    assert (new.stage, new.decision, new.verdict) == (Stage.OPEN, None, Verdict.PURSUE)
    assert new.id == prospect.id
    rows = (await agency.messages())[count:]
    assert [(row.kind, row.qualification_id) for row in rows] == [
        ("card", new.qualification_id),
        ("card_rewrite", prospect.qualification_id),
        ("thread_line", prospect.qualification_id),
    ]


async def test_a_stale_button_does_not_screen_again(agency: Agency) -> None:
    prospect = await agency.screen(OWNER, GOOD)
    await agency.lose(MANAGER, prospect)

    with pytest.raises(StaleClick):
        await agency.screen_again(OWNER, prospect, NO_OFFER)


async def test_a_prospect_that_was_won_meanwhile_is_not_screened_again(agency: Agency) -> None:
    prospect = await agency.screen(OWNER, GOOD)
    shown = await agency.screening.screen_again(Caller(A, OWNER), prospect.id, 1)
    await agency.win(MANAGER, prospect)

    with pytest.raises((StaleClick, WrongStage)):
        await agency.step(OWNER, shown, **NO_OFFER)

    assert (await agency.now(prospect.id)).stage is Stage.WON


async def test_an_old_view_that_says_too_little_is_asked_for_the_rest(agency: Agency) -> None:
    shown = await agency.begin(OWNER)
    inputs = typed(shown, {"offer": "clear", "numbers": "partly"})
    del inputs["numbers"]

    with pytest.raises(AnswersRejected) as rejected:
        await agency.screening.answer(Caller(A, OWNER), shown.ref, inputs)

    assert [each.question for each in rejected.value.problems] == ["numbers"]


async def test_the_checklist_keeps_its_number_until_it_changes(agency: Agency) -> None:
    first = await agency.begin(OWNER)
    second = await Agency(agency.database, agency.clock).begin(MemberId(OTHER))

    assert first.version == second.version
