"""Delivers what waits for webhooks: one delivery of a webhook at a time.

A delivery is claimed in a transaction of its own, sent once while none is open, and finished by the
number of its attempt. A receiver may get one twice, always with the same id.
"""

import asyncio
import logging
import time
from collections.abc import Callable, Coroutine
from datetime import datetime, timedelta
from typing import Any, Final

from bot.domain.webhooks.attempts import Answer, Attempt, Failure, has_failed_for_long, judged
from bot.domain.webhooks.attempts import DeliveryState as State
from bot.domain.webhooks.webhooks import SWITCHED_OFF_AS, WebhookState
from bot.services.holding import Holding
from bot.services.ports import Clock, Poster
from bot.services.transaction.webhooks import note_webhook
from bot.storage.unit_of_work import UnitOfWork, UnitsOfWork
from bot.storage.webhooks.queue import WebhookQueue

log = logging.getLogger(__name__)

AT_ONCE: Final = 10
"""How many deliveries one process sends at the same time."""
ENDS_WITHIN: Final = 3.0
"""Seconds a stopping process waits for answers; deliveries without one are sent again."""


class WebhookDelivery:
    """Sends what waits for webhooks; any number of processes may do this at once."""

    def __init__(
        self,
        queue: WebhookQueue,
        units: UnitsOfWork,
        poster: Poster,
        clock: Clock,
        look_again: Callable[[], None] = lambda: None,
        seconds: Callable[[], float] = time.monotonic,
    ) -> None:
        """Set up delivery; `look_again` is called when a webhook can be sent the next one."""
        self._queue = queue
        self._units = units
        self._poster = poster
        self._clock = clock
        self._look_again = look_again
        self._seconds = seconds
        self._holding = Holding[Attempt](queue.hold, queue.times, seconds)
        self._under_way: set[asyncio.Task[None]] = set()

    async def deliver_due(self) -> int:
        """Begin to send what is due now, and return how many deliveries that is."""
        free = AT_ONCE - len(self._under_way)
        asked_at = self._seconds()
        taken = await self._queue.claim(self._clock(), free) if free > 0 else ()
        for attempt in self._holding.take(taken, asked_at):
            task = asyncio.create_task(self._deliver(attempt))
            self._under_way.add(task)
            task.add_done_callback(self._under_way.discard)
        return len(taken)

    async def renew(self) -> None:
        """Keep what takes long to send; called each second."""
        await self._holding.renew()

    async def drain(self) -> None:
        """Wait until everything that has begun is finished; it is held meanwhile."""
        while self._under_way:
            await asyncio.wait(self._under_way, timeout=self._holding.look_again_in)
            await self.renew()

    async def stop(self, jobs: Coroutine[Any, Any, None]) -> None:
        """Wait until the jobs that begin deliveries are over, and then for a moment.

        What is being sent is held meanwhile, however long the jobs take. Whatever has no answer
        after that moment is sent again by another process.
        """
        ending = asyncio.create_task(jobs)
        while not ending.done():
            await asyncio.wait([ending], timeout=self._holding.look_again_in)
            await self.renew()
        ending.result()
        if self._under_way:
            _, slow = await asyncio.wait(self._under_way, timeout=ENDS_WITHIN)
            for task in slow:
                task.cancel()
            await asyncio.gather(*slow, return_exceptions=True)

    async def _deliver(self, attempt: Attempt) -> None:
        try:
            if not await self._holding.secure(attempt):
                return  # another process sends it
            answer = await self._answer(attempt)
            async with self._units(attempt.workspace_id) as work:
                await _finish(work, attempt, answer, self._clock())
        except Exception:  # when its lease ends, another process takes it
            log.exception("the delivery %s was not finished", attempt.id)
        else:
            self._look_again()
        finally:
            self._holding.drop(attempt)

    async def _answer(self, attempt: Attempt) -> Answer:
        """Send it; a mistake of ours is retried like any other failure, and not for ever."""
        try:
            return await self._poster.post(attempt, self._clock())
        except Exception:
            log.exception("the delivery %s could not be sent", attempt.id)
            return Answer(timedelta(0), failure=Failure.GARBLED)


async def _finish(work: UnitOfWork, attempt: Attempt, answer: Answer, now: datetime) -> None:
    """Record the answer, and switch the webhook off if it is gone, or failed for too long."""
    after = judged(attempt, answer, now)
    if after.state is State.GIVEN_UP:
        await work.workspaces.get_to_change()  # locked before its webhook, as when it is managed
    if not await work.webhooks.finish(attempt, after, answer, now):
        return
    if after.state is State.DELIVERED:
        await work.webhooks.note_arrival(attempt.webhook_id)
        return
    since = await work.webhooks.note_failure(attempt.webhook_id, attempt.taken_at)
    if after.is_gone:
        await _switch_off(work, attempt, WebhookState.GONE, now)
    elif after.state is State.GIVEN_UP and has_failed_for_long(since, attempt):
        await _switch_off(work, attempt, WebhookState.FAILED, now)


async def _switch_off(
    work: UnitOfWork, attempt: Attempt, state: WebhookState, now: datetime
) -> None:
    """Switch it off ourselves, unless it is off, and tell the channel and the managers."""
    workspace, webhook = await work.workspaces.get(), await work.webhooks.get(attempt.webhook_id)
    if workspace is not None and webhook is not None and webhook.is_on:
        await work.webhooks.switch(webhook.id, state)
        await note_webhook(work, workspace, SWITCHED_OFF_AS[state], webhook, None, now)
