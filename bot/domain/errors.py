"""Everything the domain refuses.

::

    DomainError
    ├── AnswersRejected     answers that do not fit the checklist; carries every problem
    ├── ChecklistRejected   a checklist that cannot be used; carries every problem
    ├── ChecklistRefused    a checklist that this workspace cannot adopt, or change in this way
    ├── NoVerdict           no rule matches: the checklist is not total
    ├── UnknownCountry      a country whose public holidays are not known
    ├── UnknownRegion       a region of a known country that is not known
    ├── NotAllowed          a member without the right to an action
    │   └── NotFullMember   a guest, a stranger or a bot, who may do nothing at all
    ├── StaleClick          a button that is out of date
    │   └── ClickedTwice    the same button used again by the same member
    ├── WrongStage          an action that does not fit the stage
    ├── NotWinnable         won, against the verdict
    ├── KillDatePassed      an override that would be over as soon as it is approved
    ├── NobodyApproves      an override by whoever removed a manager, with nobody left to approve it
    ├── ApprovalBarred      an answer to a request by whoever recently removed another manager
    ├── UndoTooLate         undo, after its time
    ├── SnoozeRefused       a snooze that is too long, one too many, or too late
    ├── OutcomeGone         an answer about an end that no longer stands
    ├── TooEarlyToJudge     a second judge's answer before the day on which it is asked
    ├── OutcomeAlreadyAnswered  an answer that is given, or that somebody else has since changed
    ├── OutcomeSettled      "not now" or "never" to a question that is no longer asked
    ├── NothingToHandOver   a gone owner who left nothing behind, or is back
    ├── NotSetUp            screening, before a channel for the verdicts is named
    ├── UnknownProspect     a prospect that does not exist, or no longer does
    ├── DraftGone           a draft that does not exist, or no longer does
    ├── NothingToDiscard    a draft to discard that is already gone
    ├── NotYourDraft        a draft of somebody else
    ├── DraftTakenUp        a draft to give away that somebody is already working on
    ├── DraftFiled          a draft that has already made its qualification
    ├── ProspectChanged     a prospect that somebody else changed at the same moment
    ├── FileFailed          a file that could not be sent or fetched
    ├── ExportedRecently      an export too soon after another one
    ├── WebhookGone         a webhook that somebody has since removed
    └── DirectoryUnavailable  Slack did not tell in time who somebody is
        ├── ChannelHidden   Slack may not tell us about a channel: a permission is missing
        └── NotPermitted    Slack may not tell us about people: a permission is missing

Errors carry data. The sentences that people read are made where they are shown.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from enum import StrEnum
from typing import TYPE_CHECKING

if TYPE_CHECKING:  # layers above this module: only their types are named here
    from bot.domain.outcomes.outcome import OutcomeAnswer
    from bot.domain.people import Action, MemberId, OtherAction, Outsider
    from bot.domain.prospects import Prospect


class DomainError(Exception):
    """Something that the rules of the product do not allow."""


@dataclass(frozen=True, slots=True)
class AnswerProblem:
    """What is wrong with the answer to one question."""

    question: str
    code: str
    """What is wrong; ``PROBLEM_CODES`` lists what can be wrong with any answer."""
    detail: Mapping[str, object] = field(default_factory=dict)
    """What a sentence about it needs, such as the known options."""


class AnswersRejected(DomainError):
    """Some answers do not fit the checklist."""

    def __init__(self, problems: Sequence[AnswerProblem]) -> None:
        super().__init__(tuple(problems))
        self.problems = tuple(problems)


@dataclass(frozen=True, slots=True)
class Language:
    """A language named in a sentence; each reader has another name for it."""

    code: str
    english: str

    def __str__(self) -> str:
        return self.english


@dataclass(frozen=True, slots=True)
class Sentence:
    """A sentence about a checklist, not yet in the reader's language.

    As text it is English, for the operator; for Slack it is translated where it is shown.
    """

    message: str
    """The English sentence with ``{places}``, the key to its translation."""
    values: Mapping[str, str | Language | Sentence | tuple[Sentence, ...]]
    """What fills the places; several sentences are joined by commas."""

    def __str__(self) -> str:
        return self.message.format_map({key: _english(each) for key, each in self.values.items()})


def sentence(
    message: str, /, **values: str | int | Language | Sentence | tuple[Sentence, ...]
) -> Sentence:
    """Make a sentence; this call marks it for translation."""
    return Sentence(message, {k: str(v) if isinstance(v, int) else v for k, v in values.items()})


def _english(value: str | Language | Sentence | tuple[Sentence, ...]) -> str:
    return ", ".join(map(str, value)) if isinstance(value, tuple) else str(value)


@dataclass(frozen=True, slots=True)
class ChecklistProblem:
    """What is wrong in one place of a checklist, for the person who writes it."""

    file: str
    line: int | None
    path: str
    """Where in the content, for example ``steps[0].questions[1].text.de``."""
    what: Sentence


class ChecklistRejected(DomainError):
    """A checklist cannot be used."""

    def __init__(self, problems: Sequence[ChecklistProblem]) -> None:
        super().__init__(tuple(problems))
        self.problems = tuple(problems)


class ChecklistRefusal(StrEnum):
    """Why a workspace can't change its checklists in this way."""

    SHIPPED_ID = "shipped_id"
    """The id belongs to a checklist that Walkaway comes with, whose content differs."""
    SAME = "same"
    """Exactly this content is already in use."""
    TOO_MANY = "too_many"
    CHANGED_MEANWHILE = "changed_meanwhile"
    """Somebody adopted or retired a version since the member looked."""
    IS_DEFAULT = "is_default"
    UNKNOWN = "unknown"
    """It is not in use."""
    NEVER_USED = "never_used"
    """There never was such a version."""


