"""Every setting of a workspace: one table.

The value of a setting, and its default, are in the field of `Settings` with the same name. Its
words are in `bot.slack.settings.words`.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from enum import StrEnum
from types import MappingProxyType
from typing import Any, Literal, assert_never

from bot.domain.checklist.rules import LANGUAGES
from bot.domain.retention import CHOICES
from bot.domain.settings import fields
from bot.domain.workspace import Settings


class Page(StrEnum):
    """A page of `/qualify settings`."""

    WHO = "who"
    WHEN = "when"
    RULES = "rules"
    WORDS = "words"
    DATA = "data"


class SettingId(StrEnum):
    """A setting; the value names its field of `Settings`, its `block_id`, and its stored key."""

    VERDICT_CHANNEL = "verdict_channel"
    MANAGERS = "managers"
    LANGUAGE = "language"
    ZONE = "zone"
    CURRENCY = "currency"
    WEEKDAYS = "weekdays"
    OPENING = "opening"
    CLOSING = "closing"
    COUNTRY = "country"
    OBSERVED = "observed"
    FREE_DAYS = "free_days"
    WORKED_DAYS = "worked_days"
    OVERRIDE_APPROVAL = "override_approval"
    APPROVAL_FROM = "approval_from"
    WALK_AWAY_WITHIN = "walk_away_within"
    SIGN_OF_LIFE_GIVES = "sign_of_life_gives"
    NUDGES = "nudges"
    NUDGE_EVERY = "nudge_every"
    MESSAGES_A_WEEK = "messages_a_week"
    PROSPECTS_IN_ONE = "prospects_in_one"
    SNOOZE_CHOICES = "snooze_choices"
    SNOOZES = "snoozes"
    LONGEST_SNOOZE = "longest_snooze"
    TALKED_INTO_IT_FROM = "talked_into_it_from"
    ASK_AFTER = "ask_after"
    ASKED_IN_ONE = "asked_in_one"
    ASKED_IN_VAIN = "asked_in_vain"
    BACKSTOP_AFTER = "backstop_after"
    BACKSTOP_EVERY = "backstop_every"
    LONG_PAUSE = "long_pause"
    COUNTED_FROM = "counted_from"
    GOES_ON_WITHIN = "goes_on_within"
    STOOD_WITHIN = "stood_within"
    DIGEST_ROWS = "digest_rows"
    BLOCKS_AGAIN_AFTER = "blocks_again_after"
    OVERRIDES_FROM = "overrides_from"
    REQUEST_AGAIN_AFTER = "request_again_after"
    REQUEST_LAPSES_AFTER = "request_lapses_after"
    KILL_WITHIN = "kill_within"
    FIGURES_PER_PERSON = "figures_per_person"
    NICHE = "niche"
    REFERRALS = "referrals"
    COST_OF_AN_HOUR = "cost_of_an_hour"
    FORGET_AFTER = "forget_after"

    @property
    def setting(self) -> "Setting":
        """Everything known about it."""
        return _SETTINGS[self]


@dataclass(frozen=True, slots=True)
class Setting:
    """What is known about a setting."""

    page: Page
    field: fields.Field[Any]
    """How it is read, checked and stored."""
    variable: str | None = None
    """The environment variable that gives its first value."""
    moves_rounds: bool = False
    """Whether a change makes the clock plan its rounds anew."""


MOST_SNOOZE_CHOICES = 5
"""The most choices for an owner; a manager always has more."""

LONGEST_NICHE = 75
"""Characters: it is part of a sentence or a hint, of which Slack shows 150 in all."""

_MOST_DAYS = 60
"""The most listed days; so few always leave some working days in a calendar."""


def _setting_of(it: SettingId) -> Setting:  # noqa: C901 - a table
    match it:
        case SettingId.VERDICT_CHANNEL:
            return Setting(Page.WHO, fields.Channel(), "VERDICT_CHANNEL")
        case SettingId.MANAGERS:
            return Setting(Page.WHO, fields.Managers(), "MANAGERS", moves_rounds=True)
        case SettingId.LANGUAGE:
            return Setting(Page.WHO, fields.Choice(LANGUAGES), "LANGUAGE")
        case SettingId.ZONE:
            return Setting(Page.WHO, fields.TimeZone(), "TIMEZONE", moves_rounds=True)
        case SettingId.CURRENCY:
            return Setting(Page.WHO, fields.Currency(), "CURRENCY")
        case SettingId.WEEKDAYS:
            return Setting(Page.WHEN, fields.Weekdays(), moves_rounds=True)
        case SettingId.OPENING | SettingId.CLOSING:
            return Setting(Page.WHEN, fields.TimeOfDay(), moves_rounds=True)
        case SettingId.COUNTRY:
            return Setting(Page.WHEN, fields.Country(), "COUNTRY", moves_rounds=True)
        case SettingId.OBSERVED:
            return Setting(Page.WHEN, fields.HolidayCategories(), moves_rounds=True)
        case SettingId.FREE_DAYS | SettingId.WORKED_DAYS:
            return Setting(Page.WHEN, fields.Days(_MOST_DAYS), moves_rounds=True)
        case SettingId.OVERRIDE_APPROVAL:
            return Setting(Page.RULES, fields.Approval(), "OVERRIDE_APPROVAL")
        case SettingId.APPROVAL_FROM:
            return Setting(Page.RULES, fields.Amount())
        case SettingId.SNOOZE_CHOICES:
            return Setting(Page.RULES, fields.Numbers(1, 20, MOST_SNOOZE_CHOICES))
        case SettingId.FIGURES_PER_PERSON:
            return Setting(Page.RULES, fields.Switch())
        case SettingId.NICHE:
            return Setting(Page.WORDS, fields.TextLine(LONGEST_NICHE))
        case SettingId.REFERRALS:
            return Setting(Page.WORDS, fields.Referrals())
        case SettingId.COST_OF_AN_HOUR:
            return Setting(Page.WORDS, fields.Amount())
        case SettingId.FORGET_AFTER:
            return Setting(Page.DATA, fields.Choice(CHOICES))
        case _:
            return _number_of(it)


NumberSetting = Literal[
    SettingId.WALK_AWAY_WITHIN,
    SettingId.SIGN_OF_LIFE_GIVES,
    SettingId.NUDGES,
    SettingId.NUDGE_EVERY,
    SettingId.MESSAGES_A_WEEK,
    SettingId.PROSPECTS_IN_ONE,
    SettingId.SNOOZES,
    SettingId.LONGEST_SNOOZE,
    SettingId.TALKED_INTO_IT_FROM,
    SettingId.ASK_AFTER,
    SettingId.ASKED_IN_ONE,
    SettingId.ASKED_IN_VAIN,
    SettingId.BACKSTOP_AFTER,
    SettingId.BACKSTOP_EVERY,
    SettingId.LONG_PAUSE,
    SettingId.COUNTED_FROM,
    SettingId.GOES_ON_WITHIN,
    SettingId.STOOD_WITHIN,
    SettingId.DIGEST_ROWS,
    SettingId.BLOCKS_AGAIN_AFTER,
    SettingId.OVERRIDES_FROM,
    SettingId.REQUEST_AGAIN_AFTER,
    SettingId.REQUEST_LAPSES_AFTER,
    SettingId.KILL_WITHIN,
]
"""A rule that is a whole number: typed, stored and shown in the same form."""


def _number_of(it: NumberSetting) -> Setting:  # noqa: C901 - a table
    match it:
        case SettingId.WALK_AWAY_WITHIN:
            return _rule(1, 20)
        case SettingId.SNOOZES:
            return _rule(0, 10)
        case SettingId.LONGEST_SNOOZE:
            return _rule(6, 60)
        case SettingId.TALKED_INTO_IT_FROM:
            return _rule(1, 20)
        case SettingId.ASK_AFTER:
            return _rule(1, 60, moves_rounds=True)
        case SettingId.ASKED_IN_ONE:
            return _rule(1, 5)
        case SettingId.ASKED_IN_VAIN:
            return _rule(1, 10)
        case SettingId.BACKSTOP_AFTER:
            return _rule(1, 60)
        case SettingId.BACKSTOP_EVERY:
            return _rule(1, 60, moves_rounds=True)
        case SettingId.LONG_PAUSE:
            return _rule(1, 60)
        case SettingId.COUNTED_FROM:
            return _rule(2, 20)
        case SettingId.SIGN_OF_LIFE_GIVES:
            return _rule(1, 30)
        case SettingId.NUDGES:
            return _rule(1, 10, moves_rounds=True)
        case SettingId.NUDGE_EVERY:
            return _rule(1, 20, moves_rounds=True)
        case SettingId.MESSAGES_A_WEEK:
            return _rule(1, 7, moves_rounds=True)
        case SettingId.PROSPECTS_IN_ONE:
            return _rule(1, 10)
        case SettingId.GOES_ON_WITHIN:
            return _rule(0, 60)
        case SettingId.STOOD_WITHIN:
            return _rule(0, 60, moves_rounds=True)
        case SettingId.DIGEST_ROWS:
            return _rule(1, 20)
        case SettingId.BLOCKS_AGAIN_AFTER:
            return _rule(1, 365)
        case SettingId.OVERRIDES_FROM:
            return _rule(2, 10)
        case SettingId.REQUEST_AGAIN_AFTER:
            return _rule(1, 10, moves_rounds=True)
        case SettingId.REQUEST_LAPSES_AFTER:
            return _rule(1, 10)
        case SettingId.KILL_WITHIN:
            return _rule(7, 365)
        case _:
            assert_never(it)


def _rule(least: int, most: int, *, moves_rounds: bool = False) -> Setting:
    return Setting(Page.RULES, fields.Number(least, most), moves_rounds=moves_rounds)


_SETTINGS: Mapping[SettingId, Setting] = MappingProxyType({it: _setting_of(it) for it in SettingId})


def on_page(page: Page) -> Iterator[SettingId]:
    """Yield the settings of a page, in the order in which they appear."""
    return (each for each in SettingId if each.setting.page is page)


def stored(settings: Settings) -> dict[SettingId, Any]:
    """Return every setting in stored form."""
    return {each: each.setting.field.stored(getattr(settings, each)) for each in SettingId}


def with_stored(settings: Settings, values: Mapping[SettingId, Any]) -> Settings:
    """Return the settings with some replaced by these stored values."""
    restored = {each: each.setting.field.restored(value) for each, value in values.items()}
    return replace(settings, **restored)
