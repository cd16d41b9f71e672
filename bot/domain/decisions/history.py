"""What happened to a prospect: what members did, entry by entry, and what the day alone did."""

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
    """The revision of the prospect that this made."""

    @property
    def action(self) -> Action:
        """What was done."""
        return self.act.action

    @property
    def namesake(self) -> ProspectId | None:
        """The prospect of the same name that this one is another than, as its screener said."""
        return self.act.namesake if isinstance(self.act, Screened) else None

    @property
    def members(self) -> frozenset[MemberId]:
        """Everybody it speaks of."""
        return self.act.members | {self.by}


class Forgetting(StrEnum):
    """Why nothing is left of a prospect but what figures count."""

    ASKED = "asked"
    """Somebody wanted it."""
    AGE = "age"
    """It was decided so long ago as the workspace keeps names, texts and amounts."""


class Lapsed(StrEnum):
    """What is over when its day is over."""

    CONDITION = "condition"
    """Of a *pursue*: the prospect did not bring it in time."""
    REQUEST = "request"
    """For an override: no manager answered in time."""
    OVERRIDE = "override"
    """Its kill date passed."""


@dataclass(frozen=True, slots=True)
class Lapse:
    """What lapsed or passed, and when: nobody did it, the day did; never changed afterwards.

    It is no action, so the revision stays. Each thing lapses once.
    """

    prospect_id: ProspectId
    what: Lapsed
    about: str
    """The id of the override or the request; of conditions, that of their qualification and their
    day, between them a colon: each day has its own."""
    day: date
    """At whose end it was over, where the owner is."""
    at: datetime
    """When that was noted: at once, unless we were down."""
    asked_by: MemberId | None = None
    """Who asked for the override."""
    words: str | None = None
    """The kill criterion, or the conditions of that day, in their own words."""


def lapses(prospect: Prospect, today: date, now: datetime) -> Iterator[Lapse]:
    """Yield what is over by now although nobody ended it, whether noted before or not."""
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
    """Those that lapsed, one lapse for each day."""
    over = lapsed(prospect, today)
    for day in sorted({each.due for each in over}):
        about = f"{prospect.qualification_id}:{day}"
        words = "; ".join(each.what for each in over if each.due == day)
        yield Lapse(prospect.id, Lapsed.CONDITION, about, day, now, words=words)
