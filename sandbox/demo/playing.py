"""The year, day by day: the clock of the sandbox moves on, and members do what is planned."""

from collections import defaultdict
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Final
from zoneinfo import ZoneInfo

from sandbox.clock import HOME_ZONE, is_working_day, working_day_after
from sandbox.demo.cases import Case, Deed, Memory, read_memories, read_year
from sandbox.demo.desk import JUDGED, SCREENED_AGAIN, Desk
from sandbox.demo.outcomes import Answering, prospect_id
from sandbox.messages import Message
from sandbox.problems import AppDidNotAnswer, CannotDo
from sandbox.server import Slack
from sandbox.world import Channel

DAYS: Final = 245
"""Working days; a year has a few more in any country."""
_ZONE: Final = ZoneInfo(HOME_ZONE)
_BEGINS_AT: Final = time(11)
"""By then everybody was told in Berlin and in London what they are told in the morning."""
_REMEMBERS_AT: Final = time(9)
_BETWEEN_DEEDS: Final = timedelta(minutes=10)
_MANAGER: Final = "U0SABINE"
MEMBERS: Final = ("U0JONAS", "U0EMMA", _MANAGER)
_ONE_DAY: Final = timedelta(days=1)


class Stuck(Exception):
    """Something could not be done as planned; says what and why."""


def beginning(now: datetime) -> datetime:
    """Return the early morning of the year's first day, seen from now."""
    return datetime.combine(days_until(now)[0], time(0), _ZONE)


def days_until(now: datetime) -> tuple[date, ...]:
    """Return the working days of the year that ends with the last one before today."""
    day, days = now.astimezone(_ZONE).date(), list[date]()
    while len(days) < DAYS:
        day -= _ONE_DAY
        if is_working_day(day):
            days.append(day)
    return tuple(reversed(days))


async def play(
    slack: Slack,
    days: Sequence[date],
    look: Callable[[], Awaitable[None]],
    cases: Sequence[Case] | None = None,
    memories: Sequence[Memory] | None = None,
) -> None:
    """Play the year, one day after another; the app must be connected.

    `look` returns once the app has looked at its clock. Raises Stuck when
    something cannot be done as planned.
    """
    year = _Year(slack, days)
    await year.remember(read_memories() if memories is None else memories)
    for case in read_year() if cases is None else cases:
        year.plan(case)
    for number in range(len(days)):
        await year.live_through(number, look)


def read_everything(slack: Slack) -> None:
    """Let every member have read what the year brought."""
    workspace = slack.workspace
    for member in workspace.world.members.values():
        for channel in workspace.world.channels_of(member.id) if member.is_person else ():
            _read(slack, member.id, channel)


@dataclass(slots=True)
class _Begun:
    """A case under way, and the card on which it goes on."""

    case: Case
    card: Message | None = None


class _Year:
    """What is to be done on which day."""

    def __init__(self, slack: Slack, days: Sequence[date]) -> None:
        self._slack = slack
        self._days = days
        self._desk = Desk(slack)
        self._answering = Answering(slack)
        self._outcomes: dict[str, Mapping[str, str]] = {}
        self._agenda: dict[int, list[tuple[_Begun, Deed | None]]] = defaultdict(list)

    async def remember(self, memories: Sequence[Memory]) -> None:
        """Let members enter whom they remember, on the first morning."""
        self._slack.clock.move_to(datetime.combine(self._days[0], _REMEMBERS_AT, _ZONE))
        for who in MEMBERS:
            entries = [each.entries for each in memories if each.who == who]
            try:
                if entries:
                    await self._desk.remember(who, entries)
            except (AppDidNotAnswer, CannotDo, TimeoutError) as problem:
                raise Stuck(f"{who} remembers: {problem!r}") from problem

    def plan(self, case: Case) -> None:
        """Put a case on the agenda."""
        begun = _Begun(case)
        self._agenda[case.day].append((begun, None))
        for deed in case.deeds:
            self._agenda[deed.day].append((begun, deed))

    async def live_through(self, number: int, look: Callable[[], Awaitable[None]]) -> None:
        """Do everything that is planned for a day, and answer what was asked by then."""
        clock, day = self._slack.clock, self._days[number]
        clock.move_to(datetime.combine(day, _BEGINS_AT, _ZONE))
        await look()
        for begun, deed in self._agenda[number]:
            try:
                begun.card = await self._go_on(begun, deed, day)
            except (AppDidNotAnswer, CannotDo, TimeoutError) as problem:
                what = "screen" if deed is None else deed.action
                raise Stuck(f"{begun.case.name}, {what}, {day}: {problem!r}") from problem
            clock.move_to(clock() + _BETWEEN_DEEDS)
        for member_id in MEMBERS:
            await self._answering.answer(member_id, self._outcomes)

    async def _go_on(self, begun: _Begun, deed: Deed | None, day: date) -> Message:
        if deed is None:
            return await self._screen(begun.case, day)
        return await self._do(begun, deed, day)

    async def _screen(self, case: Case, day: date) -> Message:
        met = {} if case.met is None else {"first_contact": str(day - case.met * _ONE_DAY)}
        card = await self._desk.screen(case.who, case.name, {**case.answers, **met})
        self._outcomes[prospect_id(card.blocks)] = case.outcome
        return card

    async def _do(self, begun: _Begun, deed: Deed, day: date) -> Message:
        card, entries = begun.card, dict(deed.entries)
        assert card is not None, begun.case.name  # noqa: S101 - it was screened before
        if deed.action == JUDGED:
            await self._desk.judge(deed.by, card, entries)
            return card
        if deed.action == SCREENED_AGAIN:
            return await self._desk.screen_again(deed.by, card, begun.case.name, entries)
        if "kill_on" in entries:
            entries["kill_on"] = str(working_day_after(day, int(entries["kill_on"])))
        await self._desk.act(deed.by, card, deed.action, entries)
        if self._desk.waits_for_manager(card):
            await self._desk.act(_MANAGER, card, "approve_override", {})
        return card


def _read(slack: Slack, member_id: str, channel: Channel) -> None:
    seen = slack.workspace.messages.seen_by(member_id, channel.id)
    if seen:
        slack.workspace.read[member_id, channel.id] = seen[-1].ts
