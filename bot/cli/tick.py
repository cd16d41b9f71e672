"""`walkaway tick`: one pass over everything due, for cron; and a look ahead."""

import asyncio
import json
import os
from collections.abc import Iterable
from datetime import UTC, datetime

import click

from bot.cli.failures import run_on_database, wrong_settings
from bot.clock import real_time
from bot.config import Config, ConfigError
from bot.services.data.retention import ForgettingAhead
from bot.services.delivery.deliver import DeliveryService
from bot.services.delivery.observed import SentMessage
from bot.services.nudges import BATCH
from bot.slack.client.identity import MAY_PASS
from bot.slack.delivery.drawing import drawn
from bot.slack.delivery.messenger import texts_for
from bot.wiring import Wired, wired
from bot.wiring.commands import forecast_service

LANE_WAITS = 1.1
"""Seconds; a channel takes about one message in each."""


class _Instant(click.ParamType[datetime]):
    """An ISO 8601 instant with its zone."""

    name = "time"

    def convert(
        self, value: object, param: click.Parameter | None, ctx: click.Context | None
    ) -> datetime:
        """Read it, or say what it must look like."""
        if isinstance(value, datetime):
            return value
        try:
            read = datetime.fromisoformat(str(value))
        except ValueError:
            self.fail(f"{value!r} isn't a time such as 2026-12-09T10:00+01:00", param, ctx)
        if read.tzinfo is None:
            self.fail(f"{value!r} has no time zone, as in 2026-12-09T10:00+01:00", param, ctx)
        return read.astimezone(UTC)


@click.command()
@click.option(
    "--at",
    type=_Instant(),
    help="The time to look ahead to, like 2026-12-09T10:00+01:00; only with --dry-run.",
)
@click.option("--dry-run", is_flag=True, help="Only show what would be sent.")
def tick(at: datetime | None, *, dry_run: bool) -> None:
    """Send what is due now, then exit: for cron, instead of a process that always runs.

    Print a line of JSON for each message: those that were waiting, and those due by now. With
    --dry-run and --at: those that would go out by then if no one did anything, and a line for each
    day on which old prospects would be deleted, with their names.
    """
    now = real_time()
    if at is not None and at > now and not dry_run:
        raise click.UsageError("--at in the future looks ahead, and needs --dry-run.")
    try:
        config = Config.from_environment(os.environ)
    except ConfigError as error:
        raise wrong_settings(error) from None
    doing = _look_ahead if dry_run else _tick
    run_on_database(doing(config, now, at or now))


async def _look_ahead(config: Config, now: datetime, at: datetime) -> None:
    """Say what would go out until then, and which prospects would be forgotten."""
    async with forecast_service(config, lambda: min(now, at)) as forecast:
        forgotten = await forecast.forgotten_until(at)
        lines = [*map(_line, await forecast.until(at)), *map(_forgotten, forgotten)]
    lines.sort(key=lambda line: datetime.fromisoformat(str(line["at"])))
    click.echo("".join(f"{json.dumps(line, ensure_ascii=False)}\n" for line in lines), nl=False)


async def _tick(config: Config, now: datetime, at: datetime) -> None:
    """Send what is due, and say what it was."""
    sent: list[SentMessage] = []
    async with wired(config, clock=lambda: min(now, at), on_sent=sent.append) as it:
        await _know_ourselves(it)
        await it.adopt()
        await it.name_missed_holidays()
        await it.alive.begin()
        for each in it.clockwork:
            while await each.tick() >= BATCH:
                pass
        await it.tick()
        while await it.webhooks.deliver_due():
            await it.webhooks.drain()
        await _deliver_all(it.delivery, sent)


async def _know_ourselves(it: Wired) -> None:
    """Ask Slack whose token it is: what is due in another workspace is none of ours."""
    try:
        await it.workspace.ask()
    except MAY_PASS:
        raise click.ClickException(f"Nothing was done: {it.workspace.trouble}.") from None


async def _deliver_all(delivery: DeliveryService, sent: list[SentMessage]) -> None:
    """Deliver until nothing has been due for longer than a lane waits after a message.

    What was sent meanwhile is said once it is kept that it was.
    """
    quiet = False
    while not quiet:
        quiet = True
        while await delivery.deliver_due():
            await delivery.drain()
            _say(sent)
            sent.clear()
            quiet = False
        if not quiet:
            await asyncio.sleep(LANE_WAITS)


def _say(sent: Iterable[SentMessage]) -> None:
    for each in sent:
        click.echo(json.dumps(_line(each), ensure_ascii=False))


def _line(sent: SentMessage) -> dict[str, object]:
    """Return what is said of a message, in the zone and language of who reads it."""
    texts = texts_for(sent.about, sent.reader)
    return {
        "at": sent.at.isoformat(),
        "kind": sent.kind.value,
        "to": sent.to,
        "prospects": [prospect.facts.name for prospect in sent.prospects],
        "text": drawn(sent.message, sent.about, texts).text,
    }


def _forgotten(ahead: ForgettingAhead) -> dict[str, object]:
    """Return what is said of a day on which prospects are forgotten: no message tells of it."""
    n = len(ahead.names)
    whose = "1 prospect" if n == 1 else f"{n} prospects"
    what = "loses its name" if n == 1 else "lose their names"
    old = f"decided or entered from memory before {ahead.before.isoformat()}"
    return {
        "at": ahead.at.isoformat(),
        "kind": "forgetting",
        "to": None,
        "prospects": list(ahead.names),
        "text": f"{whose} {old} {what}, texts and amounts.",
    }
