"""The four figures in words, the same in report, App Home and digest."""

from collections.abc import Callable, Iterator, Mapping
from types import MappingProxyType
from typing import assert_never

from bot.domain.checklist.rules import Verdict
from bot.domain.figures.discipline import Discipline, Figures, TimeToNo
from bot.domain.figures.facts import CARRIED_OUT_WITHIN
from bot.domain.figures.reports.comparison import Four, PeriodComparison, four
from bot.domain.figures.survival import TimeToHalf
from bot.slack import kit
from bot.slack.figures import words
from bot.slack.texts import Texts, marked

NAMES: Mapping[Four, str] = MappingProxyType(
    {
        Four.DISCIPLINE: marked("Discipline"),
        Four.TIME_TO_NO: marked("Time to no"),
        Four.OVERRIDE_RATE: marked("Walk-aways overridden"),
        Four.NEXT_CLIENT: marked("Next client"),
    }
)


def fields(found: PeriodComparison, texts: Texts) -> kit.Block:
    """Return the four figures in two columns, each with its change and its counterpart."""
    figures = [list(figure_rows(name, found, texts)) for name in NAMES]
    return kit.fields([kit.markup("\n".join([kit.bold(name), *lines])) for name, *lines in figures])


def in_full(found: PeriodComparison, texts: Texts) -> Mapping[str, str]:
    """Return each figure by its name: value, change and counterpart in a line."""
    figures = [list(figure_rows(name, found, texts)) for name in NAMES]
    return {name: " · ".join(lines) for name, *lines in figures}


def lines(found: PeriodComparison, texts: Texts) -> list[str]:
    """Return a line for each figure: name, value, change and counterpart."""
    return [f"• {name}: {told}" for name, told in in_full(found, texts).items()]


def values(found: PeriodComparison, texts: Texts) -> Mapping[Four, tuple[str, ...]]:
    """Return each figure in words, with its change if both periods have enough data."""
    now = four(found.now)
    before = {} if found.before is None else four(found.before)
    return {
        name: (words.value(each, texts), *words.changed(each, before.get(name), texts))
        for name, each in now.items()
    }


def cells(texts: Texts) -> Mapping[str, Callable[[Figures], str]]:
    """Return how each figure is put into a table, by the head of its column.

    A counterpart stands in the same cell or in the next one.
    """
    return {head: cell for name in NAMES for head, cell in _cells(name, texts)}


def _cells(name: Four, texts: Texts) -> Iterator[tuple[str, Callable[[Figures], str]]]:
    match name:
        case Four.DISCIPLINE:
            yield texts("Discipline"), lambda found: _held(found.discipline, texts)
        case Four.TIME_TO_NO:
            head = texts("Time to no (working days)")
            yield head, lambda found: _until_no(found.time_to_no, texts)
        case Four.OVERRIDE_RATE:
            for verdict, head in (
                (Verdict.WALK_AWAY, texts("Walk-aways overridden")),
                (Verdict.PURSUE, texts("Walked away despite “pursue”")),
            ):
                yield head, _rate(verdict, texts)
        case Four.NEXT_CLIENT:
            head = texts("Next client (working days)")
            yield head, lambda found: _next_client(found.next_client, texts)
        case _:
            assert_never(name)


def _rate(verdict: Verdict, texts: Texts) -> Callable[[Figures], str]:
    return lambda found: words.share(found.overridden[verdict], texts)


def _held(found: Discipline, texts: Texts) -> str:
    share = words.share(found.share, texts)
    if not found.left_out:
        return share
    n, worst = texts.number(found.left_out), words.share(found.at_worst, texts)
    return texts("{share}, with {n} who dropped out: {worst}", share=share, n=n, worst=worst)


def _until_no(found: TimeToNo, texts: Texts) -> str:
    """Return the time, and what became of those without a no."""
    parts = [words.days(found.half, texts)]
    if found.open_for.value is not None:
        open_for = texts.number(found.open_for.value)
        parts.append(
            texts("{n} open (median {days})", n=texts.number(found.open_for.n), days=open_for)
        )
    if found.won:
        parts.append(texts("{n} won", n=texts.number(found.won)))
    if found.left:
        parts.append(texts("{n} dropped out", n=texts.number(found.left)))
    return ", ".join(parts)


def _next_client(found: TimeToHalf, texts: Texts) -> str:
    return words.with_waiting(found, words.days(found, texts), texts)


def figure_rows(name: Four, found: PeriodComparison, texts: Texts) -> Iterator[str]:
    """Yield a figure's name, value, change and counterpart."""
    yield texts(NAMES[name])
    yield from values(found, texts)[name]
    match name:
        case Four.DISCIPLINE:
            yield from _beside_discipline(found.now.discipline, texts)
        case Four.TIME_TO_NO:
            yield _beside_time_to_no(found.now.time_to_no, texts)
        case Four.OVERRIDE_RATE:
            overridden = found.now.overridden
            share = words.share(overridden[Verdict.PURSUE], texts)
            yield texts("Walked away despite “pursue”: {share}.", share=share)
            yield from words.note(overridden[Verdict.WALK_AWAY], texts)
        case Four.NEXT_CLIENT:
            yield texts("Still waiting for one: {n}.", n=texts.number(found.now.next_client.still))
        case _:
            assert_never(name)


def _beside_discipline(found: Discipline, texts: Texts) -> Iterator[str]:
    yield texts("Walk-aways carried out within {within} working days.", within=CARRIED_OUT_WITHIN)
    if found.left_out:
        yield texts(
            "Not counted, since they dropped out: {n}. With them: {share}.",
            n=texts.number(found.left_out),
            share=words.share(found.at_worst, texts),
        )
    if found.back_and_won:
        yield texts("Re-screened later and won: {n}.", n=texts.number(found.back_and_won))


def _beside_time_to_no(found: TimeToNo, texts: Texts) -> str:
    parts = [
        texts("{n} won", n=texts.number(found.won)),
        texts("{n} dropped out", n=texts.number(found.left)),
    ]
    if found.open_for.value is not None:
        still = texts(
            "{n} still open (median {days} working days)",
            n=texts.number(found.open_for.n),
            days=texts.number(found.open_for.value),
        )
        parts.insert(0, still)
    return texts("Of the others: {parts}.", parts=", ".join(parts))
