"""What is said of an act, and of which acts nothing is said."""

import json
from dataclasses import replace
from datetime import date, datetime, timedelta, timezone
from decimal import Decimal

import pytest

from bot.domain.decisions import acts
from bot.domain.people import Action
from bot.domain.prospects import EndedBy, OverrideState
from bot.domain.webhooks import payloads
from bot.domain.webhooks.webhooks import CHOOSABLE, Event, in_order, secret_of
from tests.slack import cases

PROSPECT = cases.asked(cases.overview(cases.CASES["ordinary"])).prospect
REQUEST = PROSPECT.overrides[0]
ABOUT = payloads.about(
    PROSPECT, "value_not_shown", owner_name="Anna Nowak", currency="EUR", by=cases.SABINE
)

TOLD: list[tuple[acts.Act, Event, dict[str, object]]] = [
    (acts.WalkedAway(), Event.PROSPECT_DECIDED, {"decision": "walked_away", "day": None}),
    (
        acts.Won(date(2026, 12, 1)),
        Event.PROSPECT_DECIDED,
        {"decision": "won", "day": "2026-12-01", "ended_by": None},
    ),
    (
        acts.Lost(EndedBy.THEM, "no budget"),
        Event.PROSPECT_DECIDED,
        {"decision": "lost", "ended_by": "them", "sentence": "no budget"},
    ),
    (
        acts.ClientEnded(date(2026, 12, 2), EndedBy.US, None),
        Event.PROSPECT_DECIDED,
        {"decision": "ended", "day": "2026-12-02", "ended_by": "us", "sentence": None},
    ),
    (
        acts.Undone(Action.WON, cases.ANNA),
        Event.PROSPECT_DECIDED,
        {"decision": "undone", "day": None},
    ),
    (
        acts.OverrideAsked(REQUEST.id, REQUEST.grounds, waits=False),
        Event.OVERRIDE_DECIDED,
        {"decision": "in_force", "kill_on": REQUEST.grounds.kill_on.isoformat()},
    ),
    (
        acts.OverrideApproved(REQUEST.id, REQUEST.asked_by),
        Event.OVERRIDE_DECIDED,
        {"decision": "approved", "asked_by": REQUEST.asked_by, "refusal": None},
    ),
    (
        acts.OverrideDenied(REQUEST.id, REQUEST.asked_by, "No."),
        Event.OVERRIDE_DECIDED,
        {"decision": "denied", "fear": REQUEST.grounds.fear.value},
    ),
]
UNTOLD: list[acts.Act] = [
    acts.OverrideAsked(REQUEST.id, REQUEST.grounds, waits=True),
    acts.Screened(PROSPECT.qualification_id, PROSPECT.verdict),
    acts.ConditionMet("figures"),
    acts.SignOfLife("called"),
    acts.Chased(1),
    acts.Snoozed(1, date(2026, 12, 2)),
    acts.OwnerChanged(cases.ANNA, cases.BEN),
    acts.Corrected(),
    acts.StillOpenSaid(),
]


@pytest.mark.parametrize(("act", "event", "said"), TOLD, ids=lambda each: type(each).__name__)
def test_a_decision_is_said_with_what_belongs_to_it(
    act: acts.Act, event: Event, said: dict[str, object]
) -> None:
    made = payloads.of_act(ABOUT, PROSPECT, act)

    assert payloads.event_of(act) is event
    assert made is not None
    assert {**made, **said} == made
    assert {**made, **ABOUT} == made


@pytest.mark.parametrize("act", UNTOLD, ids=lambda each: type(each).__name__)
def test_of_any_other_act_nothing_is_said(act: acts.Act) -> None:
    assert payloads.event_of(act) is None
    assert payloads.of_act(ABOUT, PROSPECT, act) is None


def test_an_override_says_why_it_was_denied() -> None:
    denied = replace(REQUEST, state=OverrideState.DENIED, refusal="They never paid.")
    prospect = replace(PROSPECT, overrides=(denied,))

    act = acts.OverrideDenied(REQUEST.id, REQUEST.asked_by, "They never paid.")
    made = payloads.of_act(ABOUT, prospect, act)

    assert made is not None
    assert made.get("refusal") == "They never paid."


@pytest.mark.parametrize(
    ("value", "said"),
    [
        (None, None),
        (Decimal("12000.50"), "12000.50"),
        (Decimal("1E+6"), "1000000"),
        (Decimal(0), "0"),
    ],
)
def test_an_amount_is_a_string_that_no_float_rounds(
    value: Decimal | None, said: str | None
) -> None:
    prospect = replace(PROSPECT, facts=replace(PROSPECT.facts, expected_value=value))

    made = payloads.about(prospect, None, owner_name=None, currency="CHF", by=None)

    assert (made["expected_value"], made["currency"], made["by"]) == (said, "CHF", None)


def test_a_body_is_json_in_utf_8_with_its_time_in_utc() -> None:
    berlin = timezone(timedelta(hours=1))
    at = datetime(2026, 12, 1, 10, 4, 5, 678900, berlin)

    body = payloads.body(Event.TEST, at, {"name": "Müller & Söhne"})

    assert body == (
        '{"type":"webhook.test","timestamp":"2026-12-01T09:04:05.678Z",'
        '"data":{"name":"Müller & Söhne"}}'
    )
    assert json.loads(body)["data"] == {"name": "Müller & Söhne"}


def test_events_are_listed_in_one_order_and_a_test_is_not_chosen() -> None:
    assert in_order(reversed(Event)) == tuple(Event)
    assert set(Event) - set(CHOOSABLE) == {Event.TEST}


def test_a_secret_has_the_form_of_standard_webhooks() -> None:
    assert secret_of(b"\x00" * 24) == "whsec_" + "A" * 32
