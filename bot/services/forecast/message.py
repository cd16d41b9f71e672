"""A message that would go out, and those of the outbox, which are on their way already."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from bot.domain.calendar import WorkingTime
from bot.domain.delivery.contents import (
    About,
    HandedOver,
    ManagersMessage,
    NudgeMessage,
    RequestMessage,
)
from bot.domain.delivery.outbox import MessageKind, OutboxMessage, Waiting
from bot.domain.errors import UnknownProspect
from bot.domain.people import Member, MemberId
from bot.domain.prospects import Prospect, QualificationId
from bot.domain.read_models import Dossier
from bot.domain.workspace import Workspace
from bot.services.delivery.contents import subject_of
from bot.services.delivery.deliver import OF_A_MORNING, PRIVATE, REWRITES
from bot.storage.unit_of_work import UnitOfWork

IN_THREAD = frozenset(
    {
        MessageKind.THREAD_LINE,
        MessageKind.LAPSE_LINE,
        MessageKind.CLOSING_LINE,
        MessageKind.REQUEST_LINE,
        MessageKind.KILL_DATE_LINE,
    }
)


@dataclass(frozen=True, slots=True)
class Foretold:
    """A message that would go out."""

    at: datetime
    """In the zone of whom it is about or for; for what waits for a channel, the workspace's."""
    message: OutboxMessage
    prospects: tuple[Prospect, ...]
    workspace: Workspace
    about: About | None = None
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
) -> list[Foretold]:
    """Return what waits in the outbox and can go out by then."""
    waiting = await work.outbox.waiting()
    cards = {
        each.message.qualification_id for each in waiting if each.message.kind is MessageKind.CARD
    }
    foretold = []
    for each in waiting:
        if each.message.kind in REWRITES:
            continue
        told = await _on_its_way(work, workspace, each, now)
        if told is None or told.at > until or _has_no_thread(told, cards):
            continue
        foretold.append(told)
    return foretold


def prospects_of(about: About | None) -> tuple[Prospect, ...]:
    """Return the prospects of which a message tells."""
    match about:
        case None:
            return ()
        case Dossier():
            return (about.prospect,)
        case RequestMessage():
            return (about.dossier.prospect,)
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
) -> Foretold | None:
    """Return when and how a message goes out; None if it never does."""
    message = waiting.message
    at = max(waiting.due_at, now)
    try:
        about = await subject_of(work, message, now)
    except UnknownProspect:
        return None
    if message.kind is MessageKind.OVERRIDE_ASKED and not _is_open(about):
        return None
    is_private = message.kind in PRIVATE
    cached = await work.members.get(MemberId(message.recipient)) if is_private else None
    reader = None if cached is None else cached.member
    zone = workspace.settings.zone if reader is None else reader.zone
    if message.kind in OF_A_MORNING:
        if reader is not None and not reader.is_full:
            return None
        at = WorkingTime(workspace.settings.calendar, zone).next_at_work(at)
    return Foretold(at.astimezone(zone), message, prospects_of(about), workspace, about, reader)


def _is_open(about: About | None) -> bool:
    """Whether what is asked still waits for an answer."""
    return isinstance(about, RequestMessage) and about.is_open


def _has_no_thread(told: Foretold, cards: Collection[QualificationId | None]) -> bool:
    """Whether it is a line under a card that is neither out nor on its way."""
    if told.kind not in IN_THREAD or not isinstance(told.about, Dossier):
        return False
    card = told.about.qualification
    return card.card_ts is None and card.id not in cards
