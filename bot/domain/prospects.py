"""A prospect: what it is, where it stands, its overrides, and by when it must be decided.

`decisions.moves` moves it between stages, `overrides` asks and answers, and `nudges` says when its
owner hears of it.
"""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from enum import StrEnum
from typing import NewType, assert_never

from bot.domain.calendar import WorkingCalendar
from bot.domain.checklist.rules import Verdict
from bot.domain.people import Action, MemberId
from bot.domain.spans import DEFAULT_SPANS, Spans

OverrideId = NewType("OverrideId", str)


class Fear(StrEnum):
    """Why people don't walk away: one of four fears, or a new fact."""

    NO_OTHER_CLIENT = "no_other_client"
    """No other client will come."""
    REPUTATION = "reputation"
    """Our reputation will suffer."""
    NOBODY_LEFT = "nobody_left"
    """With a higher bar, nobody will be left."""
    NOT_FOR_US = "not_for_us"
    """It will not work for us."""
    NEW_FACT = "new_fact"
    """Not a fear, but something the answers didn't know; it must be stated."""


class OverrideState(StrEnum):
    """What became of an override so far."""

    ASKED = "asked"
    """It waits for a manager."""
    STANDING = "standing"
    """It took effect; whether its kill date has passed depends on the day."""
    DENIED = "denied"
    LAPSED = "lapsed"
    """Nobody answered in time."""
    WITHDRAWN = "withdrawn"
    """Before anybody answered, the prospect was decided or screened again, or nothing was left to
    override."""
    ENDED = "ended"
    """The prospect was decided or screened again, or nothing was left to override."""
    REPLACED = "replaced"
    """Its kill date passed, and another override took effect."""


@dataclass(frozen=True, slots=True)
class Grounds:
    """What a member states for going on: the fear, the reason, and the kill criterion."""

    fear: Fear
    reason: str
    kill_criterion: str
    """The state that ends it, in their own words."""
    kill_on: date
    """The last day on which it stands."""
    new_fact: str | None = None
    """Stated if there is no fear but a new fact."""


@dataclass(frozen=True, slots=True)
class Override:
    """An override, or the request for one: it belongs to one verdict and is never deleted."""

    id: OverrideId
    grounds: Grounds
    asked_by: MemberId
    asked_at: datetime
    state: OverrideState = OverrideState.STANDING
    lapses_on: date | None = None
    """The day at whose end a request lapses; None if no manager was needed."""
    holds_nudges: bool = False
    """Whether nudges wait while a manager is asked: only for the first request after a verdict."""
    answered_by: MemberId | None = None
    """The manager who approved or denied it."""
    answered_at: datetime | None = None
    refusal: str | None = None
    """The sentence with which it was denied."""
    over_at: datetime | None = None
    """When it lapsed, was withdrawn, ended, or was replaced."""

    @property
    def is_asked(self) -> bool:
        """Whether it waits for a manager."""
        return self.state is OverrideState.ASKED


ProspectId = NewType("ProspectId", str)
QualificationId = NewType("QualificationId", str)


class Stage(StrEnum):
    """Where a prospect stands."""

    OPEN = "open"
    WALKED_AWAY = "walked_away"
    WON = "won"
    LOST = "lost"
    ENDED = "ended"
    """A client that no longer is one."""


class DueReason(StrEnum):
    """Why a problem prospect is due on its day."""

    VERDICT = "verdict"
    CONDITION = "condition"
    OVERRIDE = "override"
    """The kill date of an override."""
    SIGN_OF_LIFE = "sign_of_life"


class EndedBy(StrEnum):
    """Who ended it, if a prospect was lost or a client ended."""

    THEM = "them"
    US = "us"


@dataclass(frozen=True, slots=True)
class Due:
    """The day by whose end a prospect must be decided, in its owner's time zone."""

    on: date
    reason: DueReason


@dataclass(frozen=True, slots=True)
class ProspectCondition:
    """Something the prospect must bring by a date, and whether it did."""

    what: str
    due: date
    met_at: datetime | None = None
    met_by: MemberId | None = None
    brought: str | None = None

    @property
    def is_met(self) -> bool:
        """Whether the prospect brought it."""
        return self.met_at is not None


