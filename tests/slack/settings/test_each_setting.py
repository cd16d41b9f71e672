"""Every setting is changed in Slack by a test that sees its effect; here are the last of them."""

import inspect
import re
from collections.abc import Mapping
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest

from bot.domain.settings.table import Page, SettingId
from sandbox import ApiCall, Fault
from tests.office import CHANNEL, NO_OFFER, PROBLEM, SALES, Office
from tests.slack.decisions import test_decline_listeners
from tests.slack.decisions.test_listeners import choose
from tests.slack.figures import test_command
from tests.slack.managers.test_dodges import THURSDAY, UNDECIDED, stay_silent, told_on
from tests.slack.nudges.test_actions import at
from tests.slack.overrides.test_listeners import overridden, state
from tests.slack.reading import DE, words
from tests.slack.settings import test_effects, test_rules
from tests.slack.settings.test_checklists import adopt, look, open_checklists
from tests.slack.settings.test_effects import rule
from tests.slack.settings.test_rules import eleven


@pytest.fixture(autouse=True)
def far_backstop() -> None:
    """Leave the backstop where the rules say."""


def source_of_tests(names: Mapping[str, Any]) -> str:
    """Return the source of the tests of a module, what they are parametrized with included."""
    tests = [each for name, each in names.items() if name.startswith("test_")]
    return "\n".join(map(inspect.getsource, filter(inspect.isfunction, tests)))


def test_every_setting_is_changed_by_a_test_that_sees_its_effect() -> None:
    modules = (test_effects, test_rules, test_command, test_decline_listeners)
    source = "\n".join(map(source_of_tests, [*map(vars, modules), globals()]))

    changed = {each for each in SettingId if re.search(rf'\b{each}=|"{each}": ', source)}

    assert set(SettingId) - changed == set()


async def test_cards_go_to_the_channel_that_they_chose(office: Office) -> None:
    await rule(office, Page.WHO, verdict_channel=SALES)

    await office.begin(office.emma)
    await office.submit(office.emma, **NO_OFFER)
    await office.delivered()

    assert "Acme GmbH" in words(office.slack.messages(SALES)[-1])
    assert "Acme GmbH" not in "".join(map(words, office.slack.messages(CHANNEL)))


def has_folded(card: Mapping[str, Any]) -> bool:
    return any(block["type"] == "container" for block in card["blocks"])


def refuses_folded(call: ApiCall) -> Fault | None:
    is_refused = "container" in str(call.args.get("blocks"))
    return Fault(body={"ok": False, "error": "invalid_blocks"}) if is_refused else None


async def test_what_slack_refused_to_show_is_tried_again_when_they_chose(office: Office) -> None:
    await rule(office, blocks_again_after="2")
    office.slack.faults = refuses_folded
    refused = await office.screen(office.emma, "First AG", **NO_OFFER)
    await office.delivered()
    office.slack.faults = None

    office.clock.move(days=1)
    still = await office.screen(office.emma, "Second AG", **NO_OFFER)
    office.clock.move(days=1)
    again = await office.screen(office.emma, "Third AG", **NO_OFFER)

    assert [has_folded(each) for each in (refused, still, again)] == [False, False, True]


async def test_those_whom_they_named_hear_what_managers_hear(office: Office) -> None:
    office.clock.now = THURSDAY
    await rule(office, Page.WHO, managers=["U0SABINE", "U0JONAS"])
    await office.screen(office.emma, **NO_OFFER)

    await told_on(office, date(2026, 12, 22), stay_silent)

    assert [UNDECIDED in words(each) for each in office.jonas.direct_messages] == [True]


@pytest.mark.parametrize(
    ("zone", "is_sent"), [("Europe/Berlin", True), ("America/New_York", False)]
)
async def test_the_digest_comes_in_the_morning_of_the_zone_that_they_chose(
    office: Office, zone: str, is_sent: bool
) -> None:
    await rule(office, Page.WHO, zone=zone)
    await office.screen(office.emma, **NO_OFFER)

    await at(office, datetime(2026, 12, 7, 9, 30, tzinfo=UTC))
    await office.settled()

    assert any("Weekly digest" in words(each) for each in office.cards) is is_sent


