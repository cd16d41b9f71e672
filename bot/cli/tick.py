"""`walkaway tick`: one pass over everything due, for cron; and a look ahead."""

import asyncio
import json
import os
from datetime import UTC, datetime

import click

from bot.cli.failures import run_on_database, wrong_settings
from bot.clock import real_time
from bot.config import Config, ConfigError
from bot.domain.delivery import MessageKind
from bot.domain.workspace import language_of
from bot.services.delivery.deliver import DeliveryService
from bot.services.forecast.message import ForecastMessage
from bot.services.nudges import BATCH
from bot.slack.card import overrides
from bot.slack.card.verdict import clock_sentence
from bot.slack.delivery.drawing import drawn
from bot.slack.texts import Texts
from bot.wiring import NotMigrated, wired

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
            self.fail(f"{value!r} is not a time such as 2026-12-09T10:00+01:00", param, ctx)
        if read.tzinfo is None:
            self.fail(f"{value!r} does not say its zone, as in 2026-12-09T10:00+01:00", param, ctx)
        return read.astimezone(UTC)


@click.command()
@click.option("--at", type=_Instant(), help="Look ahead to this time; only with --dry-run.")
@click.option("--dry-run", is_flag=True, help="Only say what would be sent.")
def tick(at: datetime | None, *, dry_run: bool) -> None:
    """Send what is due now, and end: for cron, in place of a process that always runs.

    One line of JSON tells of each message: of what waited to be sent, and of what the clock adds.
    With --dry-run and --at it is what would go out until then if nobody did anything.
    """
    now = real_time()
    if at is not None and at > now and not dry_run:
        raise click.UsageError("--at in the future looks ahead, and needs --dry-run.")
    try:
        config = Config.from_environment(os.environ)
    except ConfigError as error:
        raise wrong_settings(error) from None
    try:
        run_on_database(_tick(config, now, at or now, is_dry=dry_run))
    except NotMigrated:
        raise click.ClickException(
            "The database does not have the schema of this version: run `walkaway migrate` first."
        ) from None


async def _tick(config: Config, now: datetime, at: datetime, *, is_dry: bool) -> None:
    """Say what is to go out until then; unless it is a rehearsal, send what is due."""
    async with wired(config, clock=lambda: min(now, at)) as it:
        for forecast in await it.forecast.until(at):
            click.echo(json.dumps(_line(forecast), ensure_ascii=False))
        if is_dry:
            return
        for each in (it.nudges, it.managers):
            while await each.tick() >= BATCH:
                pass
        await _deliver_all(it.delivery)


async def _deliver_all(delivery: DeliveryService) -> None:
    """Deliver until nothing has been due for longer than a lane waits after a message."""
    quiet = False
    while not quiet:
        quiet = True
        while await delivery.deliver_due():
            await delivery.drain()
            quiet = False
        if not quiet:
            await asyncio.sleep(LANE_WAITS)


def _line(forecast: ForecastMessage) -> dict[str, object]:
    return {
        "at": forecast.at.isoformat(),
        "kind": forecast.kind.value,
        "to": forecast.to,
        "prospects": [prospect.facts.name for prospect in forecast.prospects],
        "text": _text(forecast),
    }


_OF_OVERRIDES = {
    MessageKind.OVERRIDE_ASKED: overrides.asked_sentence,
    MessageKind.OVERRIDE_LAPSED: overrides.lapse_sentence,
    MessageKind.REQUEST_LINE: overrides.lapse_sentence,
    MessageKind.KILL_DATE_LINE: overrides.kill_date_sentence,
}


def _text(forecast: ForecastMessage) -> str:
    locale = None if forecast.reader is None else forecast.reader.locale
    language = forecast.workspace.settings.language
    rules = forecast.kind.rules
    texts = Texts(language_of(locale, language) if rules.is_private else language)
    if forecast.kind in _OF_OVERRIDES and forecast.about is None:
        return _OF_OVERRIDES[forecast.kind](forecast.prospects[0], texts)
    if rules.is_line and forecast.about is None:
        is_closing = forecast.kind is MessageKind.CLOSING_LINE
        name = forecast.prospects[0].facts.name
        return clock_sentence(name, texts, is_closing=is_closing)
    return drawn(forecast.message, forecast.about, texts).text
