"""What becomes of a settings page when somebody saves it: read, merged with others', checked.

The rule about a channel is here, too: what Slack knows about it decides whether it can be taken.
"""

import hashlib
import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime, time
from typing import Any

from bot.domain.calendar import today_in
from bot.domain.days_off import observable
from bot.domain.errors import AnswerProblem, AnswersRejected
from bot.domain.people import MemberId
from bot.domain.settings.fields import InvalidValue, Typed
from bot.domain.settings.table import SettingId, stored, with_stored
from bot.domain.workspace import Settings

Shown = Mapping[SettingId, str]
"""The value of each field when a page was shown, as a short key: the same for the same value."""


BARRED_FOR = 5
"""Working days after somebody removed another manager during which they are barred."""


@dataclass(frozen=True, slots=True)
class SettingChange:
    """A setting that changed, with its stored values."""

    setting: SettingId
    before: Any
    after: Any


@dataclass(frozen=True, slots=True)
class RecordedChange:
    """A change as recorded in the history."""

    change: SettingChange
    by: MemberId | None
    """None if the environment changed it."""
    at: datetime


def key_of(value: Any) -> str:
    """Return a short key for a stored value, for places where the value itself does not fit."""
    return hashlib.sha256(json.dumps(value).encode()).hexdigest()[:12]


def shown(settings: Settings) -> dict[SettingId, str]:
    """Return what to remember about the settings while they are shown."""
    return {each: key_of(value) for each, value in stored(settings).items()}


def read(typed: Mapping[SettingId, Typed]) -> dict[SettingId, Any]:
    """Return the typed values in stored form; raises AnswersRejected with every invalid one."""
    values, problems = {}, []
    for setting, text in typed.items():
        field = setting.setting.field
        try:
            values[setting] = field.stored(field.read(text))
        except InvalidValue as odd:
            problems.append(AnswerProblem(setting, odd.code, odd.detail))
    if problems:
        raise AnswersRejected(problems)
    return values


def merged(wanted: Mapping[SettingId, Any], *, shown: Shown, now: Settings) -> Settings:
    """Return the settings after somebody saved a page over what they were `shown`.

    A field they did not touch keeps its value of `now`, even if another manager changed it. Raises
    AnswersRejected for fields that both changed, in different ways.
    """
    are = stored(now)
    touched = {each: value for each, value in wanted.items() if key_of(value) != shown.get(each)}
    taken = [
        each
        for each, value in touched.items()
        if each in shown and key_of(are[each]) not in {shown[each], key_of(value)}
    ]
    if taken:
        raise AnswersRejected([AnswerProblem(each, "changed_meanwhile") for each in taken])
    return with_stored(now, touched)


def fitting(settings: Settings, today: date) -> Settings:
    """Return settings whose parts fit each other; raises AnswersRejected if they don't.

    Holiday categories that only another region observes are dropped.
    """
    problems = []
    if _minutes(settings.closing) < _minutes(settings.opening) + 60:
        problems.append(AnswerProblem(SettingId.CLOSING, "closes_too_early"))
    free, worked = settings.free_days, settings.worked_days
    both = [*(free.dates & worked.dates), *(free.yearly & worked.yearly)]
    if both:
        problems.append(AnswerProblem(SettingId.WORKED_DAYS, "in_both_lists"))
    if problems:
        raise AnswersRejected(problems)
    offered = observable(settings.country, today) if settings.country else {}
    return replace(settings, observed=settings.observed.intersection(offered))


def changes(before: Settings, after: Settings) -> tuple[SettingChange, ...]:
    """Return the settings that differ."""
    then = stored(after)
    return tuple(
        SettingChange(each, value, then[each])
        for each, value in stored(before).items()
        if value != then[each]
    )


def gaps_of(settings: Settings) -> tuple[SettingId, ...]:
    """Return the settings nobody has made yet without which nothing, or not everything, works."""
    needed = {
        SettingId.VERDICT_CHANNEL: settings.verdict_channel,
        SettingId.MANAGERS: settings.managers,
    }
    return tuple(each for each, value in needed.items() if not value)


def removed_managers(change: SettingChange, by: MemberId | None) -> frozenset[str]:
    """Return the managers that a change removed, except whoever made it."""
    if change.setting is not SettingId.MANAGERS:
        return frozenset()
    return frozenset(change.before) - frozenset(change.after) - {by or ""}


def barred(
    history: Iterable[RecordedChange], settings: Settings, now: datetime
) -> dict[MemberId, date]:
    """Return who may neither approve overrides nor do without approval, and each one's last day.

    They removed another manager, and nobody should clear their own way like that.
    """
    today, last_days = today_in(settings.zone, now), dict[MemberId, date]()
    for noted in history:
        if noted.by is None or not removed_managers(noted.change, noted.by):
            continue
        removed_on = today_in(settings.zone, noted.at)
        last_day = settings.calendar.add_working_days(removed_on, BARRED_FOR)
        if last_day >= today:
            last_days[noted.by] = max(last_day, last_days.get(noted.by, last_day))
    return last_days


def _minutes(at: time) -> int:
    return at.hour * 60 + at.minute


@dataclass(frozen=True, slots=True)
class ChannelSeen:
    """A channel that exists and that we can see."""

    is_joined: bool
    """Whether the bot is in it."""
    is_archived: bool = False
    takes_posts: bool = True
    is_shared: bool = False
    """Whether another organisation reads it, or is invited to."""


def channel_problem(seen: ChannelSeen | None, *, may_be_shared: bool) -> AnswerProblem | None:
    """Return why verdicts can't be posted to a channel; None if they can.

    `may_be_shared` says that somebody agreed to another organisation reading them.
    """
    if seen is None:
        code = "channel_not_found"
    elif seen.is_archived:
        code = "channel_archived"
    elif not seen.is_joined:
        code = "channel_not_joined"
    elif not seen.takes_posts:
        code = "channel_read_only"
    elif seen.is_shared and not may_be_shared:
        code = "channel_shared"
    else:
        return None
    return AnswerProblem(SettingId.VERDICT_CHANNEL, code)
