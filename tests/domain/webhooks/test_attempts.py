"""What follows from an attempt to deliver."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.webhooks.attempts import (
    GIVE_UP_AFTER,
    LONGEST_ASKED_FOR,
    AfterAttempt,
    Answer,
    Attempt,
    DeliveryId,
    DeliveryState,
    Failure,
    has_failed_for_long,
    judged,
)
from bot.domain.webhooks.webhooks import WebhookId
from bot.domain.workspace import WorkspaceId

NOW = datetime(2026, 12, 1, 9, tzinfo=UTC)
QUICK = timedelta(milliseconds=85)
REFUSED = Answer(QUICK, 500)


def attempt(number: int = 1, first: datetime = NOW) -> Attempt:
    return Attempt(
        WorkspaceId("T0"), WebhookId("w1"), DeliveryId("msg_1"), number, first, first, "", "", ""
    )


@pytest.mark.parametrize("status", [200, 201, 202, 204, 299])
def test_what_is_answered_with_a_success_is_delivered(status: int) -> None:
    assert judged(attempt(), Answer(QUICK, status), NOW) == AfterAttempt(DeliveryState.DELIVERED)


@pytest.mark.parametrize(
    "answer",
    [*(Answer(QUICK, each) for each in (301, 302, 307, 400, 401, 404, 429, 500, 503))]
    + [Answer(QUICK, failure=each) for each in Failure],
    ids=lambda each: str(each.failure or each.status),
)
def test_anything_else_is_tried_again(answer: Answer) -> None:
    after = judged(attempt(), answer, NOW)

    assert after == AfterAttempt(DeliveryState.PENDING, NOW + timedelta(seconds=5))


def test_an_address_that_says_it_is_gone_is_never_tried_again() -> None:
    assert judged(attempt(), Answer(QUICK, 410), NOW) == AfterAttempt(
        DeliveryState.GIVEN_UP, None, True
    )


def test_waits_grow_and_the_last_attempt_is_made_after_three_days() -> None:
    now, waits, number = NOW, [], 1
    while (after := judged(attempt(number), REFUSED, now)).due_at is not None:
        waits.append(after.due_at - now)
        now, number = after.due_at, number + 1

    assert waits[:-1] == sorted(waits[:-1])
    assert waits[0] == timedelta(seconds=5)
    assert now == NOW + GIVE_UP_AFTER
    assert number == 20


@given(st.timedeltas(min_value=timedelta(0)), st.integers(1, 1000))
def test_what_a_receiver_asks_for_is_heeded_within_an_hour(asked: timedelta, number: int) -> None:
    patient = Answer(QUICK, 503, retry_after=asked)
    usual = judged(attempt(number), REFUSED, NOW).due_at
    after = judged(attempt(number), patient, NOW).due_at

    assert usual is not None
    assert after == max(usual, NOW + min(asked, LONGEST_ASKED_FOR))


@pytest.mark.parametrize(
    ("failing_since", "is_long"),
    [(None, False), (NOW, True), (NOW - timedelta(days=1), True), (NOW + QUICK, False)],
)
def test_an_address_failed_for_long_if_nothing_arrived_since_the_first_attempt(
    failing_since: datetime | None, is_long: bool
) -> None:
    assert has_failed_for_long(failing_since, attempt(18)) is is_long
