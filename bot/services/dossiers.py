"""Gathering what a card, a verdict view or the details of a prospect are drawn from."""

from dataclasses import replace
from datetime import date, datetime

from bot.domain.calendar import today_in
from bot.domain.dossier import Dossier, NudgedProspect, NudgeMessage
from bot.domain.due import is_stalled
from bot.domain.errors import UnknownProspect
from bot.domain.nudging import is_held
from bot.domain.people import MemberId
from bot.domain.prospect import ProspectId
from bot.domain.qualification import Qualification
from bot.services.ports import UnitOfWork


async def dossier_of(work: UnitOfWork, qualification: Qualification, now: datetime) -> Dossier:
    """Gather everything about a qualification; raises UnknownProspect if it lost its prospect."""
    workspace = await work.workspaces.get()
    prospect = await work.prospects.get(qualification.prospect_id)
    version = await work.checklist_versions.get(qualification.version_id)
    if workspace is None or prospect is None or version is None:
        raise UnknownProspect
    owner = await work.members.get(prospect.facts.owner)
    zone = workspace.settings.zone if owner is None else owner.member.zone
    history = tuple(await work.history.of(prospect.id))
    before = qualification.before
    dossier = Dossier(
        workspace=workspace,
        prospect=prospect,
        qualification=qualification,
        version=version,
        today=today_in(zone, now),
        history=history,
        before=None if before is None else await work.qualifications.get(before),
        after=await work.qualifications.after(qualification.id),
    )
    return await _with_names(work, dossier)


async def latest_dossier(work: UnitOfWork, prospect_id: ProspectId, now: datetime) -> Dossier:
    """Gather everything about a prospect as it was last screened; raises UnknownProspect."""
    prospect = await work.prospects.get(prospect_id)
    qualification = prospect and await work.qualifications.get(prospect.qualification_id)
    if not qualification:
        raise UnknownProspect
    return await dossier_of(work, qualification, now)


async def nudge_message(
    work: UnitOfWork, owner: MemberId, day: date, now: datetime, *, is_first: bool
) -> NudgeMessage:
    """Gather what a nudge message is about, as things stand now.

    What was decided before it goes out `is_first` left away, and so is what waits for a manager.
    Raises UnknownProspect if nothing is left, or if what is to be rewritten was never posted.
    """
    workspace = await work.workspaces.get()
    posted = await work.nudges.posted(owner, day)
    if workspace is None or (posted is None and not is_first):
        raise UnknownProspect
    known = await work.members.get(owner)
    today = today_in(workspace.settings.zone if known is None else known.member.zone, now)
    items = []
    for prospect_id, number in await work.nudges.items(owner, day):
        prospect = await work.prospects.get(prospect_id)
        is_due = prospect is not None and is_stalled(prospect, today) and not is_held(prospect)
        if prospect and (is_due or not is_first):
            items.append(NudgedProspect(prospect, number))
    if not items:
        raise UnknownProspect
    return NudgeMessage(workspace, owner, today, tuple(items), posted)


async def _with_names(work: UnitOfWork, dossier: Dossier) -> Dossier:
    """Add the names of everybody in it, for the texts that are read aloud."""
    people = {dossier.prospect.facts.owner, dossier.qualification.member_id}
    people |= {entry.by for entry in dossier.history}
    people |= {MemberId(str(each.detail["to"])) for each in dossier.history if "to" in each.detail}
    cached = [await work.members.get(member_id) for member_id in sorted(people)]
    return replace(dossier, names={each.member.id: each.member.name for each in cached if each})
