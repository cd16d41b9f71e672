"""The two ways in which one would send messages first, to see that the faults are bad enough.

Each stands in the place of the outbox's sending end, with the same claims, leases and lanes.
"""

from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta

from bot.domain.delivery import Claimed, OutboxMessage, Postponed, SendResult, Sent, Unknown
from bot.storage.delivery.queue import Beside, OutboxQueue


class SendThenMark(OutboxQueue):
    """Takes whatever has no good end for not sent, and sends it again without looking."""

    async def claim(self, limit: int, beside: Beside | None = None) -> Sequence[Claimed]:
        return [replace(row, may_be_out=False) for row in await super().claim(limit, beside)]

    async def finish(
        self,
        claimed: Claimed,
        outcome: SendResult,
        telling: Sequence[OutboxMessage] = (),
        beside: Beside | None = None,
    ) -> bool:
        if isinstance(outcome, Unknown):
            outcome = Postponed(timedelta(0), outcome.cause)
        return await super().finish(claimed, outcome, telling, beside)


class MarkThenSend(OutboxQueue):
    """Writes down that it is sent, then sends it, and never comes back to it."""

    async def claim(self, limit: int, beside: Beside | None = None) -> Sequence[Claimed]:
        claimed = await super().claim(limit, beside)
        for row in claimed:
            await super().finish(row, Sent(row.message.recipient, "0.0"))
        return claimed

    async def finish(
        self,
        claimed: Claimed,
        outcome: SendResult,
        telling: Sequence[OutboxMessage] = (),
        beside: Beside | None = None,
    ) -> bool:
        return True
