"""Which page of the report a member looks at, and everything it is drawn from."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from decimal import Decimal
from enum import StrEnum
from typing import assert_never

from bot.domain.checklist.rules import Localized, Rule
from bot.domain.figures.facts import Facts
from bot.domain.figures.reports.memory import FromMemory
from bot.domain.figures.reports.parts import (
    CHECKLISTS,
    PEOPLE,
    QUARTERS,
    Parts,
    by_checklist,
    by_person,
    by_quarter,
)
from bot.domain.figures.reports.report import Report, report_of
from bot.domain.figures.reports.trend import Trend, trend
from bot.domain.figures.scope import ALL_TIME, Period, Scope, Span, recent_days
from bot.domain.people import MemberId


class ReportView(StrEnum):
    """Which part of the report is shown."""

    OVERVIEW = "overview"
    BY_FEAR = "by_fear"
    BY_CHECKLIST = "by_checklist"
    BY_QUARTER = "by_quarter"
    BY_PERSON = "by_person"


class Whose(StrEnum):
    """Whose prospects a report is about."""

    OWN = "own"
    WHOLE = "whole"
    """Everybody's; only managers see it."""


@dataclass(frozen=True, slots=True)
class ReportPage:
    """A page of the report."""

    view: ReportView = ReportView.OVERVIEW
    span: Span = Span.A_YEAR
    whose: Whose | None = None
    """None: the default, which is the whole for a manager and their own for everybody else."""


class NarrowedReason(StrEnum):
    """Why less is shown than was asked for."""

    NO_MANAGER = "no_manager"
    """The reader is no longer a manager."""
    NO_PERSONS = "no_persons"
    """The workspace doesn't show figures per person."""


@dataclass(frozen=True, slots=True)
class ReportContent:
    """Everything that a page of the report is drawn from."""

    page: ReportPage
    """The page as shown: `whose` is set, and it holds no more than its reader may see."""
    report: Report
    trend: Trend
    quarters: Parts[Period] = field(default_factory=Parts)
    checklists: Parts[str] = field(default_factory=Parts)
    people: Parts[MemberId] = field(default_factory=Parts)
    titles: Mapping[str, Localized] = field(default_factory=dict)
    """The titles of checklists in use, by checklist id."""
    names: Mapping[str, str] = field(default_factory=dict)
    memory: FromMemory | None = None
    """What the checklist says of whom the team remembers; on the first page, None for nobody."""
    is_manager: bool = False
    shows_people: bool = False
    """Whether the workspace shows managers figures per person."""
    currency: str = ""
    narrowed: NarrowedReason | None = None
    left_out: frozenset[str] = frozenset()
    """Kinds of blocks that Slack recently refused in this workspace."""

    def at_page(
        self, view: ReportView | None = None, span: Span | None = None, whose: Whose | None = None
    ) -> ReportPage:
        """Return this page with another view, span or owner."""
        page = replace(self.page, view=view or self.page.view, span=span or self.page.span)
        return replace(page, whose=whose or self.page.whose)


def counted(
    page: ReportPage,
    facts: Facts,
    scope: Scope,
    rules: Iterable[Rule],
    an_hour: Decimal | None = None,
) -> ReportContent:
    """Return what a page shows, as far as it is counted; this can take a while.

    The scope says whose figures these are; its period is replaced by that of the page.
    """
    view = page.view
    period = ALL_TIME if view is ReportView.BY_QUARTER else recent_days(page.span, scope.today)
    within = replace(scope, period=period)
    made = ReportContent(page, report_of(facts, within, rules, an_hour), trend(facts, within))
    match view:
        case ReportView.BY_QUARTER:
            return replace(made, quarters=by_quarter(facts, within, an_hour, QUARTERS))
        case ReportView.BY_CHECKLIST:
            return replace(made, checklists=by_checklist(facts, within, an_hour, CHECKLISTS))
        case ReportView.BY_PERSON:
            return replace(made, people=by_person(facts, within, an_hour, PEOPLE))
        case ReportView.OVERVIEW | ReportView.BY_FEAR:
            return made
        case _:
            assert_never(view)
