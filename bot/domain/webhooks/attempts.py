"""One delivery of an event to an address: the result of an attempt, and when the next one is."""

import hashlib
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Final, NewType

from bot.domain.webhooks.webhooks import Event, WebhookId
from bot.domain.workspace import WorkspaceId

DeliveryId = NewType("DeliveryId", str)
"""The `webhook-id`: the same in each attempt, so that receivers recognise duplicates."""

GIVE_UP_AFTER: Final = timedelta(days=3)
"""Counted from the first attempt; the last attempt is made right then."""
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
"""The waits after the first, second, … attempt; the last one repeats."""
LONGEST_ASKED_FOR: Final = timedelta(hours=1)
"""The longest wait granted to a receiver that asks by `Retry-After`."""

GONE: Final = 410

ABOUT_NO_EVENT: Final = (400, 401, 403, 404, 405, 407, 408, 415, 421, 423, 425, 429)
"""Refusals because of the sender, the address or the moment: other events may pass later.

400 is among them, since receivers answer it to a signature that they don't know.

Any other refusal from 400 to 499 is the receiver's verdict on this one event.
"""
HOLDS_BACK_FOR: Final = 4
"""Attempts, over three minutes, after which a failing event no longer holds back later ones.

That is if its address takes other events. Until then, and as long as the address takes nothing, the
events about one prospect arrive in the order in which they happened.
"""


class DeliveryState(StrEnum):
    """What has become of a delivery so far."""

    PENDING = "pending"
    DELIVERED = "delivered"
    GIVEN_UP = "given_up"
    DROPPED = "dropped"
    """Its webhook was switched off in the meantime."""


class Failure(StrEnum):
    """Why there was no answer."""

    INSIDE = "inside"
    """The name resolved to an address that is not on the open internet."""
    TIMED_OUT = "timed_out"
    UNREACHABLE = "unreachable"
    UNTRUSTED = "untrusted"
    """Its certificate is not valid."""
    GARBLED = "garbled"
    """What came back is not HTTP, or the address can't be used."""


@dataclass(frozen=True, slots=True)
class Answer:
    """What came back from one attempt."""

    took: timedelta
    status: int | None = None
    failure: Failure | None = None
    """Why there is no status."""
    excerpt: str = ""
    """The beginning of its body."""
    retry_after: timedelta | None = None

    @property
    def is_taken(self) -> bool:
        """Whether the receiver took it."""
        return self.status is not None and 200 <= self.status < 300

    @property
    def is_redirect(self) -> bool:
        """Whether it redirects elsewhere; nothing is sent there."""
        return self.status is not None and 300 <= self.status < 400


@dataclass(frozen=True, slots=True)
class Attempt:
    """A delivery that a process has claimed to send now."""

    workspace_id: WorkspaceId
    webhook_id: WebhookId
    id: DeliveryId
    number: int
    """1 for the first one. Whoever finishes it passes it along: another process may have taken over
    in the meantime."""
    first_tried_at: datetime
    taken_at: datetime
    """When this attempt was claimed; for the first one it is `first_tried_at`."""
    address: str
    secret: str = field(repr=False)
    body: str = field(repr=False)

    @property
    def claim_key(self) -> tuple[WorkspaceId, DeliveryId]:
        """What distinguishes its delivery from others."""
        return self.workspace_id, self.id


@dataclass(frozen=True, slots=True)
class Delivery:
    """A delivery as managers see it, with its latest answer."""

    id: DeliveryId
    event: Event
    at: datetime
    """When the event happened."""
    state: DeliveryState
    attempts: int
    tried_at: datetime | None
    due_at: datetime | None
    """When it will be tried next."""
    answer: Answer | None


@dataclass(frozen=True, slots=True)
class AfterAttempt:
    """What follows from an attempt."""

    state: DeliveryState
    due_at: datetime | None = None
    """When it will be tried again."""
    is_gone: bool = False
    """Whether the address asked never to be called again."""


def delivery_id(webhook_id: WebhookId, event: Event, key: str) -> DeliveryId:
    """Return an id that is the same whenever the same event goes to the same webhook."""
    told = hashlib.sha256(f"{webhook_id} {event} {key}".encode()).hexdigest()
    return DeliveryId(f"msg_{told[:32]}")


def judged(attempt: Attempt, answer: Answer, now: datetime) -> AfterAttempt:
    """Return what follows from an answer: delivered, tried again, or given up."""
    if answer.is_taken:
        return AfterAttempt(DeliveryState.DELIVERED)
    if answer.status == GONE:
        return AfterAttempt(DeliveryState.GIVEN_UP, is_gone=True)
    last = attempt.first_tried_at + GIVE_UP_AFTER
    if now >= last:
        return AfterAttempt(DeliveryState.GIVEN_UP)
    return AfterAttempt(
        DeliveryState.PENDING, due_at=min(now + _wait(attempt.number, answer), last)
    )


def has_failed_for_long(failing_since: datetime | None, given_up: Attempt) -> bool:
    """Tell whether nothing arrived during the whole time a given-up delivery was tried."""
    return failing_since is not None and failing_since <= given_up.first_tried_at


def _wait(attempts: int, answer: Answer) -> timedelta:
    wait = _WAITS[min(attempts, len(_WAITS)) - 1]
    if answer.retry_after is None:
        return wait
    return max(wait, min(answer.retry_after, LONGEST_ASKED_FOR))
