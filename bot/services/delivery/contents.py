"""What an outbox message is about when it is sent, and what is stored once it has been."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import assert_never
from zoneinfo import ZoneInfo

from bot.domain.backstop import is_past_backstop
from bot.domain.calendar import today_in
from bot.domain.decisions import HistoryEntry, last_day_to_undo
from bot.domain.delivery import (
    Claimed,
    ClockMessage,
    MessageKind,
    OutboxMessage,
    Posted,
    contents,
    payloads,
)
from bot.domain.errors import UnknownProspect
from bot.domain.managers import is_up_for_closing
from bot.domain.nudges import (
    asked_for_nothing,
    is_asked_in_vain,
    is_still_due,
    is_to_be_asked,
    moved_to,
    taken_back,
)
from bot.domain.people import Action, MemberId
from bot.domain.prospects import Prospect, ProspectId, Stage, is_open_pursue, is_stalled
from bot.domain.read_models import AskedOutcome, Brief, Overview
from bot.domain.screening import DraftId
from bot.domain.workspace import Workspace
from bot.services.digest import digest_message, store_digest
from bot.services.outcomes import asked_outcomes
from bot.services.overviews import (
    away_owner,
    briefs_of,
    gone_owner,
    incoming_draft,
    links_of,
    names_of,
    overview_of,
    overviews_of,
    undecided_prospects,
)
from bot.services.transaction.announcements import rewrite_mornings
from bot.services.transaction.planning import plan_look, zone_of
from bot.storage.unit_of_work import UnitOfWork

LINES = tuple(kind for kind in MessageKind if kind.rules.is_line)
"""The kinds of messages in the thread of a card or digest."""

_ABOUT_CARDS = (
    payloads.AboutCard,
    payloads.CardOfVerdict,
    payloads.KillDateReached,
    payloads.OverrideChanged,
)
"""The payloads drawn from a qualification and its prospect alone."""


async def content_of(  # noqa: C901 - a table: one case for each payload
    work: UnitOfWork, message: OutboxMessage, now: datetime
) -> contents.MessageContent | None:
    """Gather what a message is drawn from, as of now; None if it needs nothing.

    Raises UnknownProspect if there is nothing (left) for it to be about.
    """
    match message.payload:
        case payloads.OwnersMorning() as morning:
            return await _for_owner(await _gathering(work, message, morning, now))
        case payloads.ManagersMorning() as morning:
            return await _for_manager(await _gathering(work, message, morning, now))
        case payloads.AllHandedOver() as given:
            return await _handed_over(work, MemberId(message.recipient), given, now)
        case payloads.RequestAsked() as asked:
            return await _request(work, message, asked, None, now)
        case payloads.RequestRewritten(asked, of):
            posted = await work.outbox.place_of(of)
            if posted is None:
                raise UnknownProspect
            return await _request(work, message, asked, posted, now)
        case (
            payloads.AboutCard()
            | payloads.CardOfVerdict()
            | payloads.KillDateReached()
            | payloads.OverrideChanged()
        ):
            return await _overview(work, message, now)
        case payloads.DraftArrived(draft_id):
            return await _intake(work, message, draft_id, None, now)
        case payloads.DraftArrivedRewritten(draft_id, of):
            posted = await work.outbox.place_of(of)
            if posted is None:
                raise UnknownProspect
            return await _intake(work, message, draft_id, posted, now)
        case payloads.OfWeek(monday):
            return await digest_message(work, monday, now)
        case payloads.NotDelivered() | payloads.Erasing():
            return None
        case (
            payloads.SettingsChanged()
            | payloads.ChecklistsChanged()
            | payloads.WebhooksChanged()
            | payloads.DoorChanged()
            | payloads.RetentionAhead()
        ):
            workspace = await work.workspaces.get()
            if workspace is None:
                raise UnknownProspect
            return contents.SettingsNews(workspace)
        case _:
            assert_never(message.payload)


async def read_ahead(
    work: UnitOfWork, rows: Sequence[Claimed], now: datetime
) -> Mapping[int, Overview]:
    """Gather at once what the messages of one workspace that are about cards are drawn from.

    The result is by row id. A prospect that was acted on just between two of the statements is left
    out: the history shows every revision.
    """
    about = {
        each.row_id: each.message.qualification_id
        for each in rows
        if isinstance(each.message.payload, _ABOUT_CARDS)
    }
    ids = {each for each in about.values() if each is not None}
    found = await overviews_of(work, ids, now) if ids else {}
    whole = {each: it for each, it in found.items() if _is_of_one_moment(it)}
    return {row: whole[each] for row, each in about.items() if each in whole}


def _is_of_one_moment(overview: Overview) -> bool:
    *_, latest = (0, *(each.revision for each in overview.history))
    return latest == overview.prospect.revision


async def store_posted(
    work: UnitOfWork,
    message: OutboxMessage,
    posted: Posted,
    link: str | None,
    drawn: contents.MessageContent | None,
    now: datetime,
) -> int | None:
    """Store where a card or a morning message was posted, and its permalink if known.

    The message counts for the day on which it was sent, and earlier ones about the same things say
    from now on that there is a newer one. `drawn` is what the posted message was drawn from, or
    None if nobody knows for sure. Returns the revision of a card's prospect.
    """
    if isinstance(message.payload, payloads.OfWeek):
        digest = drawn.digest if isinstance(drawn, contents.DigestMessage) else None
        await store_digest(work, message.payload.monday, posted, digest, now)
        await work.outbox.follow([MessageKind.DIGEST_LINE], posted[0])
    elif message.qualification_id is not None:
        kept = await work.qualifications.set_card(message.qualification_id, *posted, link)
        if kept is not None and kept.has_lost:
            await work.outbox.follow(LINES, posted[0], message.qualification_id)
        return None if kept is None else kept.revision
    elif isinstance(message.payload, payloads.Morning):
        reader = MemberId(message.recipient)
        await _store_morning(work, reader, message.payload, posted, link, now)
    return None


async def _store_morning(
    work: UnitOfWork,
    reader: MemberId,
    morning: payloads.Morning,
    posted: Posted,
    link: str | None,
    now: datetime,
) -> None:
    workspace = await work.workspaces.get()
    if workspace is None:
        return
    mornings, day = work.mornings_of(morning), morning.day
    today = today_in(await zone_of(work, workspace, reader), now)
    await mornings.set_posted(reader, day, posted, today, link)
    await rewrite_mornings(work, await mornings.earlier(reader, day), f"again:{day}")
    if isinstance(morning, payloads.OwnersMorning) and today != day:
        await _count_anew(
            work, workspace, reader, day, now, lambda each, _: moved_to(each, day, today)
        )


async def take_back(work: UnitOfWork, message: OutboxMessage, now: datetime) -> None:
    """Discount a nudge or a question that never reached its owner: it comes again some morning."""
    owner, morning = MemberId(message.recipient), message.payload
    workspace = await work.workspaces.get()
    if workspace is None or not isinstance(morning, payloads.OwnersMorning):
        return
    day = morning.day

    def count(prospect: Prospect, number: int) -> Prospect:
        if prospect.facts.owner != owner:
            return prospect
        take = asked_for_nothing if is_open_pursue(prospect) else taken_back
        return take(prospect, number, day)

    for prospect in await _count_anew(work, workspace, owner, day, now, count):
        await work.proposals.withdraw(prospect.id)


async def _count_anew(
    work: UnitOfWork,
    workspace: Workspace,
    owner: MemberId,
    day: date,
    now: datetime,
    count: Callable[[Prospect, int], Prospect],
) -> list[Prospect]:
    """Recount the nudges of a message, plan their prospects anew, and return those that changed.

    `count` takes a prospect, and the number of the nudge or question that the message was about it.
    They are locked in the order in which a hand-over locks them.
    """
    zone, changed = await zone_of(work, workspace, owner), []
    its = await work.nudges.items(owner, day)
    for prospect_id, number in sorted([*its.nudges, *its.questions]):
        prospect = await work.prospects.get_to_change(prospect_id)
        counted = None if prospect is None else count(prospect, number)
        if counted is not None and counted != prospect:
            await work.prospects.store_nudge_records(counted)
            await plan_look(work, counted, workspace.settings, zone, now)
            changed.append(counted)
    return changed


@dataclass(frozen=True, slots=True)
class _Gathering:
    """A morning message whose content is being gathered."""

    work: UnitOfWork
    workspace: Workspace
    reader: MemberId
    day: date
    posted: Posted | None
    zone: ZoneInfo | None
    """The reader's time zone, if they are known."""
    now: datetime
    is_first: bool
    """Whether it is still to be posted: then what has become unnecessary is left out."""

    def again_on(self, about: Iterable[ClockMessage]) -> date | None:
        """Return the day of the latest of these messages that reached the reader after this one."""
        return self.again(about)[0]

    def again(self, about: Iterable[ClockMessage]) -> tuple[date | None, str | None]:
        """Return the same, and the permalink of that message."""
        later = [
            (each.sent_on, each.link or "")
            for each in about
            if each.reader == self.reader and each.day > self.day and each.sent_on is not None
        ]
        on, link = max(later, default=(None, ""))
        return on, link or None

    def is_superseded(self, about: Iterable[ClockMessage]) -> bool:
        """Tell whether it is still to be posted although a later message says the same.

        The later one is enough: nobody gets a pile of them when messages that died on many days are
        sent again.
        """
        return self.is_first and any(
            each.reader == self.reader and each.day > self.day for each in about
        )

    async def briefs(self, prospects: Iterable[Prospect]) -> dict[ProspectId, Brief]:
        """Return what lines about prospects say about their verdicts."""
        return await briefs_of(self.work, [*prospects], self.workspace.settings)

    async def undo_by(self, prospect: Prospect) -> date | None:
        """The last day to undo that we walked away from it, as long as that is possible."""
        if prospect.stage is not Stage.WALKED_AWAY:
            return None
        zone = await zone_of(self.work, self.workspace, prospect.facts.owner)
        last = last_day_to_undo(prospect, calendar=self.workspace.settings.calendar, zone=zone)
        return last if today_in(zone, self.now) <= last else None


