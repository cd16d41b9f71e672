"""What would go out until some instant, if nobody did anything.

Whether and when, the domain tells, as it does when the clock really comes; nothing is written.
What rewrites a message that is out already is not told.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace
from datetime import date, datetime, time

from bot.domain.calendar import instant
from bot.domain.delivery import MessageKind, OutboxMessage
from bot.domain.delivery.contents import MessageContent, NudgedProspect, NudgeMessage
from bot.domain.managers import Departure, Proposal
from bot.domain.nudges import (
    Reader,
    is_proposed_for_closing,
    next_look,
    next_nudge,
    next_round,
    nudged,
    nudges_due,
)
from bot.domain.outcomes.asking import next_outcome_on, outcomes_due
from bot.domain.outcomes.outcome import OutcomeQuestion, asked
from bot.domain.people import Member, MemberId
from bot.domain.prospects import Prospect, ProspectId
from bot.domain.read_models import AskedOutcome, Brief
from bot.domain.workspace import Workspace, WorkspaceId
from bot.services.forecast.managers import ManagersFuture, managers_future
from bot.services.forecast.message import ForecastMessage, on_its_way, prospects_of
from bot.services.forecast.overrides import asks_ahead, lapsing
from bot.services.nudges import reader_of
from bot.services.outcomes import outcome_as_asked, waiting_outcomes
from bot.services.overviews import briefs_of
from bot.services.ports import Clock
from bot.storage.rounds import RoundQueue
from bot.storage.unit_of_work import UnitOfWork, UnitsOfWork

MOST_ROUNDS = 1_000_000
"""All of them, as far as anybody can read."""


class ForecastService:
    """Looks ahead."""

    def __init__(self, units: UnitsOfWork, rounds: RoundQueue, clock: Clock) -> None:
        self._units = units
        self._rounds = rounds
        self._clock = clock

    async def until(self, until: datetime) -> list[ForecastMessage]:
        """Return every message up to this instant in order of time, those that wait included."""
        owners: dict[WorkspaceId, list[MemberId]] = {}
        for workspace_id, owner in await self._rounds.due(until, MOST_ROUNDS):
            owners.setdefault(workspace_id, []).append(owner)
        forecast: list[ForecastMessage] = []
        for workspace_id in await self._rounds.workspaces():
            async with self._units.reading(workspace_id) as work:
                workspace = await work.workspaces.get()
                if workspace is None:
                    continue
                theirs = owners.get(workspace_id, [])
                forecast += await _ahead(work, workspace, theirs, self._clock(), until)
        return sorted(forecast, key=lambda each: each.at)


async def _ahead(
    work: UnitOfWork,
    workspace: Workspace,
    owners: list[MemberId],
    now: datetime,
    until: datetime,
) -> list[ForecastMessage]:
    """Return what is to come in one workspace; of the same moment, what waits comes first."""
    waiting = await on_its_way(work, workspace, now, until)
    futures = [await _future(work, workspace, owner, now) for owner in owners]
    coming = [each for future in futures for each in future.until(until)]
    proposals = [each for future in futures for each in future.proposals]
    gone = [Departure(future.reader.id, now) for future in futures if not future.is_there]
    for manager in sorted(workspace.manager_ids):
        theirs: ManagersFuture | None = await managers_future(work, workspace, manager, now)
        if theirs is not None:
            coming += await theirs.until(work, proposals, gone, until)
            coming += await asks_ahead(work, workspace, manager, now, until)
    return [*waiting, *sorted(coming, key=lambda each: (each.at, each.to, each.kind))]


async def _future(
    work: UnitOfWork, workspace: Workspace, owner: MemberId, now: datetime
) -> "_Future":
    member, reader = await reader_of(work, workspace, owner, now)
    prospects = {}
    channels: dict[ProspectId, str | None] = {}
    for prospect_id in await work.nudges.to_look_at(owner, date.max):
        prospect = await work.prospects.get(prospect_id)
        if prospect is None:
            continue
        prospects[prospect_id] = prospect
        card = await work.qualifications.get(prospect.qualification_id)
        channels[prospect_id] = None if card is None else card.card_channel
    questions = await waiting_outcomes(work, owner)
    known = {each.id: each for each in [*prospects.values(), *questions.values()]}
    briefs = await briefs_of(work, known.values(), workspace.settings.currency)
    return _Future(workspace, member, reader, prospects, channels, questions, briefs, now)


@dataclass(slots=True)
class _Future:
    """What is to come for one owner."""

    workspace: Workspace
    member: Member | None
    reader: Reader
    prospects: dict[ProspectId, Prospect]
    channels: dict[ProspectId, str | None]
    questions: dict[OutcomeQuestion, Prospect]
    briefs: dict[ProspectId, Brief]
    now: datetime
    proposals: list[Proposal] = field(default_factory=list)
    """What the managers are to hear of it."""

    @property
    def is_there(self) -> bool:
        """Whether the owner can decide."""
        return self.member is None or self.member.is_full

    def until(self, until: datetime) -> Iterator[ForecastMessage]:
        while True:
            lapse, nudge = self._next_lapse(), self._next_round()
            at = min((each for each in (lapse, nudge) if each is not None), default=None)
            if at is None or at > until:
                return
            over = [each for each in self.prospects.values() if self._lapses_at(each) == at]
            self.now = at
            yield from self._lapse(over) if at == lapse else self._round()

    def _next_lapse(self) -> datetime | None:
        lapses = (self._lapses_at(each) for each in self.prospects.values())
        return min((each for each in lapses if each is not None), default=None)

    def _lapses_at(self, prospect: Prospect) -> datetime | None:
        """When something about it lapses or passes next; now if that was missed."""
        zone = self.reader.working.zone
        look = next_look(
            prospect, self.workspace.settings.calendar, self.reader.working.today(self.now)
        )
        if look is None or not look.is_lapse:
            return None
        return max(instant(look.on, time(), zone), self.now)

    def _lapse(self, over: Iterable[Prospect]) -> Iterator[ForecastMessage]:
        today = self.reader.working.today(self.now)
        for prospect in over:
            channel = self._channel(prospect)
            after, messages = lapsing(prospect, channel, today, self.now)
            self.prospects[prospect.id] = after
            for message in messages:
                yield self._foretold(message, (after,), self.now, None)

    def _next_round(self) -> datetime | None:
        if not self.is_there:
            return None
        calendar = self.workspace.settings.calendar
        nudges = (next_nudge(each, calendar) for each in self.prospects.values())
        days = [nudge.on for nudge in nudges if nudge is not None]
        today = self.reader.working.today(self.now)
        days += filter(None, [next_outcome_on(self.questions, today, calendar)])
        return next_round(min(days, default=None), self.reader, self.now)

    def _round(self) -> Iterator[ForecastMessage]:
        today = self.reader.working.today(self.now)
        items = []
        for prospect, nudge in nudges_due(self.prospects.values(), self.reader, self.now):
            told = nudged(prospect, nudge, today)
            self.prospects[prospect.id] = told
            items.append(NudgedProspect(told, nudge.number, brief=self.briefs.get(told.id)))
            if is_proposed_for_closing(told):
                self.proposals.append(Proposal(told, today, self.now))
                yield self._in_thread(MessageKind.CLOSING_LINE, told, self.now)
        asks = self._asks(today, is_nudged=bool(items))
        self.reader = replace(self.reader, nudged_on=self.reader.nudged_on | {today})
        about = NudgeMessage(self.workspace, self.reader.id, today, tuple(items), asks)
        kind = MessageKind.NUDGE if items else MessageKind.OUTCOME
        message = OutboxMessage(kind, self.reader.id, "")
        yield self._foretold(message, prospects_of(about), self.now, about)

    def _asks(self, today: date, *, is_nudged: bool) -> tuple[AskedOutcome, ...]:
        """What is asked on this day, which from then on is asked already."""
        due = outcomes_due(self.questions, self.reader, today, is_nudged=is_nudged)
        asks = []
        for question in due:
            prospect = self.questions.pop(question)
            self.questions[asked(question, today)] = prospect
            settings, brief = self.workspace.settings, self.briefs.get(prospect.id)
            ask = outcome_as_asked(prospect, question.key, question, settings)
            asks.append(replace(ask, card_link=None if brief is None else brief.link))
        return tuple(asks)

    def _in_thread(self, kind: MessageKind, prospect: Prospect, at: datetime) -> ForecastMessage:
        message = OutboxMessage(kind, self._channel(prospect), "")
        return self._foretold(message, (prospect,), at, None)

    def _channel(self, prospect: Prospect) -> str:
        return self.channels[prospect.id] or self.workspace.settings.verdict_channel

    def _foretold(
        self,
        message: OutboxMessage,
        prospects: tuple[Prospect, ...],
        at: datetime,
        about: MessageContent | None,
    ) -> ForecastMessage:
        at = at.astimezone(self.reader.working.zone)
        reader = self.member if message.recipient == self.reader.id else None
        return ForecastMessage(at, message, prospects, self.workspace, about, reader)
