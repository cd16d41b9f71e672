"""The kinds of messages, and everything known about each: one table.

What a message of a kind says, and thereby what must be gathered for it, is in `payloads`; how it is
drawn is in `bot.slack.delivery.drawing`.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import Enum, StrEnum
from types import MappingProxyType
from typing import assert_never


class MessageKind(StrEnum):
    """What kind of message an outbox row holds."""

    CARD = "card"
    """A new verdict card of a qualification."""
    CARD_REWRITE = "card_rewrite"
    """The same card, rewritten to the state at sending time."""
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
    """The same message, rewritten to the state at sending time."""
    OUTCOME = "outcome"
    """Private, to an owner: questions about outcomes alone. With a nudge, the kind is NUDGE."""
    MANAGERS = "managers"
    """Private, to a manager: what is proposed for closing, and prospects whose owner is gone."""
    MANAGERS_REWRITE = "managers_rewrite"
    """The same message, rewritten to the state at sending time."""
    HANDED_OVER = "handed_over"
    """Private: everything a gone owner left behind was handed over to you."""
    OVERRIDE_ASKED = "override_asked"
    """Private, to a manager: somebody asks for an override."""
    OVERRIDE_REWRITE = "override_rewrite"
    """The private question to a manager, rewritten to the state at sending time."""
    OVERRIDE_NEWS = "override_news"
    """Private: what happened to an override, or to a request for one."""
    OVERRIDE_LAPSED = "override_lapsed"
    """Private, to whoever asked: nobody answered in time."""
    REQUEST_LINE = "request_line"
    """A line in the card's thread: the request for an override has lapsed."""
    KILL_DATE_LINE = "kill_date_line"
    """A line in the card's thread: the kill date of an override has passed."""
    UNDELIVERABLE = "undeliverable"
    """Private, to a manager: a channel or a webhook's address does not take our messages."""
    SETTINGS_CHANGED = "settings_changed"
    """In the managers' channel: which settings or checklists changed, and who changed them."""
    DIGEST = "digest"
    """What became of last week, and what nobody decided."""
    DIGEST_LINE = "digest_line"
    """In its thread: long undecided prospects for which its list had no room."""
    ERASURE = "erasure"
    """A message of ours that names a forgotten prospect: deleted, or rewritten without it."""
    PRIVATE_ERASURE = "private_erasure"
    """The same for a private message."""
    RETENTION = "retention"
    """In the managers' channel: the day from which long-decided prospects will be forgotten."""
    INTAKE = "intake"
    """Private: a draft came in by the door; to its owner, or to the managers if it has none."""
    INTAKE_REWRITE = "intake_rewrite"
    """The same message, rewritten to the state at sending time."""

    @property
    def rules(self) -> "MessageRules":
        """Everything known about this kind."""
        return _RULES[self]


class Destination(Enum):
    """Where a message goes."""

    CHANNEL = "channel"
    THREAD = "thread"
    """Under the card of its qualification or the digest of its week; without one, it isn't sent."""
    PRIVATE = "private"
    """To one member: the recipient is a member id, and the texts are in that member's language."""


@dataclass(frozen=True, slots=True)
class MessageRules:
    """What is known about a kind of message. For every kind, the recipient is the lane."""

    destination: Destination
    is_rewrite: bool = False
    """It replaces a posted message: it may be sent repeatedly, and no forecast includes it."""
    is_place_stored: bool = False
    """Where it is posted is stored with what it is about, so that it is never posted twice."""
    is_for_members: bool = False
    """Only a full member can act on it. It is not sent to anybody else."""
    waits_for_work: bool = False
    """It is sent only while its reader is at work."""
    counts_as_nudge: bool = False
    """It is not sent during its reader's pause, and counts only if its reader got it."""
    is_never_repeated: bool = False
    """If nobody can tell whether it arrived, it is given up: the list of undecided prospects says
    the same."""
    is_of_its_day: bool = False
    """It is no longer sent once the day for which it was written is over."""
    asks_for_answer: bool = False
    """It is not sent if its request no longer needs an answer."""
    is_failure_reported: bool = True
    """If it can't be delivered, the managers are told, and it is tried again later."""

    @property
    def is_private(self) -> bool:
        """Whether it goes to one member only."""
        return self.destination is Destination.PRIVATE

    @property
    def is_line(self) -> bool:
        """Whether it is a line in a thread."""
        return self.destination is Destination.THREAD

    @property
    def is_forecast(self) -> bool:
        """Whether a forecast includes it."""
        return not self.is_rewrite


def _rules_of(kind: MessageKind) -> MessageRules:  # noqa: C901 - a table: one case for each kind
    match kind:
        case MessageKind.CARD:
            return MessageRules(Destination.CHANNEL, is_place_stored=True)
        case MessageKind.CARD_REWRITE | MessageKind.ERASURE:
            return MessageRules(Destination.CHANNEL, is_rewrite=True)
        case (
            MessageKind.THREAD_LINE
            | MessageKind.LAPSE_LINE
            | MessageKind.CLOSING_LINE
            | MessageKind.REQUEST_LINE
            | MessageKind.KILL_DATE_LINE
        ):
            return MessageRules(Destination.THREAD)
        case MessageKind.DIGEST:
            return MessageRules(Destination.CHANNEL, is_place_stored=True, is_of_its_day=True)
        case MessageKind.DIGEST_LINE:
            return MessageRules(Destination.THREAD)
        case MessageKind.PRIVATE_ERASURE | MessageKind.INTAKE_REWRITE:
            return MessageRules(Destination.PRIVATE, is_rewrite=True)
        case MessageKind.NUDGE:
            return MessageRules(
                Destination.PRIVATE,
                is_place_stored=True,
                is_for_members=True,
                waits_for_work=True,
                counts_as_nudge=True,
                is_never_repeated=True,
            )
        case MessageKind.OUTCOME:
            return MessageRules(
                Destination.PRIVATE,
                is_place_stored=True,
                is_for_members=True,
                waits_for_work=True,
                is_never_repeated=True,
            )
        case MessageKind.MANAGERS:
            return MessageRules(
                Destination.PRIVATE, is_place_stored=True, is_for_members=True, waits_for_work=True
            )
        case MessageKind.OVERRIDE_ASKED:
            return MessageRules(
                Destination.PRIVATE, is_for_members=True, waits_for_work=True, asks_for_answer=True
            )
        case (
            MessageKind.NUDGE_REWRITE | MessageKind.MANAGERS_REWRITE | MessageKind.OVERRIDE_REWRITE
        ):
            return MessageRules(Destination.PRIVATE, is_rewrite=True, is_for_members=True)
        case MessageKind.OVERRIDE_NEWS | MessageKind.OVERRIDE_LAPSED:
            return MessageRules(Destination.PRIVATE, is_for_members=True)
        case MessageKind.OWNER_CHOSEN | MessageKind.HANDED_OVER | MessageKind.INTAKE:
            return MessageRules(Destination.PRIVATE)
        case MessageKind.UNDELIVERABLE:
            return MessageRules(Destination.PRIVATE, is_failure_reported=False)
        case MessageKind.SETTINGS_CHANGED | MessageKind.RETENTION:
            return MessageRules(Destination.CHANNEL)
        case _:
            assert_never(kind)


_RULES: Mapping[MessageKind, MessageRules] = MappingProxyType(
    {kind: _rules_of(kind) for kind in MessageKind}
)
