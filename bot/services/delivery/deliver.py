"""Delivery: send what waits in the outbox to Slack, one message of a lane at a time.

A row is claimed in a transaction of its own, looked for in Slack if an earlier attempt may have got
out, drawn from the state of that moment, sent once, and finished by its fence. No transaction is
open while talking to Slack.
"""

import asyncio
import logging
import time
from collections.abc import Awaitable, Callable, Coroutine, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any

from structlog.contextvars import bind_contextvars, clear_contextvars

from bot.domain.calendar import WorkingTime, today_in
from bot.domain.delivery import (
    DAY_OVER,
    DEFAULT_TIMES,
    FINAL,
    NOT_NEEDED,
    READER_GONE,
    READER_PAUSED,
    Claimed,
    Dead,
    DeliveryTimes,
    Failed,
    Gone,
    MessageKind,
    OutboxMessage,
    Postponed,
    SendResult,
    Sent,
    Unknown,
    payloads,
)
from bot.domain.delivery.contents import DigestMessage, MessageContent, RequestMessage, place_of
from bot.domain.errors import UnknownProspect
from bot.domain.people import MemberId
from bot.domain.read_models import Overview
from bot.domain.workspace import WorkspaceId
from bot.services.delivery.anew import post_anew
from bot.services.delivery.contents import content_of, read_ahead, store_posted, take_back
from bot.services.delivery.erasing import erasure_of
from bot.services.delivery.links import lacks_link, on_card, show_link
from bot.services.delivery.looking import UNSEEN, seen_before
from bot.services.digest import is_over
from bot.services.figures.facts import derive_facts
from bot.services.holding import Holding
from bot.services.people import Membership
from bot.services.ports import Caller, Clock, Messenger, Person
from bot.storage.delivery.queue import OutboxQueue
from bot.storage.unit_of_work import UnitOfWork, UnitsOfWork

log = logging.getLogger(__name__)

AT_ONCE = 150
"""How many messages one process sends at the same time, however many wait.

Slack needs a tenth of a second for a card, as long again for its permalink, and once more for the
verdict that is drawn anew: with this many in progress, 300 a second leave 60 that wait for us.
"""

IN_ONE_CLAIM = 25
"""How many lanes are claimed in one statement.

What their messages are drawn from is read along with them; on SQLite nobody else can write
meanwhile.
"""

MOST_ATTEMPTS = 60
"""After this many unknown results, nearly five hours later, a message is given up."""

MOST_MISTAKES = 3
"""After this many failures a message is given up: it will hardly get better, and others wait."""

LOOK_WITHIN = 10.0
"""Seconds; a longer look has failed."""

OUT_OF_HOURS = "out_of_hours"
"""Cause of a wait: Slack did not take the message before its reader finished work."""

NEVER_SAID = frozenset({READER_GONE, READER_PAUSED})
"""A nudge that died of one of these does not count."""

QUIET = FINAL - {DAY_OVER}
"""Causes of death that nobody is told about, not even the log."""


