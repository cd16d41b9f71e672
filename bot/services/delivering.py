"""Delivery: take what waits in the outbox to Slack, one message of a lane at a time.

A row is claimed in a transaction of its own, drawn from the state of that moment,
sent once, and finished by its fence. No transaction is open while Slack is spoken to.
"""

import asyncio
import logging
import time
from collections.abc import Callable
from datetime import date, timedelta

from bot.domain.calendar import WorkingTime
from bot.domain.dossier import Dossier, NudgeMessage
from bot.domain.errors import UnknownProspect
from bot.domain.people import MemberId
from bot.services.delivery_ports import (
    DEFAULT_TIMES,
    Claimed,
    Dead,
    DeliveryTimes,
    Messenger,
    OutboxQueue,
    Outcome,
    Postponed,
    Sent,
    Unknown,
)
from bot.services.dossiers import dossier_of, nudge_message
from bot.services.membership import Membership
from bot.services.ports import Caller, Clock, MessageKind, OutboxMessage, Person, UnitsOfWork

log = logging.getLogger(__name__)

AT_ONCE = 20
"""How many messages one process sends at the same time."""

MOST_ATTEMPTS = 12
"""After so many ends that we do not know, some hours later, a message is given up."""

MOST_MISTAKES = 3
"""What we cannot draw will hardly get better, and the messages behind it wait."""

NUDGES = frozenset({MessageKind.NUDGE, MessageKind.NUDGE_REWRITE})
OVERRIDES = frozenset(
    {MessageKind.OVERRIDE_ASKED, MessageKind.OVERRIDE_NEWS, MessageKind.OVERRIDE_LAPSED}
)
PRIVATE = frozenset({MessageKind.OWNER_CHOSEN, MessageKind.UNDELIVERABLE}) | NUDGES | OVERRIDES

TOO_LATE = "too_late_to_send"
"""Cause of waiting once more when the lease is nearly over."""

OUT_OF_HOURS = "out_of_hours"
"""Cause of waiting of a nudge that Slack did not take before its reader went home."""

NOT_NEEDED = "not_needed"
"""Cause of death of what has nothing to be about any more, such as a line under no card."""


