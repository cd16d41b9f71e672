"""The first page of the report, on one screen.

What to do, whether the verdicts were right, and the four figures with their charts.
"""

from collections.abc import Iterator, Mapping, Sequence
from types import MappingProxyType

from bot.domain.figures.facts import CARRIED_OUT_WITHIN
from bot.domain.figures.reports.advice import Weakness
from bot.domain.figures.reports.page import ReportContent
from bot.domain.figures.reports.report import Report
from bot.domain.figures.shares import LEAST
from bot.domain.outcomes.outcome import ASKED_AFTER
from bot.slack import kit
from bot.slack.figures import charts, evidence, four, words
from bot.slack.figures.remembered import so_far
from bot.slack.texts import Texts, marked

_ADVICE: Mapping[Weakness, str] = MappingProxyType(
    {
        Weakness.VERDICTS: marked(
            "Clients won with an override turn out better. Review your checklist before "
            "you rely on it any further."
        ),
        Weakness.DISCIPLINE: marked(
            "Today, carry out the oldest walk-away listed in Home. Discipline is your weakest "
            "figure: {wrong} took longer than {within} working days."
        ),
        Weakness.TIME_TO_NO: marked(
            "Today, carry out the walk-away in Home that has waited longest. Time to no is your "
            "weakest figure: {wrong} still have no answer from us."
        ),
        Weakness.OVERRIDE_RATE: marked(
            "Check “By fear” to see how your overrides turned out. They're your weakest "
            "figure: {wrong} walk-aways were pursued anyway."
        ),
        Weakness.NEXT_CLIENT: marked(
            "Screen a new prospect today. “Next client” is your weakest figure: after {wrong} "
            "walk-aways, there isn't one yet."
        ),
    }
)


def overview(found: ReportContent, texts: Texts) -> kit.Rendered:
    """Return the first page; with too little data, one line says what will be there, and when.

    What the team remembers stands apart, at the end.
    """
    memory = [] if found.memory is None else [so_far(found.memory, texts)]
    if found.report.has_any:
        return _figures(found, memory, texts)
    said = _outlook(found, texts)
    blocks = [*kit.paragraphs([said]), *_small_print(memory)]
    return kit.Rendered("\n\n".join([said, *memory]), blocks)


def _figures(found: ReportContent, memory: Sequence[str], texts: Texts) -> kit.Rendered:
    made = found.report
    heading, (row, *beside) = texts("Were the verdicts right?"), _first_row(found, texts)
    figures = four.in_full(made.change, texts)
    drawn = [charts.verdicts(found.trend, texts), charts.again(made.right.by_verdict, texts)]
    shown = [each for each in drawn if each is not None]
    captions = [each.caption for each in shown if each.caption is not None]
    advice = _advice(made, texts)
    todo = texts("What to do")
    blocks = [
        kit.section(kit.markup(f"{kit.bold(todo)}: {advice}")),
        kit.section(kit.markup(f"{kit.bold(heading)} {row}")),
        kit.context([kit.plain("\n".join(beside))]),
        *kit.paragraphs(f"{kit.bold(name)}: {told}" for name, told in figures.items()),
        *(each.block for each in shown),
        *_small_print([*captions, *memory]),
    ]
    spoken = [
        f"{todo}: {advice}",
        "",
        f"{heading} {row}",
        *beside,
        "",
        *(f"{name}: {told}" for name, told in figures.items()),
        "",
        *(line for each in shown for line in _in_words(each)),
        *captions,
        *(("", *memory) if memory else ()),
    ]
    instead = {each.block["block_id"]: kit.paragraphs(_in_words(each)) for each in shown}
    return kit.Rendered("\n".join(spoken), blocks, instead)


def _in_words(chart: charts.Chart) -> Iterator[str]:
    yield from chart.numbers
    if chart.in_all is not None:
        yield chart.in_all


def _small_print(lines: Sequence[str]) -> Iterator[kit.Block]:
    if lines:
        yield kit.context([kit.plain("\n".join(lines))])


def _outlook(found: ReportContent, texts: Texts) -> str:
    """Say in one line what will be here, and when."""
    made = found.report
    if made.first_figure_on is not None and made.first_figure_on > made.on:
        return texts(
            "The first figure for this period comes on {day}: how many “walk away” verdicts were "
            "carried out within {within} working days.",
            day=texts.date(made.first_figure_on),
            within=CARRIED_OUT_WITHIN,
        )
    return texts(
        "After {least} “walk away” verdicts ({n} so far), you'll see here how many you carried "
        "out within {within} working days. {days} days after a win, I'll ask how it turned out.",
        least=LEAST,
        within=CARRIED_OUT_WITHIN,
        n=made.figures.time_to_no.half.n,
        days=ASKED_AFTER[0],
    )


def _first_row(found: ReportContent, texts: Texts) -> Iterator[str]:
    """Return clients won against the verdict and by it, and what else is known."""
    right = found.report.right
    after = texts("After {n} days.", n=right.clients.after)
    yield " ".join([after, *evidence.not_again(right.clients, texts)])
    how = " ".join(evidence.client_lines(right.clients, texts))
    if how:
        yield how
    yield " ".join(evidence.answered_lines(right, texts))


def _advice(made: Report, texts: Texts) -> str:
    advice = made.advice
    if advice is None:
        return texts("Nothing stands out. Keep saying no early.")
    return texts(
        _ADVICE[advice.about], wrong=words.share(advice.wrong, texts), within=CARRIED_OUT_WITHIN
    )
