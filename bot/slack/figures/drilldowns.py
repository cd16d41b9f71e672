"""The report's breakdowns: by fear, by checklist, by quarter, by person.

Members' names are escaped; nothing else here was typed by anyone.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from itertools import accumulate
from typing import Any, Final

from bot.domain.checklist.rules import Verdict
from bot.domain.figures.evidence import Evidence
from bot.domain.figures.reports.page import ReportContent
from bot.domain.figures.reports.parts import Parts, ReportPart
from bot.domain.figures.reports.report import Report, RuleRate
from bot.domain.prospects import Fear
from bot.slack import kit
from bot.slack.card import wording
from bot.slack.card.overrides import FEARS
from bot.slack.figures import evidence, four, words
from bot.slack.texts import Texts

LONGEST_RULE: Final = 60
"""Of what a rule says, which the cards show whole."""

_TABLE: Final = "parts"
_LONGEST: Final = kit.LONGEST_MESSAGE - 350
"""Of a table in words: the rest is for what stands above it."""
_LONGEST_NAME: Final = 24
"""Of a checklist or a member, in a table."""


@dataclass(frozen=True, slots=True)
class Drilldown:
    """A part of the report, as text and as blocks."""

    title: str
    lines: tuple[str, ...]
    blocks: tuple[kit.Block, ...]
    instead: tuple[kit.Block, ...] = ()
    """What stands in for the table, if there is one."""


def by_fear(found: ReportContent, texts: Texts) -> Drilldown:
    """Return what became of the overrides, in all and for each fear."""
    made = found.report
    lines = [
        *([evidence.answered(made.right, texts)] if made.evidence else ()),
        *_cost_in_all(found, texts),
        *evidence.second_judge(made.right, texts),
    ]
    blocks = kit.paragraphs(lines)
    for each in made.evidence:
        name, told = _fear_name(each, texts), list(_fear(each, found, texts))
        lines.append(" ".join([f"• {name}:", *told]))
        blocks.append(kit.section(kit.markup("\n".join([kit.bold(name), *told]))))
    if not made.evidence:
        none = (
            texts("No overrides in this time.")
            if made.owner is None
            else texts("You didn't override a verdict in this time.")
        )
        lines, blocks = [*lines, none], [*blocks, kit.section(kit.plain(none))]
    return Drilldown(texts("Overrides by fear"), tuple(lines), tuple(blocks))


def by_checklist(found: ReportContent, texts: Texts) -> Drilldown:
    """Return each checklist's figures, and what its overrides have in common."""
    named = [(_title_of(each.key, found, texts), each) for each in found.checklists]
    rest = texts.plural(
        "Not shown: {n} checklist with fewer prospects.",
        "Not shown: {n} checklists with fewer prospects.",
        found.checklists.left_out,
    )
    below = [*_if_any(found.checklists, rest), *_overridden(found.report, texts)]
    title, head = texts("By checklist"), texts("Checklist")
    return _table(title, head, named, found, texts, below)


def by_quarter(found: ReportContent, texts: Texts) -> Drilldown:
    """Return each quarter's figures, the latest first."""
    named = [(texts.quarter(each.key.first), each) for each in found.quarters]
    rest = texts.plural(
        "Not shown: {n} earlier quarter.",
        "Not shown: {n} earlier quarters.",
        found.quarters.left_out,
    )
    below = list(_if_any(found.quarters, rest))
    return _table(texts("By quarter"), texts("Quarter"), named, found, texts, below)


def by_person(found: ReportContent, texts: Texts) -> Drilldown:
    """Return each owner's figures, with how many prospects reportedly left by themselves."""
    named = [(_name_of(each.key, found), each) for each in found.people]
    rest = texts.plural(
        "Not shown: {n} person with fewer prospects.",
        "Not shown: {n} people with fewer prospects.",
        found.people.left_out,
    )
    below = list(_if_any(found.people, rest))
    return _table(texts("By person"), texts("Person"), named, found, texts, below)


def _if_any(parts: Parts[Any], rest: str) -> Iterator[str]:
    if parts.left_out:
        yield rest


def _cost_in_all(found: ReportContent, texts: Texts) -> Iterator[str]:
    if found.report.cost is not None:
        spent = words.cost(found.report.cost, found.currency, texts)
        yield texts("What overrides cost: {cost}.", cost=spent)


def _fear_name(found: Evidence, texts: Texts) -> str:
    named = Fear(found.fear)
    name = texts(FEARS[named])
    return name if named is Fear.NEW_FACT else texts("Fear: {fear}", fear=name)


def _fear(each: Evidence, found: ReportContent, texts: Texts) -> Iterator[str]:
    yield texts.plural("{n} override.", "{n} overrides.", each.overrides)
    yield from evidence.evidence_lines(each, texts, is_short=False)
    spent = found.report.cost_by_fear.get(each.fear)
    if spent is not None:
        yield texts("Cost: {cost}.", cost=words.cost(spent, found.currency, texts))


