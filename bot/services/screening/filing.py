"""Filing a qualification: the verdict, the prospect, its history and what Slack is told.

Everything here happens inside the caller's unit of work, so that all of it is saved or nothing.
"""

from datetime import date, datetime

from bot.domain.calendar import WorkingTime, today_in
from bot.domain.checklist.rules import Answers
from bot.domain.checklist.verdict import Assessment, assess
from bot.domain.decisions import HistoryEntry, acts, screen
from bot.domain.overrides import close, closed_by
from bot.domain.prospects import Prospect, ProspectId, QualificationId
from bot.domain.read_models import Overview
from bot.domain.screening import ChecklistVersion, Draft, OpenView, Qualification
from bot.services.overrides import announce_closed
from bot.services.overviews import overview_of
from bot.services.ports import NewId
from bot.services.transaction.action import Actor
from bot.services.transaction.announcements import announce_owner, announce_screening
from bot.services.transaction.planning import plan
from bot.services.transaction.webhooks import WebhookNotifier
from bot.storage.unit_of_work import UnitOfWork


async def file_qualification(
    work: UnitOfWork,
    who: Actor,
    draft: Draft,
    version: ChecklistVersion,
    answers: Answers,
    before: Prospect | None,
    *,
    now: datetime,
    new_id: NewId,
    shown_in: OpenView | None,
) -> Overview:
    """Judge a finished draft and record everything that follows; the draft is removed.

    The day of the verdict is today in the owner's time zone; `before` has caught up with it. Raises
    DraftFiled if the draft has already made a qualification.
    """
    calendar = who.workspace.settings.calendar
    owner = await who.known(work, draft.facts.owner)
    zone = who.workspace.zone_of(owner)
    today = today_in(zone, now)
    assessment = assess(
        version.checklist,
        answers,
        on=today,
        calendar=calendar,
        expected_value=draft.facts.expected_value,
    )
    prospect = screen(
        ProspectId(new_id()) if before is None else before.id,
        draft.facts,
        assessment,
        qualification_id=QualificationId(new_id()),
        now=now,
        working=WorkingTime(calendar, zone),
        before=before,
        policy=who.workspace.settings.backstop,
        spans=who.workspace.settings.spans,
    )
    qualification = _qualification(draft, prospect, assessment, before, now)
    namesake = await _namesake(work, draft) if before is None else None
    entry = _entry(prospect, qualification, before, namesake, today)
    if before is not None:
        await work.prospects.store_overrides(close(before, now=now))
    await _write(work, prospect, qualification, entry)
    await plan(work, prospect, who.workspace, zone, now)
    await announce_screening(work, who.workspace, prospect, qualification, shown_in)
    teller = WebhookNotifier(work, who.workspace, who.member.id, now)
    await teller.screened(prospect, qualification, version)
    if before is not None:
        await announce_closed(work, who, before, prospect, today)
    is_new_owner = before is None or draft.facts.owner != before.facts.owner
    if is_new_owner and draft.facts.owner != draft.member_id:
        await announce_owner(work, prospect, qualification)
    if before is not None:
        return await overview_of(work, qualification, now)
    names: dict[str, str] = {each.id: each.name for each in (who.member, owner) if each}
    return Overview(who.workspace, prospect, qualification, version, today, (entry,), names)


def _qualification(
    draft: Draft,
    prospect: Prospect,
    assessment: Assessment,
    before: Prospect | None,
    now: datetime,
) -> Qualification:
    return Qualification(
        id=prospect.qualification_id,
        prospect_id=prospect.id,
        draft_id=draft.id,
        version_id=draft.version_id,
        member_id=draft.member_id,
        at=now,
        verdict=assessment.verdict,
        decide_within=assessment.decide_within,
        answers=assessment.answers,
        reasons=tuple(reason.rule for reason in assessment.reasons),
        facts=draft.facts,
        conditions=tuple((condition.what, condition.due) for condition in assessment.conditions),
        before=None if before is None else before.qualification_id,
    )


async def _namesake(work: UnitOfWork, draft: Draft) -> Prospect | None:
    """Return the latest prospect of the same name, if the member said that this is another one."""
    if not draft.is_name_settled:
        return None
    return next(iter(await work.prospects.named(draft.facts.name, 1)), None)


def _entry(
    prospect: Prospect,
    qualification: Qualification,
    before: Prospect | None,
    namesake: Prospect | None,
    today: date,
) -> HistoryEntry:
    """Return the history entry, with a new owner, conditions and ended overrides, if any."""
    owner = prospect.facts.owner
    known = qualification.member_id if before is None else before.facts.owner
    act = (acts.Screened if before is None else acts.ScreenedAgain)(
        qualification.id,
        qualification.verdict,
        None if owner == known else owner,
        qualification.conditions,
        namesake=None if namesake is None else namesake.id,
        overrides=() if before is None else acts.touched(closed_by(before, prospect, today)),
    )
    return HistoryEntry(
        prospect_id=prospect.id,
        act=act,
        by=qualification.member_id,
        at=qualification.at,
        revision=prospect.revision,
    )


async def _write(
    work: UnitOfWork, prospect: Prospect, qualification: Qualification, entry: HistoryEntry
) -> None:
    if qualification.before is None:
        await work.prospects.add(prospect, qualification.at)
    else:
        await work.prospects.save(prospect)
    await work.qualifications.add(qualification)
    await work.drafts.remove(qualification.draft_id)
    await work.history.append(entry)
