"""The report in one message: whether the verdicts were right, the four figures, and what to do.

No member typed any of it, except the names in the part by person.
"""

from collections.abc import Iterator, Mapping
from types import MappingProxyType
from typing import assert_never

from bot.domain.figures.reports.page import (
    NarrowedReason,
    ReportContent,
    ReportPage,
    ReportView,
    Whose,
)
from bot.domain.figures.reports.report import Report
from bot.domain.figures.scope import Span
from bot.slack import kit
from bot.slack.figures import drilldowns, overview
from bot.slack.payloads import ids, payloads
from bot.slack.texts import Texts, marked

_SPANS: Mapping[Span, str] = MappingProxyType(
    {
        Span.FOUR_WEEKS: marked("4 weeks"),
        Span.TWELVE_WEEKS: marked("12 weeks"),
        Span.A_YEAR: marked("12 months"),
        Span.ALL_TIME: marked("All time"),
    }
)
_VIEWS: Mapping[ReportView, str] = MappingProxyType(
    {
        ReportView.OVERVIEW: marked("Overview"),
        ReportView.BY_FEAR: marked("By fear"),
        ReportView.BY_CHECKLIST: marked("By checklist"),
        ReportView.BY_QUARTER: marked("By quarter"),
        ReportView.BY_PERSON: marked("By person"),
    }
)
_NARROWED: Mapping[NarrowedReason, str] = MappingProxyType(
    {
        NarrowedReason.NO_MANAGER: marked(
            "You're not a manager any more, so this is your own report."
        ),
        NarrowedReason.NO_PERSONS: marked(
            "Figures per person are off. Managers can turn them on: {command}"
        ),
    }
)


def report(found: ReportContent, texts: Texts) -> kit.Rendered:
    """Return a page of the report, as complete text and as blocks with its buttons."""
    title, basis = _title(found, texts), _basis(found.report, texts)
    notes = list(_notes(found, texts))
    body = _body(found, texts)
    blocks = [
        kit.header(title, level=1),
        kit.context([kit.plain(basis)]),
        *kit.paragraphs(notes),
        *body.blocks,
        *_buttons(found, texts),
    ]
    spoken = "\n".join([title, basis, *notes, "", body.text])
    return kit.without(kit.message(spoken, blocks, body.instead), found.left_out)


def where_it_is(link: str | None, texts: Texts) -> kit.Rendered:
    """Return the answer where the report was requested: that it's a private message."""
    said = texts("Your report is in our direct messages.")
    label = texts("Open report")
    shown = said if link is None else f"{said} <{link}|{label}>"
    return kit.message(shown, kit.paragraphs([shown]))


def _title(found: ReportContent, texts: Texts) -> str:
    view, span = found.page.view, texts(_SPANS[found.page.span])
    if view is ReportView.BY_QUARTER:
        span = texts(_VIEWS[view])
    if found.report.owner is None:
        return texts("The team's report: {span}", span=span)
    return texts("Your report: {span}", span=span)


def _basis(made: Report, texts: Texts) -> str:
    return texts.plural(
        "As of {date}, from {n} prospect. In brackets: the range that holds the true value in "
        "95 of 100 cases.",
        "As of {date}, from {n} prospects. In brackets: the range that holds the true value in "
        "95 of 100 cases.",
        made.prospects,
        date=texts.date(made.on),
    )


def _notes(found: ReportContent, texts: Texts) -> Iterator[str]:
    if found.narrowed is not None:
        command = kit.commands.shown(kit.commands.SETTINGS, texts)
        yield texts(_NARROWED[found.narrowed], command=command)


def _body(found: ReportContent, texts: Texts) -> kit.Rendered:
    match found.page.view:
        case ReportView.OVERVIEW:
            return overview.overview(found, texts)
        case ReportView.BY_FEAR:
            return _drilled(drilldowns.by_fear(found, texts))
        case ReportView.BY_CHECKLIST:
            return _drilled(drilldowns.by_checklist(found, texts))
        case ReportView.BY_QUARTER:
            return _drilled(drilldowns.by_quarter(found, texts))
        case ReportView.BY_PERSON:
            return _drilled(drilldowns.by_person(found, texts))
        case _:
            assert_never(found.page.view)


def _drilled(part: drilldowns.Drilldown) -> kit.Rendered:
    instead = {
        block["block_id"]: part.instead for block in part.blocks if block["type"] in kit.NATIVE
    }
    heading = [] if instead else [kit.header(part.title, level=2)]
    blocks = [*heading, *part.blocks]
    return kit.Rendered("\n".join([part.title, *part.lines]), blocks, instead)


def _buttons(found: ReportContent, texts: Texts) -> Iterator[kit.Block]:
    if found.page.view is not ReportView.BY_QUARTER:
        spans = [
            _button(texts(label), found.at_page(span=span), found.page, texts)
            for span, label in _SPANS.items()
        ]
        yield kit.actions("report_spans", spans)
    views = [
        _button(texts(label), found.at_page(view=view), found.page, texts)
        for view, label in _VIEWS.items()
        if view is not ReportView.BY_PERSON or _may_see_people(found)
        if view is not ReportView.OVERVIEW or found.page.view is not view
    ]
    yield kit.actions("report_views", [*views, *_other(found, texts)])


def _may_see_people(found: ReportContent) -> bool:
    return found.shows_people and found.page.whose is Whose.WHOLE


def _other(found: ReportContent, texts: Texts) -> Iterator[kit.Block]:
    """Return the button with which a manager switches between the whole report and their own."""
    if not found.is_manager:
        return
    is_whole = found.page.whose is Whose.WHOLE
    label = texts("Show only mine") if is_whole else texts("Show everyone's")
    other = Whose.OWN if is_whole else Whose.WHOLE
    yield _button(label, found.at_page(whose=other), found.page, texts)


def _button(label: str, page: ReportPage, shown: ReportPage, texts: Texts) -> kit.Block:
    """Return the button for a page; that of the current page is highlighted, and redraws it."""
    value = payloads.report_page(page)
    is_shown = page == shown
    return kit.button(
        label,
        f"{ids.REPORT}.{value}",
        value,
        style="primary" if is_shown else None,
        spoken=texts("{page}, selected", page=label) if is_shown else None,
    )