@dataclass(frozen=True, slots=True)
class NudgeRecord:
    """What its owner was told about a prospect since the event that set its due date."""

    nudges: int = 0
    """Nudges that count; a snoozed one that comes again does not."""
    last_on: date | None = None
    """The day of the last message about it, counted or not."""
    snoozed_until: date | None = None
    """The working day on whose morning the next message comes."""
    snoozes: int = 0
    """How often the owner snoozed it; a manager may do so as often as they like."""
    not_before: date | None = None
    """The first day on which it may be mentioned: what became due during a day waits."""
    is_discussed: bool = False
    """Whether the snooze is that of a manager who does not own it: then it holds back the managers'
    message as well."""


@dataclass(frozen=True, slots=True)
class TimeInQuestion:
    """The time during which a prospect must be decided, from one verdict to a decision that lasts.

    Its dates are computed once and stay, whatever moves the prospect's due date.
    """

    revision: int
    """The revision made by the verdict with which it began."""
    first_due: date
    backstop: date
    """The day after which managers hear of it, whatever was done meanwhile."""
    left_at: datetime | None = None
    """When the latest decision was made that did not last: undone, or followed by a screening."""
    back_at: datetime | None = None
    """When that undo or screening happened."""
    freed_on: date | None = None
    """The day on which the latest override ended that no longer belongs to the prospect."""


@dataclass(frozen=True, slots=True)
class QuietPeriod:
    """Since when nothing was done about a prospect, and how often its owner was asked about it."""

    since: date | None = None
    """The day of the latest action, in its owner's time zone."""
    asked: int = 0
    """How often the owner has been asked since then whether it is still open."""
    asked_on: date | None = None
    """The day of the latest such question."""
    answered_on: date | None = None
    """The latest day on which somebody said that it is."""


@dataclass(frozen=True, slots=True)
class Decision:
    """What ended a prospect: who decided it, when, and what they said about it."""

    action: Action
    by: MemberId
    at: datetime
    day: date | None = None
    """The day on which a client was won, or its last day as one."""
    ended_by: EndedBy | None = None
    sentence: str | None = None


@dataclass(frozen=True, slots=True)
class ProspectFacts:
    """What describes a prospect: step 1 of the modal asks it beside the questions."""

    name: str
    owner: MemberId
    first_contact: date
    expected_value: Decimal | None = None
    """In the workspace's currency."""


@dataclass(frozen=True, slots=True)
class Prospect:
    """The company or person that wants to become a client, as it stands now."""

    id: ProspectId
    facts: ProspectFacts
    qualification_id: QualificationId
    """The latest qualification, whose card is kept up to date."""
    verdict: Verdict
    verdict_on: date
    """The day of the verdict, in the owner's time zone."""
    decide_within: int | None
    conditions: tuple[ProspectCondition, ...]
    due: Due | None
    stage: Stage = Stage.OPEN
    decision: Decision | None = None
    revision: int = 1
    chases: int = 0
    """Attempts of ours without an answer since the last verdict or sign of life."""
    nudge_record: NudgeRecord = NudgeRecord()
    overrides: tuple[Override, ...] = ()
    """All overrides of the latest verdict, denied and lapsed ones too, the earliest first."""
    in_question: TimeInQuestion | None = None
    """The time in question, even if a decision seems to have ended it: that may be undone."""
    quiet: QuietPeriod = QuietPeriod()

    @property
    def unmet(self) -> tuple[ProspectCondition, ...]:
        """The conditions that are not met yet, lapsed or not."""
        return tuple(condition for condition in self.conditions if not condition.is_met)

    @property
    def request(self) -> Override | None:
        """The override that waits for a manager."""
        return next((each for each in self.overrides if each.is_asked), None)

    @property
    def override(self) -> Override | None:
        """The override that took effect, whether or not its kill date has passed."""
        standing = OverrideState.STANDING
        return next((each for each in self.overrides if each.state is standing), None)


def first_due(
    verdict: Verdict,
    on: date,
    decide_within: int | None,
    conditions: Collection[ProspectCondition],
    calendar: WorkingCalendar,
) -> Due | None:
    """Return by when a verdict of the day `on` must be decided; None if there is nothing to decide.

    A *walk away* is due within the time that the workspace gives. A *problem* is due within the
    time its rules give, or on the date of an unmet condition if that is earlier. A *pursue* is due
    on the date of its earliest unmet condition.
    """
    dates = [Due(c.due, DueReason.CONDITION) for c in conditions if not c.is_met]
    match verdict:
        case Verdict.WALK_AWAY:
            within = DEFAULT_SPANS.walk_away_within if decide_within is None else decide_within
            return Due(calendar.add_working_days(on, within), DueReason.VERDICT)
        case Verdict.PROBLEM:
            if decide_within is not None:
                day = calendar.add_working_days(on, decide_within)
                dates.insert(0, Due(day, DueReason.VERDICT))
        case Verdict.PURSUE:
            pass
        case _:
            assert_never(verdict)
    return min(dates, key=lambda due: due.on, default=None)


