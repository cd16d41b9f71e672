"""The steps of a checklist as members will see them, before anybody adopts it."""

from datetime import date

from bot.domain.checklist.model import Checklist, Option, Question
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
) -> StepShown:
    """Return a step with all that it may ask: every question, and evidence for every option.

    Raises IndexError for a step that there is not.
    """
    questions = checklist.steps[at].questions
    asked_before = checklist.steps[at - 1].questions if at else ()
    return StepShown(
        ref=StepRef(DraftId(""), VersionId(""), at),
        version=ChecklistVersion(VersionId(""), 0, checklist),
        position=(at + 1, len(checklist.steps)),
        questions=questions,
        today=today,
        currency=workspace.settings.currency,
        facts=ProspectFacts("", asker, today),
        hints=hints_of(
            checklist, questions, {}, Circumstances(today, None), workspace.settings.niche
        ),
        dates=dates_of(questions, today, workspace.settings.calendar),
        evidence=tuple(
            EvidenceAsked(each.evidence_id, each, needing)
            for each in asked_before
            if (needing := _needing(each))
        ),
    )


def _needing(question: Question) -> tuple[Option, ...]:
    return question.needing_evidence(frozenset(each.id for each in question.options))
