"""The fault generator: what Slack does to calls in a storm, the same for the same seed."""

import random
import time
from typing import Final

from sandbox import ApiCall, Fault

LONG: Final = 0.6
"""Seconds; whoever calls has given up before."""

WAYS: Final = (
    Fault(carried_out=True, status=500, body="oops"),
    Fault(carried_out=True, status=503, body="", delay=0.2),
    Fault(carried_out=True, reset=True),
    Fault(carried_out=True, delay=LONG),
    Fault(carried_out=True, body='{"ok": tr'),
    Fault(carried_out=True, body={"ok": False, "error": "internal_error"}),
    Fault(body={"ok": False, "error": "fatal_error"}),
    Fault(body={"ok": False, "error": "ratelimited"}, status=429, headers={"Retry-After": "1"}),
    Fault(status=500, body="oops"),
    Fault(reset=True),
    Fault(delay=LONG),
)
"""Posted, and nobody is told; not posted; and the last: posted when nobody waits any more."""

_LOOKS: Final = frozenset({"conversations.history", "conversations.replies"})
_BLIND: Final = (
    Fault(status=500, body="oops"),
    Fault(reset=True),
    Fault(body={"ok": False, "error": "ratelimited"}, status=429, headers={"Retry-After": "1"}),
)


class Weather:
    """Spoils a share of the posts, each in one of the ways, and half as many looks.

    Any other post is carried out at once and answered as slowly as Slack answers, so that whoever
    is killed has mostly posted and does not know it.
    """

    def __init__(self, seed: int, share: float = 0.2) -> None:
        self._chance = random.Random(seed)
        self._share = share
        self.over_at = 0.0
        """When the last call is over that was held back, by the monotonic clock."""

    def __call__(self, call: ApiCall) -> Fault | None:
        fault = self._fault(call.method)
        if fault is not None:
            self.over_at = max(self.over_at, time.monotonic() + fault.delay)
        return fault

    def _fault(self, method: str) -> Fault | None:
        if method in _LOOKS:
            return self._chance.choice(_BLIND) if self._chance.random() < self._share / 2 else None
        if method != "chat.postMessage":
            return None
        if self._chance.random() < self._share:
            return self._chance.choice(WAYS)
        return Fault(carried_out=True, delay=self._chance.uniform(0.03, 0.2))
