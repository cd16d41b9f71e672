"""What the doctor asks of the database."""

import secrets
import shutil
import time
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import assert_never

import sqlalchemy as sa

from bot import checklists
from bot.cli.operating.findings import Finding, ok, warning, wrong
from bot.readiness import LONGEST_DUE, LONGEST_SILENCE
from bot.storage.data.sweeping import Sweeper
from bot.services.figures.facts import told_by
from bot.storage.database import Database
from bot.storage.delivery.desk import OutboxDesk
from bot.storage.heartbeat import Heartbeat
from bot.storage.rounds import RoundQueue
from bot.storage.schema.migrations import schema_of
from bot.storage.schema.standing import Schema
from bot.storage.trouble import in_words
from bot.storage.webhooks.queue import WebhookQueue, WebhooksStanding
from bot.storage.unit_of_work import UnitsOfWork

LEAST_FREE, LITTLE_FREE = 20 * 2**20, 200 * 2**20
"""Bytes of free disk below which nothing, or not for long, can be written."""

LONGEST_UNHEARD = timedelta(hours=1)
"""After which a delivery that a webhook does not take is worth a warning."""

LONGEST_SWEEP = 600.0
"""Seconds after which what was forgotten should have left the files."""

LOOKED_AT = 200
"""Prospects of each workspace whose facts are held against what happened."""

CLOCKS_APART = 5.0
"""Seconds by which two clocks may differ."""


async def findings_of(database: Database, url: str) -> AsyncIterator[Finding]:
    """Yield how the database is, and how what waits in it stands."""
    for finding in _file(url):
        yield finding
    try:
        schema = await schema_of(database)
        yield _schema(schema)
        if not schema.is_usable:
            return
        if database.is_pooled:
            yield ok("pooler", "stands before PostgreSQL, so each statement is prepared anew")
        await Heartbeat(database).write_something()
        yield ok("writing", "is possible")
        desk = OutboxDesk(database)
        yield _clock(await desk.seconds())
        yield _heartbeat(await Heartbeat(database).age())
        for finding in await _outbox(desk):
            yield finding
        now = datetime.fromtimestamp(await desk.seconds(), UTC)
        yield _rounds(await RoundQueue(database).late(now))
        for finding in _webhooks(await WebhookQueue(database).standing(now)):
            yield finding
        yield await _erasing(Sweeper(database))
        yield await _figures(database)
    except Exception as error:  # noqa: BLE001 - whatever it is, it is what was to be found
        yield wrong("database", f"{in_words(error)}", "then run this again")


def _file(url: str) -> list[Finding]:
    if not url.startswith("sqlite"):
        return []
    file = Path(sa.make_url(url).database or "")
    if not file.parent.is_dir():
        return [wrong("database", f"has no folder {file.parent}", "make it, or mend DATABASE_URL")]
    found = []
    free = shutil.disk_usage(file.parent).free
    if free < LITTLE_FREE:
        left = f"has {free // 2**20} MB left on its disk"
        is_full = free < LEAST_FREE
        found.append(wrong("disk", left, "make room") if is_full else warning("disk", left))
    if file.exists() and file.stat().st_mode & 0o077:
        mend = f"chmod 600 {file}"
        found.append(warning("database", "can be read by others on this machine", mend))
    return found


def _schema(schema: Schema) -> Finding:
    match schema:
        case Schema.OURS:
            return ok("database", "answers, with the schema of this version")
        case Schema.AHEAD:
            return ok("database", "answers, with what a newer version added to the schema")
        case Schema.BEHIND:
            return wrong("database", "has not the schema of this version", "run `walkaway migrate`")
        case Schema.BEYOND:
            return wrong("database", "is of a newer version", "install that version again")
        case _:
            assert_never(schema)


def _clock(seconds: float) -> Finding:
    apart = abs(seconds - time.time())
    if apart > CLOCKS_APART:
        mend = "let both follow the time of the network (NTP)"
        return warning("database clock", f"differs from ours by {apart:.0f} seconds", mend)
    return ok("database clock", "agrees with ours")


def _heartbeat(age: float | None) -> Finding:
    if age is None:
        return warning("clock", "has never ticked", "start `walkaway run`, or a worker")
    if age > LONGEST_SILENCE:
        mend = "is `walkaway run` or a worker running?"
        return warning("clock", f"ticked {age / 60:.0f} minutes ago", mend)
    return ok("clock", f"ticked {age:.0f} seconds ago")


def _rounds(late: timedelta) -> Finding:
    if late > timedelta(seconds=LONGEST_DUE):
        minutes = late / timedelta(minutes=1)
        mend = 'the log says why, at "a round was not made"'
        return warning("rounds", f"are late: one is due for {minutes:.0f} minutes", mend)
    return ok("rounds", "are made when they are due")


def _webhooks(standing: WebhooksStanding) -> list[Finding]:
    if standing.oldest > LONGEST_UNHEARD:
        hours = standing.oldest / timedelta(hours=1)
        mend = "`/qualify settings`, page Webhooks, shows what the address answers"
        return [warning("webhooks", f"have a delivery that waits for {hours:.0f} hours", mend)]
    waiting = standing.waiting
    return [ok("webhooks", f"have {waiting} deliveries waiting")] if waiting else []


async def _erasing(sweeper: Sweeper) -> Finding:
    if not await sweeper.may_sweep():
        mend = (
            "as owner of the tables, from PostgreSQL 17 on: GRANT MAINTAIN ON ALL TABLES IN SCHEMA "
            "public TO this role; before, see “Rights in the database” in docs/operations.md"
        )
        sentence = "leaves bytes in the files: this role may not rewrite the tables"
        return wrong("forgetting", sentence, mend)
    since = await sweeper.owed_since()
    waits = 0.0 if since is None else time.time() - since.timestamp()
    if waits > LONGEST_SWEEP:
        sentence = f"has left bytes in the files for {waits / 60:.0f} minutes"
        mend = "is something reading the database all the time, or is nothing running?"
        return warning("forgetting", sentence, mend)
    return ok("forgetting", "leaves nothing in the database's files")


async def _outbox(desk: OutboxDesk) -> list[Finding]:
    standing = await desk.standing()
    found = []
    if standing.dead:
        mend = "`walkaway outbox list` says why, `walkaway outbox resend --all` sends them"
        found.append(warning("dead messages", f"are there: {standing.dead}", mend))
    else:
        found.append(ok("dead messages", "are there none"))
    late = standing.oldest_due
    if late is not None and late > LONGEST_DUE:
        mend = "`walkaway outbox list` says why"
        found.append(warning("oldest message", f"is due for {late / 60:.0f} minutes", mend))
    else:
        found.append(ok("messages", f"wait to be sent: {standing.waiting}"))
    return found


async def _figures(database: Database) -> Finding:
    """Hold some of the facts that figures are counted from against what happened."""
    units = UnitsOfWork(database, checklists.restore)
    looked_at = differ = 0
    for workspace_id in await RoundQueue(database).workspaces():
        async with units.reading(workspace_id) as work:
            workspace = await work.workspaces.get()
            if workspace is None or await work.facts.told_by() != told_by(workspace.settings):
                continue  # all of them are told anew by whoever counts next
            ids = await work.facts.checkable(secrets.token_hex(2), LOOKED_AT)
            looked_at += len(ids)
            differ += len(await work.facts.differing(ids, workspace.settings.calendar))
    if differ:
        sentence = f"are wrong: {differ} of {looked_at} prospects say other than what happened"
        return wrong("figures", sentence, "walkaway migrate --recount")
    return ok("figures", f"say what happened, as far as {looked_at} prospects show")
