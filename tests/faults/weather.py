"""What Slack does to calls in a storm, the same for the same seed."""

import random
import time
from typing import Final

from sandbox import ApiCall, Fault, Weather

LONG: Final = 0.6
"""Seconds; whoever calls has given up before."""


class Storm:
    """Bad weather, and when it is over."""

    def __init__(self, seed: int) -> None:
        self._weather = Weather(random.Random(seed), longest=LONG)
        self.over_at = 0.0
        """When the last call is over that was held back, by the monotonic clock."""

    def __call__(self, call: ApiCall) -> Fault | None:
        fault = self._weather(call)
        if fault is not None:
            self.over_at = max(self.over_at, time.monotonic() + fault.delay)
        return fault
