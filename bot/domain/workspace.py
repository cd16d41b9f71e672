"""A workspace and what it has chosen."""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from enum import StrEnum
from functools import cached_property
from typing import NewType
from zoneinfo import ZoneInfo

from bot.domain.backstop import DEFAULT as DEFAULT_BACKSTOP
from bot.domain.backstop import BackstopPolicy
from bot.domain.calendar import (
    CLOSING,
    MONDAY_TO_FRIDAY_WEEKDAYS,
    OPENING,
    CachedCalendar,
    working_calendar,
)
from bot.domain.checklist.rules import LANGUAGES
from bot.domain.days_off import (
    NO_DAYS,
    ListedDays,
    RegionalHoliday,
    missed_without_region,
    observable,
)
from bot.domain.nudges import DEFAULT as DEFAULT_NUDGES
from bot.domain.nudges import NudgePolicy
from bot.domain.people import Member, MemberId
from bot.domain.retention import NEVER
from bot.domain.spans import DEFAULT_SPANS, Spans

WorkspaceId = NewType("WorkspaceId", str)

FALLBACK = "en"
"""The language used for people whose language we don't know."""


def language_of(locale: str | None, default: str) -> str:
    """Return the language for a member's locale; the workspace's if we don't speak theirs."""
    spoken = (locale or "").replace("_", "-").partition("-")[0].lower()
    known = [each for each in (spoken, default) if each in LANGUAGES]
    return known[0] if known else FALLBACK


class OverrideApproval(StrEnum):
    """Who has to approve an override before it takes effect."""

    NONE = "none"
    MANAGER = "manager"


@dataclass(frozen=True)
class Settings:
    """What a workspace has chosen. How each setting is read and stored is in `settings.table`."""

    verdict_channel: str = ""
    """The id of the channel that the managers read; empty until it is set."""
    managers: tuple[str, ...] = ()
    """The ids of members (U…, W…) and of user groups (S…)."""
    language: str = "en"
    country: str | None = None
    """`DE`, or `DE-BE` with a region: its public holidays are not working days."""
    zone: ZoneInfo = field(default_factory=lambda: ZoneInfo("UTC"))
    currency: str = "EUR"
    override_approval: OverrideApproval = OverrideApproval.NONE
    """Applies to new overrides; requests that already wait can still be answered."""
    weekdays: frozenset[int] = MONDAY_TO_FRIDAY_WEEKDAYS
    """The days of the week that are worked on, unless they are holidays; Monday is 0."""
    observed: frozenset[str] = frozenset()
    """Categories of holidays that only part of the region observes, such as "catholic"."""
    free_days: ListedDays = NO_DAYS
    """Days not worked on, whether or not they are holidays."""
    worked_days: ListedDays = NO_DAYS
    """Days worked on although they are holidays."""
    opening: time = OPENING
    closing: time = CLOSING
    """The hours in which private messages go out, in their reader's time zone."""
    nudges: int = DEFAULT_NUDGES.most
    nudge_every: int = DEFAULT_NUDGES.every
    messages_a_week: int = DEFAULT_NUDGES.a_week
    prospects_in_one: int = DEFAULT_NUDGES.in_one
    approval_from: Decimal | None = None
    """The expected value from which an override waits for a manager, whatever else is set."""
    ask_after: int = DEFAULT_NUDGES.ask_after
    asked_in_one: int = DEFAULT_NUDGES.asked_in_one
    asked_in_vain: int = DEFAULT_NUDGES.asked_in_vain
    walk_away_within: int = DEFAULT_SPANS.walk_away_within
    backstop_after: int = DEFAULT_BACKSTOP.after
    backstop_every: int = DEFAULT_BACKSTOP.every
    long_pause: int = DEFAULT_BACKSTOP.long_pause
    counted_from: int = DEFAULT_BACKSTOP.counted_from
    goes_on_within: int = DEFAULT_BACKSTOP.goes_on_within
    stood_within: int = DEFAULT_BACKSTOP.stood_within
    overrides_from: int = DEFAULT_BACKSTOP.overrides_from
    digest_rows: int = 20
    """Undecided prospects in the list of a digest."""
    blocks_again_after: int = 30
    """Days until a kind of block that Slack refused is tried again."""
    snooze_choices: tuple[int, ...] = DEFAULT_NUDGES.snooze_choices
    snoozes: int = DEFAULT_NUDGES.snoozes
    longest_snooze: int = DEFAULT_NUDGES.longest_snooze
    talked_into_it_from: int = DEFAULT_SPANS.talked_into_it_from
    sign_of_life_gives: int = DEFAULT_SPANS.sign_of_life_gives
    request_again_after: int = DEFAULT_SPANS.request_again_after
    request_lapses_after: int = DEFAULT_SPANS.request_lapses_after
    kill_within: int = DEFAULT_SPANS.kill_within
    figures_per_person: bool = False
    """Whether managers see figures of each person; everybody sees their own."""
    niche: str = ""
    """The workspace's own description of its niche, which checklists quote; may be empty."""
    forget_after: str = NEVER
    """Months after which refused prospects and former clients are forgotten, or "never"."""
    referrals: tuple[str, ...] = ()
    """Those to whom prospects are referred: a name, a comma, and what they are good at."""
    cost_of_an_hour: Decimal | None = None
    """The cost of unplanned work, in the workspace's currency; without it, no cost is shown."""

    @property
    def forget_after_months(self) -> int | None:
        """The same as a number; None for never."""
        return None if self.forget_after == NEVER else int(self.forget_after)

    @property
    def nudge_policy(self) -> NudgePolicy:
        """How often an owner hears of what they have not decided."""
        return NudgePolicy(
            most=self.nudges,
            every=self.nudge_every,
            a_week=self.messages_a_week,
            in_one=self.prospects_in_one,
            snooze_choices=self.snooze_choices,
            snoozes=self.snoozes,
            longest_snooze=self.longest_snooze,
            ask_after=self.ask_after,
            asked_in_one=self.asked_in_one,
            asked_in_vain=self.asked_in_vain,
        )

    @property
    def backstop(self) -> BackstopPolicy:
        """After how long, and how often, managers hear of undecided prospects."""
        return BackstopPolicy(
            after=self.backstop_after,
            every=self.backstop_every,
            long_pause=self.long_pause,
            counted_from=self.counted_from,
            goes_on_within=self.goes_on_within,
            stood_within=self.stood_within,
            overrides_from=self.overrides_from,
        )

    @property
    def spans(self) -> Spans:
        """How long things may take, and how often they may be put off."""
        return Spans(
            walk_away_within=self.walk_away_within,
            talked_into_it_from=self.talked_into_it_from,
            sign_of_life_gives=self.sign_of_life_gives,
            request_again_after=self.request_again_after,
            request_lapses_after=self.request_lapses_after,
            kill_within=self.kill_within,
        )

    @cached_property
    def calendar(self) -> CachedCalendar:
        """The working days of this workspace."""
        return working_calendar(
            self.country,
            self.weekdays,
            observed=self.observed,
            free=self.free_days,
            worked=self.worked_days,
            hours=(self.opening, self.closing),
        )

    def missed_holidays(self, today: date, language: str = "en") -> tuple[RegionalHoliday, ...]:
        """Return the holidays of the next year that are worked on because no region is set."""
        if not self.country:
            return ()
        missed = missed_without_region(self.country, today, language)
        return tuple(each for each in missed if self.calendar.is_working_day(each.day))

    def observable_holidays(self, today: date) -> Mapping[str, tuple[date, ...]]:
        """Return the categories that the region may observe, with their days in the next year."""
        return observable(self.country, today) if self.country else {}


