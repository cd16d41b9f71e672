"""Delivery as fast as Slack allows, and no faster; on a clock that runs fast.

Walkaway's own pace and the rate limit of the pretend Slack are shortened alike, so that the
floor, one message a second for each channel, takes less time to wait for.
"""

import time
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from datetime import timedelta
from statistics import median
from typing import Final

from sqlalchemy import Integer, case, cast, func, update

from benchmarks.bench import Bench
from benchmarks.filling import filled
from benchmarks.payloads import TEAM_ID
from benchmarks.processes import free_port, ours
from benchmarks.report import Row, ratio
from bot.config import Config
from bot.domain.delivery import DeliveryTimes
from bot.storage.database import Database
from bot.storage.delivery.tables import RowState, outbox
from bot.storage.schema.dialects import seconds_now
from bot.storage.screening import qualifications
from bot.wiring import wired
from sandbox import ApiCall, Fault, Slack
from sandbox.world import BOT_USER

FASTER: Final = 2
"""How much faster than in life time runs. What we add to each message takes its own time all the
same, so the faster the clock, the larger the share of it: what is measured is worse than life.
"""

MESSAGES: Final = 600
FEWER: Final = 160
"""In a short run."""
CHANNELS: Final = ("C0NORTH", "C0EAST", "C0SOUTH", "C0WEST")
THROTTLED: Final = "C0THROTTLED"
GOAL: Final = 1.1
_ROUNDS: Final = 1
"""More than a minute for each of four cases; what is waited for hardly differs."""
_PATIENCE: Final = 600.0

_AWAY: Final = Fault(
    status=429, headers={"Retry-After": "3600"}, body={"ok": False, "error": "ratelimited"}
)
_OURS: Final = Fault(body={"ok": True, "team_id": TEAM_ID, "user_id": BOT_USER, "bot_id": "B0BOT"})
"""The bot sends for its own workspace alone: that of the filled database."""


async def measure(bench: Bench) -> list[Row]:
    """Compare with the floor, with and without a channel that Slack throttles."""
    return await bench.on_each("the pace", _on_kind)


async def _on_kind(bench: Bench, kind: str, called: str) -> Sequence[Row]:
    rows: list[Row] = []
    messages = _messages(bench)
    for name, channels in (("", CHANNELS), (", a fifth throttled", (*CHANNELS, THROTTLED))):
        what = f"{messages} messages to {len(CHANNELS)} channels{name}, {called}"
        found = [
            await _deliver(bench, kind, f"pacing_{len(channels)}_{turn}", channels)
            for turn in range(min(bench.rounds, _ROUNDS))
        ]
        floor = (messages / len(CHANNELS) - 1) / FASTER
        took = median(seconds for seconds, _ in found)
        rows.append(ratio(f"{what}, against the floor", took, floor, GOAL, "s"))
        refused = max(refusals for _, refusals in found)
        rows.append(Row(f"{what}: refused as too fast", str(refused), "", "", "0", not refused))
    return rows


def _messages(bench: Bench) -> int:
    return bench.many(FEWER if bench.is_short and not bench.is_quick else MESSAGES)


async def _deliver(
    bench: Bench, kind: str, name: str, channels: Sequence[str]
) -> tuple[float, int]:
    """Return how many seconds it took, and how often Slack refused us of its own accord."""
    each = _messages(bench) // len(CHANNELS)
    url = await filled(bench, kind, name, each * len(channels))
    await _let_wait(url, channels)
    async with _slack(channels) as slack:
        environment = {
            **ours(bench.slack, url, free_port()),
            "SLACK_API_URL": slack.api_url,
            "SLACK_BOT_TOKEN": slack.bot_token,
        }
        times = DeliveryTimes(pace=timedelta(seconds=1 / FASTER))
        async with wired(Config.from_environment(environment), times=times) as bot:
            bot.start_identity()
            await bot.adopted.wait()
            before = time.perf_counter()
            bot.jobs.start()
            await slack.wait_for(lambda: _are_full(slack, each), timeout=_PATIENCE)
            took = time.perf_counter() - before
        posts = [call for call in slack.calls if call.method == "chat.postMessage"]
    tried = sum(call.args["channel"] != THROTTLED for call in posts)
    return took, tried - each * len(CHANNELS)


def _are_full(slack: Slack, each: int) -> bool:
    return all(len(slack.messages(channel)) >= each for channel in CHANNELS)


async def _let_wait(url: str, channels: Sequence[str]) -> None:
    """Let every card be sent again, to one channel after the other."""
    database = Database.from_url(url)
    number = cast(func.substr(outbox.c.prospect_id, 2), Integer) % len(channels)
    nowhere = {"card_channel": None, "card_ts": None}
    unsent = {"channel": None, "ts": None, "sent_at": None, "state": RowState.PENDING}
    recipient = case(dict(enumerate(channels)), value=number)
    is_copy = outbox.c.prospect_id.regexp_match("^p[0-9]+$")
    try:
        async with database.writing() as connection:
            await connection.execute(update(qualifications).values(nowhere))
            await connection.execute(
                update(outbox)
                .where(is_copy)
                .values(**unsent, due_at=seconds_now(), recipient=recipient)
            )
    finally:
        await database.close()


@asynccontextmanager
async def _slack(channels: Sequence[str]) -> AsyncIterator[Slack]:
    """Serve a pretend Slack whose rate limit is as much faster; one channel takes nothing."""

    def throttled(call: ApiCall) -> Fault | None:
        if call.method == "auth.test":
            return _OURS
        return _AWAY if call.args.get("channel") == THROTTLED else None

    fast = Slack.serving(monotonic=lambda: time.monotonic() * FASTER, rate_limited=True)
    async with fast as slack:
        for channel in channels:
            slack.add_channel(channel, channel.lower(), [BOT_USER])
        slack.faults = throttled
        yield slack
