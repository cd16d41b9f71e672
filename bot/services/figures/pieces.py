"""The timelines of a workspace, some at a time, so that a long past takes little memory."""

from collections.abc import AsyncIterator, Sequence
from typing import Final

from bot.domain.figures.timeline import Timeline
from bot.storage.unit_of_work import UnitOfWork

PIECE: Final = 1000
"""Prospects of which all is read at once."""


async def timelines_in_pieces(work: UnitOfWork) -> AsyncIterator[Sequence[Timeline]]:
    """Yield the timelines of everybody's prospects, in the order of their ids."""
    some = await work.timelines.after("", PIECE)
    while some:
        yield some
        some = await work.timelines.after(some[-1].prospect_id, PIECE)
