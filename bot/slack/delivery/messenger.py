"""The Messenger over Slack's Web API: draws, posts, rewrites, and searches for what it posted.

`drawing` draws each message, `search` looks through Slack, and `bot.slack.client.error_codes` says
what each failure means.
"""

import hashlib
import hmac
import logging
from collections.abc import Callable, Collection
from dataclasses import replace
from typing import Any

from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient
from slack_sdk.web.async_slack_response import AsyncSlackResponse

from bot.domain.delivery import (
    NO_PLACE,
    NOT_OURS,
    Absent,
    Claimed,
    Dead,
    Gone,
    MessageKind,
    Posted,
    SendResult,
    Sent,
    Sight,
    Unknown,
)
from bot.domain.delivery.contents import Erasure, MessageContent, place_of
from bot.domain.prospects import QualificationId
from bot.domain.read_models import Overview
from bot.domain.screening import OpenView
from bot.domain.workspace import WorkspaceId, language_of
from bot.services.ports import Person, StillOurs, surely
from bot.slack import kit
from bot.slack.client.error_codes import (
    FAILURES,
    code_of,
    is_about_looks,
    judged,
    judged_of_rewrite,
    posted_at,
)
from bot.slack.client.permalink import permalink
from bot.slack.delivery import links
from bot.slack.delivery.drawing import drawn
from bot.slack.delivery.search import EVENT_TYPE, MessageSearch, Search
from bot.slack.interaction.plainer import plainer
from bot.slack.texts import Texts, texts_in

log = logging.getLogger(__name__)


class SlackMessenger:
    """Delivers messages to Slack."""

    def __init__(self, client: Callable[[WorkspaceId], AsyncWebClient], secret: bytes) -> None:
        """Take the clients, and the secret that marks our messages in their metadata."""
        self._client = client
        self._looking = MessageSearch(client)
        self._secret = secret

    async def send(
        self,
        claimed: Claimed,
        about: MessageContent | None,
        reader: Person | None,
        left_out: Collection[str] = (),
        is_ours: StillOurs = surely,
    ) -> SendResult:
        """Send a claimed message once, in plainer blocks if Slack refuses them."""
        rules = claimed.message.kind.rules
        if (rules.is_rewrite or rules.is_line) and not place_of(about):
            return Dead(NO_PLACE)
        whole = kit.without(await self._rendered(claimed, about, reader), left_out)
        said: kit.Rendered | None = whole
        outcome: SendResult = Dead("invalid_blocks")
        while said is not None:
            if not await is_ours():
                return NOT_OURS
            try:
                outcome = posted_at(await self._call(claimed, about, said))
            except FAILURES as error:
                if not is_about_looks(error):
                    return _refused(claimed, about, error)
                _warn_of_blocks(claimed, error)
                outcome, said = Dead(code_of(error)), plainer(said, error)
            else:
                return _without_what(outcome, whole, said)
        return outcome

    async def erase(self, claimed: Claimed, erasure: Erasure, reader: Person | None) -> SendResult:
        """Delete our message, or rewrite it as what remains of it; a missing one counts as done."""
        client, (channel, ts) = self._client(claimed.workspace_id), erasure.posted
        left = erasure.replacement
        said = None if left is None else drawn(*left, texts_for(left[1], reader))
        while True:
            try:
                if said is None:
                    await client.chat_delete(channel=channel, ts=ts)
                else:
                    await client.chat_update(channel=channel, ts=ts, **_content(said))
            except FAILURES as error:
                less = plainer(said, error) if said and is_about_looks(error) else None
                if less is None:
                    outcome = judged_of_rewrite(error, may_move=False)
                    return Sent(channel, ts) if isinstance(outcome, Gone) else outcome
                said = less
            else:
                return Sent(channel, ts)

    async def look(self, claimed: Claimed, about: MessageContent | None) -> Sight:
        """Search for a message where it would have been posted."""
        thread_ts = _thread_of(claimed, about)
        if claimed.message.kind.rules.is_line and thread_ts is None:
            return Absent()
        search = Search(
            recipient=claimed.message.recipient,
            thread_ts=thread_ts,
            mark=self._mark(claimed),
            written_at=claimed.written_at,
        )
        return await self._looking.find(claimed.workspace_id, search)

    async def link_to(self, workspace_id: WorkspaceId, posted: Posted) -> str | None:
        """Return a message's permalink; None if Slack doesn't return it now."""
        return await permalink(self._client(workspace_id), posted)

    async def show_again(self, shown_in: OpenView, overview: Overview, reader: Person) -> None:
        """Redraw a verdict where it's read, unless its modal shows something else by now."""
        client, texts = self._client(reader.workspace.id), texts_for(overview, reader)
        await links.show_again(client, shown_in, overview, reader, texts)

    async def _rendered(
        self, claimed: Claimed, about: MessageContent | None, reader: Person | None
    ) -> kit.Rendered:
        texts = texts_for(about, reader)
        is_card = claimed.message.kind in {MessageKind.CARD, MessageKind.CARD_REWRITE}
        to_cards = (
            await self._links(claimed.workspace_id, about)
            if is_card and isinstance(about, Overview)
            else {}
        )
        return drawn(claimed.message, about, texts, links=to_cards)

    async def _links(
        self, workspace_id: WorkspaceId, overview: Overview
    ) -> dict[QualificationId, str]:
        """Return the permalinks of the cards it mentions, from Slack if we haven't stored them."""
        found = {}
        for other in (overview.before, overview.after, overview.namesake):
            if other is None or not (other.card_channel and other.card_ts):
                continue
            posted = (other.card_channel, other.card_ts)
            link = other.card_link or await self.link_to(workspace_id, posted)
            if link is not None:
                found[other.id] = link
        return found

    async def _call(
        self, claimed: Claimed, about: MessageContent | None, rendered: kit.Rendered
    ) -> AsyncSlackResponse:
        client, said = self._client(claimed.workspace_id), _content(rendered)
        place = place_of(about)
        if claimed.message.kind.rules.is_rewrite and place:
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
        """Return the mark by which a message of ours is found, and which nobody else can make."""
        key = f"{claimed.workspace_id}:{claimed.message.dedupe_key}"
        return hmac.new(self._secret, key.encode(), hashlib.sha256).hexdigest()


