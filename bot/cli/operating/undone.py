"""What the doctor finds that is due and not done, or was done wrong."""

import secrets
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta

from bot import checklists
from bot.cli.operating.findings import Finding, ok, warning, wrong
from bot.readiness import LONGEST_DUE
from bot.services.figures.facts import fingerprint
from bot.storage.data.sweeping import Sweeper
from bot.storage.database import Database
from bot.storage.delivery.desk import OutboxDesk
from bot.storage.rounds import RoundQueue
from bot.storage.unit_of_work import UnitsOfWork
from bot.storage.webhooks.queue import WebhookQueue, WebhookQueueState

LONGEST_UNHEARD = timedelta(hours=1)
"""After which a delivery that a webhook does not take is worth a warning."""

LONGEST_SWEEP = timedelta(minutes=10)
"""After which what was forgotten should have left the files."""

LOOKED_AT = 200
"""Prospects of each workspace whose facts are held against what happened."""


async def standing_still(database: Database) -> AsyncIterator[Finding]:
    """Yield how messages, rounds, webhooks, what was forgotten, and the figures stand."""
    desk = OutboxDesk(database)
    for finding in await _outbox(desk):
        yield finding
    now = datetime.fromtimestamp(await desk.seconds(), UTC)
    yield _rounds(await RoundQueue(database).late(now))
    for finding in _webhooks(await WebhookQueue(database).standing(now)):
        yield finding
    yield await _erasing(Sweeper(database), now)
    yield await _figures(database)


async def _outbox(desk: OutboxDesk) -> list[Finding]:
    standing = await desk.standing()
    found = []
    if standing.dead:
        mend = "`walkaway outbox list` says why, `walkaway outbox resend --all` sends them"
        found.append(warning("outbox", f"has {_dead(standing.dead)}", mend))
    else:
        found.append(ok("outbox", "has no dead messages"))
    late = standing.oldest_due
    if late is not None and late > LONGEST_DUE:
        mend = "`walkaway outbox list` says why"
        found.append(warning("oldest message", f"has been due for {late / 60:.0f} minutes", mend))
    else:
        found.append(ok("messages", f"wait to be sent: {standing.waiting}"))
    return found


def _dead(count: int) -> str:
    return "1 dead message" if count == 1 else f"{count} dead messages"


def _rounds(late: timedelta) -> Finding:
    if late > timedelta(seconds=LONGEST_DUE):
        minutes = late / timedelta(minutes=1)
        mend = 'the log says why, at "a round was not made"'
        sentence = f"are checked late: one check has been due for {minutes:.0f} minutes"
        return warning("prospects", sentence, mend)
    return ok("prospects", "are checked on time")


def _webhooks(standing: WebhookQueueState) -> list[Finding]:
    if standing.oldest > LONGEST_UNHEARD:
        hours = standing.oldest / timedelta(hours=1)
        mend = "`/qualify settings`, Connections, Webhooks shows what the address answers"
        return [warning("webhooks", f"have a delivery that has waited for {hours:.0f} hours", mend)]
    waiting = standing.waiting
    return [ok("webhooks", f"have deliveries waiting: {waiting}")] if waiting else []


async def _erasing(sweeper: Sweeper, now: datetime) -> Finding:
    if not await sweeper.may_sweep():
        mend = (
            "as owner of the tables, from PostgreSQL 17 on: GRANT MAINTAIN ON ALL TABLES IN SCHEMA "
            "public TO this role; before, see “Rights in the database” in docs/operations.md"
        )
        sentence = "leaves bytes in the files: this role isn't allowed to rewrite the tables"
        return wrong("forgetting", sentence, mend)
    since = await sweeper.waiting_since()
    waits = timedelta(0) if since is None else now - since
    if waits > LONGEST_SWEEP:
        sentence = f"has left bytes in the files for {waits / timedelta(minutes=1):.0f} minutes"
        mend = "is something reading the database all the time, or is nothing running?"
        return warning("forgetting", sentence, mend)
    return ok("forgetting", "leaves nothing in the database's files")


async def _figures(database: Database) -> Finding:
    """Hold some of the facts that figures are counted from against what happened."""
    units = UnitsOfWork(database, checklists.restore)
    looked_at = differ = 0
    for workspace_id in await RoundQueue(database).workspaces():
        async with units.reading(workspace_id) as work:
            workspace = await work.workspaces.get()
            if workspace is None or await work.facts.fingerprint() != fingerprint(
                workspace.settings
            ):
                continue  # all of them are told anew by whoever counts next
            ids = await work.facts.checkable(secrets.token_hex(2), LOOKED_AT)
            looked_at += len(ids)
            differ += len(await work.facts.differing(ids, workspace.settings.calendar))
    if differ:
        sentence = f"are wrong: {differ} of {looked_at} prospects don't match what happened"
        return wrong("figures", sentence, "walkaway migrate --recount")
    return ok("figures", f"match what happened (prospects checked: {looked_at})")