class DeliveryService:
    """Sends what the outbox holds; any number of processes may do this at once."""

    def __init__(
        self,
        queue: OutboxQueue,
        units: UnitsOfWork,
        membership: Membership,
        messenger: Messenger,
        clock: Clock,
        *,
        times: DeliveryTimes = DEFAULT_TIMES,
        look_again_in: Callable[[float], None] = lambda _: None,
        ended: Callable[[Claimed, SendResult], None] = lambda _row, _outcome: None,
        seconds: Callable[[], float] = time.monotonic,
        tell: Callable[[WorkspaceId], Awaitable[None]] | None = None,
    ) -> None:
        """Set up delivery; `look_again_in` is told in how many seconds a lane becomes free.

        `ended` hears how each attempt ended.
        `seconds` only measures how long something took. Before a digest is drawn, `tell` tells the
        facts that its figures are counted from.
        """
        self._queue = queue
        self._units = units
        self._membership = membership
        self._messenger = messenger
        self._clock = clock
        self._holding = Holding[Claimed](queue.hold, times, seconds)
        self._pace = times.pace.total_seconds()
        self._look_again_in = look_again_in
        self._ended = ended
        self._seconds = seconds
        self._tell_facts = tell or partial(derive_facts, units)
        self._under_way: set[asyncio.Task[None]] = set()

    async def deliver_due(self) -> int:
        """Begin to send what is due now, and return how many messages that is.

        A slow lane keeps no other from its turn: sending continues after the return.
        """
        began = 0
        await self._holding.renew()
        while (free := min(AT_ONCE - len(self._under_way), IN_ONE_CLAIM)) > 0:
            asked_at = self._seconds()
            claimed, ahead = await self._claim(free)
            for row in self._holding.take(claimed, asked_at):
                task = asyncio.create_task(self._deliver(row, ahead.get(row.row_id)))
                self._under_way.add(task)
                task.add_done_callback(self._under_way.discard)
            began += len(claimed)
            if len(claimed) < free:
                break
            await self._holding.renew()
        return began

    async def _claim(self, free: int) -> tuple[Sequence[Claimed], Mapping[int, Overview]]:
        """Claim what is due, and read in the same transaction what most of it is drawn from.

        What is not or can't be read there is read when its turn comes: a message that can't be
        gathered does not keep others from being claimed.
        """
        ahead: dict[int, Overview] = {}
        unread: list[Exception] = []

        async def read(work: UnitOfWork, rows: Sequence[Claimed]) -> None:
            try:
                ahead.update(await read_ahead(work, rows, self._clock()))
            except Exception as error:
                unread.append(error)
                raise

        try:
            return await self._queue.claim(free, self._units.beside(read)), ahead
        except Exception:
            if not unread:
                raise  # nothing can be claimed at all
            log.exception("what is due could not be read with its claim")
            return await self._queue.claim(free), {}

    async def ask_again(self) -> int:
        """Have dead messages test whether their cause is gone; return how many do."""
        return await self._queue.ask_again()

    async def drain(self, *others: Coroutine[Any, Any, None]) -> None:
        """Wait until everything that has begun is finished, and these others.

        What is being sent is held meanwhile, however long the others take.
        """
        waiting: set[asyncio.Task[None]] = {asyncio.create_task(each) for each in others}
        while under_way := {*waiting, *self._under_way}:
            done, _ = await asyncio.wait(
                under_way,
                timeout=self._holding.look_again_in,
                return_when=asyncio.FIRST_COMPLETED,
            )
            for task in waiting & done:
                waiting.discard(task)
                task.result()
            await self._holding.renew()

    async def _deliver(self, row: Claimed, ahead: Overview | None) -> None:
        _log_about(row)
        wait, sending = 0.0, _Sending(row, ahead)
        is_posted = False
        try:
            outcome = await self._send(sending)
            if isinstance(outcome, Gone):
                outcome = await self._post_anew(row)
            self._ended(row, outcome)
            is_posted = await self._finish(sending, outcome)
            wait = self._lane_waits(outcome)
        except Exception:  # when the lease ends, another worker takes the row
            log.exception("message %s (%s) was not finished", row.row_id, row.message.kind)
        finally:
            self._holding.drop(row)
        if wait and len(self._under_way) >= AT_ONCE:
            self._look_again_in(0)  # another lane was waiting for a free slot
        self._look_again_in(wait)
        if is_posted:
            now, kept = self._clock(), sending.kept
            await show_link(self._units, self._membership, self._messenger, row, kept, now)

    async def _finish(self, sending: "_Sending", outcome: SendResult) -> bool:
        """Record the result; return whether we, and nobody else, sent it."""
        row = sending.row
        await self._take_back(row, outcome)
        await self._store_refused(row, outcome)
        link = await self._link_to(sending, outcome)
        woken = False

        async def keep(work: UnitOfWork, _: Sequence[Claimed]) -> None:
            nonlocal woken
            await self._store_place(work, sending, outcome, link)
            woken = work.has_messages

        telling = await self._telling(row, outcome)
        is_ours = await self._queue.finish(row, outcome, telling, self._units.beside(keep))
        if woken:
            self._look_again_in(0)
        if is_ours:
            _note_death(row, outcome)
        return is_ours and isinstance(outcome, Sent)

    def _lane_waits(self, outcome: SendResult) -> float:
        """Return in how many seconds the lane can continue."""
        match outcome:
            case Sent():
                return self._pace
            case Postponed(wait, lane=True):
                return wait.total_seconds()
            case _:
                return 0

    async def _send(self, sending: "_Sending") -> SendResult:
        row = sending.row
        if isinstance(row.message.payload, payloads.Erasing):
            try:
                return await self._erase(row, row.message.payload.of)
            except Exception as error:  # others wait behind it
                log.exception("message %s (%s) could not be erased", row.row_id, row.message.kind)
                return _unless_hopeless(Failed(type(error).__name__), row, MOST_MISTAKES)
        try:
            about = sending.about = sending.ahead or await self._about(row)
        except UnknownProspect:
            return await self._unneeded(row)
        except Exception as error:  # it certainly did not leave us, and others wait behind it
            log.exception("message %s (%s) could not be gathered", row.row_id, row.message.kind)
            return _unless_hopeless(Failed(type(error).__name__), row, MOST_MISTAKES)
        if _is_answered(row, about):
            return Dead(NOT_NEEDED)
        posted = place_of(about)
        if posted is not None and row.message.kind.rules.is_place_stored:
            return Sent(*posted)  # an earlier attempt posted it, but did not finish
        try:
            outcome = await self._send_if_ours(row, about)
        except Exception as error:  # our own mistake must not stop the lane for ever
            log.exception("message %s (%s) could not be sent", row.row_id, row.message.kind)
            return _unless_hopeless(Unknown(type(error).__name__), row, MOST_MISTAKES)
        return _unless_hopeless(outcome, row, MOST_ATTEMPTS)

    async def _erase(self, row: Claimed, of: str) -> SendResult:
        """Delete what names who is forgotten, or rewrite it without them."""
        await self._tell_facts(row.workspace_id)
        async with self._units.reading(row.workspace_id) as work:
            erasure = await erasure_of(work, of, self._clock())
        if erasure is None:
            return Dead(NOT_NEEDED)
        reader = await self._reader(row)
        return await self._messenger.erase(row, erasure, reader)

    async def _unneeded(self, row: Claimed) -> SendResult:
        """Say nothing about what is not there any more.

        A message about a forgotten prospect that may already be out is looked for, because it must
        be deleted.
        """
        about = row.message.prospect_id
        if row.may_be_out and about is not None and not row.message.kind.rules.is_rewrite:
            async with self._units.reading(row.workspace_id) as work:
                is_forgotten = await work.erasing.is_forgotten(about)
            if is_forgotten:
                known = await seen_before(self._messenger, self._queue, row, None, LOOK_WITHIN)
                return known or Dead(NOT_NEEDED)
        return Dead(NOT_NEEDED)

    async def _send_if_ours(self, row: Claimed, about: MessageContent | None) -> SendResult:
        """Send it, as long as it is ours, and unless it is there already."""
        reader = await self._reader(row)
        known = None
        if row.may_be_out and not row.message.kind.rules.is_rewrite:
            known = await seen_before(self._messenger, self._queue, row, about, LOOK_WITHIN)
        if known is None:
            known = await self._held_until_work(row, about, reader)
        if known is not None:
            return known
        left_out = () if about is None else about.workspace.left_out(self._clock())
        is_ours = partial(self._holding.secure, row)
        return await self._messenger.send(row, about, reader, left_out, is_ours)

    async def _held_until_work(
        self, row: Claimed, about: MessageContent | None, reader: Person | None
    ) -> SendResult | None:
        """Postpone a message that was held up past working hours to the next working morning.

        A message meant for one day is not sent on the next. One whose reader is gone, and would
        never see it, is not sent at all; neither is a nudge into a pause.
        """
        rules = row.message.kind.rules
        if rules.is_of_its_day and self._is_over(row, about):
            return Dead(DAY_OVER)
        if not rules.is_for_members or reader is None:
            return None
        if reader.member is not None and not reader.member.is_full:
            return Dead(READER_GONE)
        if not rules.waits_for_work:
            return None
        if rules.counts_as_nudge and await self._is_paused(row, reader):
            return Dead(READER_PAUSED)
        working = WorkingTime(reader.workspace.settings.calendar, reader.zone)
        now = self._clock()
        wait = working.next_at_work(now) - now
        return Postponed(wait, OUT_OF_HOURS) if wait else None

    def _is_over(self, row: Claimed, about: MessageContent | None) -> bool:
        match row.message.payload, about:
            case payloads.OfWeek(monday), DigestMessage(workspace=workspace):
                return is_over(workspace, monday, self._clock())
            case _:
                return False

    async def _is_paused(self, row: Claimed, reader: Person) -> bool:
        async with self._units.reading(row.workspace_id) as work:
            until = await work.members.paused_until(MemberId(row.message.recipient))
        return until is not None and today_in(reader.zone, self._clock()) < until

    async def _reader(self, row: Claimed) -> Person | None:
        """Return who reads a private message; None for a channel."""
        rules = row.message.kind.rules
        if not rules.is_private:
            return None
        caller = Caller(row.workspace_id, MemberId(row.message.recipient))
        if rules.is_for_members and not rules.is_rewrite:
            return await self._membership.confirm_member(caller)
        return await self._membership.greet(caller)

    async def _about(self, row: Claimed) -> MessageContent | None:
        """Gather what a message is drawn from; raises UnknownProspect if it is about nothing."""
        if isinstance(row.message.payload, payloads.OfWeek):
            await self._tell_facts(row.workspace_id)
        async with self._units.reading(row.workspace_id) as work:
            return await content_of(work, row.message, self._clock())

    async def _post_anew(self, row: Claimed) -> SendResult:
        """Post again what this message should have rewritten: it is no longer in Slack."""
        log.warning("what message %s was to rewrite is gone: it is posted anew", row.row_id)
        async with self._units(row.workspace_id) as work:
            await post_anew(work, row.message)
        return Dead(NOT_NEEDED)

    async def _take_back(self, row: Claimed, outcome: SendResult) -> None:
        """Discount a nudge that will not be sent after all, before it is finished."""
        rules = row.message.kind.rules
        if rules.counts_as_nudge and isinstance(outcome, Dead) and outcome.cause in NEVER_SAID:
            async with self._units(row.workspace_id) as work:
                await take_back(work, row.message, self._clock())

    async def _link_to(self, sending: "_Sending", outcome: SendResult) -> str | None:
        """Ask for the permalink of a posted message whose place is stored."""
        if not isinstance(outcome, Sent) or not sending.is_place_stored:
            return None
        posted = (outcome.channel, outcome.ts)
        return await self._messenger.link_to(sending.row.workspace_id, posted)

    async def _store_place(
        self, work: UnitOfWork, sending: "_Sending", outcome: SendResult, link: str | None
    ) -> None:
        """Store where a message is, while its row is finished, so that it is never posted again."""
        if not isinstance(outcome, Sent) or not sending.is_place_stored:
            return
        posted, message = (outcome.channel, outcome.ts), sending.row.message
        about = sending.about
        drawn = None if sending.row.may_be_out else about
        revision = await store_posted(work, message, posted, link, drawn, self._clock())
        if isinstance(about, Overview) and about.prospect.revision == revision:
            sending.kept = on_card(about, posted, link)

    async def _store_refused(self, row: Claimed, outcome: SendResult) -> None:
        """Store which kinds of blocks Slack refused, so that the next messages go without them."""
        if isinstance(outcome, Sent) and outcome.refused:
            async with self._units(row.workspace_id) as work:
                await work.workspaces.note_refused(outcome.refused, self._clock())

    async def _telling(self, row: Claimed, outcome: SendResult) -> Sequence[OutboxMessage]:
        """Return the messages that tell the managers of a dead one, once per turn, place and cause.

        They are stored together with the death, so that no crash comes between.
        """
        if not isinstance(outcome, Dead) or not _is_reported(row, outcome):
            return ()
        turn = await self._queue.restarts(row)
        async with self._units.reading(row.workspace_id) as work:
            workspace = await work.workspaces.get()
        managers = sorted(workspace.manager_ids) if workspace else ()
        return [_undeliverable(row, manager, outcome.cause, turn) for manager in managers]


