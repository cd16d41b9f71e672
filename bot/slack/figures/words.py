"""How a share, a median and a time of waiting read, wherever they stand."""

from bot.domain.figures.shares import Difference, Interval, Median, Share
from bot.domain.figures.survival import TimeToHalf
from bot.slack.texts import Texts


def share(found: Share, texts: Texts) -> str:
    """Return "3 of 5 (23–88 %)", or how many more it takes."""
    interval = found.interval
    if interval is None:
        return needs(found, texts)
    low, high = percents(interval)
    return texts(
        "{count} of {of} ({low}–{high} %)",
        count=texts.number(found.count),
        of=texts.number(found.of),
        low=low,
        high=high,
    )


def difference(found: Difference, texts: Texts) -> str:
    """Return by how many points one share is greater, and from where to where that may lie."""
    low, high = percents(found.interval)
    told = texts(
        "{points} points ({low} to {high})", points=round(found.value * 100), low=low, high=high
    )
    return told if found.is_one else texts("{points}: it may be chance", points=told)


def time(found: TimeToHalf, texts: Texts) -> str:
    """Return the day by which half had it, with its interval; not reached is an answer, too."""
    if not found.is_enough:
        return needs(found, texts)
    if found.day is None:
        return texts(
            "{half} not reached yet (of {n})", half=texts.percent(0.5), n=texts.number(found.n)
        )
    days = texts.plural("{n} working day", "{n} working days", found.day)
    low = texts.number(found.low or 0)
    if found.high is None:
        return texts(
            "{days} (at least {low}, of {of})", days=days, low=low, of=texts.number(found.n)
        )
    return texts(
        "{days} ({low}–{high}, of {of})",
        days=days,
        low=low,
        high=texts.number(found.high),
        of=texts.number(found.n),
    )


def hours(found: Median, texts: Texts) -> str:
    """Return the median of unplanned hours: about, as each answer stands for its band."""
    if found.value is None:
        return needs(found, texts)
    return texts(
        "{hours}, roughly (of {of})", hours=texts.number(found.value), of=texts.number(found.n)
    )


def needs(found: Share | Median | TimeToHalf, texts: Texts) -> str:
    """Return how many more it takes to say anything."""
    return texts("{n} more needed", n=texts.number(found.missing))


def percents(interval: Interval) -> tuple[int, int]:
    """Return both ends in whole percent."""
    return round(interval.low * 100), round(interval.high * 100)
