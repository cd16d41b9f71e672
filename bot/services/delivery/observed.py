"""What goes out, watched by an observer: for a pass of the clock, or for a forecast."""

from collections.abc import Callable, Collection
from dataclasses import dataclass
from datetime import UTC, datetime, tzinfo
from typing import assert_never

from bot.domain.delivery import Claimed, MessageKind, OutboxMessage, Posted, SendResult, Sent, Sight
from bot.domain.delivery.contents import (
    DigestMessage,
    Erasure,
    HandedOver,
    IntakeMessage,
    ManagersMessage,
    MessageContent,
    NudgeMessage,
    RequestMessage,
    SettingsNews,
)
from bot.domain.prospects import Prospect
from bot.domain.read_models import Overview
from bot.domain.screening import OpenView
from bot.domain.workspace import WorkspaceId
from bot.services.ports import Clock, Messenger, Person, StillOurs, surely


@dataclass(frozen=True, slots=True)
class SentMessage:
    """A message that went out."""

    at: datetime
    """The time in its reader's zone or, for a channel, in the workspace's."""
    message: OutboxMessage
    about: MessageContent | None
    reader: Person | None
    """The reader of a private message; None for a channel."""

    @property
    def kind(self) -> MessageKind:
        """The kind of message."""
        return self.message.kind

    @property
    def to(self) -> str:
        """The channel or member id that it went to."""
        return self.message.recipient

    @property
    def prospects(self) -> tuple[Prospect, ...]:
        """The prospects it mentions."""
        match self.about:
            case None | SettingsNews() | IntakeMessage():
                return ()
            case Overview(prospect=prospect) | RequestMessage(Overview(prospect=prospect)):
                return (prospect,)
            case HandedOver(prospects=prospects):
                return prospects
            case NudgeMessage(items=items, asked=asked, questions=questions):
                nudged = [each.prospect for each in (*items, *questions)]
                return (*nudged, *(each.prospect for each in asked))
            case ManagersMessage(items=items, gone=gone, undecided=undecided, questions=questions):
                listed = [each.prospect for each in undecided]
                told_of = [each.prospect for each in (*items, *questions)]
                left = [prospect for each in gone for prospect in each.prospects]
                return (*listed, *told_of, *left)
            case DigestMessage(digest=digest):
                return (*digest.undecided.rows, *digest.undecided.also_new)
            case _:
                assert_never(self.about)


class ObservedMessenger:
    """A messenger that reports each message it sent, except rewrites, to an observer."""

    def __init__(
        self, messenger: Messenger, clock: Clock, on_sent: Callable[[SentMessage], None]
    ) -> None:
        self._messenger = messenger
        self._clock = clock
        self._heard = on_sent

    async def send(
        self,
        claimed: Claimed,
        about: MessageContent | None,
        reader: Person | None,
        left_out: Collection[str] = (),
        is_ours: StillOurs = surely,
    ) -> SendResult:
        """Send it, and tell if it went out."""
        result = await self._messenger.send(claimed, about, reader, left_out, is_ours)
        if isinstance(result, Sent) and not claimed.message.kind.rules.is_rewrite:
            at = self._clock().astimezone(_zone_of(about, reader))
            self._heard(SentMessage(at, claimed.message, about, reader))
        return result

    async def look(self, claimed: Claimed, about: MessageContent | None) -> Sight:
        """Look whether an earlier attempt posted the message."""
        return await self._messenger.look(claimed, about)

    async def erase(self, claimed: Claimed, erasure: Erasure, reader: Person | None) -> SendResult:
        """Delete or rewrite a message; this is not reported."""
        return await self._messenger.erase(claimed, erasure, reader)

    async def link_to(self, workspace_id: WorkspaceId, posted: Posted) -> str | None:
        """Return the permalink of a message; None if it can't be had now."""
        return await self._messenger.link_to(workspace_id, posted)

    async def show_again(self, shown_in: OpenView, overview: Overview, reader: Person) -> None:
        """Redraw a verdict where it is being read; this is not reported."""
        await self._messenger.show_again(shown_in, overview, reader)


def _zone_of(about: MessageContent | None, reader: Person | None) -> tzinfo:
    if reader is not None:
        return reader.zone
    return UTC if about is None else about.workspace.settings.zone
