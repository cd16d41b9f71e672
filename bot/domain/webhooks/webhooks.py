"""A webhook: an address that a workspace's events are sent to, and what managers do with it."""

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
"""The most webhooks of one workspace."""
SECRET_BYTES: Final = 32
_PREFIX: Final = "whsec_"
NO_SECRET: Final = ""
"""The secret of a webhook that was imported: exports have none, so it needs a new one first."""


class Event(StrEnum):
    """What webhooks tell; the value is the payload's `type` and never changes."""

    QUALIFICATION_SUBMITTED = "qualification.submitted"
    PROSPECT_DECIDED = "prospect.decided"
    OVERRIDE_DECIDED = "override.decided"
    OUTCOME_ANSWERED = "outcome.answered"
    TEST = "webhook.test"
    """Sent when a manager asks for it, whichever events were chosen."""


CHOOSABLE: Final = tuple(each for each in Event if each is not Event.TEST)


class WebhookState(StrEnum):
    """Whether anything is sent, and if not, why."""

    ON = "on"
    OFF = "off"
    """A manager switched it off."""
    FAILED = "failed"
    """Switched off because nothing arrived for three days."""
    GONE = "gone"
    """Switched off because the address answered that it is gone for good."""


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
"""What only the clock does."""


@dataclass(frozen=True, slots=True)
class Webhook:
    """An address, and the events it is sent."""

    id: WebhookId
    address: str
    secret: str = field(repr=False)
    """The signing key; stored in plain text, since signing needs it."""
    events: frozenset[Event]
    added_at: datetime
    added_by: MemberId
    state: WebhookState = WebhookState.ON
    failing_since: datetime | None = None
    """The first failed attempt since the last delivery that arrived."""

    @property
    def host(self) -> str:
        """The only part of the address that others are told."""
        return host_of(self.address)

    @property
    def is_on(self) -> bool:
        """Whether anything is sent."""
        return self.state is WebhookState.ON

    @property
    def may_be_on(self) -> bool:
        """Whether it has a secret to sign with."""
        return self.secret != NO_SECRET

    def receives(self, event: Event) -> bool:
        """Tell whether an event is sent to it."""
        return self.is_on and (event in self.events or event is Event.TEST)


@dataclass(frozen=True, slots=True)
class WebhookChange:
    """One change as the channel and the history tell it: never with the address or the secret."""

    act: WebhookAct
    host: str
    events: tuple[Event, ...]


@dataclass(frozen=True, slots=True)
class NotedWebhookChange:
    """A change as recorded in the history."""

    change: WebhookChange
    by: MemberId | None
    """None for the clock."""
    at: datetime


def change_of(act: WebhookAct, webhook: Webhook) -> WebhookChange:
    """Return the change that an act makes to a webhook, as it is told."""
    return WebhookChange(act, webhook.host, in_order(webhook.events))


def in_order(events: Iterable[Event]) -> tuple[Event, ...]:
    """Return the events in the order in which they are always listed."""
    chosen = set(events)
    return tuple(each for each in Event if each in chosen)


def secret_of(chance: bytes) -> str:
    """Return random bytes as a secret in the format of Standard Webhooks."""
    return _PREFIX + base64.b64encode(chance).decode()
