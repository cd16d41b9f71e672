"""Faults by name, which a test throws at the app, and a person by the switches of the page."""

import random
from dataclasses import dataclass
from typing import Final

from sandbox.words import Sentence
from sandbox.workspace import ApiCall, Fault

WEATHER: Final = "weather"
SLOW: Final = Fault(delay=2.0)
RATE_LIMITED: Final = Fault(
    status=429, headers={"Retry-After": "5"}, body={"ok": False, "error": "ratelimited"}
)
ANSWER_LOST: Final = Fault(status=500, body="Internal Server Error", carried_out=True)
CONNECTION_RESET: Final = Fault(reset=True)


@dataclass(frozen=True, slots=True)
class NamedFault:
    """A fault that can be switched on and off."""

    label: Sentence
    detail: Sentence
    fault: Fault
    methods: str = ""
    """How the Web API methods begin that have it; nothing: all of them."""

    def hits(self, call: ApiCall) -> bool:
        """Whether a call has this fault."""
        return call.method.startswith(self.methods)


FAULTS: Final = {
    "slow": NamedFault(Sentence("Slack is slow"), Sentence("Every call takes 2 seconds."), SLOW),
    "rate_limited": NamedFault(
        Sentence("Rate limited"),
        Sentence("Messages get 429 with Retry-After: 5."),
        RATE_LIMITED,
        "chat.",
    ),
    "answer_lost": NamedFault(
        Sentence("500 after posting"),
        Sentence("The message is posted, but the app isn't told."),
        ANSWER_LOST,
        "chat.post",
    ),
    "connection_reset": NamedFault(
        Sentence("Connections break"),
        Sentence("No call gets an answer, or has an effect."),
        CONNECTION_RESET,
    ),
    WEATHER: NamedFault(
        Sentence("Bad weather"),
        Sentence("One message in five goes wrong, each in a different way."),
        Fault(),
    ),
}
"""By name; when several are on, the later one decides the answer, and delays add to it.

What bad weather does to a call, `Weather` says.
"""


def together(names: set[str], call: ApiCall) -> Fault | None:
    """Put together what a call gets while these are on."""
    hitting = [each.fault for name, each in FAULTS.items() if name in names and each.hits(call)]
    if not hitting:
        return None
    last, delay = hitting[-1], sum(fault.delay for fault in hitting)
    return Fault(last.status, last.headers, last.body, delay, last.reset, last.carried_out)


class Weather:
    """Spoils a share of the posts by chance, each in one of the ways, and half as many looks.

    Any other post is carried out at once and answered as slowly as Slack answers, so that whoever
    dies meanwhile has mostly posted and does not know it.
    """

    def __init__(self, chance: random.Random, share: float = 0.2, *, longest: float = 12.0) -> None:
        """Take how long an answer is held back for which nobody waits any more."""
        self._chance = chance
        self._share = share
        self._ways = _ways(longest)

    def __call__(self, call: ApiCall) -> Fault | None:
        """Say what a call gets instead of an honest answer."""
        if call.method in _LOOKS:
            is_spoilt = self._chance.random() < self._share / 2
            return self._chance.choice(_BLIND) if is_spoilt else None
        if call.method != "chat.postMessage":
            return None
        if self._chance.random() < self._share:
            return self._chance.choice(self._ways)
        return Fault(carried_out=True, delay=self._chance.uniform(0.03, 0.2))


_LOOKS: Final = frozenset({"conversations.history", "conversations.replies"})
_THROTTLED: Final = Fault(
    status=429, headers={"Retry-After": "1"}, body={"ok": False, "error": "ratelimited"}
)
_BLIND: Final = (Fault(status=500, body="oops"), CONNECTION_RESET, _THROTTLED)


def _ways(longest: float) -> tuple[Fault, ...]:
    """Posted, and nobody is told; not posted; and the last: posted when nobody waits any more."""
    return (
        Fault(carried_out=True, status=500, body="oops"),
        Fault(carried_out=True, status=503, body="", delay=0.2),
        Fault(carried_out=True, reset=True),
        Fault(carried_out=True, delay=longest),
        Fault(carried_out=True, body='{"ok": tr'),
        Fault(carried_out=True, body={"ok": False, "error": "internal_error"}),
        Fault(body={"ok": False, "error": "fatal_error"}),
        _THROTTLED,
        Fault(status=500, body="oops"),
        CONNECTION_RESET,
        Fault(delay=longest),
    )
