"""One delivery of an event to an address: what an attempt came to, and when the next one is."""

import hashlib
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Final, NewType

from bot.domain.webhooks.webhooks import Event, WebhookId
from bot.domain.workspace import WorkspaceId

DeliveryId = NewType("DeliveryId", str)
"""The `webhook-id`: the same in each attempt, so that receivers know what they had."""

GIVE_UP_AFTER: Final = timedelta(days=3)
"""After the first attempt; the last one is made just then."""
_WAITS: Final = (
    timedelta(seconds=5),
    timedelta(seconds=30),
    timedelta(minutes=2),
    timedelta(minutes=10),
    timedelta(minutes=30),
    timedelta(hours=1),
    timedelta(hours=3),
    timedelta(hours=6),
)
"""After the first, second, … attempt; the last one again and again."""
LONGEST_ASKED_FOR: Final = timedelta(hours=1)
"""Of what a receiver asks for by `Retry-After`."""

GONE: Final = 410

ABOUT_NO_EVENT: Final = (400, 401, 403, 404, 405, 407, 408, 415, 421, 423, 425, 429)
"""Refusals that speak of who sends, of the address or of the moment: others may pass later.

400 is among them: receivers answer so to a signature that they do not know.

Any other refusal from 400 to 499 is the receiver's verdict on this one event.
"""
HOLDS_BACK_FOR: Final = 4
"""Attempts, over three minutes, after which an event whose address takes others lets later ones by.

Before, and as long as the address takes nothing, what is of one prospect arrives as it happened.
"""


class DeliveryState(StrEnum):
    """What became of a delivery so far."""

    PENDING = "pending"
    DELIVERED = "delivered"
    GIVEN_UP = "given_up"
    DROPPED = "dropped"
    """Its webhook was switched off meanwhile."""


class Failure(StrEnum):
    """Why there was no answer."""

    INSIDE = "inside"
    """The name led to an address that is none of the open internet."""
    TIMED_OUT = "timed_out"
    UNREACHABLE = "unreachable"
    UNTRUSTED = "untrusted"
    """Its certificate is not valid."""
    GARBLED = "garbled"
    """What came back is no HTTP, or the address cannot be used."""


@dataclass(frozen=True, slots=True)
class Answer:
    """What came back from one attempt."""

    took: timedelta
    status: int | None = None
    failure: Failure | None = None
    """Why there is no status."""
    excerpt: str = ""
    """How its body begins."""
    retry_after: timedelta | None = None

    @property
    def is_taken(self) -> bool:
        """Whether the receiver has it."""
        return self.status is not None and 200 <= self.status < 300

    @property
    def is_redirect(self) -> bool:
        """Whether it leads elsewhere, where nothing is sent."""
        return self.status is not None and 300 <= self.status < 400


@dataclass(frozen=True, slots=True)
class Attempt:
    """A delivery that a process has taken, to send it now."""

    workspace_id: WorkspaceId
    webhook_id: WebhookId
    id: DeliveryId
    number: int
    """1 for the first one. Who finishes it says it: another may have taken over meanwhile."""
    first_tried_at: datetime
    taken_at: datetime
    """For this attempt; the first one's is `first_tried_at`."""
    address: str
    secret: str = field(repr=False)
    body: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class Delivery:
    """A delivery as managers see it, with its latest answer."""

    id: DeliveryId
    event: Event
    at: datetime
    """When it happened."""
    state: DeliveryState
    attempts: int
    tried_at: datetime | None
    due_at: datetime | None
    """When it is tried next."""
    answer: Answer | None


@dataclass(frozen=True, slots=True)
class Next:
    """What follows from an attempt."""

    state: DeliveryState
    due_at: datetime | None = None
    """When it is tried again."""
    is_gone: bool = False
    """Whether the address asked never to be called again."""


def delivery_id(webhook_id: WebhookId, event: Event, key: str) -> DeliveryId:
    """Return an id that is the same whenever the same is to be delivered to the same address."""
    told = hashlib.sha256(f"{webhook_id} {event} {key}".encode()).hexdigest()
    return DeliveryId(f"msg_{told[:32]}")


def judged(attempt: Attempt, answer: Answer, now: datetime) -> Next:
    """Return what follows from an answer: it is delivered, tried again, or given up."""
    if answer.is_taken:
        return Next(DeliveryState.DELIVERED)
    if answer.status == GONE:
        return Next(DeliveryState.GIVEN_UP, is_gone=True)
    last = attempt.first_tried_at + GIVE_UP_AFTER
    if now >= last:
        return Next(DeliveryState.GIVEN_UP)
    return Next(DeliveryState.PENDING, due_at=min(now + _wait(attempt.number, answer), last))


def has_failed_for_long(failing_since: datetime | None, given_up: Attempt) -> bool:
    """Tell whether nothing arrived while a delivery that was given up was tried."""
    return failing_since is not None and failing_since <= given_up.first_tried_at


def _wait(attempts: int, answer: Answer) -> timedelta:
    wait = _WAITS[min(attempts, len(_WAITS)) - 1]
    if answer.retry_after is None:
        return wait
    return max(wait, min(answer.retry_after, LONGEST_ASKED_FOR))