async def _gathering(
    work: UnitOfWork, message: OutboxMessage, morning: payloads.Morning, now: datetime
) -> _Gathering:
    """Begin to gather; raises UnknownProspect if the message to be rewritten was never posted."""
    reader, is_first = MemberId(message.recipient), not message.kind.rules.is_rewrite
    workspace = await work.workspaces.get()
    posted = await work.mornings_of(morning).posted(reader, morning.day)
    if workspace is None or (posted is None and not is_first):
        raise UnknownProspect
    known = await work.members.get(reader)
    zone = None if known is None else known.member.zone
    return _Gathering(work, workspace, reader, morning.day, posted, zone, now, is_first)


async def _for_owner(it: _Gathering) -> contents.NudgeMessage:
    """Gather what a message to an owner is about; raises UnknownProspect if nothing is left."""
    today = today_in(it.zone or it.workspace.settings.zone, it.now)
    nudges, questions = await it.work.nudges.items(it.reader, it.day)
    items = await _nudged(it, nudges, lambda each: is_still_due(each, it.reader, today))
    about = await _nudged(it, questions, lambda each: is_to_be_asked(each, it.reader, it.day))
    asked = await _asked(it)
    drafts, is_empty = await _drafts(it, payloads.OwnersMorning(it.day))
    if not items and not asked and not about and is_empty:
        raise UnknownProspect
    names = await names_of(it.work, _people(each.prospect for each in (*items, *about)))
    return contents.NudgeMessage(
        it.workspace,
        it.reader,
        today,
        items,
        asked,
        it.posted,
        it.zone,
        names,
        about,
        tuple(each for each in drafts if each.draft.member_id == it.reader),
    )


