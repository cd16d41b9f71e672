"""The charts of report and digest, each with its words: a chart alone can't be read aloud."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType
from typing import Final, assert_never

from bot.domain.checklist.rules import Verdict
from bot.domain.figures.reports.course import Course, Given, Stretch
from bot.domain.figures.shares import Share
from bot.slack import kit
from bot.slack.card import wording
from bot.slack.figures import words
from bot.slack.texts import Texts, marked

VERDICTS: Final = (Verdict.PURSUE, Verdict.PROBLEM, Verdict.WALK_AWAY)
_GIVEN, _AGAIN = "verdicts", "again"
_TITLES: Mapping[Stretch, str] = MappingProxyType(
    {
        Stretch.WEEK: marked("Verdicts per week"),
        Stretch.MONTH: marked("Verdicts per month"),
        Stretch.QUARTER: marked("Verdicts per quarter"),
        Stretch.YEAR: marked("Verdicts per year"),
    }
)


@dataclass(frozen=True, slots=True)
class Chart:
    """A chart, what is said beside it, and its numbers in words."""

    block: kit.Block
    caption: str
    numbers: tuple[str, ...]
    """Line by line, for who has no chart."""


def verdicts(found: Course, texts: Texts) -> Chart | None:
    """Return how often each verdict was given; nothing if none was."""
    some = [each for each in found.given if each.total]
    if not some:
        return None
    title = texts(_TITLES[found.stretch])
    names = " / ".join(wording.verdict_word(each, texts) for each in VERDICTS)
    told = [f"{label(each, found.stretch, texts)}: {_counts(each, texts)}" for each in some]
    block = kit.bar_chart(
        _GIVEN,
        title,
        [label(each, found.stretch, texts) for each in found.given],
        {_title(verdict, texts): _of(verdict, found.given) for verdict in VERDICTS},
    )
    total = [
        f"{_title(verdict, texts)} {texts.number(sum(_of(verdict, found.given)))}"
        for verdict in VERDICTS
    ]
    heading = texts("{title} ({verdicts}):", title=title, verdicts=names)
    return Chart(block, texts("In all: {counts}.", counts=", ".join(total)), (heading, *told))


def again(found: Mapping[Verdict, Share], texts: Texts) -> Chart | None:
    """Return which clients would be signed again, by verdict; nothing below the least n."""
    enough = {each: found[each] for each in VERDICTS if each in found and found[each].is_enough}
    if not enough:
        return None
    title = texts("Sign them again? By verdict")
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
    return Chart(block, texts("Not again: {shares}.", shares=", ".join(told)), ())


def label(given: Given, stretch: Stretch, texts: Texts) -> str:
    """Name a stretch of time by its first day: short, so that twelve fit below a chart."""
    first = given.period.first
    match stretch:
        case Stretch.WEEK:
            return texts.day_of_year_typed(first.month, first.day)
        case Stretch.MONTH:
            return texts.month(first)
        case Stretch.QUARTER:
            return texts.quarter(first)
        case Stretch.YEAR:
            return str(first.year)
        case _:
            assert_never(stretch)


def _counts(given: Given, texts: Texts) -> str:
    return " / ".join(texts.number(given.verdicts[each]) for each in VERDICTS)


def _of(verdict: Verdict, given: Sequence[Given]) -> list[int]:
    return [each.verdicts[verdict] for each in given]


def _title(verdict: Verdict, texts: Texts) -> str:
    return texts(wording.verdict_words(verdict).title)