class Delivering:
    """Sends what the outbox holds; any number of processes may do so at once."""

    def __init__(
        self,
        queue: OutboxQueue,
        units: UnitsOfWork,
        membership: Membership,
        messenger: Messenger,
        clock: Clock,
        *,
        times: DeliveryTimes = DEFAULT_TIMES,
        look_again: Callable[[], None] = lambda: None,
        seconds: Callable[[], float] = time.monotonic,
    ) -> None:
        """Take the queue's ends; `look_again` is called when a lane got free.

        `seconds` only measures how long something took.
        """
        self._queue = queue
        self._units = units
        self._membership = membership
        self._messenger = messenger
        self._clock = clock
        self._send_within = times.send_within.total_seconds()
        self._look_again = look_again
        self._seconds = seconds
        self._under_way: set[asyncio.Task[None]] = set()

    async def deliver_due(self) -> int:
        """Begin to send what is due now, and return how many messages that is.

        A slow lane keeps no other from its turn: sending goes on after the return.
        """
        free = AT_ONCE - len(self._under_way)
        until = self._seconds() + self._send_within
        claimed = await self._queue.claim(free) if free > 0 else ()
        for row in claimed:
            task = asyncio.create_task(self._deliver(row, until))
            self._under_way.add(task)
            task.add_done_callback(self._under_way.discard)
        return len(claimed)

    async def drain(self) -> None:
        """Wait until everything that was begun is finished."""
        while self._under_way:
            await asyncio.gather(*self._under_way)

    async def _deliver(self, row: Claimed, until: float) -> None:
        try:
            outcome = await self._send(row, until)
            await self._keep_place(row, outcome)
            if await self._queue.finish(row, outcome):
                await self._tell(row, outcome)
        except Exception:  # the lease gives the row back to whoever comes next
            log.exception("message %s (%s) was not finished", row.row_id, row.message.kind)
        self._look_again()

    async def _send(self, row: Claimed, until: float) -> Outcome:
        try:
            about = await self._about(row)
        except UnknownProspect:
            return Dead(NOT_NEEDED)
        posted = _posted(row, about)
        if posted is not None:
            return Sent(*posted)
        try:
            reader = await self._reader(row)
            if self._seconds() > until:
                return Postponed(timedelta(0), TOO_LATE)
            held = self._held_until_work(row, about, reader)
            outcome = held or await self._messenger.send(row, about, reader)
        except Exception as error:  # our own mistake must not stop the lane for ever
            log.exception("message %s (%s) could not be sent", row.row_id, row.message.kind)
            return _unless_hopeless(Unknown(type(error).__name__), row, MOST_MISTAKES)
        return _unless_hopeless(outcome, row, MOST_ATTEMPTS)

    def _held_until_work(
        self, row: Claimed, about: Dossier | NudgeMessage | None, reader: Person | None
    ) -> Outcome | None:
        """Let a nudge that was held up into the evening wait for the next working morning."""
        is_nudge = row.message.kind is MessageKind.NUDGE and isinstance(about, NudgeMessage)
        if not is_nudge or reader is None:
            return None
        working = WorkingTime(reader.workspace.settings.calendar, reader.zone)
        wait = working.next_at_work(self._clock()) - self._clock()
        return Postponed(wait, OUT_OF_HOURS) if wait else None

    async def _reader(self, row: Claimed) -> Person | None:
        """Return who reads a private message; None for a channel."""
        if row.message.kind not in PRIVATE:
            return None
        return await self._membership.greet(
            Caller(row.workspace_id, MemberId(row.message.recipient))
        )

    async def _about(self, row: Claimed) -> Dossier | NudgeMessage | None:
        """Gather what a message is drawn from; raises UnknownProspect if it is about nothing."""
        if row.message.kind in NUDGES:
            owner = MemberId(row.message.recipient)
            day = date.fromisoformat(str(row.message.detail["day"]))
            is_first = row.message.kind is MessageKind.NUDGE
            async with self._units.reading(row.workspace_id) as work:
                return await nudge_message(work, owner, day, self._clock(), is_first=is_first)
        if row.message.qualification_id is None:
            return None
        async with self._units.reading(row.workspace_id) as work:
            qualification = await work.qualifications.get(row.message.qualification_id)
            if qualification is None:
                raise UnknownProspect
            return await dossier_of(work, qualification, self._clock())

    async def _keep_place(self, row: Claimed, outcome: Outcome) -> None:
        """Keep where a message is, before the row is finished: so it is never posted again."""
        if row.message.kind is MessageKind.NUDGE and isinstance(outcome, Sent):
            day = date.fromisoformat(str(row.message.detail["day"]))
            async with self._units(row.workspace_id) as work:
                owner = MemberId(row.message.recipient)
                await work.nudges.set_posted(owner, day, outcome.channel, outcome.ts)
        card_of = row.message.qualification_id
        if row.message.kind is MessageKind.CARD and isinstance(outcome, Sent) and card_of:
            async with self._units(row.workspace_id) as work:
                await work.qualifications.set_card(card_of, outcome.channel, outcome.ts)

    async def _tell(self, row: Claimed, outcome: Outcome) -> None:
        """Tell the managers, once for each channel and cause, that a message is dead."""
        if not isinstance(outcome, Dead) or outcome.cause == NOT_NEEDED:
            return
        log.error(
            "message %s (%s) to %s is dead: %s",
            row.row_id,
            row.message.kind,
            row.message.recipient,
            outcome.cause,
        )
        if row.message.kind is MessageKind.UNDELIVERABLE:
            return
        async with self._units(row.workspace_id) as work:
            workspace = await work.workspaces.get()
            for manager in sorted(workspace.manager_ids) if workspace else ():
                await work.outbox.put(_undeliverable(row, manager, outcome.cause))


def _posted(row: Claimed, about: Dossier | NudgeMessage | None) -> tuple[str, str] | None:
    """Return where a message is that an earlier attempt posted and did not finish."""
    if row.message.kind is MessageKind.CARD and isinstance(about, Dossier):
        card = about.qualification
        return (card.card_channel, card.card_ts) if card.card_channel and card.card_ts else None
    if row.message.kind is MessageKind.NUDGE and isinstance(about, NudgeMessage):
        return about.posted
    return None


def _unless_hopeless(outcome: Outcome, row: Claimed, most: int) -> Outcome:
    """Give a message up whose end is unknown once more, so that its lane goes on."""
    if isinstance(outcome, Unknown) and row.attempts >= most:
        return Dead(outcome.cause)
    return outcome


def _undeliverable(row: Claimed, manager: MemberId, cause: str) -> OutboxMessage:
    return OutboxMessage(
        kind=MessageKind.UNDELIVERABLE,
        recipient=manager,
        dedupe_key=f"undeliverable:{row.message.recipient}:{cause}:{manager}",
        detail={"recipient": row.message.recipient, "cause": cause},
    )