def texts_for(about: MessageContent | None, reader: Person | None) -> Texts:
    """Return the reader's texts; in a channel, the workspace's."""
    if reader is not None:
        return texts_in(language_of(reader.locale, reader.workspace.settings.language))
    return texts_in("en" if about is None else about.workspace.settings.language)


def _content(rendered: kit.Rendered) -> dict[str, Any]:
    """Return a message's content, in which Slack creates no mentions or links by itself."""
    return {
        "text": rendered.text,
        "blocks": rendered.blocks,
        "parse": "none",
        "link_names": False,
    }


def _thread_of(claimed: Claimed, about: MessageContent | None) -> str | None:
    """Return the thread that a line goes to; None for a message on its own."""
    place = place_of(about)
    return place[1] if place and claimed.message.kind.rules.is_line else None


def _without_what(
    outcome: Sent | Unknown, whole: kit.Rendered, rendered: kit.Rendered
) -> Sent | Unknown:
    """Return the refused kinds of blocks; falling back to text alone proves nothing about any."""
    if isinstance(outcome, Unknown) or not rendered.blocks:
        return outcome
    return replace(outcome, refused=kit.native_in(whole) - kit.native_in(rendered))


def _refused(claimed: Claimed, about: MessageContent | None, error: Exception) -> SendResult:
    """Return what a failure means. A card that can't be rewritten in an old channel moves on."""
    if not claimed.message.kind.rules.is_rewrite:
        return judged(error)
    place, may_move = place_of(about), False
    if place is not None and isinstance(about, Overview):
        may_move = place[0] != about.workspace.settings.verdict_channel
    return judged_of_rewrite(error, may_move=may_move)


def _warn_of_blocks(claimed: Claimed, error: Exception) -> None:
    reasons = error.response.get("errors") if isinstance(error, SlackApiError) else None
    log.warning(
        "Slack refused the blocks of message %s (%s): %s",
        claimed.row_id,
        claimed.message.kind,
        reasons or code_of(error),
    )
