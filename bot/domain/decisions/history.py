"""What happened to a prospect: what members did, entry by entry, and what lapsed by itself."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum

from bot.domain.checklist.rules import Verdict
from bot.domain.decisions.acts import Act, Screened
from bot.domain.overrides import has_lapsed
from bot.domain.people import Action, MemberId
from bot.domain.prospects import Prospect, ProspectId, is_problem, lapsed


@dataclass(frozen=True, slots=True)
class HistoryEntry:
    """Who did what to a prospect, and when; never changed afterwards."""

    prospect_id: ProspectId
    act: Act
    by: MemberId
    at: datetime
    revision: int
    """The revision of the prospect that resulted."""

    @property
    def action(self) -> Action:
        """What was done."""
        return self.act.action

    @property
    def namesake(self) -> ProspectId | None:
        """The prospect of the same name that, as the screener said, is a different one."""
        return self.act.namesake if isinstance(self.act, Screened) else None

    @property
    def members(self) -> frozenset[MemberId]:
        """Everybody it mentions."""
        return self.act.members | {self.by}


class Forgetting(StrEnum):
    """Why nothing is left of a prospect except what figures count."""

    ASKED = "asked"
    """Somebody asked for it."""
    AGE = "age"
    """It was decided longer ago than the workspace keeps names, texts and amounts."""


class Lapsed(StrEnum):
    """What ends when its day has passed."""

    CONDITION = "condition"
    """The condition of a *pursue*: the prospect did not bring it in time."""
    REQUEST = "request"
    """A request for an override: no manager answered in time."""
    OVERRIDE = "override"
    """An override: its kill date passed."""


@dataclass(frozen=True, slots=True)
class Lapse:
    """What lapsed, and when: the day did it, nobody else. Never changed afterwards.

    It is no action, so the revision stays. Each thing lapses once.
    """

    prospect_id: ProspectId
    what: Lapsed
    about: str
    """The id of the override or request; of conditions `<qualification id>:<day>`, one per day."""
    day: date
    """The day, in the owner's time zone, at whose end it lapsed."""
    at: datetime
    """When that was noted: at once, unless the bot was down."""
    asked_by: MemberId | None = None
    """Who asked for the override."""
    words: str | None = None
    """The kill criterion, or the conditions of that day, in their own words."""


def lapses(prospect: Prospect, today: date, now: datetime) -> Iterator[Lapse]:
    """Yield what has lapsed by today, whether noted before or not."""
    request, override = prospect.request, prospect.override
    if override is None and prospect.verdict is Verdict.PURSUE and is_problem(prospect, today):
        yield from _conditions(prospect, today, now)
    if override is not None and is_problem(prospect, today):
        grounds, by = override.grounds, override.asked_by
        words = grounds.kill_criterion
        yield Lapse(prospect.id, Lapsed.OVERRIDE, override.id, grounds.kill_on, now, by, words)
    if request is not None and request.lapses_on is not None and has_lapsed(prospect, today):
        by = request.asked_by
        yield Lapse(prospect.id, Lapsed.REQUEST, request.id, request.lapses_on, now, by)


def _conditions(prospect: Prospect, today: date, now: datetime) -> Iterator[Lapse]:
    """Yield the lapsed conditions, one lapse for each day."""
    over = lapsed(prospect, today)
    for day in sorted({each.due for each in over}):
        about = f"{prospect.qualification_id}:{day}"
        words = "; ".join(each.what for each in over if each.due == day)
        yield Lapse(prospect.id, Lapsed.CONDITION, about, day, now, words=words)
