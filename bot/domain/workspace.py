"""A workspace and what it has chosen."""

import hashlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from enum import StrEnum
from functools import cached_property
from typing import NewType
from zoneinfo import ZoneInfo

from bot.domain.backstop import DEFAULT, BackstopPolicy
from bot.domain.calendar import MONDAY_TO_FRIDAY_WEEKDAYS, WorkingCalendar, working_calendar
from bot.domain.checklist.rules import LANGUAGES
from bot.domain.days_off import (
    NO_DAYS,
    ListedDays,
    RegionalHoliday,
    missed_without_region,
    observable,
)
from bot.domain.errors import AnswerProblem, AnswersRejected
from bot.domain.names import clean_name
from bot.domain.people import Member, MemberId

WorkspaceId = NewType("WorkspaceId", str)

FALLBACK = "en"
"""The language in which we speak to people whose language we do not know."""


def language_of(locale: str | None, default: str) -> str:
    """Return the language for a member's locale; the workspace's if we do not speak theirs."""
    spoken = (locale or "").replace("_", "-").partition("-")[0].lower()
    known = [each for each in (spoken, default) if each in LANGUAGES]
    return known[0] if known else FALLBACK


class OverrideApproval(StrEnum):
    """Who has to approve an override before it takes effect."""

    NONE = "none"
    MANAGER = "manager"


@dataclass(frozen=True)
class Settings:
    """What a workspace chose; but for the weekdays it comes from the environment at first."""

    verdict_channel: str
    """Id of the channel that the managers read."""
    managers: tuple[str, ...] = ()
    """Ids of members (U…, W…) and of user groups (S…)."""
    language: str = "en"
    country: str | None = None
    """`DE`, or with region `DE-BE`: whose public holidays are no working days."""
    zone: ZoneInfo = field(default_factory=lambda: ZoneInfo("UTC"))
    currency: str = "EUR"
    override_approval: OverrideApproval = OverrideApproval.NONE
    """Applies to new overrides; requests that already wait can still be answered."""
    weekdays: frozenset[int] = MONDAY_TO_FRIDAY_WEEKDAYS
    """The days of the week that are worked on, unless they are holidays; Monday is 0."""
    observed: frozenset[str] = frozenset()
    """Categories of holidays that not all of the region observe, such as "catholic"."""
    free_days: ListedDays = NO_DAYS
    """Not worked on, holidays or not."""
    worked_days: ListedDays = NO_DAYS
    """Worked on, though they are holidays."""
    backstop: BackstopPolicy = DEFAULT
    """After how long, and how often, the managers hear of what is undecided."""

    @cached_property
    def calendar(self) -> WorkingCalendar:
        """The working days of this workspace."""
        return working_calendar(
            self.country,
            self.weekdays,
            observed=self.observed,
            free=self.free_days,
            worked=self.worked_days,
        )

    def missed_holidays(self, today: date, language: str = "en") -> tuple[RegionalHoliday, ...]:
        """Return which holidays of the next year are worked on, as no region is named."""
        if not self.country:
            return ()
        missed = missed_without_region(self.country, today, language)
        return tuple(each for each in missed if self.calendar.is_working_day(each.day))

    def observable_holidays(self, today: date) -> Mapping[str, tuple[date, ...]]:
        """Return which categories the region may observe, with the days of the next year."""
        return observable(self.country, today) if self.country else {}


@dataclass(frozen=True, slots=True)
class Workspace:
    """One Slack workspace that installed the bot; it owns every row."""

    id: WorkspaceId
    settings: Settings
    manager_ids: frozenset[MemberId] = frozenset()
    """The managers one by one, user groups resolved."""

    def zone_of(self, member: Member | None) -> ZoneInfo:
        """Return the time zone of a member; that of the workspace if nothing is known of them."""
        return self.settings.zone if member is None else member.zone


