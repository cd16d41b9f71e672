"""`walkaway doctor`: everything that can be wrong, one line each, with its mend."""

import hashlib
import hmac
import json
import logging
import os
import time
from collections.abc import AsyncIterator, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

import aiohttp
import click
from slack_sdk.web.async_client import AsyncWebClient

from bot.cli.checklist import today
from bot.cli.failures import run_on_database
from bot.cli.operating import slack
from bot.cli.operating.app_manifest import compared
from bot.cli.operating.database import findings_of
from bot.cli.operating.findings import Finding, Level, ok, warning, wrong
from bot.config import Config, ConfigError, database_url
from bot.domain.workspace import Workspace, WorkspaceId
from bot.http import EVENTS_PATH
from bot.slack.client.directory import SlackDirectory
from bot.storage.database import Database
from bot.wiring.stored import has_own_checklist, take_block_again, workspace_in

log = logging.getLogger(__name__)

CALL_TIMEOUT = aiohttp.ClientTimeout(total=10)
_SIGNS = {Level.OK: "ok", Level.WARNING: "warning", Level.WRONG: "WRONG"}


@click.command()
@click.option("--live", is_flag=True, help="Also post to the channel, look for it, delete it.")
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
@click.option(
    "--manifest",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help="Compare the app's manifest, copied from its App Manifest page, with what this version "
    "needs.",
)
def doctor(*, live: bool, as_json: bool, manifest: Path | None) -> None:
    """Check everything that can be wrong, one line each, and say how to fix it.

    It changes nothing, except that `--live` brings back charts, tables and folded parts that Slack
    refused before and now accepts. Exit status 1 if anything is wrong; warnings don't count. The
    output has no secrets, so you can put it into a bug report.
    """
    found: list[Finding] = []

    async def examine() -> None:
        async for each in _examined(is_live=live, manifest=manifest):
            found.append(each)
            if not as_json:
                _print(each)

    run_on_database(examine())
    if as_json:
        click.echo(json.dumps([asdict(each) for each in found], indent=2))
    if any(each.level is Level.WRONG for each in found):
        raise SystemExit(1)


async def tell_what_is_wrong(config: Config) -> None:
    """Say in the log what is wrong about Slack, once and in a line each, with its mend."""
    database = Database.from_url(config.database_url)
    try:
        async for each in _of_slack(config, database, is_live=False):
            if each.level is Level.WRONG:
                log.error("%s %s -> %s", each.about, each.sentence, each.mend)
    except Exception as error:  # noqa: BLE001 - it only tells; readiness knows what keeps us
        log.info("could not look at everything: %s", type(error).__name__)
    finally:
        await database.close()


def _print(each: Finding) -> None:
    click.echo(f"{_SIGNS[each.level]:<9}{each.about} {each.sentence}")
    if each.mend is not None:
        click.echo(f"{'':<9}-> {each.mend}")


async def _examined(*, is_live: bool, manifest: Path | None) -> AsyncIterator[Finding]:
    config = None
    try:
        config = Config.from_environment(os.environ)
        yield ok("settings", "can be used")
        for each in config.warnings:
            yield warning("settings", each)
        for finding in compared(manifest, config) if manifest else ():
            yield finding
    except ConfigError as error:
        for problem in error.problems:
            yield wrong(
                "setting", f"{problem.variable} {problem.sentence}", "fix it, then run this again"
            )
    try:
        url = database_url(os.environ)
    except ConfigError:
        return  # named above
    database = Database.from_url(url)
    try:
        async for finding in findings_of(database, url):
            yield finding
        if config is not None:
            async for finding in _of_slack(config, database, is_live=is_live):
                yield finding
    finally:
        await database.close()


async def _of_slack(config: Config, database: Database, *, is_live: bool) -> AsyncIterator[Finding]:
    async with aiohttp.ClientSession(timeout=CALL_TIMEOUT) as session:
        client = AsyncWebClient(
            token=config.slack_bot_token,
            base_url=config.slack_api_url,
            session=session,
            retry_handlers=[],
        )
        identity, found = await slack.identity(client)
        for each in found:
            yield each
        if config.slack_app_token is not None:
            yield await slack.app_token(client, config.slack_app_token)
        elif config.slack_signing_secret is not None:
            yield await _knocked(session, config)
        if identity is None:
            return
        known = await _known(database, identity.workspace)
        for each in slack.scopes(identity.granted, uses_files=known.uses_files):
            yield each
        async for each in _of_workspace(config, database, client, known, is_live=is_live):
            yield each


