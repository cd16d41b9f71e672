"""The use cases on a database with a past, in this process, and those who call them."""

import itertools
import uuid
from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any, Final
from zoneinfo import ZoneInfo

from benchmarks.payloads import TEAM_ID, prospect_name
from benchmarks.year import MANAGER, NOW, SALES
from bot import checklists
from bot.domain.figures.evidence import Evidence
from bot.domain.figures.reports.page import ReportContent, ReportPage
from bot.domain.people import Member, MemberId
from bot.domain.prospects import Fear, Prospect
from bot.domain.read_models import HomePage, NameAsked, Overview
from bot.domain.screening import StepShown
from bot.domain.settings.changes import ChannelSeen
from bot.domain.settings.variables import FirstValues
from bot.domain.workspace import Settings, WorkspaceId
from bot.services.decisions.decide import DecisionService, Listing
from bot.services.digest import DigestRounds
from bot.services.figures.report import ReportService
from bot.services.forecast import ForecastService
from bot.services.home import Home
from bot.services.managers import ManagersRounds
from bot.services.nudges import NudgeRounds
from bot.services.overrides import OverrideInput, OverrideService
from bot.services.people import Membership
from bot.services.ports import Caller
from bot.services.screening.screen import ScreeningService
from bot.services.transaction.action import Click
from bot.services.transaction.checklists import ShippedChecklists
from bot.storage.database import Database
from bot.storage.rounds import RoundQueue
from bot.storage.unit_of_work import UnitsOfWork

OURS: Final = WorkspaceId(TEAM_ID)
MEMBER: Final = Caller(OURS, MemberId(SALES[0]))
LEADER: Final = Caller(OURS, MemberId(MANAGER))
ANSWERS: Final[Mapping[str, Any]] = {
    "offer": "clear",
    "numbers": "partly",
    "willing": "yes",
    "able": "yes",
    "fire": "unknown",
    "homework": "Revenue and leads of a year",
    "value": "at_once",
    "margin": "healthy",
    "niche": "inside",
}
"""A problem; two steps come before the last one."""
_ZONE: Final = ZoneInfo("Europe/Berlin")


class Everybody:
    """A directory that knows whoever is asked for."""

    async def look_up(self, _workspace: WorkspaceId, member_id: MemberId) -> Member | None:
        """Return a full member."""
        return Member(member_id, member_id, _ZONE, "en-GB")

    async def look_up_email(self, _workspace: WorkspaceId, _email: str) -> Member | None:
        """Nobody is looked for like that."""
        return None

    async def group_members(self, _workspace: WorkspaceId, _group: str) -> list[MemberId]:
        """There are no groups."""
        return []

    async def channel(self, _workspace: WorkspaceId, _channel: str) -> ChannelSeen | None:
        """No channel is looked at."""
        return None


class Team:
    """What members do, one call after another."""

    def __init__(self, database: Database, now: datetime = NOW) -> None:
        self.now = now
        self.database = database
        self.units = UnitsOfWork(database, checklists.restore)
        queue, default = RoundQueue(database), checklists.default()
        ours = ShippedChecklists(default, checklists.shipped, self._clock, lambda: uuid.uuid4().hex)
        self._membership = Membership(
            self.units, Everybody(), self._clock, FirstValues(Settings(), frozenset())
        )
        self._screening = ScreeningService(self.units, self._membership, ours)
        self._decisions = DecisionService(self.units, self._clock)
        self._overrides = OverrideService(self.units, self._clock, lambda: uuid.uuid4().hex)
        self._home = Home(self.units, self._clock)
        self._reports = ReportService(self.units, self._clock, default)
        self.forecast = ForecastService(database, checklists.restore, self._clock)
        self._rounds = tuple(
            kind(self.units, queue, self._clock)
            for kind in (NudgeRounds, ManagersRounds, DigestRounds)
        )
        self._numbers = itertools.count(1)

    def _clock(self) -> datetime:
        return self.now

    async def home(self, caller: Caller) -> int:
        """Open App Home; return how many open prospects it counts."""
        return (await self._home.content(caller, HomePage())).total

    async def listed(self, caller: Caller) -> Listing:
        """Type `/qualify list`."""
        return await self._decisions.list_mine(caller)

    async def details(self, prospect: Prospect) -> Overview:
        """Open the details of a prospect."""
        return await self._decisions.details(MEMBER, prospect.id)

    async def report(self, caller: Caller, page: ReportPage | None = None) -> ReportContent:
        """Open the report."""
        return await self._reports.page(caller, page or ReportPage())

    async def evidence(self, fear: Fear = Fear.NO_OTHER_CLIENT) -> Evidence:
        """Choose a fear in the dialog of an override."""
        return await self._reports.evidence(MEMBER, fear)

    async def begin(self) -> StepShown:
        """Type `/qualify NAME`; the name is new."""
        person = await self._membership.greet(MEMBER)
        shown = await self._screening.begin(person, prospect_name(next(self._numbers)))
        assert isinstance(shown, StepShown)  # noqa: S101 - nobody has a draft of this name
        return shown

    async def answer(self, shown: StepShown) -> StepShown | Overview:
        """Submit a step with what it asks."""
        drawn = _drawn(shown)
        typed = drawn | {each: value for each, value in ANSWERS.items() if each in drawn}
        after = await self._screening.answer(MEMBER, shown.ref, typed, drawn)
        assert not isinstance(after, NameAsked)  # noqa: S101 - the name is new
        return after

    async def override(self, prospect: Prospect) -> Prospect:
        """Ask a manager for an override."""
        plea = OverrideInput(
            fear="no_other_client",
            new_fact="",
            reason="They pay well.",
            kill_criterion="no signed offer by then",
            kill_on=self.now.date() + timedelta(days=14),
        )
        return await self._overrides.override(MEMBER, _click(prospect), plea)

    async def walk_away(self, prospect: Prospect) -> Prospect:
        """Decide."""
        return await self._decisions.walk_away(MEMBER, _click(prospect))

    async def tick(self) -> None:
        """Do what the clock does each second."""
        for rounds in self._rounds:
            await rounds.tick()


def _click(prospect: Prospect) -> Click:
    return Click(prospect.id, prospect.revision)


def _drawn(shown: StepShown) -> dict[str, Any]:
    """Return what Slack sends of a step in which nothing was touched."""
    drawn: dict[str, Any] = {each.id: None for each in shown.questions}
    drawn |= {each.id: None for each in shown.evidence}
    drawn |= dict(shown.answers)
    if shown.ref.step == 0:
        drawn |= {
            "name": shown.facts.name,
            "owner": shown.facts.owner,
            "first_contact": shown.facts.first_contact.isoformat(),
            "expected_value": None,
            **shown.typed,
        }
    return drawn
