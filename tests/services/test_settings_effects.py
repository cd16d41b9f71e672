"""Each rule that a manager changes has its effect."""

from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest

from bot import checklists
from bot.domain.errors import AnswersRejected, SnoozeRefused
from bot.services.digest import digest_message
from bot.services.overrides import OverrideInput
from bot.services.overviews import briefs_of
from bot.services.ports import Caller
from tests.office import GOOD, NO_OFFER, PROBLEM
from tests.services.agency import MANAGER, OWNER, PLEA, SECOND_MANAGER, A, Agency
from tests.services.nudges.test_nudges import pass_time, told
from tests.services.test_backstop import proposals

IN_NICHE = checklists.loads("""
id: niche_first
title: {en: Niche first}
languages: [en]
steps:
  - id: only
    title: {en: Niche}
    questions:
      - id: fits
        kind: one_of
        required: true
        text: {en: "Do they fit?"}
        hint: {en: "We work for {niche}."}
        options:
          - {id: "yes", text: {en: Yes}}
          - {id: "no", text: {en: No}}
rules:
  - id: outside
    when: {fits: "no"}
    verdict: problem
    decide_within: 3
    sentence: {en: "They're outside {niche}."}
  - id: inside
    when: otherwise
    verdict: pursue
    sentence: {en: Inside.}
""").checklist

UNTIL = datetime(2027, 1, 9, tzinfo=UTC)


@pytest.fixture(autouse=True)
def far_backstop() -> None:
    """Leave the backstop where the settings say."""


@pytest.mark.parametrize(
    ("rules", "days"),
    [
        ({}, ["2026-12-08", "2026-12-15", "2026-12-22"]),
        ({"nudges": "1"}, ["2026-12-08"]),
        ({"nudge_every": "2"}, ["2026-12-08", "2026-12-10", "2026-12-14"]),
        ({"nudge_every": "1", "messages_a_week": "1"}, ["2026-12-08", "2026-12-14", "2026-12-21"]),
    ],
)
async def test_reminders_come_as_often_as_the_rules_say(
    agency: Agency, rules: dict[str, Any], days: list[str]
) -> None:
    await agency.set(**rules)
    await agency.screen(OWNER, PROBLEM)

    await pass_time(agency, UNTIL)

    assert await told(agency) == [(OWNER, day) for day in days]


async def test_managers_are_told_after_as_many_reminders_as_the_rules_say(agency: Agency) -> None:
    await agency.set(nudges="1")
    await agency.screen(OWNER, PROBLEM)

    await pass_time(agency, datetime(2026, 12, 10, tzinfo=UTC))

    kinds = [each.kind for each in await agency.messages()]
    assert "closing_line" in kinds
    assert "managers" in kinds


async def test_a_reminder_names_as_many_prospects_as_the_rules_say(agency: Agency) -> None:
    await agency.set(prospects_in_one="1")
    for name in ("First", "Second"):
        await agency.screen(OWNER, PROBLEM, name)

    await pass_time(agency, datetime(2026, 12, 10, tzinfo=UTC))

    assert await told(agency) == [(OWNER, "2026-12-08"), (OWNER, "2026-12-09")]


async def test_a_sign_of_life_gives_as_many_days_as_the_rules_say(agency: Agency) -> None:
    await agency.set(sign_of_life_gives="10")
    prospect = await agency.screen(OWNER, PROBLEM)

    noted = await agency.see_life(OWNER, prospect)

    assert noted.due is not None
    assert noted.due.on == date(2026, 12, 14)


async def test_a_request_lapses_after_as_many_days_as_the_rules_say(agency: Agency) -> None:
    await agency.let_managers_approve()
    await agency.set(request_lapses_after="1")

    asked = await agency.override(OWNER, await agency.screen(OWNER, NO_OFFER))

    assert asked.request is not None
    assert asked.request.lapses_on == date(2026, 12, 1)


async def test_a_check_in_date_is_as_far_ahead_as_the_rules_say(agency: Agency) -> None:
    await agency.set(kill_within="7")
    prospect = await agency.screen(OWNER, NO_OFFER)
    late = (agency.clock.now + timedelta(days=8)).date()
    plea = OverrideInput(PLEA.fear, PLEA.new_fact, PLEA.reason, PLEA.kill_criterion, kill_on=late)

    with pytest.raises(AnswersRejected) as rejected:
        await agency.override(OWNER, prospect, plea)

    [problem] = rejected.value.problems
    assert (problem.code, problem.detail["days"]) == ("kill_too_late", 7)


async def test_a_walk_away_is_due_within_the_days_of_the_rules_and_dates_stay(
    agency: Agency,
) -> None:
    before = await agency.screen(OWNER, NO_OFFER)
    await agency.set(walk_away_within="4")

    after = await agency.screen(OWNER, NO_OFFER, "Beta")

    days = [each.due and each.due.on for each in (await agency.now(before.id), after)]
    assert days == [date(2026, 12, 2), date(2026, 12, 4)]


async def test_the_backstop_is_as_far_as_the_rules_say(agency: Agency) -> None:
    await agency.set(backstop_after="3", backstop_every="4", long_pause="2", counted_from="6")

    prospect = await agency.screen(OWNER, NO_OFFER)

    assert prospect.in_question is not None
    assert prospect.in_question.backstop == date(2026, 12, 7)
    policy = (await agency.greet(OWNER)).workspace.settings.backstop
    assert (policy.every, policy.long_pause, policy.counted_from) == (4, 2, 6)


async def test_an_owner_snoozes_as_often_as_the_rules_say(agency: Agency) -> None:
    await agency.set(snoozes="0")
    prospect = await agency.screen(OWNER, PROBLEM)
    await pass_time(agency, datetime(2026, 12, 8, 12, tzinfo=UTC))

    with pytest.raises(SnoozeRefused):
        await agency.snooze(OWNER, await agency.now(prospect.id), 1)


