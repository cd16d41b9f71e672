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
    payload: Payload = ABOUT_CARD


@dataclass(frozen=True, slots=True)
class Waiting:
    """A message that waits, and until when it does at least."""

    message: OutboxMessage
    due_at: datetime


Posted = tuple[str, str]
"""Channel and ts of a message in Slack."""


@dataclass(frozen=True, slots=True)
class Spoken:
    """A message of the clock that names somebody or something."""

    reader: MemberId
    morning: Morning
    sent_on: date | None = None
    """The day of its reader on which it was sent; None as long as it was not."""
    link: str | None = None
    """Its permalink, if Slack told it."""

    @property
    def day(self) -> date:
        """For which morning it was written."""
        return self.morning.day


NOT_NEEDED = "not_needed"
"""Cause of death of what has nothing to be about any more."""

NO_PLACE = "no_place"
"""Cause of death of what belongs to a card or digest that is not posted; it follows that one."""

READER_GONE = "reader_gone"
"""Cause of death of what its reader cannot act on any more, though Slack would take it unseen."""

READER_PAUSED = "reader_paused"
"""Cause of death of a nudge that was held up into its reader's own pause; another one comes."""

DAY_OVER = "day_over"
"""Cause of death of what is for one day only, which Slack did not take on it."""

UNREADABLE_ROW = "unreadable_row"
"""Cause of death of a row of which this version cannot tell what it says."""

FINAL = frozenset({NOT_NEEDED, NO_PLACE, READER_GONE, READER_PAUSED, DAY_OVER})
"""What died of these is not missed by anybody. Everything else that is dead can be sent again."""


@dataclass(frozen=True, slots=True)
class Claimed:
    """An outbox row that is ours to send until its lease ends."""

    row_id: int
    workspace_id: WorkspaceId
    message: OutboxMessage
    fence: int
    """Grows with each claim; finishing with an old one changes nothing."""
    attempts: int
    """This one included."""
    may_be_out: bool
    """An earlier attempt may have reached Slack."""
    may_be_twice: bool = False
    """It was sent once more although nobody could look whether it was there."""
    is_probe: bool = False
    """Its workspace pauses, and this message tries whether Slack lets us in again."""
    written_at: float = 0.0
    """In seconds since 1970, by the database's clock; it was not posted before."""
    was_dead: bool = False
    """It died, and tries now whether its cause went away."""


@dataclass(frozen=True, slots=True)
class DeliveryTimes:
    """How long delivery waits for what; shortened where failures are rehearsed."""

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
    """A channel takes about one message a second."""
    settle: timedelta = timedelta(seconds=10)
    """How long a message that may be out is given to show up in Slack's history.

    Looking for it is the probe: where Slack shows the history, it is well enough for the message
    to be sent again. After the third such end in a row the wait doubles each time.
    """
    longest_settle: timedelta = timedelta(minutes=5)
    """A lane is never quiet for longer because of an end that we do not know."""
    after_mistake: timedelta = timedelta(seconds=30)
    """How long until what we could not gather or draw is tried again; twice as long each time."""
    probe_after: timedelta = timedelta(minutes=5)
    """How long a workspace that does not let us in is left alone."""
    ask_after: timedelta = timedelta(hours=1)
    """How long after a death it is asked for the first time whether its cause went away."""
    ask_every: timedelta = timedelta(days=1)
    """How often it is asked from then on."""
    ask_for: timedelta = timedelta(days=14)
    """How long after a death nobody is asked any more, unless somebody wants it."""


DEFAULT_TIMES = DeliveryTimes()


@dataclass(frozen=True, slots=True)
class Sent:
    """Slack took the message."""

    channel: str
    ts: str
    refused: frozenset[str] = frozenset()
    """Kinds of blocks without which alone it took it."""


@dataclass(frozen=True, slots=True)
class Postponed:
    """The message certainly did not leave us, or Slack asked to wait: again after `wait`."""

    wait: timedelta
    cause: str
    lane: bool = False
    """Whether the whole lane waits (Slack's rate limit)."""


NOT_OURS = Postponed(timedelta(0), "too_late_to_send")
"""Nothing was said: the lease is over, or nobody could say whether it is."""


@dataclass(frozen=True, slots=True)
class Dead:
    """Slack refuses the message, or we cannot make it; somebody has to be told."""

    cause: str


@dataclass(frozen=True, slots=True)
class Gone:
    """What was to be rewritten does not stand in Slack any more: it is posted anew."""

    cause: str


@dataclass(frozen=True, slots=True)
class Failed:
    """We could not even gather or draw it, so it certainly did not leave us; again, later."""

    cause: str


@dataclass(frozen=True, slots=True)
class Unknown:
    """Slack may have taken the message and may not."""

    cause: str


@dataclass(frozen=True, slots=True)
class Away:
    """Slack does not let us into the workspace at all: it pauses, the message certainly waits."""

    cause: str


SendResult = Sent | Postponed | Dead | Gone | Failed | Unknown | Away


@dataclass(frozen=True, slots=True)
class Absent:
    """All that was said since the message was written was looked through: it is not there."""


@dataclass(frozen=True, slots=True)
class Hidden:
    """Slack does not let us look."""

    cause: str


Sight = Sent | Absent | Hidden | Postponed | Unknown | Away
"""What looking for a message came to; the last three: wait, and look again."""