async def _drafts(
    it: _Gathering, morning: payloads.Morning
) -> tuple[tuple[contents.IncomingDraft, ...], bool]:
    """Gather which of its listed drafts still wait, and whether there is nothing to say about any.

    A message already in Slack is also rewritten once none of them waits any more.
    """
    listed = await it.work.intake.items(it.reader, morning)
    found = [await it.work.drafts.get(each) for each in listed]
    waiting = [each for each in found if each is not None and each.waits_since is not None]
    waiting.sort(key=lambda each: (each.waits_since or it.now, each.id))
    zone = it.zone or it.workspace.settings.zone
    rows = [await incoming_draft(it.work, each, zone, it.now) for each in waiting]
    return tuple(rows), not (rows if it.is_first else listed)


async def _nudged(
    it: _Gathering,
    items: Sequence[tuple[ProspectId, int]],
    is_to_say: Callable[[Prospect], bool],
) -> tuple[contents.NudgedProspect, ...]:
    """Gather these; if the message was not sent yet, without those that became unnecessary."""
    numbers = dict(items)
    if not numbers:
        return ()
    about = await it.work.nudges.latest_about_each([*numbers])
    kept = [
        each
        for each in await it.work.prospects.all_of([*numbers])
        if not it.is_first or is_to_say(each)
        if not it.is_superseded(about.get(each.id, ()))
    ]
    briefs, rows = await it.briefs(kept), []
    for each in kept:
        again, undo_by = it.again(about.get(each.id, ())), await it.undo_by(each)
        brief = briefs.get(each.id)
        rows.append(contents.NudgedProspect(each, numbers[each.id], *again, brief, undo_by))
    return tuple(rows)