@pytest.mark.parametrize(
    ("observed", "due"), [([], "decide by Tue 15 Aug"), (["catholic"], "decide by Wed 16 Aug")]
)
async def test_only_the_holidays_that_they_observe_count(
    office: Office, observed: list[str], due: str
) -> None:
    """In 2028 the fifteenth of August, which not all of Bavaria observes, is a Tuesday."""
    await rule(office, Page.WHEN, country="DE-BY")
    await rule(office, Page.WHEN, observed=observed)
    office.clock.now = datetime(2028, 8, 11, 9, tzinfo=UTC)

    card = await office.screen(office.emma, **NO_OFFER)

    assert due in card["text"]


@pytest.mark.parametrize(("approval", "stands"), [("none", "standing"), ("manager", "asked")])
async def test_overrides_wait_for_a_manager_if_they_chose_so(
    office: Office, approval: str, stands: str
) -> None:
    await rule(office, override_approval=approval)
    card = await office.screen(office.emma, **NO_OFFER)

    assert (await overridden(office, office.emma, card)).closed

    assert await state(office) == stands


@pytest.mark.parametrize(("least", "is_said"), [("1", True), ("2", False)])
async def test_a_reminder_calls_it_talking_them_into_it_when_they_chose(
    office: Office, least: str, is_said: bool
) -> None:
    await rule(office, talked_into_it_from=least)
    card = await office.screen(office.emma, **PROBLEM)
    await choose(office, office.emma, "chased", card)

    await at(office, eleven(8))

    [nudge] = office.emma.direct_messages
    assert ("talking them into it" in words(nudge)) is is_said


@pytest.mark.parametrize(("days", "first_due"), [("20", "Mo., 7. Dez."), ("2", "Mi., 16. Dez.")])
async def test_a_screening_goes_on_as_long_as_they_chose(
    office: Office, days: str, first_due: str
) -> None:
    """She walks away on the 7th, and screens them again a week later: then it is due anew."""
    office.clock.now = THURSDAY
    await rule(office, goes_on_within=days)
    card = await office.screen(office.emma, **NO_OFFER)

    async def walk_away_and_come_back(office: Office, day: date) -> None:
        if day == date(2026, 12, 7):
            await choose(office, office.emma, "walk_away", card)
        if day == date(2026, 12, 14):
            await choose(office, office.emma, "requalify", card)
            await office.finish(office.emma, **NO_OFFER)

    said = await told_on(office, date(2027, 1, 4), walk_away_and_come_back)

    [listed] = [text for text in said.values() if UNDECIDED in text]
    assert DE("Due since {day}", day=first_due) in listed


@pytest.mark.parametrize(("within", "days"), [("5", [22]), ("0", [22, 24])])
async def test_a_last_reminder_brings_a_row_of_its_own_after_as_long_as_they_chose(
    office: Office, within: str, days: list[int]
) -> None:
    office.clock.now = eleven(1)
    await rule(office, stood_within=within, backstop_after="9")
    await office.screen(office.emma, **PROBLEM)

    said = await told_on(office, date(2026, 12, 24), stay_silent)

    assert [day.day for day in said] == days
    assert UNDECIDED in said[date(2026, 12, 22)]


@pytest.mark.parametrize(("niche", "quoted"), [("", "–"), ("shops in Hamburg", "shops in Hamburg")])
async def test_a_checklist_quotes_the_niche_that_they_named(
    office: Office, niche: str, quoted: str
) -> None:
    await rule(office, Page.WORDS, niche=niche)
    await open_checklists(office)
    await look(office, "spiced")
    await adopt(office, as_default=True)

    view = await office.begin(office.emma)

    assert f"Our niche: {quoted}" in words(view)


@pytest.mark.parametrize(("after", "is_forgotten"), [("never", False), ("6", True)])
async def test_what_is_old_is_forgotten_after_as_long_as_they_chose(
    office: Office, after: str, is_forgotten: bool
) -> None:
    card = await office.screen(office.emma, **NO_OFFER)
    await choose(office, office.emma, "walk_away", card)
    office.clock.now += timedelta(days=365)

    await rule(office, Page.DATA, forget_after=after)
    await office.settled()
    assert any("Acme GmbH" in words(each) for each in office.cards)
    office.clock.now += timedelta(days=7)
    await office.settled()

    assert any("Acme GmbH" in words(each) for each in office.cards) is not is_forgotten
