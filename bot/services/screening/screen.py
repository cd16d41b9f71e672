"""Screening a prospect: begin, answer a step, go back, and get the verdict."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import TypeVar

from cachetools import TTLCache

from bot.domain import errors
from bot.domain.calendar import today_in
from bot.domain.checklist.model import Checklist
from bot.domain.names import NAME_LENGTH, clean_name, name_key
from bot.domain.people import Action, MemberId
from bot.domain.prospects import Prospect, ProspectFacts, ProspectId
from bot.domain.screening import (
    ChecklistVersion,
    Draft,
    DraftId,
    OpenView,
    StepRef,
    StepShown,
    VersionId,
)
from bot.domain.settings.changes import gaps_of
from bot.domain.settings.checklists import judging, may_choose
from bot.services.people import Membership, owner_problem
from bot.services.ports import Caller, Person
from bot.services.screening import choosing
from bot.services.screening.choosing import (
    CHOICE,
    FirstStepChoice,
    of_the_other,
    on_version,
    with_set_aside,
    without_choice,
)
from bot.services.screening.draft import (
    DraftEditor,
    Shown,
    checklist_of,
    earlier_answers,
    filed,
    own_draft,
    screened_before,
)
from bot.services.screening.draft import version as version_of
from bot.services.screening.preview import preview
from bot.services.screening.steps import Inputs, show
from bot.services.transaction.action import standing
from bot.services.transaction.checklists import ShippedChecklists
from bot.services.transaction.intake import was_discarded
from bot.storage.unit_of_work import UnitOfWork, UnitsOfWork


@dataclass(frozen=True, slots=True)
class DraftsOffered:
    """Unfinished drafts of a member, offered before anything new is asked."""

    name: str
    """The name that was asked for; empty if there was none."""
    drafts: tuple[Draft, ...]
    """The newest first."""


ShownT = TypeVar("ShownT", bound=Shown)

REMEMBERED_FOR = timedelta(minutes=1)
REMEMBERED = 10_000
"""How long, and for how many members, a process remembers that they have no drafts, and which
checklists they can choose from."""


class ScreeningService:
    """Screens prospects with the adopted checklists."""

    def __init__(self, units: UnitsOfWork, membership: Membership, ours: ShippedChecklists) -> None:
        self._units = units
        self._membership = membership
        self._ours = ours
        self._clock = ours.clock
        self._new_id = ours.new_id
        self._without_drafts: TTLCache[Caller, bool] = TTLCache(
            REMEMBERED, REMEMBERED_FOR.total_seconds(), lambda: ours.clock().timestamp()
        )
        self._choices: TTLCache[tuple[Caller, int], FirstStepChoice] = TTLCache(
            REMEMBERED, REMEMBERED_FOR.total_seconds(), lambda: ours.clock().timestamp()
        )

    async def begin(
        self, person: Person, name: str, *, is_redrawn: bool = False
    ) -> StepShown | DraftsOffered:
        """Show the first step for a prospect of this name, or offer drafts to go on with.

        Without a name, every draft of the member is offered; with a name, only the draft of that
        name. Raises NotFullMember.
        """
        _refuse_outsiders(person)
        _refuse_before_set_up(person)
        name = _within_limit(name)
        drafts = await self._drafts_of(person.caller, is_sure=not name)
        offered = tuple(
            draft for draft in drafts if not name or name_key(draft.facts.name) == name_key(name)
        )
        if offered:
            return DraftsOffered(name, offered)
        return await self.start(person, name, is_redrawn=is_redrawn)

    async def discard(self, caller: Caller, draft_id: DraftId) -> None:
        """Delete a draft. Raises NotYourDraft, and NothingToDiscard if it is already gone."""
        async with self._units(caller.workspace_id) as work:
            await standing(work, caller, Action.QUALIFY)
            try:
                draft = await own_draft(work, caller, draft_id)
            except errors.DraftGone:
                raise errors.NothingToDiscard from None
            await work.drafts.remove(draft.id)
            await was_discarded(work, draft)

    async def start(self, person: Person, name: str, *, is_redrawn: bool) -> StepShown:
        """Show the first step of a new draft; nothing of it is saved yet. Raises NotFullMember."""
        _refuse_outsiders(person)
        _refuse_before_set_up(person)
        choice = await self._remembered_choice(person.caller)
        version = choice.first.version
        today = today_in(person.zone, self._clock())
        name = _within_limit(name)
        facts = ProspectFacts(name, person.caller.member_id, first_contact=today)
        draft_id = DraftId(self._new_id())
        ref = StepRef(
            draft_id, version.id, 0, is_redrawn=is_redrawn, name=name, joins=not is_redrawn
        )
        offered = choice.offered(version)
        return show(
            ref, version, facts, {}, workspace=person.workspace, today=today, offered=offered
        )

    async def preview_step(self, person: Person, checklist: Checklist, at: int) -> StepShown | None:
        """Show a view of a checklist that may not be in use, with everything it may ask.

        None if there is no such view.
        """
        return preview(
            checklist,
            at,
            workspace=person.workspace,
            asker=person.caller.member_id,
            today=today_in(person.zone, self._clock()),
        )

    async def screen_again(
        self, caller: Caller, prospect_id: ProspectId, revision: int
    ) -> StepShown:
        """Show the first step for a prospect screened before, with its earlier answers.

        Raises UnknownProspect, and what `actions.check` raises.
        """
        choice = await self._choice(caller)
        async with self._units.reading(caller.workspace_id) as work:
            who = await standing(work, caller, Action.REQUALIFY)
            prospect = screened_before(await work.prospects.get(prospect_id), who, revision)
            choice = choosing.about(choice, who, prospect)
            version = judging(choice.adopted, await checklist_of(work, prospect)).version
            earlier = await earlier_answers(work, prospect, version.checklist)
        draft_id = DraftId(self._new_id())
        ref = StepRef(
            draft_id, version.id, 0, prospect_id=prospect_id, revision=revision, joins=True
        )
        today = today_in(who.member.zone, self._clock())
        facts = prospect.facts
        offered = choice.offered(version)
        return show(
            ref, version, facts, earlier, workspace=who.workspace, today=today, offered=offered
        )

    async def resume(self, caller: Caller, draft_id: DraftId) -> StepShown:
        """Show the step at which a draft was left. Raises DraftGone or NotYourDraft."""
        async with self._units.reading(caller.workspace_id) as work:
            draft = await own_draft(work, caller, draft_id)
            screening = await self._screening(work, caller, draft.version_id)
            shown = await screening.resumed(draft)
        return await self._with_choice(caller, shown)

    async def answer(
        self, caller: Caller, ref: StepRef, inputs: Inputs, drawn: Inputs | None = None
    ) -> Shown:
        """Accept the answers of a step; show the next one or, after the last, the verdict.

        `drawn` holds the initial contents of each input in the view; what was not drawn is not
        missed.

        If the name is already known, the member is asked about that first. A second submission of a
        finished draft shows the same verdict again, so that a double click or a retry does no harm.

        Raises:
            AnswersRejected: With what to say beside each field.
            DraftGone, NotYourDraft: There is nothing (of theirs) to go on with.
        """
        other = await self._by_other_checklist(caller, ref, inputs, drawn or {})
        if other is not None:
            return other
        inputs = without_choice(inputs)
        return await self._with_choice(caller, await self._answered(caller, ref, inputs, drawn))

    async def _answered(
        self, caller: Caller, ref: StepRef, inputs: Inputs, drawn: Inputs | None
    ) -> Shown:
        problems = await self._owner_problems(caller, ref, inputs)
        try:
            async with self._units(caller.workspace_id) as work:
                if ref.prospect_id is not None:  # before the draft, as forgetting locks them
                    await work.prospects.get_to_change(ref.prospect_id)
                draft = await _to_answer(work, caller, ref, inputs)
                if draft is None and (
                    verdict := await filed(work, caller, ref.draft_id, self._clock())
                ):
                    return verdict
                screening = await self._screening(work, caller, ref.version_id, ref.shown_in)
                draft = await self._on_chosen(work, draft, ref, screening)
                return await screening.take(draft, ref, inputs, problems, drawn)
        except (errors.DraftFiled, errors.StaleClick):
            async with self._units.reading(caller.workspace_id) as work:
                verdict = await filed(work, caller, ref.draft_id, self._clock())
            if verdict is None:
                raise
            return verdict

    async def settle_name(
        self, caller: Caller, ref: StepRef, prospect_id: ProspectId | None
    ) -> Shown:
        """Go on about a prospect screened before or, if None, about a different one of its name.

        Raises DraftGone, NotYourDraft, UnknownProspect and what `actions.check` raises.
        """
        async with self._units(caller.workspace_id) as work:
            verdict = await filed(work, caller, ref.draft_id, self._clock())
            if verdict is not None:
                return verdict
            prospect = None
            if prospect_id is not None:  # before the draft, as forgetting locks them
                prospect = await work.prospects.get_to_change(prospect_id)
            draft = await own_draft(work, caller, ref.draft_id, to_change=True)
            screening = await self._screening(work, caller, draft.version_id, ref.shown_in)
            if prospect_id is None:
                return await screening.another(draft, name_key(draft.facts.name))
            judge = await self._judge(work, screening, prospect)
            if judge.id == draft.version_id:
                return await screening.same_as(draft, prospect)
            screening = replace(screening, version=judge)
            shown = await screening.same_on_its_own(draft, prospect)
        return await self._with_choice(caller, shown)

    async def back(
        self, caller: Caller, ref: StepRef, inputs: Inputs, drawn: Inputs | None = None
    ) -> StepShown:
        """Save what is usable of a step, and show the one before. Raises as `answer` does."""
        async with self._units(caller.workspace_id) as work:
            draft = await own_draft(work, caller, ref.draft_id, to_change=True)
            screening = await self._screening(work, caller, ref.version_id)
            shown = await screening.back(draft, ref, inputs, drawn)
        return await self._with_choice(caller, shown)

    async def changed(
        self,
        caller: Caller,
        ref: StepRef,
        block_id: str,
        inputs: Inputs,
        drawn: Inputs,
        *,
        is_empty: bool,
    ) -> StepShown | None:
        """Take note of a changed input; return the step if it must be redrawn.

        It must be redrawn if the answer decides what else the step asks, or if a member emptied a
        prefilled field and there is no draft to remember that: only at the moment of typing does
        Slack distinguish an emptied field of a redrawn view from an untouched one. Choosing another
        checklist redraws the step as well.
        """
        if block_id == CHOICE:
            return await self._by_other_checklist(caller, ref, inputs, drawn)
        typed, inputs = inputs, without_choice(inputs)
        async with self._units.reading(caller.workspace_id) as work:
            draft = await work.drafts.get(ref.draft_id)
            if draft is not None and draft.member_id != caller.member_id:
                return None
            refilled = draft.cleared.intersection(_filled(inputs)) if draft else ()
            emptied = dict.fromkeys(refilled, False) | {block_id: is_empty}
            is_news = draft is not None and _cleared(draft, emptied) != draft.cleared
            if draft is not None:
                draft = replace(draft, cleared=_cleared(draft, emptied))
            shown = None
            if await self._changes_the_step(work, draft, ref, block_id, is_empty=is_empty):
                screening = await self._screening(work, caller, ref.version_id)
                if draft is not None:
                    draft = await self._on_chosen(work, draft, ref, screening)
                cleared = {block_id} if is_empty else set()
                shown = await screening.followed(draft, ref, inputs, drawn, cleared)
        if draft is not None and is_news:
            await self._note_emptied(caller, draft, emptied)
        if shown is None:
            return None
        return await self._with_choice(caller, with_set_aside(shown, ref, typed))

    async def _changes_the_step(
        self,
        work: UnitOfWork,
        draft: Draft | None,
        ref: StepRef,
        block_id: str,
        *,
        is_empty: bool,
    ) -> bool:
        if draft is None and ref.step != 0:
            return False
        version = await work.checklist_versions.get(ref.version_id)
        if version is None or not 0 <= ref.step < len(version.checklist.steps):
            return False
        is_forgotten = draft is None and ref.is_redrawn and is_empty
        return is_forgotten or block_id in version.checklist.steps[ref.step].deciding

    async def _note_emptied(
        self, caller: Caller, draft: Draft, emptied: Mapping[str, bool]
    ) -> None:
        """Remember which prefilled fields were emptied, or filled again."""
        async with self._units(caller.workspace_id) as work:
            now = await work.drafts.get_to_change(draft.id)
            if now is not None and _cleared(now, emptied) != now.cleared:
                await work.drafts.save(replace(now, cleared=_cleared(now, emptied)))

    async def _drafts_of(self, caller: Caller, *, is_sure: bool) -> Sequence[Draft]:
        """Return a member's drafts; that there are none is remembered for a minute.

        Another process may save a draft meanwhile. One of the same name is found when the first
        step is submitted, so nothing of it is lost. A member who names no prospect asks for the
        drafts themselves, and gets a certain answer.
        """
        if caller in self._without_drafts and not is_sure:
            return ()
        async with self._units.reading(caller.workspace_id) as work:
            drafts = await work.drafts.of_member(caller.member_id)
        if not drafts:
            self._without_drafts[caller] = True
        return drafts

    async def _screening(
        self,
        work: UnitOfWork,
        caller: Caller,
        version_id: VersionId,
        shown_in: OpenView | None = None,
    ) -> DraftEditor:
        """Bind one member's work on a draft to this unit of work; raises NotFullMember."""
        self._without_drafts.pop(caller, None)
        who = await standing(work, caller, Action.QUALIFY)
        version = await version_of(work, version_id)
        return DraftEditor(work, who, version, self._clock(), self._new_id, shown_in)

    async def _owner_problems(
        self, caller: Caller, ref: StepRef, inputs: Inputs
    ) -> list[errors.AnswerProblem]:
        """Return what is wrong with the chosen owner, checked before anything is locked."""
        chosen = inputs.get("owner") if ref.step == 0 else None
        if not isinstance(chosen, str):
            return []
        problem = await owner_problem(self._membership, caller, MemberId(chosen))
        return [] if problem is None else [problem]

    async def _with_choice(self, caller: Caller, shown: ShownT) -> ShownT:
        """Return what is shown; the first step gets the checklists to choose from."""
        if not isinstance(shown, StepShown) or shown.ref.step != 0:
            return shown
        choice = await self._choice(caller, shown.ref)
        return replace(shown, offered=choice.offered(shown.version))

    async def _by_other_checklist(
        self, caller: Caller, ref: StepRef, inputs: Inputs, drawn: Inputs
    ) -> StepShown | None:
        """Return the first step of the chosen checklist, if that is another one.

        What was typed stays. The choice is remembered for the member's next new prospect.
        """
        chosen = inputs.get(CHOICE) if ref.step == 0 else None
        if chosen is None:
            return None
        choice = await self._choice(caller, ref)
        async with self._units(caller.workspace_id) as work:
            screening = await self._screening(work, caller, ref.version_id)
            version = choice.other(chosen, screening.version)
            draft = await work.drafts.get(ref.draft_id)
            if version is None or (draft is not None and draft.member_id != caller.member_id):
                return None
            if ref.prospect_id is None:
                await work.adopted.choose(caller.member_id, version.checklist.id)
            draft = None if draft is None else on_version(draft, version)
            screening = replace(screening, version=version)
            typed, was = of_the_other(inputs), of_the_other(drawn)
            on_it = replace(ref, version_id=version.id)
            shown = await screening.followed(draft, on_it, typed, was, set())
        return replace(with_set_aside(shown, ref, typed), offered=choice.offered(version))

    async def _on_chosen(
        self, work: UnitOfWork, draft: Draft | None, ref: StepRef, screening: DraftEditor
    ) -> Draft:
        """Return the draft that a step fills: a new one, or one moved to another checklist."""
        if draft is None:
            return await screening.begun(ref)
        if ref.step != 0 or draft.version_id == ref.version_id:
            return draft
        is_adopted = ref.version_id in [each.version.id for each in await work.adopted.all()]
        return on_version(draft, screening.version) if is_adopted else draft

    async def _judge(
        self, work: UnitOfWork, screening: DraftEditor, prospect: Prospect | None
    ) -> ChecklistVersion:
        """Return what judges a prospect screened before: only some may choose another checklist."""
        if prospect is None or may_choose(screening.who.roles(prospect)):
            return screening.version
        before = await checklist_of(work, prospect)
        if before == screening.version.checklist.id:
            return screening.version
        return judging(await work.adopted.all(), before).version

    async def _remembered_choice(self, caller: Caller) -> FirstStepChoice:
        """Return the choice for a new prospect, at most a minute old.

        What this process itself changes counts at once. A modal may stay open for longer than that;
        it is judged by the checklist that it shows.
        """
        key = caller, self._units.adoptions
        choice = self._choices.get(key)
        if choice is None:
            choice = self._choices[key] = await self._choice(caller)
        return choice

    async def _choice(self, caller: Caller, ref: StepRef | None = None) -> FirstStepChoice:
        """Return what a member can choose from; ours, if nobody has used any checklist yet."""
        async with self._units.reading(caller.workspace_id) as work:
            adopted = await work.adopted.all()
            if adopted:
                choice = await choosing.choice_of(work, adopted, caller.member_id)
                if ref is None or ref.prospect_id is None:
                    return choice
                who = await standing(work, caller, Action.QUALIFY)
                return choosing.about(choice, who, await work.prospects.get(ref.prospect_id))
        async with self._units(caller.workspace_id) as work:
            return FirstStepChoice(await self._ours.adopted_or_first(work), None)