async def test_a_manager_lets_it_wait_as_long_as_the_rules_say(agency: Agency) -> None:
    await agency.set(longest_snooze="30")
    prospect = await agency.screen(OWNER, PROBLEM)
    await pass_time(agency, datetime(2026, 12, 8, 12, tzinfo=UTC))

    snoozed = await agency.snooze(MANAGER, await agency.now(prospect.id), 30)

    assert snoozed.nudge_record.snoozed_until is not None


@pytest.mark.parametrize(("value", "waits"), [(49_999, False), (50_000, True)])
async def test_an_override_waits_from_the_value_of_the_rules_on(
    agency: Agency, value: int, waits: bool
) -> None:
    await agency.greet(SECOND_MANAGER)
    await agency.set(approval_from="50k")
    prospect = await agency.screen(OWNER, NO_OFFER, expected_value=str(value))

    assert await agency.overrides.needs_approval(Caller(A, OWNER), prospect) is waits
    asked = await agency.override(OWNER, prospect)
    assert (asked.request is not None) is waits


async def test_an_open_pursue_is_asked_about_as_the_rules_say(agency: Agency) -> None:
    await agency.set(ask_after="5", asked_in_one="1", asked_in_vain="2")
    for name in ("First", "Second"):
        await agency.screen(OWNER, GOOD, name)

    await pass_time(agency, datetime(2026, 12, 16, 20, tzinfo=UTC))

    days = ["2026-12-08", "2026-12-09", "2026-12-15", "2026-12-16"]
    assert await told(agency) == [(OWNER, day) for day in days]
    managers = {(each, "2026-12-16") for each in (MANAGER, SECOND_MANAGER)}
    assert set(await told(agency, "managers")) == managers


async def test_another_manager_approves_from_the_override_of_the_rules_on(agency: Agency) -> None:
    await agency.set(overrides_from="3")
    prospect = await agency.screen(OWNER, NO_OFFER)
    for _ in range(2):
        prospect = await agency.override(OWNER, prospect)
        assert prospect.request is None
        prospect = await agency.screen_again(OWNER, prospect, NO_OFFER)

    prospect = await agency.override(OWNER, prospect)

    assert prospect.request is not None


@pytest.mark.parametrize(("days", "goes_on"), [("20", True), ("2", False)])
async def test_a_screening_goes_on_within_the_days_of_the_rules(
    agency: Agency, days: str, goes_on: bool
) -> None:
    await agency.set(goes_on_within=days)
    prospect = await agency.screen(OWNER, NO_OFFER)
    ended = await agency.walk_away(OWNER, prospect)
    agency.clock.move(days=7)

    again = await agency.screen_again(OWNER, ended, NO_OFFER)

    assert again.in_question is not None
    assert prospect.in_question is not None
    assert (again.in_question.first_due == prospect.in_question.first_due) is goes_on


@pytest.mark.parametrize(("days", "rows"), [("5", 0), ("0", 1)])
async def test_a_last_reminder_brings_a_row_after_the_days_of_the_rules(
    agency: Agency, days: str, rows: int
) -> None:
    await agency.set(stood_within=days, backstop_after="9")
    await agency.screen(OWNER, PROBLEM)

    await pass_time(agency, datetime(2026, 12, 23, 20, tzinfo=UTC))

    assert len(await proposals(agency)) == rows


@pytest.mark.parametrize(("days", "morning"), [("1", "2026-12-01"), ("3", "2026-12-03")])
async def test_managers_are_asked_again_after_the_days_of_the_rules(
    agency: Agency, days: str, morning: str
) -> None:
    await agency.let_managers_approve()
    await agency.set(request_again_after=days, request_lapses_after="5")
    await agency.override(OWNER, await agency.screen(OWNER, NO_OFFER))

    await pass_time(agency, datetime.fromisoformat(f"{morning}T05:00:00+00:00"))
    asked = await agency.messages()
    await pass_time(agency, datetime.fromisoformat(f"{morning}T20:00:00+00:00"))

    again = (await agency.messages())[len(asked) :]
    assert [each.kind for each in asked].count("override_asked") == 2
    assert [each.kind for each in again].count("override_asked") == 2


async def test_a_digest_lists_as_many_as_the_rules_say(agency: Agency) -> None:
    await agency.set(digest_rows="1")
    for name in ("First", "Second"):
        await agency.screen(OWNER, NO_OFFER, name)
    agency.clock.now = datetime(2026, 12, 7, 9, 30, tzinfo=UTC)

    async with agency.units.reading(A) as work:
        told = await digest_message(work, date(2026, 12, 7), agency.clock.now)

    assert len(told.digest.undecided.rows) == 1
    assert told.digest.undecided.more == 1


@pytest.mark.parametrize(
    ("niche", "words"), [({}, "–"), ({"niche": " shops in  Hamburg "}, "shops in Hamburg")]
)
async def test_a_checklist_quotes_the_words_for_the_niche(
    agency: Agency, niche: dict[str, Any], words: str
) -> None:
    await agency.set(**niche)
    await agency.checklists.adopt(Caller(A, MANAGER), IN_NICHE, seen=None, as_default=True)

    shown = await agency.begin(OWNER, "Acme GmbH")
    filed = await agency.finish(OWNER, shown, fits="no")

    assert shown.hints == {"fits": {"en": f"We work for {words}."}}
    said = {"en": f"They're outside {words}."}
    assert filed.sentence("outside") == said
    async with agency.units.reading(A) as work:
        briefs = await briefs_of(work, [filed.prospect], filed.workspace.settings)
    assert [each.reason for each in briefs.values()] == [said]