def weekdays_of(chosen: Iterable[str]) -> frozenset[int]:
    """Return the days of the week that were chosen; Monday is "0".

    Raises AnswersRejected, about the field `weekdays`, for none, and for what is no such day.
    """
    days = frozenset(chosen)
    if not days:
        raise AnswersRejected([AnswerProblem("weekdays", "no_weekday")])
    if not days <= frozenset(map(str, range(7))):
        raise AnswersRejected([AnswerProblem("weekdays", "unknown_option")])
    return frozenset(map(int, days))


def approval_of(chosen: str) -> OverrideApproval:
    """Return who approves overrides, as it was chosen.

    Raises AnswersRejected, about the field `approval`, for what is no such choice.
    """
    try:
        return OverrideApproval(chosen)
    except ValueError:
        raise AnswersRejected([AnswerProblem("approval", "unknown_option")]) from None


def is_user_group(manager: str) -> bool:
    """Tell whether an id names a user group rather than a member."""
    return manager.startswith("S")


_FIELDS = ("weekdays", "approval", "referrals")


@dataclass(frozen=True, slots=True)
class ChosenSettings:
    """What is chosen."""

    referrals: tuple[str, ...]
    weekdays: frozenset[int]
    approval: OverrideApproval
    """Who has to approve overrides."""

    @property
    def shown(self) -> "ShownSettings":
        """What is to be remembered of it while it is shown."""
        return ShownSettings(referral_key("\n".join(self.referrals)), self.weekdays, self.approval)


@dataclass(frozen=True, slots=True)
class ShownSettings:
    """What was chosen when somebody was shown it; it is short, to be remembered anywhere."""

    referrals: str
    """Stands for the whole list: the same for the same one."""
    weekdays: frozenset[int]
    approval: OverrideApproval


def merged(typed: ChosenSettings, *, shown: ShownSettings, kept: ChosenSettings) -> ChosenSettings:
    """Return what is chosen now that somebody `typed` over what they were shown.

    A field they did not touch keeps what is `kept` now, even if another manager changed it. Raises
    AnswersRejected for what both changed, each in another way.
    """
    wanted, now = typed.shown, kept.shown
    touched = [each for each in _FIELDS if getattr(wanted, each) != getattr(shown, each)]
    taken = [
        each
        for each in touched
        if getattr(now, each) not in {getattr(shown, each), getattr(wanted, each)}
    ]
    if taken:
        raise AnswersRejected([AnswerProblem(each, "changed_meanwhile") for each in taken])
    return replace(kept, **{each: getattr(typed, each) for each in touched})


MOST_REFERRALS = 20
LONGEST_REFERRAL = 75
"""Of the name, and of what they are good at, in characters: what Slack shows of either."""
LONGEST_REFERRALS = 3000
"""Of all lines together, their ends included: what Slack's text input takes."""


def referrals_of(typed: str) -> tuple[str, ...]:
    """Return the referrals that were typed, one per line; empty lines and doubles go.

    Raises AnswersRejected for the first thing that is wrong, about the field `referrals`.
    """
    lines = [(number, clean_name(line)) for number, line in enumerate(typed.splitlines(), start=1)]
    for number, line in lines:
        if any(len(part) > LONGEST_REFERRAL for part in referral_parts(line)):
            raise _rejected("line_too_long", line=number, limit=LONGEST_REFERRAL)
    kept = tuple(dict.fromkeys(line for _, line in lines if line))
    if len(kept) > MOST_REFERRALS:
        raise _rejected("too_many_lines", limit=MOST_REFERRALS, count=len(kept))
    if len(together := "\n".join(kept)) > LONGEST_REFERRALS:
        raise _rejected("too_long", limit=LONGEST_REFERRALS, length=len(together))
    return kept


def referral_parts(referral: str) -> tuple[str, str]:
    """Return the name and what they are good at, which is what follows the first comma."""
    name, _, good_at = (part.strip() for part in referral.partition(","))
    return (name, good_at) if name else (referral, "")


def referral_key(referral: str) -> str:
    """Return what stands for a referral where its text does not fit: the same for the same text."""
    return hashlib.sha256(referral.encode()).hexdigest()[:16]


def _rejected(code: str, **detail: int) -> AnswersRejected:
    return AnswersRejected([AnswerProblem("referrals", code, detail)])
