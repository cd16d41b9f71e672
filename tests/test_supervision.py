"""What has to get done after the start is tried until it is."""

import logging

import pytest

from bot.supervision import LONGEST_WAIT, Supervisor


class Waits:
    """Notes how long was waited, and waits for nothing."""

    def __init__(self) -> None:
        self.seconds: list[float] = []

    async def __call__(self, seconds: float) -> None:
        self.seconds.append(seconds)


class Failing:
    """Fails so many times, and then does its work."""

    def __init__(self, times: int, error: type[Exception] = OSError) -> None:
        self.times = times
        self.error = error

    async def __call__(self) -> None:
        if self.times:
            self.times -= 1
            raise self.error


async def test_it_is_tried_until_it_is_done_and_told_of_until_then() -> None:
    supervisor = Supervisor(Waits())
    supervisor.expect("connecting")
    assert supervisor.troubles == ("connecting isn't done yet",)

    await supervisor.until_done("connecting", Failing(3))

    assert not supervisor.troubles


async def test_the_waits_grow_up_to_a_minute() -> None:
    waits = Waits()

    await Supervisor(waits).until_done("connecting", Failing(12))

    assert len(waits.seconds) == 12
    assert waits.seconds[0] <= 1
    assert LONGEST_WAIT / 2 <= waits.seconds[-1] <= LONGEST_WAIT


async def test_the_same_failure_is_logged_once(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.ERROR)

    await Supervisor(Waits()).until_done("connecting", Failing(5))

    assert len(caplog.records) == 1