def due_after_sign_of_life(
    due: Due | None, on: date, calendar: WorkingCalendar, spans: Spans = DEFAULT_SPANS
) -> Due:
    """Return the due date after a sign of life on the day `on`; it is never brought forward."""
    given = Due(calendar.add_working_days(on, spans.sign_of_life_gives), DueReason.SIGN_OF_LIFE)
    return due if due is not None and due.on > given.on else given


def is_open_pursue(prospect: Prospect) -> bool:
    """Tell whether it is open and nothing speaks against it: a *pursue* with no unmet condition."""
    return prospect.stage is Stage.OPEN and _is_good(prospect)


def lapsed(prospect: Prospect, today: date) -> tuple[ProspectCondition, ...]:
    """Return the conditions whose date passed before they were met."""
    return tuple(condition for condition in prospect.unmet if condition.due < today)


def has_passed(override: Override, today: date) -> bool:
    """Tell whether the kill date of an override that took effect has passed."""
    return override.grounds.kill_on < today


def is_overridden(prospect: Prospect, today: date) -> bool:
    """Tell whether an override stands: until the end of its kill date."""
    override = prospect.override
    is_open = prospect.stage is Stage.OPEN
    return is_open and override is not None and not has_passed(override, today)


def is_winnable(prospect: Prospect, today: date) -> bool:
    """Tell whether winning it follows the rules.

    It does with a *pursue* without unmet conditions, or with an override that stands.
    """
    return _is_good(prospect) or is_overridden(prospect, today)


def is_problem(prospect: Prospect, today: date) -> bool:
    """Tell whether somebody must decide: because of its verdict, or because something has lapsed.

    While an override stands, nobody must, and conditions do not count.
    """
    if prospect.stage is not Stage.OPEN or _is_good(prospect):
        return False
    if prospect.override is not None:
        return has_passed(prospect.override, today)
    return prospect.verdict is not Verdict.PURSUE or bool(lapsed(prospect, today))


def takes_chasing(prospect: Prospect, today: date) -> bool:
    """Tell whether a problem prospect is worth chasing: one that nobody should walk away from."""
    return is_problem(prospect, today) and prospect.verdict is not Verdict.WALK_AWAY


def is_stalled(prospect: Prospect, today: date) -> bool:
    """Tell whether a problem prospect should have been decided before today."""
    is_overdue = prospect.due is not None and prospect.due.on < today
    return is_overdue and is_problem(prospect, today)


def is_undecided(prospect: Prospect, today: date) -> bool:
    """Tell whether it is stalled, or past its backstop while no override stands."""
    if is_stalled(prospect, today):
        return True
    question, override = prospect.in_question, prospect.override
    is_past = question is not None and question.backstop < today
    is_overridden = override is not None and not has_passed(override, today)
    return prospect.stage is Stage.OPEN and is_past and not is_overridden


def is_due_by_verdict(prospect: Prospect) -> bool:
    """Tell whether its verdict sets the day, not a condition, an override or a request."""
    held = prospect.request is not None or prospect.override is not None
    return prospect.due is not None and not held and prospect.verdict is not Verdict.PURSUE


def undecided(prospects: Iterable[Prospect], today: date) -> list[Prospect]:
    """Return the stalled prospects, the longest overdue first."""
    return sorted((each for each in prospects if is_stalled(each, today)), key=longest_overdue)


def longest_overdue(prospect: Prospect) -> tuple[date, ProspectId]:
    """Return a sort key that puts the prospects first that have been overdue longest."""
    return (prospect.due.on if prospect.due else date.max, prospect.id)


def _is_good(prospect: Prospect) -> bool:
    """Tell whether nothing speaks against it: a *pursue* with no unmet condition."""
    return prospect.verdict is Verdict.PURSUE and not prospect.unmet
