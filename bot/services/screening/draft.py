"""Finds what a modal refers to, and refuses what is gone or belongs to somebody else."""

from dataclasses import dataclass, replace
from datetime import date, datetime

from bot.domain import errors
from bot.domain.calendar import WorkingCalendar, today_in
from bot.domain.checklist.answers import from_document, missing_answers, to_document
from bot.domain.checklist.model import Checklist, next_step
from bot.domain.checklist.rules import Answers, Circumstances
from bot.domain.decisions import check, may
from bot.domain.names import name_key
from bot.domain.people import Action
from bot.domain.prospects import Prospect, ProspectFacts, Stage
from bot.domain.read_models import NameAsked, Namesake, Overview
from bot.domain.screening import (
    ChecklistVersion,
    Draft,
    DraftId,
    OpenView,
    StepRef,
    StepShown,
    VersionId,
)
from bot.services.overviews import overview_of
from bot.services.ports import Caller, NewId
from bot.services.screening.filing import file_qualification
from bot.services.screening.steps import (
    Inputs,
    answered,
    fitting,
    followed,
    is_whole,
    saved,
    show,
    step_before,
    step_with,
    still_known,
)
from bot.services.transaction.action import Actor, taken_up
from bot.services.transaction.intake import is_over, went_on
from bot.storage.unit_of_work import UnitOfWork


async def own_draft(
    work: UnitOfWork, caller: Caller, draft_id: DraftId, *, to_change: bool = False
) -> Draft:
    """Return a draft of the caller, locked if it is `to_change`.

    Raises DraftGone or NotYourDraft.
    """
    drafts = work.drafts
    draft = await (drafts.get_to_change(draft_id) if to_change else drafts.get(draft_id))
    if draft is None:
        raise errors.DraftGone
    if draft.member_id != caller.member_id:
        raise errors.NotYourDraft
    return draft


async def filed(
    work: UnitOfWork, caller: Caller, draft_id: DraftId, now: datetime
) -> Overview | None:
    """Return what a draft became, if it was submitted to the end. Raises NotYourDraft."""
    qualification = await work.qualifications.of_draft(draft_id)
    if qualification is None:
        return None
    if qualification.member_id != caller.member_id:
        raise errors.NotYourDraft
    return await overview_of(work, qualification, now)


async def version(work: UnitOfWork, version_id: VersionId) -> ChecklistVersion:
    """Return the checklist version a modal was drawn from; raises DraftGone if it is unknown."""
    found = await work.checklist_versions.get(version_id)
    if found is None:
        raise errors.DraftGone
    return found


def screened_before(prospect: Prospect | None, who: Actor, revision: int | None) -> Prospect:
    """Return a prospect that may be screened again.

    Raises UnknownProspect, and what `actions.check` raises.
    """
    if prospect is None:
        raise errors.UnknownProspect
    check(prospect, Action.REQUALIFY, who.roles(prospect), revision=revision)
    return prospect


async def checklist_of(work: UnitOfWork, prospect: Prospect) -> str:
    """Return the id of the checklist by which a prospect was last screened."""
    qualification = await work.qualifications.get(prospect.qualification_id)
    if qualification is None:
        raise errors.UnknownProspect
    return (await version(work, qualification.version_id)).checklist.id


async def earlier_answers(work: UnitOfWork, prospect: Prospect, checklist: Checklist) -> Answers:
    """Return the latest answers about a prospect, as far as they fit this checklist."""
    qualification = await work.qualifications.get(prospect.qualification_id)
    if qualification is None:
        raise errors.UnknownProspect
    document = to_document(qualification.answers)
    return from_document(checklist, fitting(checklist, document))


Shown = StepShown | NameAsked | Overview
"""What a member sees next: a step, the question about the same name, or the verdict."""

NAMESAKES = 5
"""How many prospects of the same name are shown to choose from."""


