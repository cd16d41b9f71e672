"""The clock's work for the channel: once a week, what became of it and what nobody decided.

Only the week's row in the database can make a digest of it. Whoever ticks takes the row, writes the
message, and schedules the next week, in one transaction.
"""

import logging
from collections.abc import Sequence
from datetime import date, datetime

from bot.domain.calendar import WorkingTime, today_in
from bot.domain.delivery import MessageKind, OutboxMessage, Posted, contents, payloads
from bot.domain.errors import UnknownProspect
from bot.domain.figures.digest import (
    Digest,
    Praise,
    RecentFigures,
    days_covered,
    digest_of,
    digest_time,
    monday_of,
    next_digest,
    recent_figures,
)
from bot.domain.workspace import Workspace, WorkspaceId
from bot.services.nudges import BATCH, Rounds
from bot.services.overviews import briefs_of, names_of
from bot.services.transaction.announcements import digest_key
from bot.storage.unit_of_work import UnitOfWork

log = logging.getLogger(__name__)

MOST_OPEN = 100_000
"""The most open prospects read for a digest: in effect, all of them."""


class DigestRounds(Rounds[date | None]):
    """The digests of all workspaces.

    The first one comes in the week after a workspace becomes known: there would be nothing to tell
    of the week before that.
    """

    async def _due(self, now: datetime) -> Sequence[tuple[WorkspaceId, date | None]]:
        return await self._rounds.due_of_digests(now, BATCH)

    async def _take(
        self, work: UnitOfWork, keys: Sequence[date | None], now: datetime
    ) -> Sequence[date | None]:
        return [each for each in keys if each is None or await work.digests.take(each, now)]

    async def _look(
        self, work: UnitOfWork, workspace: Workspace, keys: Sequence[date | None], now: datetime
    ) -> None:
        for key in keys:
            await self._look_at(work, workspace, key, now)

    async def _look_at(
        self, work: UnitOfWork, workspace: Workspace, key: date | None, now: datetime
    ) -> None:
        working = _working(workspace)
        if key is None:
            known = await work.digests.weeks()
            last = max(known, default=monday_of(working.today(now)))
            await work.digests.expect(*next_digest(now, working, last))
            return
        span = digest_time(key, working)
        if span is not None and now < span.start:
            await work.digests.expect(key, span.start)
            return
        if span is not None and now in span:
            await work.outbox.put(_message(MessageKind.DIGEST, workspace, key))
        else:
            log.warning("the digest of the week of %s is left out: its day was over", key)
        await work.digests.settle(key)
        await work.digests.expect(*next_digest(now, working, key))


def is_over(workspace: Workspace, monday: date, now: datetime) -> bool:
    """Tell whether the day is over on which a week's digest should have been sent."""
    span = digest_time(monday, _working(workspace))
    return span is None or now >= span.end


def first_day_covered(workspace: Workspace, now: datetime) -> date:
    """Return the first day of which a digest tells that is still to be posted."""
    working = _working(workspace)
    return days_covered(monday_of(working.today(now)), working.calendar).first


async def digest_message(work: UnitOfWork, monday: date, now: datetime) -> contents.DigestMessage:
    """Gather the content of a digest; raises UnknownProspect without a workspace."""
    workspace = await work.workspaces.get()
    if workspace is None:
        raise UnknownProspect
    digest = await _digest(work, workspace, monday, now)
    named = (*digest.undecided.rows, *digest.undecided.also_new)
    praised = _praised_by_name(workspace, digest)
    fastest = None if praised is None else await work.prospects.get(praised.prospect_id)
    people = {each.facts.owner for each in named} | ({praised.owner} if praised else set())
    return contents.DigestMessage(
        workspace=workspace,
        digest=digest,
        today=_working(workspace).today(now),
        briefs=await briefs_of(work, named, workspace.settings),
        names=await names_of(work, people),
        fastest=None if fastest is None else fastest.facts.name,
        posted=await work.digests.posted(monday),
    )


async def digest_without_list(work: UnitOfWork, monday: date) -> contents.DigestMessage:
    """Gather a past digest as of its own day, without its list of undecided prospects.

    The list named somebody who has been forgotten since, and nobody knows any more how the others
    stood that day. Raises UnknownProspect without a workspace.
    """
    workspace = await work.workspaces.get()
    if workspace is None:
        raise UnknownProspect
    working = _working(workspace)
    span = digest_time(monday, working)
    today = monday if span is None else today_in(working.zone, span.start)
    digest = digest_of(
        await work.timelines.since(days_covered(monday, working.calendar).first),
        (),
        await _recent_figures(work, monday, today, working),
        monday=monday,
        today=today,
        calendar=working.calendar,
        rows=workspace.settings.digest_rows,
    )
    return contents.DigestMessage(
        workspace, digest, today, briefs={}, names={}, is_list_taken_out=True
    )


async def store_digest(
    work: UnitOfWork, monday: date, posted: Posted, drawn: Digest | None, now: datetime
) -> None:
    """Store where a digest was posted; what its list has no room for follows in its thread.

    `drawn` is the one that was just posted; None if an earlier attempt had posted it, so that
    nobody knows for sure whom it names.
    """
    workspace = await work.workspaces.get()
    if workspace is None:
        return
    await work.digests.set_posted(monday, posted)
    digest = await _digest(work, workspace, monday, now) if drawn is None else drawn
    listed, praised = digest.undecided, _praised_by_name(workspace, digest)
    named = {each.id for each in (*listed.rows, *listed.also_new)}
    if praised is not None:
        named.add(praised.prospect_id)
    await work.digests.store_named(monday, named, is_known=drawn is not None)
    if listed.also_new:
        await work.outbox.put(_message(MessageKind.DIGEST_LINE, workspace, monday, posted[0]))


def _praised_by_name(workspace: Workspace, digest: Digest) -> Praise | None:
    """The praise of the digest, if it says whose no was the fastest, and to whom."""
    return digest.counts.fastest_no if workspace.settings.figures_per_person else None


async def _digest(work: UnitOfWork, workspace: Workspace, monday: date, now: datetime) -> Digest:
    working = _working(workspace)
    today = working.today(now)
    return digest_of(
        await work.timelines.since(days_covered(monday, working.calendar).first),
        await work.prospects.open_of(None, MOST_OPEN),
        await _recent_figures(work, monday, today, working),
        monday=monday,
        today=today,
        calendar=working.calendar,
        rows=workspace.settings.digest_rows,
    )


async def _recent_figures(
    work: UnitOfWork, monday: date, today: date, working: WorkingTime
) -> RecentFigures:
    """Count the twelve weeks before a digest from the facts that are kept."""
    return await work.facts.counted(
        lambda told: recent_figures(told, monday=monday, today=today, calendar=working.calendar)
    )


def _message(
    kind: MessageKind, workspace: Workspace, monday: date, channel: str | None = None
) -> OutboxMessage:
    return OutboxMessage(
        kind=kind,
        recipient=channel or workspace.settings.verdict_channel,
        dedupe_key=digest_key(kind, monday),
        payload=payloads.OfWeek(monday),
    )


def _working(workspace: Workspace) -> WorkingTime:
    return WorkingTime(workspace.settings.calendar, workspace.settings.zone)