async def _asked(it: _Gathering) -> tuple[AskedOutcome, ...]:
    keys = await it.work.outcomes.items(it.reader, it.day)
    found = await asked_outcomes(it.work, it.workspace, keys)
    return tuple(each for each in found if each.is_open or not it.is_first)


async def _for_manager(it: _Gathering) -> contents.ManagersMessage:
    """Gather what a message to a manager is about; raises UnknownProspect if nothing is left."""
    kept = await it.work.managers.record(it.reader, it.day)
    if kept is None:
        raise UnknownProspect
    policy = it.workspace.settings.nudge_policy
    found = await it.work.prospects.all_of(kept.prospects)
    items = await _proposed(
        it, [each for each in found if not it.is_first or is_up_for_closing(each, policy)]
    )
    asked_about = await it.work.prospects.all_of(kept.questions)
    questions = await _proposed(
        it, [each for each in asked_about if not it.is_first or is_asked_in_vain(each, policy)]
    )
    undecided = await _listed(it, kept.undecided)
    gone = [await _offered(it, owner) for owner in kept.owners]
    gone += [await _away(it, owner) for owner in kept.away if owner not in kept.owners]
    if it.is_first:
        gone = [each for each in gone if not each.is_back and (each.total or each.away_until)]
    drafts, is_empty = await _drafts(it, payloads.ManagersMorning(it.day))
    if not items and not gone and not undecided and not questions and is_empty:
        raise UnknownProspect
    told_of = [each.prospect for each in (*items, *questions)]
    told_of += [each.prospect for each in undecided]
    others = {each.id for each in gone} | {each.draft.member_id for each in drafts}
    names = await names_of(it.work, _people(told_of) | others)
    return contents.ManagersMessage(
        it.workspace,
        it.reader,
        tuple(items),
        kept.more,
        tuple(gone),
        names,
        it.posted,
        it.zone,
        tuple(undecided),
        tuple(questions),
        drafts,
    )


async def _proposed(
    it: _Gathering, prospects: Sequence[Prospect]
) -> list[contents.ProposedProspect]:
    about = await it.work.managers.latest_about_each([each.id for each in prospects])
    prospects = [each for each in prospects if not it.is_superseded(about.get(each.id, ()))]
    briefs = await it.briefs(prospects)
    histories = await it.work.history.of_each([each.id for each in prospects])
    await it.work.members.all_of({each.facts.owner for each in prospects})  # for their zones
    rows = []
    for each in prospects:
        spoken, history = about.get(each.id, ()), histories.get(each.id, ())
        rows.append(await _row(it, each, spoken, history, briefs.get(each.id)))
    return rows


