"""The use cases on a real database, and the people of an agency who call them."""

import itertools
import math
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta
from typing import Any, Final
from zoneinfo import ZoneInfo

from sqlalchemy import func, select, union_all, update

from bot import checklists
from bot.checklists.proving.checking import Checker
from bot.domain.calendar import WorkingTime
from bot.domain.errors import DirectoryUnavailable
from bot.domain.people import CachedMember, Member, MemberId
from bot.domain.prospects import EndedBy, Prospect, ProspectId
from bot.domain.read_models import NameAsked, Overview
from bot.domain.screening import StepRef, StepShown
from bot.domain.settings.changes import ChannelSeen
from bot.domain.settings.changes import shown as shown_of
from bot.domain.settings.fields import Typed
from bot.domain.settings.table import SettingId
from bot.domain.settings.variables import FirstValues
from bot.domain.webhooks.webhooks import CHOOSABLE, Event, Webhook
from bot.domain.workspace import OverrideApproval, Settings, Workspace, WorkspaceId
from bot.services.checklists import ChecklistService, OperatorsChecklists
from bot.services.decisions.decide import DecisionService, DeclineService
from bot.services.decisions.follow_up import FollowUpService
from bot.services.decisions.handover import HandoverService
from bot.services.delivery.resend import ResendService
from bot.services.digest import DigestRounds
from bot.services.figures.report import ReportService
from bot.services.forecast import ForecastService
from bot.services.home import Home
from bot.services.intake.assigning import AssigningService
from bot.services.intake.coming_in import IntakeService
from bot.services.intake.door import DoorService
from bot.services.managers import ManagersRounds
from bot.services.nudges import NudgeRounds
from bot.services.outcomes import OutcomeService
from bot.services.overrides import OverrideInput, OverrideService
from bot.services.people import Membership
from bot.services.ports import Caller, Person
from bot.services.remembered.importing import ImportService
from bot.services.remembered.remember import RememberService
from bot.services.screening.draft import Shown
from bot.services.screening.screen import DraftsOffered, ScreeningService
from bot.services.settings import SaveResult, SettingsService
from bot.services.transaction.action import Click
from bot.services.transaction.checklists import ShippedChecklists
from bot.services.webhooks.managing import WebhookService
from bot.storage.database import Database
from bot.storage.delivery.tables import RowState, outbox
from bot.storage.digests import digests
from bot.storage.intake.doors import IntakeDoors
from bot.storage.managers import managers
from bot.storage.nudges import rounds
from bot.storage.rounds import RoundQueue
from bot.storage.screening import qualifications
from bot.storage.unit_of_work import UnitsOfWork
from tests.office import SetClock

_DUE: Final = union_all(
    *(select(table.c.due_at.label("due_at")) for table in (rounds, managers, digests))
).subquery()
_NEXT_DUE: Final = select(func.min(_DUE.c.due_at))
"""Asked for at each step of a long time, so it is put together once."""

A = WorkspaceId("T0A")
B = WorkspaceId("T0B")

BERLIN = ZoneInfo("Europe/Berlin")
NEW_YORK = ZoneInfo("America/New_York")

OWNER = MemberId("U0OWNER")
MANAGER = MemberId("U0MANAGER")
SECOND_MANAGER = MemberId("U0SECOND")
OTHER = MemberId("U0OTHER")
GUEST = MemberId("U0GUEST")
BOT = MemberId("U0BOT")
STRANGER = MemberId("U0STRANGER")
GONE = MemberId("U0GONE")
LEAVER = MemberId("U0LEAVER")
"""A full member, until a test lets them leave."""

SETTINGS = Settings(
    verdict_channel="C0VERDICTS",
    managers=(MANAGER, SECOND_MANAGER),
    country="DE",
    zone=BERLIN,
)


HOOK = "https://hooks.example.com/crm?key=1"

NAMED = frozenset(each for each in SettingId if each.setting.variable)
"""Every setting that the environment can name."""

