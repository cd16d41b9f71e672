"""Shares, medians and waiting times in words, for every surface."""

from collections.abc import Iterator

from bot.domain.figures.discipline import (
    LOOK_ABOVE,
    NOT_FOLLOWED_ABOVE,
    OverrideNote,
    note_on,
)
from bot.domain.figures.reports.cost import OverrideCost
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


def value(found: Share | TimeToHalf, texts: Texts) -> str:
    """Return a figure in words."""
    return share(found, texts) if isinstance(found, Share) else time(found, texts)


def changed(
    now: Share | TimeToHalf, before: Share | TimeToHalf | None, texts: Texts
) -> Iterator[str]:
    """Yield how a figure changed from the previous period; nothing unless both have enough data."""
    if isinstance(now, Share) and isinstance(before, Share):
        found = now.less(before)
        if found is not None:
            yield texts(
                "Before: {before}, {points}",
                before=share(before, texts),
                points=_signed(found, texts),
            )
    elif isinstance(before, TimeToHalf) and now.is_enough and before.is_enough:
        yield texts("Before: {time}", time=time(before, texts))


def _signed(found: Difference, texts: Texts) -> str:
    low, high = percents(found.interval)
    told = texts(
        "{points} percentage points ({low} to {high})",
        points=f"{round(found.value * 100):+d}",
        low=low,
        high=high,
    )
    return told if found.is_one else texts("{points}, may be chance", points=told)


def difference(found: Difference, texts: Texts) -> str:
    """Return by how many points one share is greater, with its interval."""
    low, high = percents(found.interval)
    told = texts(
        "{points} percentage points ({low} to {high})",
        points=round(found.value * 100),
        low=low,
        high=high,
    )
    return told if found.is_one else texts("{points}, may be chance", points=told)


def time(found: TimeToHalf, texts: Texts) -> str:
    """Return the day by which half had it, with its interval, or that it wasn't reached."""
    if not found.is_enough:
        return needs(found, texts)
    if found.day is None:
        return texts("less than half so far (of {n})", n=texts.number(found.n))
    return _around(texts.plural("{n} working day", "{n} working days", found.day), found, texts)


def days(found: TimeToHalf, texts: Texts) -> str:
    """Return the same in fewer words, for a column whose head says what is counted."""
    if not found.is_enough:
        return needs(found, texts)
    if found.day is None:
        return texts("less than half (of {n})", n=texts.number(found.n))
    return _around(texts.number(found.day), found, texts)


def with_waiting(found: TimeToHalf, time: str, texts: Texts) -> str:
    """Return a time to the next client in words, with how many still wait for one."""
    if not found.still:
        return time
    return texts("{time}, {n} waiting", time=time, n=texts.number(found.still))


def _around(days: str, found: TimeToHalf, texts: Texts) -> str:
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
    """Return the median of unplanned hours, "about" since each answer stands for its band.

    An interval with both ends in that band would say no more.
    """
    if found.value is None:
        return needs(found, texts)
    typical, of = texts.number(found.value), texts.number(found.n)
    if found.interval is None or found.interval.low == found.interval.high:
        return texts("about {hours} (from {of})", hours=typical, of=of)
    low, high = (texts.number(end) for end in (found.interval.low, found.interval.high))
    return texts(
        "about {hours} ({low}–{high}, from {of})", hours=typical, low=low, high=high, of=of
    )


def needs(found: Share | Median | TimeToHalf | OverrideCost, texts: Texts) -> str:
    """Return how many more answers it takes."""
    return texts("needs {n} more", n=texts.number(found.missing))


def cost(found: OverrideCost, currency: str, texts: Texts) -> str:
    """Return what overrides cost, as a range, and for how many clients it's known."""
    if not found.is_enough:
        return needs(found, texts)
    return texts(
        "{cost} (known for {n} of {of})",
        cost=_range(found, currency, texts),
        n=texts.number(found.n),
        of=texts.number(found.clients),
    )


def cost_in_cell(found: OverrideCost, currency: str, texts: Texts) -> str:
    """Return the same in fewer words, for a column whose head says what the brackets hold."""
    if not found.is_enough:
        return needs(found, texts)
    return texts(
        "{cost} ({n} of {of})",
        cost=_range(found, currency, texts),
        n=texts.number(found.n),
        of=texts.number(found.clients),
    )


def _range(found: OverrideCost, currency: str, texts: Texts) -> str:
    low = texts.money(found.low, currency)
    if found.high is None:
        return texts("{low} or more", low=low)
    return texts("{low} to {high}", low=low, high=texts.money(found.high, currency))


def note(share: Share, texts: Texts) -> Iterator[str]:
    """Yield the remark about an override rate, if there is one."""
    match note_on(share):
        case OverrideNote.LOOK:
            mark = texts.percent(LOOK_ABOVE / 100)
            yield texts("Clearly above {mark}: look at what they have in common.", mark=mark)
        case OverrideNote.NOT_FOLLOWED_OR_WRONG:
            mark = texts.percent(NOT_FOLLOWED_ABOVE / 100)
            yield texts("Clearly above {mark}: the rule isn't followed, or it's wrong.", mark=mark)


def percents(interval: Interval) -> tuple[int, int]:
    """Return both ends in whole percent."""
    return round(interval.low * 100), round(interval.high * 100)