class ChecklistRefused(DomainError):
    """The checklist may be valid, but the workspace can't adopt it or change it in this way."""

    def __init__(
        self,
        why: ChecklistRefusal,
        checklist_id: str,
        *,
        limit: int = 0,
        by: MemberId | None = None,
    ) -> None:
        super().__init__(why, checklist_id)
        self.why = why
        self.checklist_id = checklist_id
        self.limit = limit
        """How many checklists there can be."""
        self.by = by
        """The member who changed it in the meantime, if it was one."""


class NoVerdict(DomainError):
    """No rule of the checklist matches these answers."""

    def __init__(self, checklist: str, answers: Mapping[str, object]) -> None:
        super().__init__(checklist, answers)
        self.checklist = checklist
        self.answers = answers


class UnknownCountry(DomainError):
    """The public holidays of this country are not known."""

    def __init__(self, country: str, known: Sequence[str]) -> None:
        super().__init__(country)
        self.country = country
        self.known = tuple(known)


class UnknownRegion(DomainError):
    """The country is known, this region of it is not."""

    def __init__(self, country: str, region: str, known: Sequence[str]) -> None:
        super().__init__(country, region)
        self.country = country
        self.region = region
        self.known = tuple(known)


class NotAllowed(DomainError):
    """The member has none of the roles that the action needs."""

    def __init__(
        self,
        action: Action | OtherAction,
        *,
        owner: MemberId | None,
        name: str = "",
        nobody_manages: bool = False,
    ) -> None:
        super().__init__(action)
        self.action = action
        self.owner = owner
        """The owner of the prospect, if the action is on one."""
        self.name = name
        """The name of that prospect."""
        self.nobody_manages = nobody_manages
        """Whether the workspace has no managers yet, so that nobody could do it."""


class NotFullMember(NotAllowed):
    """The member is not a full one: a guest, from another organisation, a bot, or gone."""

    def __init__(self, action: Action | OtherAction, why: Outsider) -> None:
        super().__init__(action, owner=None)
        self.why = why


class StaleClick(DomainError):
    """The prospect has changed since the button was drawn."""

    def __init__(self, prospect: Prospect) -> None:
        super().__init__(prospect.id)
        self.prospect = prospect


class ClickedTwice(StaleClick):
    """The same member has already done exactly this with this button."""


class WrongStage(DomainError):
    """The action does not start from the stage in which the prospect is."""

    def __init__(self, prospect: Prospect, action: Action) -> None:
        super().__init__(prospect.id, action)
        self.prospect = prospect
        self.action = action


class NotWinnable(DomainError):
    """The verdict is not *pursue* or a condition is unmet, and no override stands."""

    def __init__(self, prospect: Prospect) -> None:
        super().__init__(prospect.id)
        self.prospect = prospect


class KillDatePassed(DomainError):
    """The kill date of the requested override has passed."""

    def __init__(self, prospect: Prospect) -> None:
        super().__init__(prospect.id)
        self.prospect = prospect


class NobodyApproves(DomainError):
    """Whoever removed a manager needs another one's approval, and nobody is left to give it."""

    def __init__(self, until: date) -> None:
        super().__init__(until)
        self.until = until
        """The last day on which they need it."""


class ApprovalBarred(DomainError):
    """Whoever removed another manager approves nothing for some working days."""

    def __init__(self, until: date) -> None:
        super().__init__(until)
        self.until = until
        """The last of these days."""


