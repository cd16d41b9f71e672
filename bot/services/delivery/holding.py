"""What this process has claimed: held while it is under way, and let go by whoever dies.

A lease is short, so that nobody waits long for a process that was killed. Whoever takes longer
lives, and renews it; who stood still, or lost the database, finds out before it speaks to Slack.
"""

import logging
import math
import time
from collections.abc import Callable, Iterable, Sequence

from bot.domain.delivery import Claimed, DeliveryTimes
from bot.storage.delivery.queue import OutboxQueue

log = logging.getLogger(__name__)


class Holding:
    """The rows that this process is sending, and since when each is surely ours."""

    def __init__(
        self,
        queue: OutboxQueue,
        times: DeliveryTimes,
        seconds: Callable[[], float] = time.monotonic,
    ) -> None:
        self._queue = queue
        self._send_within = times.send_within.total_seconds()
        self._seconds = seconds
        self._held: dict[int, Claimed] = {}
        self._since: dict[int, float] = {}

    @property
    def look_again_in(self) -> float:
        """In how many seconds something may have to be renewed."""
        return self._send_within / 2

    def take(self, claimed: Iterable[Claimed], asked_at: float) -> Sequence[Claimed]:
        """Hold what was claimed by a statement that began then; return what is not under way here.

        What is claimed a second time by ourselves, since our lease ran out, is being sent.
        """
        new = [row for row in claimed if row.row_id not in self._held]
        for row in new:
            self._held[row.row_id], self._since[row.row_id] = row, asked_at
        return new

    def drop(self, row: Claimed) -> None:
        """Hold a row no more."""
        del self._held[row.row_id], self._since[row.row_id]

    async def secure(self, row: Claimed) -> bool:
        """Return whether a row is ours for long enough to begin a call about it now.

        If nobody can say that any more, the database is asked.
        """
        if not self._is_fresh(row):
            await self._renew([row])
        return self._is_fresh(row)

    async def renew(self) -> None:
        """Renew what has been under way for a while; what somebody else took is theirs."""
        before = self._seconds() - self.look_again_in
        aging = [row for key, row in self._held.items() if -math.inf < self._since[key] <= before]
        if aging:
            await self._renew(aging)

    def _is_fresh(self, row: Claimed) -> bool:
        return self._seconds() - self._since[row.row_id] <= self._send_within

    async def _renew(self, rows: Sequence[Claimed]) -> None:
        asked_at = self._seconds()
        try:
            ours = await self._queue.hold(rows)
        except Exception as error:  # noqa: BLE001 - then nothing is sent that was not begun
            log.warning("what is being sent could not be held: %r", error)
            return
        for row in rows:
            if row.row_id in self._held:  # else it was finished meanwhile
                self._since[row.row_id] = asked_at if row.row_id in ours else -math.inf
