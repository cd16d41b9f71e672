"""A webhook: an address of the workspace that hears of events, and what managers do with it."""

import base64
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Final, NewType

from bot.domain.people import MemberId
from bot.domain.webhooks.addresses import host_of

WebhookId = NewType("WebhookId", str)

MOST: Final = 10
"""Webhooks of one workspace."""
SECRET_BYTES: Final = 32
_PREFIX: Final = "whsec_"
NO_SECRET: Final = ""
"""Of one that moved here with an export, which has no secrets: it needs a new one first."""


class Event(StrEnum):
    """What webhooks tell; the value is the `type` of the payload, and never changes again."""

    QUALIFICATION_SUBMITTED = "qualification.submitted"
    PROSPECT_DECIDED = "prospect.decided"
    OVERRIDE_DECIDED = "override.decided"
    OUTCOME_ANSWERED = "outcome.answered"
    TEST = "webhook.test"
    """Sent when a manager asks for it, whatever was chosen."""


CHOOSABLE: Final = tuple(each for each in Event if each is not Event.TEST)


class WebhookState(StrEnum):
    """Whether anything is sent, and if not, why."""

    ON = "on"
    OFF = "off"
    """A manager switched it off."""
    FAILED = "failed"
    """Switched off, as nothing arrived for three days."""
    GONE = "gone"
    """Switched off, as the address answered that it is gone for good."""


class WebhookAct(StrEnum):
    """What happened to a webhook; the history keeps it."""

    ADDED = "added"
    EVENTS_CHANGED = "events_changed"
    SECRET_REPLACED = "secret_replaced"  # noqa: S105 - no secret
    SWITCHED_ON = "switched_on"
    SWITCHED_OFF = "switched_off"
    REMOVED = "removed"
    FAILED = "failed"
    GONE = "gone"


SWITCHED_OFF_AS: Final = {
    WebhookState.FAILED: WebhookAct.FAILED,
    WebhookState.GONE: WebhookAct.GONE,
}
"""What the clock does, and nobody else."""


@dataclass(frozen=True, slots=True)
class Webhook:
    """An address, and of what it hears."""

    id: WebhookId
    address: str
    secret: str = field(repr=False)
    """What signs; kept as it is, since it must sign."""
    events: frozenset[Event]
    added_at: datetime
    added_by: MemberId
    state: WebhookState = WebhookState.ON
    failing_since: datetime | None = None
    """The first attempt that failed since the last one that arrived."""

    @property
    def host(self) -> str:
        """All of the address that is told to others."""
        return host_of(self.address)

    @property
    def is_on(self) -> bool:
        """Whether anything is sent."""
        return self.state is WebhookState.ON

    @property
    def may_be_on(self) -> bool:
        """Whether anything that it is sent could be signed."""
        return self.secret != NO_SECRET

    def hears(self, event: Event) -> bool:
        """Tell whether it is sent an event."""
        return self.is_on and (event in self.events or event is Event.TEST)


@dataclass(frozen=True, slots=True)
class WebhookChange:
    """One change, as the channel and the history tell it: never with address or secret."""

    act: WebhookAct
    host: str
    events: tuple[Event, ...]


@dataclass(frozen=True, slots=True)
class NotedWebhookChange:
    """A change as it stands in the history."""

    change: WebhookChange
    by: MemberId | None
    """None: the clock."""
    at: datetime


def change_of(act: WebhookAct, webhook: Webhook) -> WebhookChange:
    """Return what is told of an act."""
    return WebhookChange(act, webhook.host, in_order(webhook.events))


def in_order(events: Iterable[Event]) -> tuple[Event, ...]:
    """Return events as they are always listed."""
    chosen = set(events)
    return tuple(each for each in Event if each in chosen)


def secret_of(chance: bytes) -> str:
    """Return chance in the form that Standard Webhooks gives a secret."""
    return _PREFIX + base64.b64encode(chance).decode()
