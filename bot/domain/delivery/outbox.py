"""The messages that wait for Slack: what each says, about what, and to whom."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from bot.domain.delivery.kinds import MessageKind
from bot.domain.delivery.payloads import ABOUT_CARD, Morning, Payload
from bot.domain.people import MemberId
from bot.domain.prospects import ProspectId, QualificationId
from bot.domain.workspace import WorkspaceId


@dataclass(frozen=True, slots=True)
class OutboxMessage:
    """What to say, about what and to whom; how it is said is decided at sending time."""

    kind: MessageKind
    recipient: str
    """A channel id, or a member id for a private message; it is also the lane."""
    dedupe_key: str
    """Unique in the workspace, so that the same thing is said only once."""
    prospect_id: ProspectId | None = None
    qualification_id: QualificationId | None = None
    revision: int | None = None
    """The revision of the history entry that a thread line tells."""
    payload: Payload = ABOUT_CARD


@dataclass(frozen=True, slots=True)
class WaitingMessage:
    """A waiting message, and the earliest time at which it can go out."""

    message: OutboxMessage
    due_at: datetime


Posted = tuple[str, str]
"""Channel and ts of a message in Slack."""


@dataclass(frozen=True, slots=True)
class ClockMessage:
    """A message written by the clock that names somebody or something."""

    reader: MemberId
    morning: Morning
    sent_on: date | None = None
    """The day, in its reader's time zone, on which it was sent; None until then."""
    link: str | None = None
    """Its permalink, if Slack gave one."""

    @property
    def day(self) -> date:
        """The day for which it was written."""
        return self.morning.day


NOT_NEEDED = "not_needed"
"""Cause of death: there is nothing left for the message to be about."""

NO_PLACE = "no_place"
"""Cause of death: it belongs to a card or digest that is not posted, and follows that one."""

READER_GONE = "reader_gone"
"""Cause of death: its reader can't act on it any more, though Slack would still take it."""

READER_PAUSED = "reader_paused"
"""Cause of death: a nudge was held up into its reader's own pause; another one will come."""

DAY_OVER = "day_over"
"""Cause of death: it was meant for one day, and Slack did not take it on that day."""

UNREADABLE_ROW = "unreadable_row"
"""Cause of death: this version can't read what the row says."""

FINAL = frozenset({NOT_NEEDED, NO_PLACE, READER_GONE, READER_PAUSED, DAY_OVER})
"""Causes after which nobody misses the message. Any other dead message can be sent again."""


@dataclass(frozen=True, slots=True)
class Claimed:
    """An outbox row that is ours to send until its lease ends."""

    row_id: int
    workspace_id: WorkspaceId
    message: OutboxMessage
    fence: int
    """Grows with each claim; finishing with an outdated one changes nothing."""
    attempts: int
    """Including this one."""
    may_be_out: bool
    """An earlier attempt may have reached Slack."""
    may_be_twice: bool = False
    """It was sent once more although nobody could check whether it was already there."""
    is_probe: bool = False
    """Its workspace pauses, and this message tests whether Slack lets us in again."""
    written_at: float = 0.0
    """Seconds since 1970 by the database's clock; the message can't have been posted earlier."""
    was_dead: bool = False
    """It died, and this attempt tests whether the cause is gone."""

    @property
    def claim_key(self) -> int:
        """What distinguishes it from other rows."""
        return self.row_id


@dataclass(frozen=True, slots=True)
class DeliveryTimes:
    """How long delivery waits, and for what; shortened where failures are rehearsed."""

    lease: timedelta = timedelta(seconds=8)
    """How long a claimed row is ours; a worker that does not renew it is taken for dead."""
    send_within: timedelta = timedelta(seconds=2)
    """How long after a claim, or its renewal, a call to Slack is still begun."""
    after_death: timedelta = timedelta(seconds=6)
    """How long what somebody dead had begun is given to show up in Slack's history.

    The lease leaves that much after the last call that could have begun. It is shorter than after
    an end that nobody knows: there Slack itself was in trouble.
    """
    pace: timedelta = timedelta(seconds=1)
    """Slack accepts about one message a second per channel."""
    settle: timedelta = timedelta(seconds=10)
    """How long a message that may be out is given to show up in Slack's history.

    Looking for it is the probe: if Slack shows the history, it is well enough for the message to be
    sent again. After the third unknown result in a row, the wait doubles each time.
    """
    longest_settle: timedelta = timedelta(minutes=5)
    """The longest that a lane stays quiet because of an unknown result."""
    after_mistake: timedelta = timedelta(seconds=30)
    """How long until a message we failed to gather or draw is tried again; doubles each time."""
    probe_after: timedelta = timedelta(minutes=5)
    """How long a workspace that doesn't let us in is left alone."""
    ask_after: timedelta = timedelta(hours=1)
    """How long after a death to check for the first time whether its cause is gone."""
    ask_every: timedelta = timedelta(days=1)
    """How often to check from then on."""
    ask_for: timedelta = timedelta(days=14)
    """How long after a death to stop checking, unless somebody asks for it."""


DEFAULT_TIMES = DeliveryTimes()


@dataclass(frozen=True, slots=True)
class Sent:
    """Slack took the message."""

    channel: str
    ts: str
    refused: frozenset[str] = frozenset()
    """Kinds of blocks that had to be left out for Slack to take it."""


@dataclass(frozen=True, slots=True)
class Postponed:
    """The message certainly did not leave us, or Slack asked us to wait: try again after `wait`."""

    wait: timedelta
    cause: str
    lane: bool = False
    """Whether the whole lane waits (Slack's rate limit)."""


NOT_OURS = Postponed(timedelta(0), "too_late_to_send")
"""Nothing was said: the lease is over, or nobody could say whether it is."""


@dataclass(frozen=True, slots=True)
class Dead:
    """Slack refuses the message, or we can't make it; somebody must be told."""

    cause: str


@dataclass(frozen=True, slots=True)
class Gone:
    """The message to be rewritten is no longer in Slack: it is posted anew."""

    cause: str


@dataclass(frozen=True, slots=True)
class Failed:
    """We failed to gather or draw it, so it certainly did not leave us; try again later."""

    cause: str


@dataclass(frozen=True, slots=True)
class Unknown:
    """Slack may or may not have taken the message."""

    cause: str


@dataclass(frozen=True, slots=True)
class Away:
    """Slack doesn't let us into the workspace at all: it pauses, the message certainly waits."""

    cause: str


SendResult = Sent | Postponed | Dead | Gone | Failed | Unknown | Away


@dataclass(frozen=True, slots=True)
class Absent:
    """Everything said since the message was written was searched: it isn't there."""


@dataclass(frozen=True, slots=True)
class Hidden:
    """Slack doesn't let us look."""

    cause: str


Sight = Sent | Absent | Hidden | Postponed | Unknown | Away
"""The result of looking for a message; the last three mean: wait, and look again."""
