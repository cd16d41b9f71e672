"""Which checklist screens a prospect, if a workspace has adopted more than one."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from bot.domain.checklist.model import Checklist
from bot.domain.people import MemberId
from bot.domain.prospects import Prospect
from bot.domain.screening import ChecklistVersion, Draft, StepRef, StepShown
from bot.domain.settings.checklists import Adopted, default_of, may_choose, with_id
from bot.services.screening.steps import FACTS, Inputs, fitting
from bot.services.transaction.action import Actor
from bot.storage.unit_of_work import UnitOfWork

CHOICE = "checklist"
"""The block id of the select in step 1."""


@dataclass(frozen=True, slots=True)
class FirstStepChoice:
    """What a member can choose from in step 1."""

    adopted: Sequence[Adopted]
    """The default first."""
    last: str | None
    """The id of the one they chose last; it may have been retired since."""
    is_theirs: bool = True
    """Whether they may choose: for a prospect screened before, only some members may."""

    @property
    def first(self) -> Adopted:
        """The checklist with which a new screening begins."""
        last = None if self.last is None else with_id(self.adopted, self.last)
        return last or default_of(self.adopted)

    def offered(self, shown: ChecklistVersion) -> tuple[Checklist, ...]:
        """Return the checklists to choose from, their last choice first; empty without a choice.

        They include the one `shown`, even if it has been retired since.
        """
        if len(self.adopted) < 2 or not self.is_theirs:
            return ()
        others = (each.checklist for each in self.adopted)
        in_order = (self.first.checklist, *others, shown.checklist)
        return tuple({each.id: each for each in in_order}.values())

    def other(self, chosen: object, shown: ChecklistVersion) -> ChecklistVersion | None:
        """Return the version chosen instead of the one shown, if that is allowed."""
        if not isinstance(chosen, str) or chosen == shown.checklist.id or not self.is_theirs:
            return None
        found = with_id(self.adopted, chosen)
        return None if found is None else found.version


async def choice_of(
    work: UnitOfWork, adopted: Sequence[Adopted], member_id: MemberId
) -> FirstStepChoice:
    """Return the choice of a member for a new prospect."""
    last = await work.adopted.choice_of(member_id) if len(adopted) > 1 else None
    return FirstStepChoice(adopted, last)


def about(choice: FirstStepChoice, who: Actor, prospect: Prospect | None) -> FirstStepChoice:
    """Return the choice for a prospect that was screened before: its own owner has none."""
    return replace(choice, is_theirs=prospect is None or may_choose(who.roles(prospect)))


def without_choice(inputs: Inputs) -> dict[str, str | list[str] | None]:
    """Return what was typed in a step, without the select."""
    return {block: typed for block, typed in inputs.items() if block != CHOICE}


def of_the_other(inputs: Inputs) -> dict[str, str | list[str] | None]:
    """Return what was typed by another checklist: what it left empty tells nothing of this one."""
    typed = without_choice(inputs).items()
    return {block: each for block, each in typed if each or block in FACTS}


def on_version(draft: Draft, version: ChecklistVersion) -> Draft:
    """Return a draft for another checklist, with the answers that this one asks for as well."""
    return replace(draft, version_id=version.id, answers=fitting(version.checklist, draft.answers))


def with_set_aside(shown: StepShown, ref: StepRef, inputs: Inputs) -> StepShown:
    """Return a step that keeps what was typed in the questions of another checklist.

    They may share an id with its own, where nothing that is typed in one fits the other.
    """
    if shown.ref.step != 0:
        return shown
    checklist = shown.version.checklist
    typed = {**ref.set_aside, **{key: value for key, value in inputs.items() if value}}
    asked = {question.id for question in checklist.steps[0].questions}
    known = fitting(checklist, {key: each for key, each in typed.items() if key in asked})
    aside = {key: each for key, each in typed.items() if key not in {*known, *FACTS, CHOICE}}
    return replace(shown, ref=replace(shown.ref, set_aside={**aside, **shown.ref.set_aside}))
