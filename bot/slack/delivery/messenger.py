"""Messenger over the Slack Web API: draws, posts, rewrites, and looks for what it posted.

Which failure means what is said in `refusals`, how Slack is looked through in `looking`.
"""

import hashlib
import hmac
import logging
from collections.abc import Callable, Iterator, Mapping
from types import MappingProxyType
from typing import Any

from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient
from slack_sdk.web.async_slack_response import AsyncSlackResponse

from bot.domain.decisions.history import HistoryEntry
from bot.domain.delivery.contents import (
    HandedOver,
    ManagersMessage,
    MessageContent,
    NudgeMessage,
    RequestMessage,
)
from bot.domain.delivery.outbox import (
    NOT_NEEDED,
    Absent,
    Claimed,
    Dead,
    MessageKind,
    OutboxMessage,
    Outcome,
    Sent,
    Sight,
)
from bot.domain.prospects import QualificationId
from bot.domain.read_models import Overview
from bot.domain.workspace import WorkspaceId
from bot.services.delivery.deliver import REWRITES
from bot.services.ports import Person
from bot.slack import kit, nudges
from bot.slack.card import overrides, verdict
from bot.slack.client.error_codes import FAILURES, code_of, judged
from bot.slack.delivery.search import EVENT_TYPE, Looking, Search
from bot.slack.managers import messages, private
from bot.slack.overrides import messages as overrides_messages
from bot.slack.texts import Texts, language_of, texts_in

log = logging.getLogger(__name__)

NOT_OUR_BLOCKS = frozenset({"invalid_blocks", "invalid_blocks_format", "msg_blocks_too_long"})
"""Slack refuses how it looks, not what it says: once more in plainer blocks."""

_CLOSING = frozenset({MessageKind.CLOSING_LINE})
_CLOCK_LINES = _CLOSING | {MessageKind.LAPSE_LINE}
_OVERRIDE_LINES = frozenset({MessageKind.REQUEST_LINE, MessageKind.KILL_DATE_LINE})
_OF_OVERRIDES = _OVERRIDE_LINES | {
    MessageKind.OVERRIDE_LAPSED,
    MessageKind.OVERRIDE_NEWS,
}
_LINES = _CLOCK_LINES | _OVERRIDE_LINES | {MessageKind.THREAD_LINE}


class SlackMessenger:
    """Says things in Slack."""

    def __init__(self, client: Callable[[WorkspaceId], AsyncWebClient], secret: bytes) -> None:
        """Take the clients, and a secret that marks our messages in their metadata."""
        self._client = client
        self._looking = Looking(client)
        self._secret = secret

    async def send(
        self, claimed: Claimed, about: MessageContent | None, reader: Person | None
    ) -> Outcome:
        """Send a claimed message once; the blocks get plainer if Slack refuses them."""
        if claimed.message.kind in REWRITES | _LINES and not _place_of(about):
            return Dead(NOT_NEEDED)
        rendered = await self._rendered(claimed, about, reader)
        outcome: Outcome = Dead("invalid_blocks")
        for variant in _plainer_and_plainer(rendered):
            try:
                return _sent(await self._call(claimed, about, variant))
            except FAILURES as error:
                code = code_of(error)
                if code not in NOT_OUR_BLOCKS:
                    return judged(error)
                _warn_of_blocks(claimed, error)
                outcome = Dead(code)
        return outcome

    async def look(self, claimed: Claimed, about: MessageContent | None) -> Sight:
        """Look for a message where it would have been posted."""
        thread_ts = _thread_of(claimed, about)
        if claimed.message.kind in _LINES and thread_ts is None:
            return Absent()
        search = Search(
            recipient=claimed.message.recipient,
            thread_ts=thread_ts,
            mark=self._mark(claimed),
            written_at=claimed.written_at,
        )
        return await self._looking.find(claimed.workspace_id, search)

    async def _rendered(
        self, claimed: Claimed, about: MessageContent | None, reader: Person | None
    ) -> kit.Rendered:
        texts = _texts(about, reader)
        is_card = claimed.message.kind in {MessageKind.CARD, MessageKind.CARD_REWRITE}
        links = (
            await self._links(claimed.workspace_id, about)
            if is_card and isinstance(about, Overview)
            else {}
        )
        return drawn(claimed.message, about, texts, links=links)

    async def _links(
        self, workspace_id: WorkspaceId, overview: Overview
    ) -> dict[QualificationId, str]:
        """Return the addresses of the cards it names, as far as Slack tells them."""
        links = {}
        for other in (overview.before, overview.after, overview.namesake):
            if other is None or not (other.card_channel and other.card_ts):
                continue
            try:
                answer = await self._client(workspace_id).chat_getPermalink(
                    channel=other.card_channel, message_ts=other.card_ts
                )
                links[other.id] = str(answer["permalink"])
            except FAILURES as error:
                log.info("no link to another card: %s", type(error).__name__)
        return links

    async def _call(
        self, claimed: Claimed, about: MessageContent | None, rendered: kit.Rendered
    ) -> AsyncSlackResponse:
        client = self._client(claimed.workspace_id)
        said: dict[str, Any] = {
            "text": rendered.text,
            "blocks": rendered.blocks,
            "parse": "none",
            "link_names": False,
        }
        place = _place_of(about)
        if claimed.message.kind in REWRITES and place:
            return await client.chat_update(channel=place[0], ts=place[1], **said)
        return await client.chat_postMessage(
            channel=claimed.message.recipient,
            thread_ts=_thread_of(claimed, about),
            metadata={"event_type": EVENT_TYPE, "event_payload": {"key": self._mark(claimed)}},
            unfurl_links=False,
            unfurl_media=False,
            **said,
        )

    def _mark(self, claimed: Claimed) -> str:
        """Return what a message of ours can be found by, which nobody else can make."""
        key = f"{claimed.workspace_id}:{claimed.message.dedupe_key}"
        return hmac.new(self._secret, key.encode(), hashlib.sha256).hexdigest()


