"""`python -m benchmarks.worker SECONDS`: a worker whose clock is so many seconds ahead."""

import asyncio
import os
import sys
from datetime import UTC, datetime, timedelta

from bot.config import Config
from bot.serving import ProcessPart, serve


async def work(ahead: timedelta) -> None:
    """Run until told to stop."""
    config = Config.from_environment(os.environ)
    await serve(config, ProcessPart.WORKER, clock=lambda: datetime.now(UTC) + ahead)


if __name__ == "__main__":
    asyncio.run(work(timedelta(seconds=float(sys.argv[1]))))