async def _to_answer(
    work: UnitOfWork, caller: Caller, ref: StepRef, inputs: Inputs
) -> Draft | None:
    """Return the draft that a step fills, locked; the first step may replace one of its name.

    A name that is too long is refused, and to make its key may take minutes.
    """
    name = inputs.get("name")
    if ref.step == 0 and isinstance(name, str) and len(name) <= NAME_LENGTH:
        return await work.drafts.get_to_change_with_name(ref.draft_id, caller.member_id, name)
    return await work.drafts.get_to_change(ref.draft_id)


def _filled(inputs: Inputs) -> set[str]:
    return {block for block, typed in inputs.items() if typed}


def _cleared(draft: Draft, emptied: Mapping[str, bool]) -> frozenset[str]:
    """Return the emptied fields of a draft after these changes."""
    now_empty = {block for block, is_empty in emptied.items() if is_empty}
    return draft.cleared - emptied.keys() | now_empty


def _within_limit(name: str) -> str:
    """Return a name that is short enough to be prefilled."""
    return clean_name(name)[:NAME_LENGTH].strip()


def _refuse_before_set_up(person: Person) -> None:
    """Raise NotSetUp while there is no channel for verdicts."""
    settings = person.workspace.settings
    if not settings.verdict_channel:
        raise errors.NotSetUp(gaps_of(settings), settings.managers)


def _refuse_outsiders(person: Person) -> None:
    """Refuse guests and the like; people not known yet are looked up again before they write."""
    if person.outsider is not None:
        raise errors.NotFullMember(Action.QUALIFY, person.outsider)
