"""The charts of report and digest, each with a text version, since a chart can't be read aloud."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType
from typing import Final, assert_never

from bot.domain.checklist.rules import Verdict
from bot.domain.figures.reports.trend import TimeStep, Trend, VerdictCounts
from bot.domain.figures.shares import Share
from bot.slack import kit
from bot.slack.card import wording
from bot.slack.figures import words
from bot.slack.texts import Texts, marked

VERDICTS: Final = (Verdict.PURSUE, Verdict.PROBLEM, Verdict.WALK_AWAY)
_GIVEN, _AGAIN = "verdicts", "again"
_TITLES: Mapping[TimeStep, str] = MappingProxyType(
    {
        TimeStep.WEEK: marked("Verdicts per week"),
        TimeStep.MONTH: marked("Verdicts per month"),
        TimeStep.QUARTER: marked("Verdicts per quarter"),
        TimeStep.YEAR: marked("Verdicts per year"),
    }
)


@dataclass(frozen=True, slots=True)
class Chart:
    """A chart, its numbers in words, and what it can't show."""

    block: kit.Block
    numbers: tuple[str, ...]
    """Line by line, for who has no chart."""
    in_all: str | None = None
    """Their sums."""
    caption: str | None = None
    """What stands beside it even where it is drawn."""


def verdicts(found: Trend, texts: Texts) -> Chart | None:
    """Return how often each verdict was given; None if none was."""
    if not any(each.total for each in found.given):
        return None
    title, labels = texts(_TITLES[found.step]), _labels(found, texts)
    names = " / ".join(wording.verdict_word(each, texts) for each in VERDICTS)
    told = [
        f"{label}: {_counts(each, texts)}"
        for label, each in zip(labels, found.given, strict=True)
        if each.total
    ]
    block = kit.bar_chart(
        _GIVEN,
        title,
        labels,
        {_title(verdict, texts): _of(verdict, found.given) for verdict in VERDICTS},
    )
    total = [
        f"{_title(verdict, texts)} {texts.number(sum(_of(verdict, found.given)))}"
        for verdict in VERDICTS
    ]
    heading = texts("{title} ({verdicts}):", title=title, verdicts=names)
    in_all = texts("Total: {counts}.", counts=", ".join(total))
    return Chart(block, (heading, *told), in_all)


def again(found: Mapping[Verdict, Share], texts: Texts) -> Chart | None:
    """Return which clients would be signed again, by verdict; None below the least n."""
    enough = {each: found[each] for each in VERDICTS if each in found and found[each].is_enough}
    if not enough:
        return None
    title = texts("Sign again, by verdict")
    block = kit.bar_chart(
        _AGAIN,
        title,
        [_title(verdict, texts) for verdict in enough],
        {
            texts("Would sign again"): [each.of - each.count for each in enough.values()],
            texts("Not again"): [each.count for each in enough.values()],
        },
    )
    told = [
        f"{_title(verdict, texts)} {words.share(share, texts)}" for verdict, share in enough.items()
    ]
    caption = texts("Wouldn't sign again: {shares}.", shares=", ".join(told))
    return Chart(block, (), caption=caption)


def _labels(found: Trend, texts: Texts) -> list[str]:
    """Name each period by its first day, short enough to fit below a chart."""
    firsts = [each.period.first for each in found.given]
    match found.step:
        case TimeStep.WEEK:
            return [texts.day_of_year_typed(day.month, day.day) for day in firsts]
        case TimeStep.MONTH:
            return [
                texts.month(day, with_year=day.month == 1 or day == firsts[0]) for day in firsts
            ]
        case TimeStep.QUARTER:
            return [texts.quarter(day) for day in firsts]
        case TimeStep.YEAR:
            return [str(day.year) for day in firsts]
        case _:
            assert_never(found.step)


def _counts(given: VerdictCounts, texts: Texts) -> str:
    return " / ".join(texts.number(given.verdicts[each]) for each in VERDICTS)


def _of(verdict: Verdict, given: Sequence[VerdictCounts]) -> list[int]:
    return [each.verdicts[verdict] for each in given]


def _title(verdict: Verdict, texts: Texts) -> str:
    return texts(wording.verdict_words(verdict).title)