@dataclass(frozen=True, slots=True)
class RefusedBlock:
    """A kind of block that Slack refuses from us, and when it last did."""

    kind: str
    at: datetime


@dataclass(frozen=True, slots=True)
class Workspace:
    """One Slack workspace that installed the bot; every row belongs to one."""

    id: WorkspaceId
    settings: Settings
    manager_ids: frozenset[MemberId] = frozenset()
    """The managers individually, with user groups resolved."""
    refused_blocks: tuple[RefusedBlock, ...] = ()
    has_webhooks: bool = False
    """Whether any active webhook waits for events; if not, actions need not look for one."""

    def left_out(self, now: datetime) -> frozenset[str]:
        """Return the kinds of blocks to leave out of messages: Slack recently refused them."""
        wait = timedelta(days=self.settings.blocks_again_after)
        return frozenset(each.kind for each in self.refused_blocks if now - each.at < wait)

    def zone_of(self, member: Member | None) -> ZoneInfo:
        """Return a member's time zone; the workspace's if nothing is known about them."""
        return self.settings.zone if member is None else member.zone


def is_user_group(manager: str) -> bool:
    """Tell whether an id names a user group rather than a member."""
    return manager.startswith("S")


def referral_parts(referral: str) -> tuple[str, str]:
    """Return the name and what they are good at: the parts around the first comma."""
    name, _, good_at = (part.strip() for part in referral.partition(","))
    return (name, good_at) if name else (referral, "")


def referral_key(referral: str) -> str:
    """Return a short key for a referral whose text doesn't fit: the same for the same text."""
    return hashlib.sha256(referral.encode()).hexdigest()[:16]