ONE_WEEK = timedelta(days=7)
PLEA = OverrideInput(
    fear="no_other_client",
    new_fact="",
    reason="They pay well.",
    kill_criterion="no signed offer by then",
    kill_on=None,
)


def somebody(member_id: MemberId, **more: Any) -> Member:
    return Member(member_id, member_id.removeprefix("U0").title(), BERLIN, "en-GB", **more)


PEOPLE = {
    OWNER: somebody(OWNER),
    MANAGER: somebody(MANAGER),
    SECOND_MANAGER: somebody(SECOND_MANAGER),
    OTHER: replace(somebody(OTHER), zone=NEW_YORK),
    GUEST: somebody(GUEST, is_guest=True),
    BOT: somebody(BOT, is_bot=True),
    STRANGER: somebody(STRANGER, is_foreign=True),
    GONE: somebody(GONE, is_deactivated=True),
    LEAVER: somebody(LEAVER),
}


EMAILS = {"owner@agency.example": OWNER, "guest@agency.example": GUEST}


@dataclass
class FakeDirectory:
    """Slack's knowledge of people, as a dictionary."""

    people: dict[MemberId, Member] = field(default_factory=lambda: dict(PEOPLE))
    groups: dict[str, list[MemberId]] = field(default_factory=dict)
    channels: dict[str, ChannelSeen] = field(default_factory=dict)
    emails: dict[str, MemberId] = field(default_factory=lambda: dict(EMAILS))
    is_away: bool = False
    asked: list[str] = field(default_factory=list)

    async def look_up(self, workspace_id: WorkspaceId, member_id: MemberId) -> Member | None:
        self.asked.append(member_id)
        if self.is_away:
            raise DirectoryUnavailable
        return self.people.get(member_id)

    async def look_up_email(self, workspace_id: WorkspaceId, email: str) -> Member | None:
        self.asked.append(email)
        if self.is_away:
            raise DirectoryUnavailable
        return self.people.get(MemberId(self.emails.get(email, "")))

    async def channel(self, workspace_id: WorkspaceId, channel: str) -> ChannelSeen | None:
        if self.is_away:
            raise DirectoryUnavailable
        return self.channels.get(channel)

    async def group_members(self, workspace_id: WorkspaceId, group: str) -> list[MemberId]:
        if self.is_away:
            raise DirectoryUnavailable
        return self.groups[group]


