"""The time machine: it moves on by hours and working days, in anybody's zone, and never back."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from slack_sdk.web.async_client import AsyncWebClient

from sandbox import Slack, TimeMachine
from sandbox.clock import followed, kept


def at(text: str) -> datetime:
    return datetime.fromisoformat(text)


def stopped(text: str) -> Callable[[], datetime]:
    return lambda: at(text)


@pytest.mark.parametrize(
    ("now", "days", "then"),
    [
        ("2026-12-01T10:00+01:00", 1, "2026-12-02T10:00+01:00"),
        ("2026-12-01T10:00+01:00", 5, "2026-12-08T10:00+01:00"),
        ("2026-12-04T23:30+01:00", 1, "2026-12-07T23:30+01:00"),  # over a weekend
        ("2026-12-05T10:00+01:00", 1, "2026-12-07T10:00+01:00"),  # from a Saturday
        ("2026-12-24T10:00+01:00", 1, "2026-12-28T10:00+01:00"),  # Christmas
        ("2026-10-23T10:00+02:00", 1, "2026-10-26T10:00+01:00"),  # clocks go back
        ("2027-03-26T02:30+01:00", 1, "2027-03-30T02:30+02:00"),  # Easter, and clocks go forward
    ],
)
def test_working_days_leave_out_weekends_and_german_holidays(
    now: str, days: int, then: str
) -> None:
    clock = TimeMachine(stopped(now))

    clock.move(working_days=days)

    assert clock() == at(then)


def test_it_can_begin_in_the_past_and_return_to_the_present(tmp_path: Path) -> None:
    clock, file = TimeMachine(stopped("2026-12-01T10:00+01:00")), tmp_path / "clock"
    clock.keep_in(file)

    clock.begin(at("2025-12-01T00:00+01:00"))
    clock.move(working_days=1)

    assert clock() == at("2025-12-02T00:00+01:00")
    assert kept(file) == clock.moved_by < timedelta(0)
    clock.return_to_present()
    assert (clock(), kept(file)) == (at("2026-12-01T10:00+01:00"), timedelta(0))


@pytest.mark.parametrize(
    ("now", "zone", "then"),
    [
        ("2026-12-01T08:59+01:00", "Europe/Berlin", "2026-12-01T09:00+01:00"),
        ("2026-12-01T09:00+01:00", "Europe/Berlin", "2026-12-02T09:00+01:00"),
        ("2026-12-01T09:30+01:00", "Europe/London", "2026-12-01T09:00+00:00"),
        ("2026-12-04T20:00+01:00", "America/New_York", "2026-12-07T09:00-05:00"),
        ("2026-12-26T03:00+01:00", "Europe/Berlin", "2026-12-28T09:00+01:00"),
    ],
)
def test_a_morning_is_that_of_whoever_looks(now: str, zone: str, then: str) -> None:
    clock = TimeMachine(stopped(now))

    clock.move_to_morning(zone=zone)

    assert clock() == at(then)


def test_days_come_before_hours_and_moves_add_up() -> None:
    clock = TimeMachine(stopped("2026-12-01T10:00+01:00"))

    clock.move(working_days=1, hours=1.5)
    clock.move(hours=1)

    assert clock() == at("2026-12-02T12:30+01:00")


def test_it_runs_on_from_where_it_was_moved_to() -> None:
    now = [at("2026-12-01T10:00+01:00")]
    clock = TimeMachine(lambda: now[0])
    clock.move(hours=4)

    now[0] += timedelta(seconds=90)

    assert clock() == at("2026-12-01T14:01:30+01:00")


@pytest.mark.parametrize(
    ("hours", "days"), [(0, 0), (-1, 0), (2, -1), (float("nan"), 0), (1e300, 0), (0, 10_000)]
)
def test_time_does_not_run_backwards_and_nobody_is_lost_in_the_future(
    hours: float, days: int
) -> None:
    clock = TimeMachine(stopped("2026-12-01T10:00+01:00"))

    with pytest.raises(ValueError, match="Time only moves forward"):
        clock.move(hours=hours, working_days=days)

    assert clock.moved_by == timedelta(0)


def test_another_process_follows_by_the_file_and_a_later_run_goes_on_from_it(
    tmp_path: Path,
) -> None:
    file = tmp_path / "sandbox.db.clock"
    follower = followed(file)
    before = follower() - datetime.now(UTC)
    first = TimeMachine()
    first.keep_in(file)
    was_there_unmoved = file.exists()
    first.move(hours=30)
    second = TimeMachine()

    second.keep_in(file)

    assert abs(before) < timedelta(minutes=1)
    assert not was_there_unmoved
    assert abs(follower() - first()) < timedelta(minutes=1)
    assert second.moved_by == first.moved_by
    assert [path.name for path in tmp_path.iterdir()] == [file.name]


async def test_the_pretend_slack_goes_by_the_moved_clock(
    slack: Slack, client: AsyncWebClient
) -> None:
    before = (await client.chat_postMessage(channel="C0SALES", text="1"))["ts"]

    slack.clock.move(hours=50)

    after = (await client.chat_postMessage(channel="C0SALES", text="2"))["ts"]
    assert 50 * 3600 <= float(after) - float(before) < 50 * 3600 + 60


async def test_signatures_stay_with_real_time(http_slack: Slack, http_bolt: object) -> None:
    http_slack.clock.move(working_days=5)

    answer = await http_slack.member("U0JONAS").command("/qualify", "help")

    assert answer == {"text": "Say the name of a prospect."}
