"""Replies that people wrote below our messages, which a bot can't delete."""

from collections.abc import AsyncIterator, Callable
from typing import Any, Final

from slack_sdk.web.async_client import AsyncWebClient

from bot.domain.delivery import Posted
from bot.domain.workspace import WorkspaceId
from bot.services.ports import Replies
from bot.slack.client.error_codes import FAILURES

PAGE: Final = 200
MOST_LINKS: Final = 50
"""Permalinks that are asked for; each is a call."""


class SlackThreads:
    """Looks into threads, as far as our scopes allow."""

    def __init__(self, client: Callable[[WorkspaceId], AsyncWebClient]) -> None:
        self._client = client

    async def replies(self, workspace_id: WorkspaceId, posted: Posted) -> Replies | None:
        """Return what members wrote in a thread; None if Slack hides it."""
        client, (channel, ts) = self._client(workspace_id), posted
        try:
            found = [each async for each in _by_members(client, channel, ts)]
            links = []
            for each in found[:MOST_LINKS]:
                answer = await client.chat_getPermalink(channel=channel, message_ts=each)
                links.append(str(answer.get("permalink") or ""))
        except FAILURES:
            return None
        return Replies(tuple(filter(None, links)), len(found))


async def _by_members(client: AsyncWebClient, channel: str, ts: str) -> AsyncIterator[str]:
    """Yield the ts of each reply that no bot wrote."""
    cursor: str | None = None
    while cursor != "":
        answer = await client.conversations_replies(
            channel=channel, ts=ts, limit=PAGE, cursor=cursor
        )
        messages: list[dict[str, Any]] = answer.get("messages") or []
        for message in messages:
            if message.get("ts") != ts and not message.get("bot_id"):
                yield str(message["ts"])
        metadata: dict[str, Any] = answer.get("response_metadata") or {}
        cursor = str(metadata.get("next_cursor") or "")
