"""Files over Slack's Web API: sends one to somebody, and fetches what a member uploaded.

Both need scopes that are optional in the manifest; a missing one raises FileFailed.
"""

import asyncio
from collections.abc import Callable
from pathlib import Path

import aiohttp
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient

from bot.domain.errors import FileFailed, FileTrouble
from bot.domain.workspace import WorkspaceId
from bot.slack.client.error_codes import FAILURES, meaning_of
from bot.slack.client.identity import granted_scopes
from bot.slack.client.meanings import Meaning

READ_SCOPE = "files:read"
"""Slack opens no modal with a `file_input` without it."""
WRITE_SCOPE = "files:write"
_CHUNK = 64 * 1024
_UPLOAD = aiohttp.ClientTimeout(total=None, sock_connect=10, sock_read=60)
"""However long the whole of it takes."""
_FAILURES = (*FAILURES, AttributeError, KeyError, TypeError, ValueError)
"""An answer that is not what the method promises, neither the client nor we can read."""


class SlackFiles:
    """Sends and fetches files. Every method raises FileFailed."""

    def __init__(
        self, client: Callable[[WorkspaceId], AsyncWebClient], session: aiohttp.ClientSession
    ) -> None:
        self._client = client
        self._session = session

    async def send(
        self, workspace_id: WorkspaceId, recipient: str, *, name: str, content: bytes, title: str
    ) -> None:
        """Send a file that isn't empty, privately to a member, or to a channel by its id.

        If Slack's answer is lost, it's unknown whether the file arrived; nothing is sent twice by
        itself.
        """
        client = self._client(workspace_id)
        try:
            channel = await _channel_of(client, recipient)
            await client.files_upload_v2(
                channel=channel, filename=name, content=content, title=title
            )
        except _FAILURES as error:
            raise _failed(error) from error

    async def send_from(
        self, workspace_id: WorkspaceId, recipient: str, file: Path, *, title: str
    ) -> None:
        """Send a file from our disk, however large. It's never in memory as a whole."""
        client = self._client(workspace_id)
        try:
            channel = await _channel_of(client, recipient)
            size = await asyncio.to_thread(lambda: file.stat().st_size)
            asked = await client.files_getUploadURLExternal(filename=file.name, length=size)
            with await asyncio.to_thread(file.open, "rb") as content:
                url = str(asked["upload_url"])
                async with self._session.post(url, data=content, timeout=_UPLOAD) as answer:
                    answer.raise_for_status()
            await client.files_completeUploadExternal(
                files=[{"id": asked["file_id"], "title": title}], channel_id=channel
            )
        except _FAILURES as error:
            raise _failed(error) from error

    async def fetch(self, workspace_id: WorkspaceId, file_id: str, *, most: int) -> bytes:
        """Return the content of an uploaded file with at most this many bytes."""
        client = self._client(workspace_id)
        try:
            file = (await client.files_info(file=file_id))["file"]
            if file["size"] > most:
                raise FileFailed(FileTrouble.TOO_LARGE, most=most)
            return await self._download(file["url_private_download"], client.token or "", most)
        except _FAILURES as error:
            raise _failed(error) from error

    async def may_fetch(self, workspace_id: WorkspaceId) -> bool:
        """Tell whether the app may read files; yes if Slack doesn't answer now."""
        try:
            answer = await self._client(workspace_id).auth_test()
        except _FAILURES:
            return True
        granted = granted_scopes(answer)
        return granted is None or READ_SCOPE in granted

    async def _download(self, url: str, token: str, most: int) -> bytes:
        """Return the bytes at an address that Slack named. Without permission, Slack redirects."""
        headers = {"Authorization": f"Bearer {token}"}
        async with self._session.get(url, headers=headers, allow_redirects=False) as answer:
            if answer.status in {301, 302, 303, 401, 403}:
                raise FileFailed(FileTrouble.NOT_ALLOWED, scope=READ_SCOPE)
            if answer.status == 404:
                raise FileFailed(FileTrouble.GONE)
            answer.raise_for_status()
            content = bytearray()
            async for chunk in answer.content.iter_chunked(_CHUNK):
                content += chunk
                if len(content) > most:
                    raise FileFailed(FileTrouble.TOO_LARGE, most=most)
        return bytes(content)


async def _channel_of(client: AsyncWebClient, recipient: str) -> str:
    """Return the channel to share a file in: Slack takes a channel's id, never a member's."""
    if recipient[:1] not in {"U", "W"}:
        return recipient
    answer = await client.conversations_open(users=recipient)
    return str(answer["channel"]["id"])


def _failed(error: Exception) -> FileFailed:
    match meaning_of(error):
        case Meaning.PERMISSION:
            assert isinstance(error, SlackApiError)  # noqa: S101 - only its codes have a meaning
            return FileFailed(
                FileTrouble.NOT_ALLOWED, scope=str(error.response.get("needed") or "")
            )
        case Meaning.FILE_GONE:
            return FileFailed(FileTrouble.GONE)
        case _:
            return FileFailed(FileTrouble.AWAY)
