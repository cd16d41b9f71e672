"""Lasting private messages: posted in a member's conversation with us, and rewritten there."""

import logging
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from functools import partial
from typing import Any

from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient
from slack_sdk.web.async_slack_response import AsyncSlackResponse

from bot.domain.delivery import Posted
from bot.slack import kit
from bot.slack.client.error_codes import is_about_looks, meaning_of
from bot.slack.client.meanings import Meaning
from bot.slack.client.permalink import permalink
from bot.slack.interaction.plainer import plainer
from bot.slack.payloads import payloads

log = logging.getLogger(__name__)

Call = Callable[..., Awaitable[AsyncSlackResponse]]


@dataclass(frozen=True, slots=True)
class Accepted:
    """A message that Slack took."""

    posted: Posted
    refused: frozenset[str]
    """Kinds of blocks without which alone it took it."""


@dataclass(frozen=True, slots=True)
class PrivateMessages:
    """A member's conversation with us, and the payload that is answered there."""

    _client: AsyncWebClient
    _member_id: str
    _body: Mapping[str, Any]

    @property
    def place(self) -> Posted:
        """Where the payload's message stands. Raises MalformedPayload."""
        container = self._body.get("container")
        known = container if isinstance(container, Mapping) else {}
        return payloads.sent_text(known, "channel_id"), payloads.sent_text(known, "message_ts")

    async def post(self, message: kit.Rendered) -> Accepted:
        """Send a message."""
        call = partial(self._client.chat_postMessage, channel=self._member_id)
        answer, refused = await _plain_enough(call, message)
        posted = payloads.sent_text(answer, "channel"), payloads.sent_text(answer, "ts")
        return Accepted(posted, refused)

    async def rewrite(self, message: kit.Rendered) -> Accepted | None:
        """Rewrite the message that the payload came from; None if it does not stand any more."""
        channel, ts = self.place
        call = partial(self._client.chat_update, channel=channel, ts=ts)
        try:
            _, refused = await _plain_enough(call, message)
        except SlackApiError as error:
            if meaning_of(error) is not Meaning.REPLACED:
                raise
            log.info("a message was not rewritten: it is gone")
            return None
        return Accepted((channel, ts), refused)

    async def link_to(self, posted: Posted) -> str | None:
        """Return a message's permalink; None if Slack doesn't return it now."""
        return await permalink(self._client, posted)


async def _plain_enough(
    call: Call, whole: kit.Rendered
) -> tuple[Mapping[str, Any], frozenset[str]]:
    """Say a message in blocks that get plainer until Slack takes them, and tell which it refused.

    As text alone it proves nothing of any of them.
    """
    message = whole
    while True:
        try:
            answer = await _sent_text(call, message)
        except SlackApiError as error:
            less = plainer(message, error) if is_about_looks(error) else None
            if less is None:
                raise
            log.warning("Slack refused the blocks of a reply: %s", error.response)
            message = less
        else:
            refused = kit.native_in(whole) - kit.native_in(message)
            return answer, refused if message.blocks else frozenset()


async def _sent_text(call: Call, message: kit.Rendered) -> Mapping[str, Any]:
    answer = await call(text=message.text, blocks=message.blocks, parse="none", link_names=False)
    return answer.data if isinstance(answer.data, Mapping) else {}
