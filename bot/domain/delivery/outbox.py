"""The messages that wait for Slack: what each says, about what, and to whom."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from enum import StrEnum
from typing import Any, NamedTuple

from bot.domain.people import MemberId
from bot.domain.prospects.prospect import ProspectId, QualificationId


class MessageKind(StrEnum):
    """What an outbox row says."""

    CARD = "card"
    """The verdict card of a qualification, posted."""
    CARD_REWRITE = "card_rewrite"
    """The same card, rewritten as things stand when it is sent."""
    THREAD_LINE = "thread_line"
    """A line in the card's thread about one history entry."""
    OWNER_CHOSEN = "owner_chosen"
    """Private: somebody else made you the owner."""
    LAPSE_LINE = "lapse_line"
    """A line in the card's thread: a condition has lapsed."""
    CLOSING_LINE = "closing_line"
    """A line in the card's thread: the prospect is proposed for closing."""
    NUDGE = "nudge"
    """Private, to an owner: what they have to decide."""
    NUDGE_REWRITE = "nudge_rewrite"
    """The same message, rewritten as things stand when it is sent."""
    OUTCOME = "outcome"
    """Private, to an owner: what came of clients and walk-aways. Beside a nudge it is one."""
    MANAGERS = "managers"
    """Private, to a manager: what is proposed for closing, and prospects whose owner is gone."""
    MANAGERS_REWRITE = "managers_rewrite"
    """The same message, rewritten as things stand when it is sent."""
    HANDED_OVER = "handed_over"
    """Private: all that a gone owner left behind was handed over to you."""
    OVERRIDE_ASKED = "override_asked"
    """Private, to a manager: somebody asks for an override."""
    OVERRIDE_REWRITE = "override_rewrite"
    """What asks for an answer in private, rewritten as things stand when it is sent."""
    OVERRIDE_NEWS = "override_news"
    """Private: what an action made of an override, or of the request for one."""
    OVERRIDE_LAPSED = "override_lapsed"
    """Private, to whoever asked: nobody answered in time."""
    REQUEST_LINE = "request_line"
    """A line in the card's thread: the request for an override has lapsed."""
    KILL_DATE_LINE = "kill_date_line"
    """A line in the card's thread: the kill date of an override has passed."""
    UNDELIVERABLE = "undeliverable"
    """Private, to a manager: a channel does not take our messages."""


@dataclass(frozen=True, slots=True)
class OutboxMessage:
    """What to say about what to whom; how, is decided when it is sent."""

    kind: MessageKind
    recipient: str
    """A channel id, or a member id for a private message; it is also the lane."""
    dedupe_key: str
    """Unique in the workspace: the same thing is said once."""
    prospect_id: ProspectId | None = None
    qualification_id: QualificationId | None = None
    revision: int | None = None
    """Of the history entry that a thread line tells."""
    detail: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Waiting:
    """A message that waits, and until when it does at least."""

    message: OutboxMessage
    due_at: datetime


Posted = tuple[str, str]
"""Channel and ts of a message in Slack."""


class Spoken(NamedTuple):
    """A message of the clock that names somebody or something."""

    reader: MemberId
    day: date
    """For which morning it was written."""
    sent_on: date | None
    """The day of its reader on which it was sent; None as long as it was not."""