@dataclass(frozen=True, slots=True)
class _Known:
    """What the database knows of the workspace whose token we have."""

    workspace: WorkspaceId
    kept: Workspace | None = None
    others: Sequence[WorkspaceId] = ()
    uses_files: bool = False


async def _known(database: Database, workspace: WorkspaceId) -> _Known:
    """Return what the database knows: nothing if it fails, of which `findings_of` tells."""
    try:
        kept, others = await workspace_in(database, workspace)
        return _Known(workspace, kept, others, await has_own_checklist(database, workspace))
    except Exception:  # noqa: BLE001 - whatever it is, what Slack says is worth telling
        return _Known(workspace)


async def _of_workspace(
    config: Config, database: Database, client: AsyncWebClient, known: _Known, *, is_live: bool
) -> AsyncIterator[Finding]:
    workspace, kept = known.workspace, known.kept
    if kept is None and known.others:
        names = ", ".join(known.others)
        mend = "do DATABASE_URL and SLACK_BOT_TOKEN belong to the same workspace?"
        yield warning("database", f"belongs to {names}, not to {workspace}", mend)
    settings = kept.settings if kept else config.settings
    directory = SlackDirectory(lambda _: client)
    yield await slack.channel(directory, workspace, settings.verdict_channel)
    async for each in slack.managers(directory, workspace, settings.managers):
        yield each
    if missed := settings.missed_holidays(today()):
        mend = f"name it, as in COUNTRY={settings.country}-…, or in `/qualify settings`"
        said = f"{settings.country} has no region, so {_worked_on(len(missed))}"
        yield warning("country", said, mend)
    if is_live and settings.verdict_channel:
        async for each in slack.live(client, settings.verdict_channel):
            yield each
    for refused in kept.refused_blocks if kept else ():
        found = slack.refused(refused)
        if is_live and settings.verdict_channel:
            found = await slack.tried_again(client, settings.verdict_channel, refused)
        if found.level is Level.OK:
            await take_block_again(database, workspace, refused.kind)
        yield found


def _worked_on(holidays: int) -> str:
    if holidays == 1:
        return "1 regional holiday counts as a working day"
    return f"{holidays} regional holidays count as working days"


async def _knocked(session: aiohttp.ClientSession, config: Config) -> Finding:
    """Send what runs at HOST and PORT a signed request, as Slack does when it asks for a URL."""
    host = "127.0.0.1" if config.host in {"0.0.0.0", "::"} else config.host  # noqa: S104
    url = f"http://{f'[{host}]' if ':' in host else host}:{config.port}{EVENTS_PATH}"
    body = json.dumps({"type": "url_verification", "challenge": "doctor", "token": ""})
    stamp = str(int(time.time()))
    base = f"v0:{stamp}:{body}".encode()
    secret = (config.slack_signing_secret or "").encode()
    signature = "v0=" + hmac.new(secret, base, hashlib.sha256).hexdigest()
    headers = {
        "X-Slack-Request-Timestamp": stamp,
        "X-Slack-Signature": signature,
        "Content-Type": "application/json",
    }
    where = f"port {config.port} of {config.host}"
    try:
        async with session.post(url, data=body, headers=headers) as answer:
            status = answer.status
    except (TimeoutError, aiohttp.ClientError, OSError):
        return warning("signing secret", f"wasn't checked: nothing answers at {where}")
    if status == 401:
        mend = "it runs with a different SLACK_SIGNING_SECRET: restart it with this one"
        return wrong("signing secret", f"is refused by what runs at {where}", mend)
    if status != 200:
        return warning("signing secret", f"wasn't checked: what runs at {where} answers {status}")
    return ok("signing secret", f"matches that of what runs at {where}")
