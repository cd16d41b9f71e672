"""Faults by name, which a test throws at the app, and a person by the switches of the page."""

from dataclasses import dataclass
from typing import Final

from sandbox.words import Sentence
from sandbox.workspace import ApiCall, Fault

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
}
"""By name; when several are on, the later one decides the answer, and delays add to it."""


def together(names: set[str], call: ApiCall) -> Fault | None:
    """Put together what a call gets while these are on."""
    hitting = [each.fault for name, each in FAULTS.items() if name in names and each.hits(call)]
    if not hitting:
        return None
    last, delay = hitting[-1], sum(fault.delay for fault in hitting)
    return Fault(last.status, last.headers, last.body, delay, last.reset, last.carried_out)
