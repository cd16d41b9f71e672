"""The steps of a checklist as members will see them, before anybody adopts it."""

from collections.abc import Collection
from datetime import date

from bot.domain.checklist.model import Checklist, Question
from bot.domain.checklist.rules import Circumstances
from bot.domain.people import MemberId
from bot.domain.prospects import ProspectFacts
from bot.domain.screening import (
    ChecklistVersion,
    DraftId,
    EvidenceAsked,
    StepRef,
    StepShown,
    VersionId,
)
from bot.domain.workspace import Workspace
from bot.services.screening.steps import dates_of, hints_of


def preview(
    checklist: Checklist, at: int, *, workspace: Workspace, asker: MemberId, today: date
) -> StepShown | None:
    """Return a step with all that it may ask: every question, and evidence for every option.

    After the last step comes a view for the evidence it asks for, if any; after that, None.
    """
    steps = checklist.steps
    if not 0 <= at <= len(steps):
        return None
    evidence = _evidence_for(steps[at - 1].questions if at else ())
    if at == len(steps) and not evidence:
        return None
    questions = steps[at].questions if at < len(steps) else ()
    total = len(steps) + bool(_evidence_for(steps[-1].questions))
    return StepShown(
        ref=StepRef(DraftId(""), VersionId(""), at),
        version=ChecklistVersion(VersionId(""), 0, checklist),
        position=(at + 1, total),
        questions=questions,
        today=today,
        currency=workspace.settings.currency,
        facts=ProspectFacts("", asker, today),
        hints=hints_of(
            checklist, questions, {}, Circumstances(today, None), workspace.settings.niche
        ),
        dates=dates_of(questions, today, workspace.settings.calendar),
        evidence=evidence,
    )


def _evidence_for(questions: Collection[Question]) -> tuple[EvidenceAsked, ...]:
    return tuple(
        EvidenceAsked(each.evidence_id, each, needing)
        for each in questions
        if (needing := each.needing_evidence(frozenset(option.id for option in each.options)))
    )
