"""The messages to Slack: their kinds, what waits, and one attempt to send it.

What a message says is in `payloads`, what it is drawn from in `contents`.
"""

from bot.domain.delivery.kinds import MessageKind, MessageRules
from bot.domain.delivery.outbox import (
    DEFAULT_TIMES,
    NOT_NEEDED,
    Absent,
    Away,
    Claimed,
    Dead,
    DeliveryTimes,
    Hidden,
    OutboxMessage,
    Posted,
    Postponed,
    SendResult,
    Sent,
    Sight,
    Spoken,
    Unknown,
    Waiting,
)

__all__ = [
    "DEFAULT_TIMES",
    "NOT_NEEDED",
    "Absent",
    "Away",
    "Claimed",
    "Dead",
    "DeliveryTimes",
    "Hidden",
    "MessageKind",
    "MessageRules",
    "OutboxMessage",
    "Posted",
    "Postponed",
    "SendResult",
    "Sent",
    "Sight",
    "Spoken",
    "Unknown",
    "Waiting",
]
