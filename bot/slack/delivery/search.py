"""Searches Slack for a message that we may have posted before.

A message is ours if our bot posted it and it carries our mark. A copied mark proves nothing, and
neither does a message without one. Only a search that reached the end shows that a message isn't
there.
"""

from collections.abc import AsyncIterator, Callable, Mapping
from dataclasses import dataclass
from typing import Any

from slack_sdk.web.async_client import AsyncWebClient

from bot.domain.delivery import Absent, Hidden, Sent, Sight, Unknown
from bot.domain.workspace import WorkspaceId
from bot.slack.client.error_codes import FAILURES, code_of, passing
from bot.slack.payloads.payloads import UNREADABLE

EVENT_TYPE = "walkaway_message"
"""Of the metadata of all that we post."""

PAGE = 200
"""Messages at a time, as Slack advises."""

CLOCKS_DIFFER_BY = 600.0
"""Seconds by which the database's clock may be ahead of Slack's."""

Json = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Search:
    """The message to search for, and where."""

    recipient: str
    """A channel, or a member for the messages between them and us."""
    thread_ts: str | None
    mark: str
    written_at: float
    """Nobody posted it before, in seconds since 1970 by the database's clock."""

    @property
    def oldest(self) -> str:
        """The earliest time at which it may be there, on Slack's clock."""
        return f"{max(self.written_at - CLOCKS_DIFFER_BY, 0):.6f}"


class MessageSearch:
    """Finds posted messages, as far as our scopes allow."""

    def __init__(self, client: Callable[[WorkspaceId], AsyncWebClient]) -> None:
        self._client = client
        self._bot_ids: dict[WorkspaceId, str] = {}

    async def find(self, workspace_id: WorkspaceId, search: Search) -> Sight:
        """Search page by page, until the message is found or there are no more pages."""
        client = self._client(workspace_id)
        try:
            bot_id = await self._bot_id(workspace_id)
            channel = await _channel_of(client, search.recipient)
            async for message in _said(client, channel, search):
                if _is_ours(message, bot_id, search.mark):
                    return Sent(channel, str(message["ts"]))
        except _Unreadable:
            return Unknown(UNREADABLE)
        except FAILURES as error:
            return passing(error) or Hidden(code_of(error))
        return Absent()

    async def _bot_id(self, workspace_id: WorkspaceId) -> str:
        if workspace_id not in self._bot_ids:
            answer = await self._client(workspace_id).auth_test()
            self._bot_ids[workspace_id] = _text(answer.get("bot_id"))
        return self._bot_ids[workspace_id]


class _Unreadable(Exception):
    """Slack said ok, but its answer lacks what was asked for."""


async def _channel_of(client: AsyncWebClient, recipient: str) -> str:
    if recipient[:1] not in {"U", "W"}:
        return recipient
    answer = await client.conversations_open(users=recipient)
    return _text(_object(answer.get("channel")).get("id"))


async def _said(client: AsyncWebClient, channel: str, search: Search) -> AsyncIterator[Json]:
    cursor = None
    while cursor != "":
        page: dict[str, Any] = {
            "channel": channel,
            "cursor": cursor,
            "include_all_metadata": True,
            "limit": PAGE,
            "oldest": search.oldest,
        }
        if search.thread_ts is None:
            answer = await client.conversations_history(**page)
        else:
            answer = await client.conversations_replies(ts=search.thread_ts, **page)
        messages = answer.get("messages")
        if not isinstance(messages, list):
            raise _Unreadable
        for message in messages:
            yield _object(message)
        following = _object(answer.get("response_metadata") or {})
        cursor = str(following.get("next_cursor") or "")
        if answer.get("has_more") and not cursor:
            raise _Unreadable


def _is_ours(message: Json, bot_id: str, mark: str) -> bool:
    metadata = _object(message.get("metadata") or {})
    payload = _object(metadata.get("event_payload") or {})
    is_marked = metadata.get("event_type") == EVENT_TYPE and payload.get("key") == mark
    return is_marked and message.get("bot_id") == bot_id


def _object(value: object) -> Json:
    if not isinstance(value, Mapping):
        raise _Unreadable
    return value


def _text(value: object) -> str:
    if not isinstance(value, str) or not value:
        raise _Unreadable
    return value
