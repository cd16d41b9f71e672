"""What a checklist would have said of the past, judged in a thread: nobody else waits for that."""

import asyncio

from bot.domain.checklist.model import Checklist
from bot.domain.figures.reports.backtest import Backtest, Backtesting
from bot.domain.figures.reports.past import backtest_remembered
from bot.storage.unit_of_work import UnitOfWork


async def backtested(work: UnitOfWork, checklist: Checklist) -> Backtest:
    """Judge every qualification by a checklist that is proven, some prospects at a time."""
    judging = Backtesting(checklist)
    async for timelines in work.timelines.in_pieces():
        await asyncio.to_thread(judging.add, timelines)
    return judging.found


async def backtested_from_memory(work: UnitOfWork, checklist: Checklist) -> Backtest:
    """Judge whom a workspace remembers."""
    remembered = await work.remembered.all()
    return await asyncio.to_thread(backtest_remembered, checklist, remembered)