class UndoTooLate(DomainError):
    """The next working day after the decision is over, or it was asked how a client turned out."""

    def __init__(self, prospect: Prospect, *, until: datetime, is_asked: bool = False) -> None:
        super().__init__(prospect.id)
        self.prospect = prospect
        self.until = until
        """When the time to undo ended, in UTC."""
        self.is_asked = is_asked
        """Whether anybody was asked how the client turned out."""


class SnoozeRefused(DomainError):
    """The member may not snooze the prospect for that long, or no longer at all."""

    def __init__(self, prospect: Prospect) -> None:
        super().__init__(prospect.id)
        self.prospect = prospect


class OutcomeGone(DomainError):
    """The end in question was undone, or the prospect screened again."""

    def __init__(self, prospect: Prospect) -> None:
        super().__init__(prospect.id)
        self.prospect = prospect


class TooEarlyToJudge(DomainError):
    """A manager who does not own the prospect answers before the day on which it is asked about."""

    def __init__(self, prospect: Prospect, since: date) -> None:
        super().__init__(prospect.id)
        self.prospect = prospect
        self.since = since
        """The first day on which they can."""


class OutcomeAlreadyAnswered(DomainError):
    """The answer is already given, or somebody gave another one since the button was drawn."""

    def __init__(self, prospect: Prospect, latest: OutcomeAnswer) -> None:
        super().__init__(prospect.id)
        self.prospect = prospect
        self.latest = latest


class OutcomeSettled(DomainError):
    """The question has already been answered, refused or put off."""

    def __init__(self, prospect: Prospect, *, is_refused: bool, again_on: date | None) -> None:
        super().__init__(prospect.id)
        self.prospect = prospect
        self.is_refused = is_refused
        self.again_on = again_on
        """The day on which it will be asked again; None if it is not put off."""


class NothingToHandOver(DomainError):
    """Somebody else was faster, or the owner can decide again."""

    def __init__(self, owner: MemberId, *, is_back: bool) -> None:
        super().__init__(owner)
        self.owner = owner
        self.is_back = is_back


class NotSetUp(DomainError):
    """A setting is missing without which nothing works."""

    def __init__(self, gaps: Sequence[str], managers: Sequence[str]) -> None:
        super().__init__(tuple(gaps))
        self.gaps = tuple(gaps)
        """The settings that are missing."""
        self.managers = tuple(managers)
        """Members and user groups who can set them; if there are none, an admin of Slack can."""


class UnknownProspect(DomainError):
    """There is no such prospect in this workspace."""


class DraftGone(DomainError):
    """The workspace has no such draft: it was begun anew, submitted, or never saved."""


class NothingToDiscard(DomainError):
    """The draft is already gone: discarded, submitted, or begun anew."""


class NotYourDraft(DomainError):
    """Only the member who began a draft may continue or discard it."""


class DraftTakenUp(DomainError):
    """Somebody is working on the draft by now, so it can't be given to anybody else."""

    def __init__(self, by: MemberId) -> None:
        super().__init__(by)
        self.by = by


class DraftFiled(DomainError):
    """The draft has been submitted to the end; it makes no second qualification."""


class ProspectChanged(DomainError):
    """Somebody else changed the prospect between our reading and our writing it."""


class FileTrouble(StrEnum):
    """Why a file could not be sent or fetched."""

    NOT_ALLOWED = "not_allowed"
    """A permission is missing that the app could be given."""
    GONE = "gone"
    """It was deleted."""
    TOO_LARGE = "too_large"
    AWAY = "away"
    """There was no answer, or none that gives a reason."""


class FileFailed(DomainError):
    """A file could not be sent or fetched."""

    def __init__(self, why: FileTrouble, *, scope: str = "", most: int = 0) -> None:
        super().__init__(why)
        self.why = why
        self.scope = scope
        """The missing permission, if known."""
        self.most = most
        """The most bytes that it may have."""


class ExportedRecently(DomainError):
    """Everything was exported only a moment ago."""

    def __init__(self, again_after: timedelta) -> None:
        super().__init__(again_after)
        self.again_after = again_after


class WebhookGone(DomainError):
    """The webhook no longer exists."""


class DirectoryUnavailable(DomainError):
    """Slack did not tell in time who a member is; asking again later may work."""


class NotPermitted(DirectoryUnavailable):
    """The app lacks the permission to ask; only an admin of Slack can change that."""

    def __init__(self, permission: str) -> None:
        super().__init__(permission)
        self.permission = permission
        """The permission as Slack calls it, such as `users:read`."""


class ChannelHidden(DirectoryUnavailable):
    """The app lacks the permission to look at channels."""


class CommitUnheard(Exception):
    """What was done may be kept or not: the answer of the database was lost. Nobody refused it."""