@dataclass(frozen=True, slots=True)
class DraftEditor:
    """Works on one draft, bound to one version of the checklist."""

    work: UnitOfWork
    who: Actor
    version: ChecklistVersion
    now: datetime
    new_id: NewId
    shown_in: OpenView | None = None
    """The view in which the member will read the verdict."""

    async def begun(self, ref: StepRef) -> Draft:
        """Return the draft that the first step will fill. Raises DraftGone for other steps."""
        if ref.step != 0:
            raise errors.DraftGone
        today = today_in(self.who.member.zone, self.now)
        facts = ProspectFacts(ref.name, self.who.member.id, first_contact=today)
        draft = Draft(ref.draft_id, self.who.member.id, ref.version_id, facts, self.now)
        if ref.prospect_id is None:
            return draft
        before = await self.work.prospects.get(ref.prospect_id)
        return await self._about(draft, self._as_known(before, ref.revision))

    async def take(
        self,
        draft: Draft,
        ref: StepRef,
        inputs: Inputs,
        problems: list[errors.AnswerProblem],
        drawn: Inputs | None = None,
    ) -> Shown:
        """Accept a whole step, and go on; known `problems` are reported along with the others.

        A step that was submitted before it was redrawn is shown once more, with what its answers
        ask for.

        Raises AnswersRejected, DraftGone and NotYourDraft.
        """
        if draft.member_id != self.who.member.id:
            raise errors.NotYourDraft
        self._refuse_unknown_step(draft, ref)
        draft = await went_on(self.work, draft)
        today = await self._today(draft)
        try:
            draft, answers = answered(
                draft,
                self._checklist,
                ref,
                inputs,
                today=today,
                calendar=self._calendar,
                language=self.who.language,
                drawn=drawn,
            )
        except errors.AnswersRejected as rejected:
            raise errors.AnswersRejected([*problems, *rejected.problems]) from None
        if problems:
            raise errors.AnswersRejected(problems)
        if ref.step == 0 and ref.joins:
            draft, answers = await self._joined(draft, answers)
        given = Circumstances(today, draft.facts.expected_value)
        if not is_whole(self._checklist, ref.step, answers, given):
            return await self._save(draft, answers, ref.step, ref.revision, then=ref.step)
        if ref.step == 0 and not draft.is_name_settled:
            asked = await self._namesakes(draft)
            if asked.namesakes or asked.similar or asked.remembered:
                await self._put(replace(draft, step=0, updated_at=self.now))
                return asked
        return await self._go_on(draft, answers, ref.step, ref.revision)

    async def same_as(self, draft: Draft, before: Prospect | None) -> Shown:
        """Go on about a prospect screened before. Raises what `actions.check` raises."""
        prospect = screened_before(before, self.who, None)
        about = await self._about(draft, prospect)
        answers = {**about.answers, **draft.answers}
        facts = still_known(draft.facts, prospect.facts, asker=self.who.member.id)
        draft = replace(about, facts=facts, answers=answers)
        answers_known = from_document(self._checklist, answers)
        return await self._go_on(draft, answers_known, 0, prospect.revision)

    async def same_on_its_own(self, draft: Draft, before: Prospect | None) -> Shown:
        """Go back to the first step of the checklist by which a prospect was screened before.

        Answers to another checklist are kept as far as they fit: nobody picks their own judge.
        Raises what `actions.check` raises.
        """
        prospect = screened_before(before, self.who, None)
        about = await self._about(draft, prospect)
        answers = {**about.answers, **fitting(self._checklist, draft.answers)}
        facts = still_known(draft.facts, prospect.facts, asker=self.who.member.id)
        draft = replace(about, facts=facts, answers=answers, version_id=self.version.id)
        answers_known = from_document(self._checklist, answers)
        return await self._save(draft, answers_known, 0, prospect.revision, then=0)

    async def another(self, draft: Draft, settled_name: str) -> Shown:
        """Go on about a different prospect whose name is already known."""
        draft = replace(draft, settled_name=settled_name)
        answers = from_document(self._checklist, draft.answers)
        return await self._go_on(draft, answers, draft.step, None)

    async def followed(
        self, draft: Draft | None, ref: StepRef, inputs: Inputs, drawn: Inputs, cleared: set[str]
    ) -> StepShown:
        """Show a step as its own answers require; nothing is saved. Raises DraftGone.

        If the draft is not saved yet, only the view knows its contents, except for `cleared`.
        """
        if draft is None:
            facts = ProspectFacts(ref.name, self.who.member.id, first_contact=self.now.date())
            draft = Draft(ref.draft_id, self.who.member.id, ref.version_id, facts, self.now)
            draft = replace(draft, cleared=frozenset(cleared))
        self._refuse_unknown_step(draft, ref)
        return followed(
            draft,
            self.version,
            ref,
            inputs,
            workspace=self.who.workspace,
            today=await self._today(draft),
            drawn=drawn,
        )

    async def back(
        self, draft: Draft, ref: StepRef, inputs: Inputs, drawn: Inputs | None = None
    ) -> StepShown:
        """Save what is usable of a step, and show the one before. Raises DraftGone."""
        self._refuse_unknown_step(draft, ref)
        draft = await went_on(self.work, draft)
        today = await self._today(draft)
        draft, answers = saved(
            draft,
            self._checklist,
            ref,
            inputs,
            today=today,
            calendar=self._calendar,
            language=self.who.language,
            drawn=drawn,
        )
        given = Circumstances(today, draft.facts.expected_value)
        before = step_before(self._checklist, ref.step, answers, given)
        return await self._save(draft, answers, ref.step, ref.revision, then=before)

    async def resumed(self, draft: Draft) -> StepShown:
        """Show the step at which a draft was left, with the present revision of its prospect."""
        about = draft.prospect_id
        prospect = None if about is None else await self.work.prospects.get(about)
        answers = from_document(self._checklist, draft.answers)
        return await self._shown(draft, answers, None if prospect is None else prospect.revision)

    def _refuse_unknown_step(self, draft: Draft, ref: StepRef) -> None:
        """Raise DraftGone for a step or a version at which this draft can't have been."""
        is_there = 0 <= ref.step < len(self._checklist.steps) + bool(self._checklist.evidence)
        if not is_there or draft.version_id != self.version.id:
            raise errors.DraftGone

    async def _shown(self, draft: Draft, answers: Answers, revision: int | None) -> StepShown:
        return show(
            StepRef(
                draft.id,
                self.version.id,
                draft.step,
                is_redrawn=True,
                prospect_id=draft.prospect_id,
                revision=revision,
            ),
            self.version,
            draft.facts,
            answers,
            workspace=self.who.workspace,
            today=await self._today(draft),
        )

    @property
    def _checklist(self) -> Checklist:
        return self.version.checklist

    @property
    def _calendar(self) -> WorkingCalendar:
        return self.who.workspace.settings.calendar

    async def _go_on(self, draft: Draft, answers: Answers, at: int, revision: int | None) -> Shown:
        given = Circumstances(await self._today(draft), draft.facts.expected_value)
        step = _step_to_show(self._checklist, at, answers, given)
        if step is not None:
            return await self._save(draft, answers, at, revision, then=step)
        if at > 0 and not draft.is_name_settled and await self._is_known_by_now(draft):
            await self.work.drafts.save(replace(draft, step=at, updated_at=self.now))
            return await self._namesakes(draft)
        before = None
        if draft.prospect_id is not None:
            stored = await self.work.prospects.get_to_change(draft.prospect_id)
            before = await self._caught_up(self._as_known(stored, revision))
        await is_over(self.work, draft, "filed")
        return await file_qualification(
            self.work,
            self.who,
            draft,
            self.version,
            answers,
            before,
            now=self.now,
            new_id=self.new_id,
            shown_in=self.shown_in,
        )

    def _as_known(self, prospect: Prospect | None, revision: int | None) -> Prospect:
        """Return the prospect; raise StaleClick if others changed it since the member saw it."""
        prospect = screened_before(prospect, self.who, None)
        if revision not in {None, prospect.revision}:
            raise errors.StaleClick(prospect)
        return prospect

    async def _caught_up(self, before: Prospect) -> Prospect:
        """Return a locked prospect with everything that lapsed before this screening recorded."""
        return (await taken_up(self.work, self.who, before, self.now)).prospect

    async def _save(
        self, draft: Draft, answers: Answers, at: int, revision: int | None, *, then: int
    ) -> StepShown:
        """Save the draft, which has these answers, after the step `at`, and show the step `then`.

        Only the first step changes what it is about.
        """
        draft = replace(draft, step=then, updated_at=self.now)
        if at == 0:
            await self._put(draft)
        else:
            await self.work.drafts.save(draft)
        return await self._shown(draft, answers, revision)

    async def _put(self, draft: Draft) -> None:
        """Save the draft, replacing another of its name, and update the messages about that one."""
        other = await self.work.drafts.of_name_to_change(draft.member_id, draft.facts.name)
        if other is not None and other.id != draft.id:
            await is_over(self.work, other, "replaced")
        await self.work.drafts.put(draft)

    async def _about(self, draft: Draft, before: Prospect) -> Draft:
        """Return the draft as one about a prospect screened before, with its earlier answers."""
        earlier = to_document(await earlier_answers(self.work, before, self._checklist))
        return replace(draft, facts=before.facts, answers=earlier, prospect_id=before.id)

    async def _joined(self, draft: Draft, answers: Answers) -> tuple[Draft, Answers]:
        """Add what an earlier draft of the same name knew about later steps.

        That draft was not offered when this one was opened: either another process had just saved
        it, or the name was typed only in the modal. Which prospect it is about is not taken over:
        the member is asked about that, and sees what became of the prospect meanwhile.
        """
        earlier = await self.work.drafts.of_name_to_change(draft.member_id, draft.facts.name)
        if (
            earlier is None
            or earlier.version_id != draft.version_id
            or earlier.prospect_id != draft.prospect_id
        ):
            return draft, answers
        if earlier.id != draft.id:
            await self.work.drafts.remove(earlier.id)
            await is_over(self.work, earlier, "joined")
        answers = {**from_document(self._checklist, earlier.answers), **answers}
        draft = replace(
            draft,
            answers=to_document(answers),
            settled_name=earlier.settled_name,
        )
        return draft, answers

    async def _is_known_by_now(self, draft: Draft) -> bool:
        """Tell whether somebody was screened under this name since the first step asked for it.

        Otherwise a draft begun in time would be a second, milder screening that nobody is told of.
        """
        return bool(await self.work.prospects.named(draft.facts.name, 1))

    async def _namesakes(self, draft: Draft) -> NameAsked:
        """Return who has the same or a similar name, screened before or remembered."""
        name = draft.facts.name
        its = await self.work.namesakes.of(name, NAMESAKES)
        same = [_with_former_name(await self._namesake(draft, each), name) for each in its.same]
        similar = [await self._namesake(draft, each) for each in its.similar]
        were = [
            replace(await self._namesake(draft, each), was_named=former)
            for each, former in its.were_similar
        ]
        return NameAsked(
            StepRef(draft.id, self.version.id, 0, is_redrawn=True),
            name,
            tuple(same),
            (*similar, *were),
            tuple(its.remembered),
        )

    async def _namesake(self, draft: Draft, prospect: Prospect) -> Namesake:
        """Describe a prospect of that name. Raises DraftFiled if this very draft just made it."""
        latest = await self.work.qualifications.get(prospect.qualification_id)
        assert latest is not None  # noqa: S101 - the database holds them together
        if latest.draft_id == draft.id:
            raise errors.DraftFiled
        return Namesake(
            prospect,
            latest.member_id,
            latest.at,
            may_be_chosen=prospect.stage is not Stage.WON
            and may(Action.REQUALIFY, self.who.roles(prospect)),
            today=today_in(await self.who.zone_of(self.work, prospect.facts.owner), self.now),
        )

    async def _today(self, draft: Draft) -> date:
        """Return today's date in the owner's time zone, by which days are counted."""
        return today_in(await self.who.zone_of(self.work, draft.facts.owner), self.now)


def _with_former_name(namesake: Namesake, name: str) -> Namesake:
    is_former = name_key(namesake.prospect.facts.name) != name_key(name)
    return replace(namesake, was_named=name) if is_former else namesake


def _step_to_show(
    checklist: Checklist, at: int, answers: Answers, given: Circumstances
) -> int | None:
    """Return the next step, or an earlier unanswered one; None if everything is answered."""
    step = next_step(checklist, at, answers, given)
    if step is not None:
        return step
    missing = missing_answers(checklist, answers, given)
    return step_with(checklist, missing[0].question) if missing else None