@dataclass(slots=True)
class _Sending:
    """A claimed row that is being sent."""

    row: Claimed
    ahead: Overview | None
    """What it is drawn from, if that was read with the claim."""
    about: MessageContent | None = None
    """What it is drawn from."""
    kept: Overview | None = None
    """The same with the card's present place, if nothing has happened to the prospect since."""

    @property
    def is_place_stored(self) -> bool:
        """Whether its place in Slack is stored."""
        return self.row.message.kind.rules.is_place_stored or lacks_link(self.row, self.about)


def _log_about(row: Claimed) -> None:
    """Make every log line of this task name the message, and nothing from what woke it."""
    clear_contextvars()
    bind_contextvars(workspace=row.workspace_id, message=row.row_id, kind=row.message.kind.value)
    if row.message.prospect_id is not None:
        bind_contextvars(prospect=row.message.prospect_id)


def _is_reported(row: Claimed, death: Dead) -> bool:
    rules = row.message.kind.rules
    is_missed = death.cause == UNSEEN and rules.is_never_repeated
    return rules.is_failure_reported and not (death.cause in {*QUIET, DAY_OVER} or is_missed)


def _note_death(row: Claimed, outcome: SendResult) -> None:
    if isinstance(outcome, Dead) and outcome.cause not in QUIET:
        log.error(
            "message %s (%s) to %s is dead: %s",
            row.row_id,
            row.message.kind,
            row.message.recipient,
            outcome.cause,
        )


def _is_answered(row: Claimed, about: MessageContent | None) -> bool:
    """Tell whether it asks for an answer that is no longer needed, and certainly is not out yet."""
    is_asking = row.message.kind.rules.asks_for_answer and not row.may_be_out
    return is_asking and isinstance(about, RequestMessage) and not about.is_open


def _unless_hopeless(outcome: SendResult, row: Claimed, most: int) -> SendResult:
    """Give up a message whose result is unknown once too often, so that its lane goes on."""
    if isinstance(outcome, Unknown | Failed) and row.attempts >= most:
        return Dead(outcome.cause)
    return outcome


def _undeliverable(row: Claimed, manager: MemberId, cause: str, turn: int) -> OutboxMessage:
    kind = row.message.kind
    what = None if kind is MessageKind.CARD else kind
    return OutboxMessage(
        kind=MessageKind.UNDELIVERABLE,
        recipient=manager,
        dedupe_key=f"undeliverable:{row.message.recipient}:{cause}:{manager}:{turn}",
        payload=payloads.NotDelivered(row.message.recipient, cause, what),
    )