class Agency:
    """Everything a member can do, on one database."""

    def __init__(self, database: Database, clock: SetClock, settings: Settings = SETTINGS) -> None:
        count = itertools.count(1)
        self.clock = clock
        self.database = database
        self.directory = FakeDirectory()
        self._has_messages = True
        self.units = UnitsOfWork(database, checklists.restore, self._note_messages)
        first = FirstValues(settings, NAMED)
        self.membership = Membership(self.units, self.directory, clock, first)
        self.decisions = DecisionService(self.units, clock)
        self.follow_up = FollowUpService(self.units, self.membership, clock)
        self.overrides = OverrideService(self.units, clock, lambda: f"o{next(count)}")
        self.nudges = NudgeRounds(self.units, RoundQueue(database), clock)
        self.managers = ManagersRounds(self.units, RoundQueue(database), clock)
        self.digests = DigestRounds(self.units, RoundQueue(database), clock)
        self.handover = HandoverService(self.units, self.membership, clock)
        self.forecast = ForecastService(database, checklists.restore, clock)
        self.outcomes = OutcomeService(self.units, clock)
        self.decline = DeclineService(self.units)
        self.settings = SettingsService(self.units, self.membership, self.directory, clock)
        self.home = Home(self.units, clock)
        self.door = DoorService(
            self.units, clock, lambda: f"secret{next(count)}", "/hooks/", is_served=True
        )
        self.assigning = AssigningService(self.units, self.membership, clock)
        self.reports = ReportService(self.units, clock, checklists.default())
        self.resend = ResendService(self.units)
        self.ours = ShippedChecklists(
            checklists.default(), checklists.shipped, clock, lambda: f"id{next(count)}"
        )
        self.screening = ScreeningService(self.units, self.membership, self.ours)
        self.intake = IntakeService(self.units, self.membership, self.ours, IntakeDoors(database))
        self.checklists = ChecklistService(self.units, self.ours, Checker())
        self.remember = RememberService(self.units, self.ours)
        self.importing = ImportService(self.units, RoundQueue(database), self.ours)
        self.webhooks = WebhookService(
            self.units, clock, lambda: f"w{next(count)}", lambda n: b"x" * n, {"localhost"}
        )
        self.operator = OperatorsChecklists(self.units, RoundQueue(database), self.ours)

    async def greet(self, member: MemberId, workspace: WorkspaceId = A) -> Person:
        return await self.membership.greet(Caller(workspace, member))

    async def know_everybody(self) -> None:
        """Keep what Slack knows of everybody, all at once, as if each had been greeted just now."""
        async with self.units(A) as work:
            await work.workspaces.add(Workspace(A, SETTINGS))
            for member in PEOPLE.values():
                await work.members.put(CachedMember(member, fetched_at=self.clock()))

    async def everybody_comes(self, workspace: WorkspaceId = A) -> None:
        for member in PEOPLE:
            await self.greet(member, workspace)

    async def begin(
        self, by: MemberId, name: str = "Acme GmbH", workspace: WorkspaceId = A
    ) -> StepShown:
        shown = await self.screening.begin(await self.greet(by, workspace), name)
        assert isinstance(shown, StepShown), shown
        return shown

    async def offered(self, by: MemberId, name: str = "") -> tuple[str, ...]:
        """Return the names of the drafts that are offered."""
        offered = await self.screening.begin(await self.greet(by), name)
        if isinstance(offered, StepShown):
            return ()
        assert isinstance(offered, DraftsOffered)
        return tuple(draft.facts.name for draft in offered.drafts)

    async def step(
        self, by: MemberId, shown: StepShown, workspace: WorkspaceId = A, **inputs: Any
    ) -> Shown:
        """Answer a step as a member does, and submit it; `inputs` that it never asks stay out."""
        caller = Caller(workspace, by)
        shown = await self.follow(by, shown, workspace, **inputs)
        drawn = typed(shown, {})
        return await self.screening.answer(caller, shown.ref, typed(shown, inputs), drawn)

    async def follow(
        self, by: MemberId, shown: StepShown, workspace: WorkspaceId = A, **inputs: Any
    ) -> StepShown:
        """Answer a step until it asks for nothing else; return it as it is drawn then."""
        steps = shown.version.checklist.steps
        if shown.ref.step == len(steps):  # the view that only asks for evidence
            return shown
        step = steps[shown.ref.step]
        for question in step.questions:
            entered = typed(shown, inputs)
            if question.id in step.deciding and question.id in inputs and question.id in entered:
                drawn = await self.screening.changed(
                    Caller(workspace, by),
                    shown.ref,
                    question.id,
                    entered,
                    typed(shown, {}),
                    is_empty=not entered[question.id],
                )
                shown = drawn or shown
        return shown

    async def finish(
        self, by: MemberId, shown: StepShown, workspace: WorkspaceId = A, **inputs: Any
    ) -> Overview:
        result: Shown = shown
        while not isinstance(result, Overview):
            if isinstance(result, NameAsked):
                result = await self.settle(by, result, None, workspace)
            else:
                result = await self.step(by, result, workspace, **inputs)
        return result

    async def settle(
        self,
        by: MemberId,
        asked: NameAsked,
        prospect_id: ProspectId | None,
        workspace: WorkspaceId = A,
    ) -> Shown:
        """Say which prospect of the name it is; None: another one."""
        return await self.screening.settle_name(Caller(workspace, by), asked.ref, prospect_id)

    async def screen(
        self,
        by: MemberId,
        answers: Mapping[str, Any],
        name: str = "Acme GmbH",
        workspace: WorkspaceId = A,
        **facts: Any,
    ) -> Prospect:
        shown = await self.begin(by, name, workspace)
        overview = await self.finish(by, shown, workspace, **(dict(answers) | facts))
        return overview.prospect

    async def screen_again(
        self, by: MemberId, prospect: Prospect, answers: Mapping[str, Any], **facts: Any
    ) -> Prospect:
        shown = await self.screening.screen_again(Caller(A, by), prospect.id, prospect.revision)
        return (await self.finish(by, shown, **(dict(answers) | facts))).prospect

    async def walk_away(self, by: MemberId, prospect: Prospect) -> Prospect:
        return await self.decisions.walk_away(Caller(A, by), click(prospect))

    async def win(self, by: MemberId, prospect: Prospect, day: date | None = None) -> Prospect:
        day = day or self.clock().date()
        return await self.decisions.won(Caller(A, by), click(prospect), day)

    async def lose(self, by: MemberId, prospect: Prospect) -> Prospect:
        return await self.decisions.lost(Caller(A, by), click(prospect), EndedBy.THEM, "no budget")

    async def end_client(self, by: MemberId, prospect: Prospect) -> Prospect:
        day = self.clock().date()
        return await self.decisions.end_client(
            Caller(A, by), click(prospect), day, EndedBy.US, "no respect"
        )

    async def undo(self, by: MemberId, prospect: Prospect) -> Prospect:
        return await self.decisions.undo(Caller(A, by), click(prospect))

    async def meet(self, by: MemberId, prospect: Prospect) -> Prospect:
        return await self.decisions.condition_met(Caller(A, by), click(prospect), "the figures")

    async def see_life(self, by: MemberId, prospect: Prospect) -> Prospect:
        return await self.follow_up.sign_of_life(Caller(A, by), click(prospect), "they called")

    async def chase(self, by: MemberId, prospect: Prospect) -> Prospect:
        return await self.follow_up.chased(Caller(A, by), click(prospect))

    async def still_open(self, by: MemberId, prospect: Prospect) -> Prospect:
        return await self.follow_up.still_open(Caller(A, by), click(prospect))

    async def snooze(self, by: MemberId, prospect: Prospect, days: int = 1) -> Prospect:
        return await self.follow_up.snooze(Caller(A, by), click(prospect), days)

    async def hand_over(
        self, by: MemberId, prospect: Prospect, owner: MemberId = SECOND_MANAGER
    ) -> Prospect:
        return await self.follow_up.hand_over(Caller(A, by), click(prospect), owner)

    async def correct(self, by: MemberId, prospect: Prospect, **typed: str | None) -> Prospect:
        """Correct what was mistyped; what is not named is handed in as it stands."""
        facts = prospect.facts
        value = None if facts.expected_value is None else str(facts.expected_value)
        known = {"name": facts.name, "expected_value": value}
        known |= {"first_contact": facts.first_contact.isoformat()}
        typed = typed or {"name": f"{facts.name} & Sons"}
        return await self.decisions.correct(Caller(A, by), click(prospect), {**known, **typed})

    async def override(
        self, by: MemberId, prospect: Prospect, plea: OverrideInput | None = None
    ) -> Prospect:
        """Go on against the verdict, or ask for it where a manager has to approve."""
        kill_on = WorkingTime(SETTINGS.calendar, BERLIN).today(self.clock()) + ONE_WEEK
        plea = plea or replace(PLEA, kill_on=SETTINGS.calendar.working_day_from(kill_on))
        return await self.overrides.override(Caller(A, by), click(prospect), plea)

    async def approve(self, by: MemberId, prospect: Prospect) -> Prospect:
        return await self.overrides.approve(Caller(A, by), click(prospect))

    async def deny(self, by: MemberId, prospect: Prospect) -> Prospect:
        return await self.overrides.deny(Caller(A, by), click(prospect), "They never paid.")

    async def let_managers_approve(self, *managers: str) -> None:
        """From now on overrides wait for a manager."""
        settings = replace(
            SETTINGS,
            managers=managers or SETTINGS.managers,
            override_approval=OverrideApproval.MANAGER,
        )
        async with self.units(A) as work:
            await work.workspaces.change_settings(settings)

    async def set(self, by: MemberId = MANAGER, **typed: Typed) -> SaveResult:
        """Save a page of settings on which only these fields are touched."""
        await self.greet(by)
        opened = await self.settings.opened(Caller(A, by))
        entered = {SettingId(each): value for each, value in typed.items()}
        return await self.settings.change(Caller(A, by), entered, shown=shown_of(opened.settings))

    async def pass_time(self, until: datetime, *, step: timedelta) -> None:
        """Tick now and after each such step before `until`, which is when this ends.

        Steps at which nothing is due are passed over; a tick does nothing then.
        """
        while self.clock.now < until:
            await self.tick()
            due = min(until, await self.next_due() or until)
            self.clock.now += step * max(1, math.ceil((due - self.clock.now) / step))

    async def next_due(self) -> datetime | None:
        """Return when a tick has something to do next, as far as is known now."""
        async with self.database.reading() as connection:
            earliest: datetime | None = await connection.scalar(_NEXT_DUE)
        return earliest

    async def tick(self) -> None:
        """Let the clock do what it does each second, and Slack take it all at once."""
        await self.nudges.tick()
        await self.managers.tick()
        await self.digests.tick()
        if self._has_messages:
            await self._take_messages()

    def _note_messages(self) -> None:
        self._has_messages = True

    async def _take_messages(self) -> None:
        """Let Slack take whatever waits."""
        self._has_messages = False
        taken = {"state": RowState.SENT, "channel": "D0", "ts": "1.0", "sent_at": 1.0}
        async with self.database.writing() as connection:
            await connection.execute(update(outbox).values(taken))
            await connection.execute(
                update(qualifications)
                .where(qualifications.c.card_ts.is_(None))
                .values(card_channel=SETTINGS.verdict_channel, card_ts="1.0")
            )

    async def leave(self, member: MemberId) -> None:
        """Let somebody's account be deactivated, and Slack tell of it."""
        person = self.directory.people[member]
        self.directory.people[member] = replace(person, is_deactivated=True)
        await self.membership.note_changed(Caller(A, member))

    async def come_back(self, member: MemberId) -> None:
        self.directory.people[member] = PEOPLE[member]
        await self.membership.note_changed(Caller(A, member))

    async def now(self, prospect_id: ProspectId, workspace: WorkspaceId = A) -> Prospect:
        async with self.units.reading(workspace) as work:
            found = await work.prospects.get(prospect_id)
        assert found is not None
        return found

    async def add_webhook(self, *events: Event, address: str = HOOK) -> Webhook:
        """Let a manager add a webhook, for all events if none is named."""
        return await self.webhooks.add(Caller(A, MANAGER), address, events or CHOOSABLE)

    async def messages(self) -> list[Any]:
        """Return the rows of the outbox, oldest first."""
        async with self.database.reading() as connection:
            return list(await connection.execute(select(outbox).order_by(outbox.c.row_id)))


def click(prospect: Prospect) -> Click:
    return Click(prospect.id, prospect.revision)


def typed(shown: StepShown, inputs: Mapping[str, Any]) -> dict[str, Any]:
    """Return what Slack sends of a step: prefilled inputs, and what was entered in others."""
    document: dict[str, Any] = {question.id: None for question in shown.questions}
    document |= {evidence.id: None for evidence in shown.evidence}
    document |= dict(shown.answers)
    if shown.ref.step == 0:
        document |= {
            "name": shown.facts.name,
            "owner": shown.facts.owner,
            "first_contact": shown.facts.first_contact.isoformat(),
            "expected_value": None,
            **shown.typed,
        }
    return document | {key: value for key, value in inputs.items() if key in document}


def again(ref: StepRef) -> StepRef:
    """Return the reference of the same step in a view that replaced another."""
    return replace(ref, is_redrawn=True)
