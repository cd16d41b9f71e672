"""What webhooks are told, written with what happened and with nothing else."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import event as sa_event

from bot.domain.errors import StaleClick
from bot.domain.outcomes.outcome import Ending, OutcomeKey, Regret
from bot.domain.webhooks.webhooks import Event
from bot.services.ports import Caller
from tests.office import GOOD, MONDAY, NO_OFFER, PROBLEM
from tests.services.agency import MANAGER, OTHER, OWNER, PLEA, A, Agency
from tests.services.webhooks.hooks import deliver, rows

pytestmark = pytest.mark.both_databases


async def told(agency: Agency) -> list[dict[str, Any]]:
    """Deliver, and return what was said, in the order in which it happened."""
    return (await deliver(agency)).said


async def test_a_verdict_is_told_with_its_rule_and_its_value(agency: Agency) -> None:
    await agency.add_webhook()

    prospect = await agency.screen(OWNER, PROBLEM, expected_value="12.000,50")

    (said,) = await told(agency)
    assert said == {
        "type": "qualification.submitted",
        "timestamp": "2026-11-30T09:00:00.000Z",
        "data": {
            "prospect_id": prospect.id,
            "name": "Acme GmbH",
            "owner": OWNER,
            "owner_name": "Owner",
            "stage": "open",
            "verdict": "problem",
            "rule": "value_not_shown",
            "expected_value": "12000.50",
            "currency": "EUR",
            "decide_by": "2026-12-07",
            "qualification_id": prospect.qualification_id,
            "by": OWNER,
            "reasons": ["value_not_shown"],
            "checklist": "walk-away",
            "checklist_version": 1,
            "is_again": False,
        },
    }


async def test_decisions_are_told_and_so_is_that_one_is_undone(agency: Agency) -> None:
    await agency.add_webhook(Event.PROSPECT_DECIDED)
    prospect = await agency.screen(OWNER, NO_OFFER)
    prospect = await agency.walk_away(MANAGER, prospect)
    agency.clock.move(minutes=1)
    await agency.undo(MANAGER, prospect)
    agency.clock.move(minutes=1)
    await agency.lose(OWNER, await agency.screen(OWNER, PROBLEM, "Lost"))
    agency.clock.move(minutes=1)
    client = await agency.win(OWNER, await agency.screen(OWNER, GOOD, "Client"))
    agency.clock.move(minutes=1)
    await agency.end_client(OWNER, client)

    said = [each["data"] for each in await told(agency)]

    assert [(each["decision"], each["stage"], each["by"]) for each in said] == [
        ("walked_away", "walked_away", MANAGER),
        ("undone", "open", MANAGER),
        ("lost", "lost", OWNER),
        ("won", "won", OWNER),
        ("ended", "ended", OWNER),
    ]
    assert [(each["day"], each["ended_by"], each["sentence"]) for each in said] == [
        (None, None, None),
        (None, None, None),
        (None, "them", "no budget"),
        ("2026-11-30", None, None),
        ("2026-11-30", "us", "no respect"),
    ]


async def test_an_override_is_told_once_it_is_decided(agency: Agency) -> None:
    await agency.add_webhook(Event.OVERRIDE_DECIDED)
    kill_on = MONDAY.date() + timedelta(days=9)
    plea = replace(PLEA, kill_on=kill_on)
    await agency.override(OWNER, await agency.screen(OWNER, PROBLEM, "At once"), plea)
    await agency.let_managers_approve()
    for name in ("Approved", "Denied"):
        agency.clock.move(minutes=1)
        asked = await agency.override(OWNER, await agency.screen(OWNER, PROBLEM, name), plea)
        answer = agency.approve if name == "Approved" else agency.deny
        await answer(MANAGER, asked)

    said = [each["data"] for each in await told(agency)]

    assert [(each["name"], each["decision"], each["refusal"]) for each in said] == [
        ("At once", "in_force", None),
        ("Approved", "approved", None),
        ("Denied", "denied", "They never paid."),
    ]
    assert {(each["fear"], each["reason"], each["kill_criterion"]) for each in said} == {
        ("no_other_client", "They pay well.", "no signed offer by then")
    }
    assert {(each["asked_by"], each["kill_on"]) for each in said} == {(OWNER, "2026-12-09")}


async def test_each_answer_about_an_outcome_is_told(agency: Agency) -> None:
    await agency.add_webhook(Event.OUTCOME_ANSWERED)
    prospect = await agency.walk_away(OWNER, await agency.screen(OWNER, NO_OFFER))
    agency.clock.move(days=31)
    key = OutcomeKey(prospect.id, Ending.WALKED_AWAY, MONDAY.date(), 30)

    await agency.outcomes.note_answer(Caller(A, OWNER), key, Regret.NO, 0)
    agency.clock.move(minutes=1)
    await agency.outcomes.note_answer(Caller(A, MANAGER), key, Regret.YES, 1)

    said = [each["data"] for each in await told(agency)]
    kept = ("ending", "ended_on", "after_days", "question", "answer", "by", "is_owners")
    assert [tuple(each[field] for field in kept) for each in said] == [
        ("walked_away", "2026-11-30", 30, "regret", "no", OWNER, True),
        ("walked_away", "2026-11-30", 30, "regret", "yes", MANAGER, False),
    ]


async def test_what_was_not_chosen_is_not_told(agency: Agency) -> None:
    await agency.add_webhook(Event.OVERRIDE_DECIDED)

    await agency.walk_away(OWNER, await agency.screen(OWNER, NO_OFFER))

    assert await rows(agency) == []


async def test_an_action_that_is_refused_is_not_told(agency: Agency) -> None:
    await agency.add_webhook(Event.PROSPECT_DECIDED)
    prospect = await agency.screen(OWNER, NO_OFFER)
    await agency.walk_away(OWNER, prospect)

    with pytest.raises(StaleClick):
        await agency.walk_away(MANAGER, prospect)

    assert len(await told(agency)) == 1


async def test_without_webhooks_an_action_asks_the_database_nothing_more(agency: Agency) -> None:
    prospect = await agency.screen(OWNER, NO_OFFER)
    asked: list[str] = []
    engine = agency.database._writer.sync_engine
    sa_event.listen(engine, "before_cursor_execute", lambda *args: asked.append(args[2]))

    await agency.walk_away(OWNER, prospect)

    webhooks = [each for each in asked if "webhook" in each]
    assert len(webhooks) == 1
    assert "workspaces.verdict_channel" in webhooks[0]


async def test_two_addresses_are_told_apart(agency: Agency) -> None:
    await agency.add_webhook(Event.PROSPECT_DECIDED)
    await agency.add_webhook(address="https://other.example.com")

    await agency.walk_away(OTHER, await agency.screen(OTHER, NO_OFFER))

    poster = await deliver(agency)
    found = {attempt.address: attempt.id for attempt, _ in poster.posted}
    assert len(found) == 2
    assert len(poster.posted) == 3
    assert len({attempt.id for attempt, _ in poster.posted}) == 3
