"""What the process from which all others are forked has done, so that none of them does it again.

To import this is to do it. No collector looks through what is frozen: in a child it would copy
every page that the child shares with its parent.
"""

import gc
from datetime import date
from importlib import import_module

from bot import checklists
from bot.clock import real_time
from bot.domain.checklist.rules import LANGUAGES
from bot.domain.days_off import public_holidays
from bot.slack.texts import texts_in

ON_FIRST_USE = (
    "apscheduler.executors.asyncio",
    "asyncpg",
    "encodings.idna",
    "uvicorn.lifespan.off",
    "uvicorn.protocols.websockets.auto",
    "uvloop",
)
"""What a process of the bot imports no sooner than it needs it, and each of ours does."""

for each in ON_FIRST_USE:
    import_module(each)
days_off = public_holidays("DE")
for year in (real_time().year, real_time().year + 1):
    assert date(year, 1, 1) in days_off
checklists.default()
for each in LANGUAGES:
    texts_in(each)
gc.collect()
gc.freeze()