async def _listed(it: _Gathering, ids: Sequence[ProspectId]) -> list[contents.UndecidedProspect]:
    """Gather the long undecided; those decided meanwhile only if they were already listed."""
    rows = await _proposed(it, await it.work.prospects.all_of(ids))
    listed = [row for row in rows if not it.is_first or is_past_backstop(row.prospect, row.today)]
    return await undecided_prospects(it.work, listed)


async def _row(
    it: _Gathering,
    prospect: Prospect,
    about: Iterable[ClockMessage],
    history: Iterable[HistoryEntry],
    brief: Brief | None,
) -> contents.ProposedProspect:
    zone = await zone_of(it.work, it.workspace, prospect.facts.owner)
    again_on, link = it.again(about)
    given = [today_in(zone, entry.at) for entry in history if entry.action is Action.HAND_OVER]
    was_handed_over = any(on >= it.day for on in given)
    return contents.ProposedProspect(
        prospect,
        today_in(zone, it.now),
        again_on,
        was_handed_over,
        link,
        brief,
        await it.undo_by(prospect),
    )


async def _offered(it: _Gathering, owner: MemberId) -> contents.GoneOwner:
    on, link = it.again(await it.work.managers.latest_offers(owner))
    return replace(await gone_owner(it.work, owner), again_on=on, again_link=link)


async def _away(it: _Gathering, owner: MemberId) -> contents.GoneOwner:
    on, link = it.again(await it.work.managers.latest_offers(owner))
    away = await away_owner(it.work, it.workspace, owner, it.now)
    return replace(away, again_on=on, again_link=link)


def _people(prospects: Iterable[Prospect]) -> set[MemberId]:
    """Return everyone a message names: the owners, and the members who decided."""
    found = list(prospects)
    deciders = {each.decision.by for each in found if each.decision is not None}
    return deciders | {each.facts.owner for each in found}


async def _overview(work: UnitOfWork, message: OutboxMessage, now: datetime) -> Overview:
    card_of = message.qualification_id
    qualification = None if card_of is None else await work.qualifications.get(card_of)
    if qualification is None:
        raise UnknownProspect
    return await overview_of(work, qualification, now)


async def _request(
    work: UnitOfWork,
    message: OutboxMessage,
    asked: payloads.RequestAsked,
    posted: Posted | None,
    now: datetime,
) -> contents.RequestMessage:
    """Gather the content of a request for an answer; raises UnknownProspect if there is none."""
    overview = await _overview(work, message, now)
    overrides = await work.prospects.overrides_of(overview.qualification.id)
    request = next((each for each in overrides if each.id == asked.request), None)
    if request is None:
        raise UnknownProspect
    reader = MemberId(message.recipient)
    known = await work.members.get(reader)
    zone = None if known is None else known.member.zone
    return contents.RequestMessage(overview, request, reader, posted, zone, is_again=asked.n > 1)


async def _intake(
    work: UnitOfWork,
    message: OutboxMessage,
    draft_id: DraftId,
    posted: Posted | None,
    now: datetime,
) -> contents.IntakeMessage:
    """Gather a message about a draft; raises UnknownProspect if it is gone and none was posted."""
    workspace, draft = await work.workspaces.get(), await work.drafts.get(draft_id)
    if workspace is None or (draft is None and posted is None):
        raise UnknownProspect
    reader = MemberId(message.recipient)
    if draft is None:
        return contents.IntakeMessage(workspace, reader, None, posted=posted)
    row = await incoming_draft(work, draft, await zone_of(work, workspace, reader), now)
    names = await names_of(work, [draft.member_id])
    return contents.IntakeMessage(workspace, reader, row, names, posted)


async def _handed_over(
    work: UnitOfWork, reader: MemberId, given: payloads.AllHandedOver, now: datetime
) -> contents.HandedOver:
    workspace = await work.workspaces.get()
    prospects = tuple(await work.prospects.all_of(given.prospects))
    if workspace is None or not prospects:
        raise UnknownProspect
    names = await names_of(work, [given.by, given.before])
    today = today_in(await zone_of(work, workspace, reader), now)
    overdue = frozenset(each.id for each in prospects if is_stalled(each, today))
    links = await links_of(work, prospects)
    return contents.HandedOver(
        workspace, given.by, given.before, prospects, given.total, names, overdue, links
    )
