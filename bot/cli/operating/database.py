"""What the doctor asks of the database."""

import shutil
import time
from collections.abc import AsyncIterator
from pathlib import Path
from typing import assert_never

import sqlalchemy as sa

from bot.cli.operating.findings import Finding, ok, warning, wrong
from bot.cli.operating.undone import standing_still
from bot.readiness import LONGEST_SILENCE
from bot.storage.database import Database
from bot.storage.delivery.desk import OutboxDesk
from bot.storage.heartbeat import Heartbeat
from bot.storage.schema.migrations import schema_of
from bot.storage.schema.standing import Schema
from bot.storage.trouble import in_words

LEAST_FREE, LITTLE_FREE = 20 * 2**20, 200 * 2**20
"""Bytes of free disk below which nothing, or not for long, can be written."""

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
            yield ok("pooler", "sits in front of PostgreSQL, so statements are prepared every time")
        await Heartbeat(database).write_something()
        yield ok("writing", "is possible")
        desk = OutboxDesk(database)
        yield _clock(await desk.seconds())
        yield _heartbeat(await Heartbeat(database).age())
        async for finding in standing_still(database):
            yield finding
    except Exception as error:  # noqa: BLE001 - whatever it is, it is what was to be found
        yield wrong("database", f"{in_words(error)}", "then run this again")


def _file(url: str) -> list[Finding]:
    if not url.startswith("sqlite"):
        return []
    file = Path(sa.make_url(url).database or "")
    if not file.parent.is_dir():
        return [
            wrong(
                "database",
                f"needs a folder that doesn't exist: {file.parent}",
                "create it, or fix DATABASE_URL",
            )
        ]
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
            return ok("database", "answers, with additions of a newer version")
        case Schema.BEHIND:
            return wrong(
                "database", "doesn't have the schema of this version", "run `walkaway migrate`"
            )
        case Schema.BEYOND:
            return wrong("database", "belongs to a newer version", "install that version again")
        case _:
            assert_never(schema)


def _clock(seconds: float) -> Finding:
    apart = abs(seconds - time.time())
    if apart > CLOCKS_APART:
        mend = "sync both clocks with NTP"
        return warning("database clock", f"differs from ours by {apart:.0f} seconds", mend)
    return ok("database clock", "agrees with ours")


def _heartbeat(age: float | None) -> Finding:
    if age is None:
        return warning("clock", "has never ticked", "start `walkaway run`, or a worker")
    if age > LONGEST_SILENCE:
        mend = "is `walkaway run` or a worker running?"
        return warning("clock", f"ticked {age / 60:.0f} minutes ago", mend)
    return ok("clock", f"ticked {age:.0f} s ago")