def drawn(
    message: OutboxMessage,
    about: MessageContent | None,
    texts: Texts,
    *,
    links: Mapping[QualificationId, str] = MappingProxyType({}),
) -> kit.Rendered:
    """Return a message as it reads now; `links` lead to the other cards it names."""
    match about:
        case NudgeMessage():
            return nudges.nudge_message(about, texts)
        case ManagersMessage():
            return messages.managers_message(about, texts)
        case HandedOver():
            return messages.handed_over(about, texts)
        case RequestMessage():
            return overrides_messages.asked(about, texts)
        case None:
            detail = message.detail
            return private.undeliverable(str(detail["recipient"]), str(detail["cause"]), texts)
    if message.kind is MessageKind.OWNER_CHOSEN:
        return private.owner_chosen(about, texts, message.revision)
    if message.kind is MessageKind.THREAD_LINE:
        return verdict.thread_line(about, _entry(message, about), texts)
    if message.kind in _OF_OVERRIDES:
        return _of_override(message, about, texts)
    if message.kind in _CLOCK_LINES:
        return verdict.clock_line(about, texts, is_closing=message.kind in _CLOSING)
    return verdict.card(about, texts, links=links)


def _of_override(message: OutboxMessage, overview: Overview, texts: Texts) -> kit.Rendered:
    """Draw what is said about an override or the request for one."""
    match message.kind:
        case MessageKind.OVERRIDE_LAPSED:
            return overrides_messages.lapsed(overview, texts, reader=message.recipient)
        case MessageKind.OVERRIDE_NEWS:
            entry, reader = _entry(message, overview), message.recipient
            return overrides_messages.news(overview, entry, message.detail, texts, reader=reader)
        case MessageKind.KILL_DATE_LINE:
            override_id = message.detail.get("override")
            sentence = overrides.kill_date_sentence(overview.prospect, texts, override_id)
            return verdict.plain_line(sentence)
        case _:
            return verdict.plain_line(overrides.lapse_sentence(overview.prospect, texts))


def _entry(message: OutboxMessage, overview: Overview) -> HistoryEntry:
    """Return the history entry that a message tells."""
    return next(each for each in overview.history if each.revision == message.revision)


def _texts(about: MessageContent | None, reader: Person | None) -> Texts:
    """Return the texts of who reads it; in a channel, those of the workspace."""
    if reader is not None:
        return texts_in(language_of(reader.locale, reader.workspace.settings.language))
    return texts_in("en" if about is None else about.workspace.settings.language)


def _place_of(about: MessageContent | None) -> tuple[str, str] | None:
    """Return where the card or the private message stands, once it is posted."""
    if about is None:
        return None
    if isinstance(about, NudgeMessage | ManagersMessage | RequestMessage):
        return about.posted
    if isinstance(about, HandedOver):
        return None
    card = about.qualification
    return (card.card_channel, card.card_ts) if card.card_channel and card.card_ts else None


def _thread_of(claimed: Claimed, about: MessageContent | None) -> str | None:
    """Return in which thread a line goes; None for what stands by itself."""
    place = _place_of(about)
    return place[1] if place and claimed.message.kind in _LINES else None


def _plainer_and_plainer(rendered: kit.Rendered) -> Iterator[kit.Rendered]:
    """Yield a message as it should be, in classic blocks, and as text alone."""
    yield rendered
    if rendered.blocks:
        yield kit.classic(rendered)
        yield kit.Rendered(rendered.text, [])


def _sent(answer: AsyncSlackResponse) -> Sent:
    return Sent(str(answer["channel"]), str(answer["ts"]))


def _warn_of_blocks(claimed: Claimed, error: Exception) -> None:
    reasons = error.response.get("errors") if isinstance(error, SlackApiError) else None
    log.warning(
        "Slack refused the blocks of message %s (%s): %s",
        claimed.row_id,
        claimed.message.kind,
        reasons or code_of(error),
    )
