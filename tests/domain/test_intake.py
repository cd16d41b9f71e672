"""What comes in, read without a database; and when what waits is told."""

from collections.abc import Mapping
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from bot import checklists
from bot.domain.calendar import WorkingTime, working_calendar
from bot.domain.intake import (
    LISTED,
    MOST,
    WINDOW,
    Door,
    DraftReminders,
    TooManyRequests,
    WaitingDraft,
    admitted,
    answered,
    drafts_due,
    filled_up,
    for_managers,
    for_owners,
    hashed,
    next_about_drafts,
    read_for,
    read_incoming,
)
from bot.domain.nudges import DEFAULT, Reader
from bot.domain.people import MemberId
from bot.domain.prospects import ProspectFacts
from bot.domain.screening import Draft, DraftId, VersionId

CHECKLIST = checklists.default()
BERLIN = ZoneInfo("Europe/Berlin")
EMMA = MemberId("U0EMMA")
MONDAY = datetime(2026, 11, 30, 9, tzinfo=UTC)
FACTS = ProspectFacts("Acme GmbH", EMMA, date(2026, 11, 30))
OWNERS, MANAGERS = for_owners(DEFAULT), for_managers(DEFAULT)
READER = Reader(EMMA, WorkingTime(working_calendar("DE"), BERLIN))


def draft(**more: Any) -> Draft:
    return Draft(DraftId("d1"), EMMA, VersionId("v1"), FACTS, MONDAY, **more)


@pytest.mark.parametrize(
    ("sent", "answers"),
    [
        ({}, {}),
        ({"answers": {"offer": "clear"}}, {"offer": "clear"}),
        ({"offer": "clear"}, {"offer": "clear"}),
        ({"answers.offer": "clear"}, {"offer": "clear"}),
        ({"offer": "vague", "answers": {"offer": "clear"}}, {"offer": "clear"}),
        ({"owner": "U0EMMA", "key": 5, "expected_value": "1"}, {}),
    ],
)
def test_answers_stand_in_an_object_or_beside_the_name(
    sent: Mapping[str, object], answers: Mapping[str, object]
) -> None:
    incoming = read_incoming({"name": "Acme", **sent})

    assert incoming.answers == answers
    assert incoming.problems == ()


@pytest.mark.parametrize(
    ("written", "value"),
    [("12000", "12000.00"), (12.5, "12.50"), (" 0 ", "0.00"), ("", None), ("12.000,00", None)],
)
def test_an_amount_is_read_as_programs_write_it(written: object, value: str | None) -> None:
    found = read_incoming({"name": "Acme", "expected_value": written}).expected_value

    assert found == (None if value is None else Decimal(value))


@pytest.mark.parametrize(
    ("sent", "kept", "odd"),
    [
        ({"signs": "haggles"}, {"signs": ["haggles"]}, []),
        ({"signs": "drains, haggles,"}, {"signs": ["drains", "haggles"]}, []),
        ({"signs": ["haggles", "sings"]}, {"signs": ["haggles"]}, ["signs"]),
        ({"signs": ["sings"]}, {}, ["signs"]),
        ({"signs": ["sings", "haggles", "sings"]}, {"signs": ["haggles"]}, ["signs"]),
        ({"signs": [1]}, {}, ["signs"]),
        ({"signs": {"haggles": True}}, {}, ["signs"]),
        ({"offer": ["clear"]}, {"offer": "clear"}, []),
        ({"offer": ["clear", "vague"]}, {}, ["offer"]),
        ({"offer": " clear "}, {"offer": "clear"}, []),
        ({"offer": " "}, {}, []),
        ({"homework_due": "2026-12-08"}, {"homework_due": "2026-12-08"}, []),
        ({"homework_due": "8.12."}, {}, ["homework_due"]),
        ({"offer_evidence": "x", "budget": 1}, {}, ["offer_evidence", "budget"]),
    ],
)
def test_each_answer_is_read_by_itself(
    sent: Mapping[str, object], kept: Mapping[str, Any], odd: list[str]
) -> None:
    answers, problems = read_for(CHECKLIST, sent)

    assert answers == kept
    assert [each.question for each in problems] == odd