def _overridden(made: Report, texts: Texts) -> Iterator[str]:
    """Return how often each verdict was overridden, what was softened, and the rules to look at."""
    for verdict in (Verdict.WALK_AWAY, Verdict.PROBLEM):
        share = made.figures.overridden[verdict]
        told = texts(
            "“{verdict}” pursued anyway: {share}.",
            verdict=wording.verdict_word(verdict, texts),
            share=words.share(share, texts),
        )
        yield " ".join([told, *words.note(share, texts)])
    yield texts(
        "Walked away despite “pursue”: {share}.",
        share=words.share(made.figures.overridden[Verdict.PURSUE], texts),
    )
    milder = words.share(made.figures.softened, texts)
    again = words.share(made.figures.screened_again, texts)
    told = texts("Softened on re-screen within a week: {share}.", share=milder)
    asked_again = texts(
        "Re-screenings within a week of a “problem” or “walk away”, of all verdicts: {share}.",
        share=again,
    )
    yield f"{told} {asked_again}"
    yield from _by_rule(made.noted, texts)


def _by_rule(noted: Sequence[RuleRate], texts: Texts) -> Iterator[str]:
    """Return the rules worth mentioning."""
    if noted:
        yield texts("Most overridden reasons:")
    for each in noted:
        rule = wording.quoted_markup(kit.cut(texts.of(each.rule.sentence), LONGEST_RULE), texts)
        yield texts("• {share}: {rule}", rule=rule, share=words.share(each.rate, texts))


@dataclass(frozen=True, slots=True)
class _Column:
    """A table's column: its header, and its value for each part."""

    head: str
    cell: Callable[[ReportPart[Any]], str]


def _table(
    title: str,
    head: str,
    named: Sequence[tuple[str, ReportPart[Any]]],
    found: ReportContent,
    texts: Texts,
    below: Sequence[str],
) -> Drilldown:
    """Return a row for each part, with each figure's counterpart, and the lines below."""
    if not named:
        nothing = texts("Nothing was screened in this time.")
        blocks = (kit.section(kit.plain(nothing)), *kit.paragraphs(below))
        return Drilldown(title, (nothing, *below), blocks)
    columns = [*_columns(texts), *_cost_column(found, texts)]
    rows = [(name, [each.cell(part) for each in columns]) for name, part in named]
    heads = [each.head for each in columns]
    table = kit.data_table(
        _TABLE,
        title,
        [head, *heads],
        [[kit.text_cell(each) for each in (kit.plain_name(name), *cells)] for name, cells in rows],
    )
    first = f"{head}: {' / '.join(heads)}"
    room = _LONGEST - len("\n".join([first, *below]))
    told = [f"• {kit.markup_name(name)}: {' / '.join(cells)}" for name, cells in rows]
    lines = [first, *_fitting(told, room, texts)]
    blocks = (table, *kit.paragraphs(below))
    return Drilldown(title, (*lines, *below), blocks, tuple(kit.paragraphs(lines)))


def _fitting(lines: Sequence[str], room: int, texts: Texts) -> Iterator[str]:
    """Yield the lines for which there is room, and how many there are besides."""
    ends = list(accumulate(len(line) + 1 for line in lines))
    fit = sum(end <= room for end in ends)
    yield from lines[:fit]
    if fit < len(lines):
        yield texts("Left out for length: {n}.", n=texts.number(len(lines) - fit))


def _columns(texts: Texts) -> Iterator[_Column]:
    yield _Column(texts("Prospects"), lambda part: texts.number(part.prospects))
    for head, cell in four.cells(texts).items():
        yield _of_figures(head, cell)
    yield _Column(
        texts("Not again, with an override"),
        lambda part: words.share(part.right.clients.against.not_again, texts),
    )
    yield _Column(
        texts("Not again, without an override"),
        lambda part: words.share(part.right.clients.followed.not_again, texts),
    )
    yield _Column(texts("Outcomes answered"), lambda part: words.share(part.right.response, texts))


def _of_figures(head: str, cell: Callable[[Any], str]) -> _Column:
    return _Column(head, lambda part: cell(part.figures))


def _cost_column(found: ReportContent, texts: Texts) -> Iterator[_Column]:
    if found.report.cost is not None:
        yield _Column(
            texts("Cost of overrides (how many known)"),
            lambda part: (
                "–" if part.cost is None else words.cost_in_cell(part.cost, found.currency, texts)
            ),
        )


def _title_of(checklist: str, found: ReportContent, texts: Texts) -> str:
    title = found.titles.get(checklist)
    return kit.cut(checklist if title is None else texts.of(title), _LONGEST_NAME)


def _name_of(member: str, found: ReportContent) -> str:
    return kit.cut(found.names.get(member, member), _LONGEST_NAME)
