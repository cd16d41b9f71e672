"""The report: every figure about one owner or about everybody, put together from stories."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from bot.domain.calendar import WorkingCalendar
from bot.domain.discipline import Figures, figures
from bot.domain.evidence import Evidence, evidence_by_fear, regret
from bot.domain.measures import Share
from bot.domain.override import Fear
from bot.domain.people import MemberId
from bot.domain.story import Story, stories_of


@dataclass(frozen=True, slots=True)
class Report:
    """How the standard is held, as of a day."""

    owner: MemberId | None
    """Whose prospects it is about; None: everybody's."""
    on: date
    prospects: int
    """How many stories it was made from."""
    figures: Figures
    evidence: tuple[Evidence, ...]
    """For each fear that was ever named, in the order of the fears."""
    regret: Share


def report_of(
    stories: Iterable[Story], *, owner: MemberId | None, today: date, calendar: WorkingCalendar
) -> Report:
    """Return the report about one owner, or about everybody if there is none."""
    known = list(stories) if owner is None else stories_of(owner, stories)
    by_fear = evidence_by_fear(known)
    return Report(
        owner=owner,
        on=today,
        prospects=len(known),
        figures=figures(known, today=today, calendar=calendar),
        evidence=tuple(by_fear[fear] for fear in Fear if fear in by_fear),
        regret=regret(known),
    )