def test_what_a_person_answered_stays_and_what_nobody_touched_gives_way() -> None:
    theirs = draft(answers={"offer": "vague"})
    untouched = draft(answers={"offer": "vague"}, came_at=MONDAY, waits_since=MONDAY)
    new = {"offer": "clear", "value": "at_once"}

    kept, stays = filled_up(theirs, new, Decimal(5))
    changed, nothing = filled_up(untouched, new, None)

    assert (kept.answers, stays) == ({"offer": "vague", "value": "at_once"}, ["offer"])
    assert kept.facts.expected_value == 5
    assert (changed.answers, nothing) == (new, [])
    assert filled_up(kept, {}, Decimal(9))[1] == ["expected_value"]


def test_what_is_answered_is_counted_among_what_is_asked() -> None:
    nothing = answered(draft(), CHECKLIST, MONDAY.date())
    some = answered(draft(answers={"offer": "none"}), CHECKLIST, MONDAY.date())

    assert nothing[0] == 0
    assert nothing[1] > 3
    assert some == (1, 1)


def test_a_minute_begins_with_its_first_request() -> None:
    door = Door(is_open=True)
    for second in range(MOST):
        door = admitted(door, MONDAY + timedelta(seconds=second / 2))

    with pytest.raises(TooManyRequests) as many:
        admitted(door, MONDAY + timedelta(seconds=45))
    assert many.value.retry_after == timedelta(seconds=15)
    assert admitted(door, MONDAY + WINDOW).taken == 1
    assert admitted(door, MONDAY - timedelta(hours=1)).taken == 1


def test_a_secret_is_not_told_from_its_hash() -> None:
    assert hashed("a") != hashed("b")
    assert len(hashed("\udcff")) == 64


def due(
    *found: WaitingDraft, day: int, how: DraftReminders = OWNERS, is_told: bool = False
) -> tuple[DraftId, ...]:
    now = datetime(2026, 12, day, 10, tzinfo=UTC)
    return drafts_due(found, READER, now, how, is_told=is_told)


def test_nothing_is_due_before_its_morning() -> None:
    waiting = WaitingDraft(DraftId("d1"), MONDAY)

    assert [day for day in range(1, 9) if due(waiting, day=day)] == [2, 3, 4, 7, 8]
    assert [day for day in range(1, 9) if due(waiting, day=day, how=for_managers(DEFAULT))] == [
        7,
        8,
    ]
    assert due(waiting, day=1, is_told=True) == ()


def test_what_was_told_stands_only_in_messages_that_go_anyway() -> None:
    told = WaitingDraft(DraftId("d1"), MONDAY, date(2026, 12, 2))

    assert due(told, day=4) == ()
    assert due(told, day=4, is_told=True) == ("d1",)
    assert due(told, day=9) == ("d1",)


def test_those_come_first_of_which_nobody_has_heard_for_longest() -> None:
    found = [
        WaitingDraft(DraftId(f"d{n}"), MONDAY + timedelta(minutes=n)) for n in range(LISTED + 1)
    ]
    heard = WaitingDraft(DraftId("heard"), MONDAY - timedelta(days=9), date(2026, 11, 25))

    assert due(heard, *found, day=2) == tuple(f"d{n}" for n in range(LISTED))


def test_the_clock_looks_on_the_morning_of_the_next() -> None:
    waiting = [
        WaitingDraft(DraftId("d1"), MONDAY),
        WaitingDraft(DraftId("d2"), MONDAY, date(2026, 12, 2)),
    ]

    then = next_about_drafts(waiting, READER, MONDAY, OWNERS)

    assert then is not None
    assert then.date() == date(2026, 12, 2)
    assert next_about_drafts([], READER, MONDAY, OWNERS) is None
