"""A message that would go out, and those of the outbox, which are on their way already."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from bot.domain.calendar import WorkingTime
from bot.domain.delivery import MessageKind, OutboxMessage, Waiting, payloads
from bot.domain.delivery.contents import (
    HandedOver,
    ManagersMessage,
    MessageContent,
    NudgeMessage,
    RequestMessage,
)
from bot.domain.errors import UnknownProspect
from bot.domain.people import Member, MemberId
from bot.domain.prospects import Prospect, QualificationId
from bot.domain.read_models import Overview
from bot.domain.workspace import Workspace
from bot.services.delivery.contents import content_of
from bot.storage.unit_of_work import UnitOfWork


@dataclass(frozen=True, slots=True)
class ForecastMessage:
    """A message that would go out."""

    at: datetime
    """In the zone of whom it is about or for; for what waits for a channel, the workspace's."""
    message: OutboxMessage
    prospects: tuple[Prospect, ...]
    workspace: Workspace
    about: MessageContent | None = None
    reader: Member | None = None
    """Of a private message, as far as they are known."""

    @property
    def kind(self) -> MessageKind:
        """What it says."""
        return self.message.kind

    @property
    def to(self) -> str:
        """A channel or member id."""
        return self.message.recipient


async def on_its_way(
    work: UnitOfWork, workspace: Workspace, now: datetime, until: datetime
) -> list[ForecastMessage]:
    """Return what waits in the outbox and can go out by then."""
    waiting = await work.outbox.waiting()
    cards = {
        each.message.qualification_id for each in waiting if each.message.kind is MessageKind.CARD
    }
    forecast = []
    for each in waiting:
        if not each.message.kind.rules.is_forecast:
            continue
        told = await _on_its_way(work, workspace, each, now)
        if told is None or told.at > until or _has_no_thread(told, cards):
            continue
        forecast.append(told)
    return forecast


def prospects_of(about: MessageContent | None) -> tuple[Prospect, ...]:
    """Return the prospects of which a message tells."""
    match about:
        case None:
            return ()
        case Overview():
            return (about.prospect,)
        case RequestMessage():
            return (about.overview.prospect,)
        case HandedOver():
            return about.prospects
        case NudgeMessage():
            nudged = tuple(item.prospect for item in about.items)
            return (*nudged, *(each.prospect for each in about.asked))
        case ManagersMessage():
            left = [prospect for gone in about.gone for prospect in gone.prospects]
            return (*(item.prospect for item in about.items), *left)


async def _on_its_way(
    work: UnitOfWork, workspace: Workspace, waiting: Waiting, now: datetime
) -> ForecastMessage | None:
    """Return when and how a message goes out; None if it never does."""
    message, rules = waiting.message, waiting.message.kind.rules
    at = max(waiting.due_at, now)
    try:
        about = await content_of(work, message, now)
    except UnknownProspect:
        return None
    if rules.asks_for_answer and not _is_open(about):
        return None
    cached = await work.members.get(MemberId(message.recipient)) if rules.is_private else None
    reader = None if cached is None else cached.member
    zone = workspace.settings.zone if reader is None else reader.zone
    if isinstance(message.payload, payloads.Morning):
        if reader is not None and not reader.is_full:
            return None
        at = WorkingTime(workspace.settings.calendar, zone).next_at_work(at)
    return ForecastMessage(
        at.astimezone(zone), message, prospects_of(about), workspace, about, reader
    )


def _is_open(about: MessageContent | None) -> bool:
    """Whether what is asked still waits for an answer."""
    return isinstance(about, RequestMessage) and about.is_open


def _has_no_thread(told: ForecastMessage, cards: Collection[QualificationId | None]) -> bool:
    """Whether it is a line under a card that is neither out nor on its way."""
    if not told.kind.rules.is_line or not isinstance(told.about, Overview):
        return False
    card = told.about.qualification
    return card.card_ts is None and card.id not in cards
