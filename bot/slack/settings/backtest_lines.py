"""A backtest in words, because modals take no tables."""

from collections.abc import Iterator

from bot.domain.figures.reports.backtest import Backtest, Move
from bot.domain.figures.shares import Share
from bot.slack import kit
from bot.slack.card.wording import signed
from bot.slack.figures import words
from bot.slack.texts import Texts


def lived_lines(result: Backtest, texts: Texts) -> Iterator[str]:
    """Return what a checklist would have said of past screenings, as lines of markup."""
    yield kit.bold(texts("Your past screenings, judged by this checklist"))
    yield from _lines(result, texts)


def remembered_lines(result: Backtest, texts: Texts) -> Iterator[str]:
    """Return the same for remembered clients; nothing without any."""
    if result.judged or result.cannot_be_judged:
        yield kit.bold(texts("Entries from memory, judged by this checklist"))
        yield from _lines(result, texts)


def _lines(result: Backtest, texts: Texts) -> Iterator[str]:
    if not result.judged:
        yield texts("This checklist can't judge any of them yet.")
    else:
        yield " · ".join(_counts(result, texts))
    if result.judged and not result.changed:
        yield texts("No verdict would change.")
    for move in result.moves:
        if move.is_change:
            yield _moved(move, texts)
            yield from _became(move, texts)


def _counts(result: Backtest, texts: Texts) -> Iterator[str]:
    yield texts.plural("{n} judged", "{n} judged", result.judged)
    if result.cannot_be_judged:
        yield texts.plural("{n} lacks an answer", "{n} lack an answer", result.cannot_be_judged)
    if result.changed:
        yield texts.plural(
            "{n} would get another verdict", "{n} would get another verdict", result.changed
        )


def _moved(move: Move, texts: Texts) -> str:
    before, after = (signed(each, texts) for each in (move.before, move.after))
    return f"{before} → {after}: {texts.number(move.n)}"


def _became(move: Move, texts: Texts) -> Iterator[str]:
    """Return what became of those whose verdict would be different."""
    if move.won:
        yield texts(
            "      {n} won, wouldn't sign again: {share}",
            n=texts.number(move.won),
            share=_share(move.share_not_again, move.share_answered, texts),
        )
    if move.walked_away:
        yield texts(
            "      {n} walked away from, regretted: {share}",
            n=texts.number(move.walked_away),
            share=_share(move.share_regretted, move.share_walk_aways_answered, texts),
        )


def _share(found: Share, answered: Share, texts: Texts) -> str:
    """Return a share of outcomes, and how many of those asked for were answered."""
    said = words.share(found, texts)
    if not found.is_enough:
        return said
    return texts("{share}; answered: {answered}", share=said, answered=words.share(answered, texts))
