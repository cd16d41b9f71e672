"""Finding what a modal refers to, and refusing what is gone or belongs to somebody else."""

from datetime import datetime
from typing import Any

from bot.domain.checklist.answers import from_document, to_document
from bot.domain.checklist.model import Checklist
from bot.domain.checklist.rules import Answers
from bot.domain.decisions.moves import check
from bot.domain.errors import DraftGone, NotYourDraft, UnknownProspect
from bot.domain.people import Action
from bot.domain.prospects.prospect import Prospect
from bot.domain.read_models import Dossier
from bot.domain.screening import ChecklistVersion, Draft, DraftId, VersionId
from bot.services.overviews import dossier_of
from bot.services.ports import Caller
from bot.services.transaction.standing import Standing
from bot.storage.unit_of_work import UnitOfWork


async def own_draft(work: UnitOfWork, caller: Caller, draft_id: DraftId) -> Draft:
    """Return a draft of the caller. Raises DraftGone or NotYourDraft."""
    draft = await work.drafts.get(draft_id)
    if draft is None:
        raise DraftGone
    if draft.member_id != caller.member_id:
        raise NotYourDraft
    return draft


async def filed(
    work: UnitOfWork, caller: Caller, draft_id: DraftId, now: datetime
) -> Dossier | None:
    """Return what a draft became, if it was submitted to the end. Raises NotYourDraft."""
    qualification = await work.qualifications.of_draft(draft_id)
    if qualification is None:
        return None
    if qualification.member_id != caller.member_id:
        raise NotYourDraft
    return await dossier_of(work, qualification, now)


async def version(work: UnitOfWork, version_id: VersionId) -> ChecklistVersion:
    """Return the checklist that a modal was drawn from; raises DraftGone if it is not known."""
    found = await work.checklist_versions.get(version_id)
    if found is None:
        raise DraftGone
    return found


def screened_before(prospect: Prospect | None, who: Standing, revision: int | None) -> Prospect:
    """Return a prospect that may be screened again.

    Raises UnknownProspect, and what `moves.check` raises.
    """
    if prospect is None:
        raise UnknownProspect
    check(prospect, Action.REQUALIFY, who.roles(prospect), revision=revision)
    return prospect


async def earlier_answers(work: UnitOfWork, prospect: Prospect, checklist: Checklist) -> Answers:
    """Return the latest answers about a prospect, as far as they fit this checklist."""
    qualification = await work.qualifications.get(prospect.qualification_id)
    if qualification is None:
        raise UnknownProspect
    answers: dict[str, Any] = {}
    for key, value in to_document(qualification.answers).items():
        try:
            answers |= from_document(checklist, {key: value})
        except KeyError:  # an older version asked this, or offered that option
            continue
    return answers
