"""Keeping what the day alone did: whoever looks at a prospect first writes it down."""

from datetime import date, datetime

from bot.domain.history import lapses
from bot.domain.prospect import Prospect
from bot.services.ports import UnitOfWork


async def note_lapses(work: UnitOfWork, prospect: Prospect, today: date, now: datetime) -> None:
    """Write down what is over by now, once for each; the prospect is locked.

    The clock does when it says so. An action that ends what is over anyway does before, in case
    the clock is late: afterwards nobody could tell any more.
    """
    for lapse in lapses(prospect, today, now):
        await work.history.note(lapse)
