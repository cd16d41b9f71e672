"""What this process has claimed: held while it is under way, and let go by whoever dies.

A lease is short, so that nobody waits long for a process that was killed. Whoever takes longer
lives, and renews it; who stood still, or lost the database, finds out before anything is sent.
"""

import logging
import math
import time
from collections.abc import Awaitable, Callable, Collection, Hashable, Iterable, Sequence
from dataclasses import dataclass
from typing import Generic, Protocol, TypeVar

from bot.domain.delivery import DeliveryTimes

log = logging.getLogger(__name__)

Row = TypeVar("Row", bound="SendClaim")


class SendClaim(Protocol):
    """What was claimed to be sent."""

    @property
    def claim_key(self) -> Hashable:
        """What distinguishes it from others, whoever claims it."""


@dataclass(slots=True)
class _Held(Generic[Row]):
    row: Row
    since: float
    """When it was surely ours; long ago if somebody else has it."""


class Holding(Generic[Row]):
    """The rows that this process is sending, and since when each is surely ours."""

    def __init__(
        self,
        hold: Callable[[Sequence[Row]], Awaitable[Collection[Hashable]]],
        times: DeliveryTimes,
        seconds: Callable[[], float] = time.monotonic,
    ) -> None:
        """Take the function that lets leases begin anew, and returns the keys of what is ours."""
        self._hold = hold
        self._send_within = times.send_within.total_seconds()
        self._seconds = seconds
        self._held: dict[Hashable, _Held[Row]] = {}

    @property
    def look_again_in(self) -> float:
        """In how many seconds something may have to be renewed."""
        return self._send_within / 2

    def take(self, claimed: Iterable[Row], asked_at: float) -> Sequence[Row]:
        """Hold what was claimed by a statement that began then; return what is not under way here.

        What is claimed a second time by ourselves, since our lease ran out, is being sent.
        """
        new = [row for row in claimed if row.claim_key not in self._held]
        self._held.update((row.claim_key, _Held(row, asked_at)) for row in new)
        return new

    def drop(self, row: Row) -> None:
        """Hold a row no more."""
        del self._held[row.claim_key]

    async def secure(self, row: Row) -> bool:
        """Return whether a row is ours for long enough to begin a call about it now.

        If nobody can say that any more, the database is asked.
        """
        if not self._is_fresh(row):
            await self._renew([row])
        return self._is_fresh(row)

    async def renew(self) -> None:
        """Renew what has been under way for a while; what somebody else took is theirs."""
        before = self._seconds() - self.look_again_in
        aging = [each.row for each in self._held.values() if -math.inf < each.since <= before]
        if aging:
            await self._renew(aging)

    def _is_fresh(self, row: Row) -> bool:
        return self._seconds() - self._held[row.claim_key].since <= self._send_within

    async def _renew(self, rows: Sequence[Row]) -> None:
        asked_at = self._seconds()
        try:
            ours = await self._hold(rows)
        except Exception as error:  # noqa: BLE001 - then nothing is sent that was not begun
            log.warning("what is being sent could not be held: %r", error)
            return
        for row in rows:
            held = self._held.get(row.claim_key)  # None: it was finished meanwhile
            if held is not None:
                held.since = asked_at if row.claim_key in ours else -math.inf
