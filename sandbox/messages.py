"""Messages, threads and ephemeral messages, kept in memory as they were sent.

Slack decodes and escapes nothing for apps, so neither does this.
"""

from collections import defaultdict
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sandbox.world import APP_ID, BOT_ID, BOT_USER, TEAM_ID

Json = dict[str, Any]


@dataclass(slots=True)
class Message:
    """One message; `ephemeral_for` names the only member who sees it."""

    channel: str
    ts: str
    user: str
    text: str
    blocks: list[Json] | None = None
    thread_ts: str | None = None
    metadata: Json | None = None
    edited_ts: str | None = None
    ephemeral_for: str | None = None
    reply_count: int = 0
    files: list[Json] = field(default_factory=list)

    @property
    def is_reply(self) -> bool:
        """Whether it stands in a thread below another message."""
        return self.thread_ts is not None and self.thread_ts != self.ts

    def to_slack(self, *, with_metadata: bool = True) -> Json:
        """Draw it as the Web API and interaction payloads do."""
        drawn: Json = {"type": "message", "user": self.user, "ts": self.ts, "text": self.text}
        drawn["team"] = TEAM_ID
        if self.user == BOT_USER:
            drawn |= {"bot_id": BOT_ID, "app_id": APP_ID}
        optional: Json = {"blocks": self.blocks, "thread_ts": self.thread_ts}
        optional["files"] = self.files or None
        if self.reply_count:
            optional |= {"thread_ts": self.ts, "reply_count": self.reply_count}
        if self.edited_ts:
            optional["edited"] = {"user": self.user, "ts": self.edited_ts}
        if with_metadata:
            optional["metadata"] = self.metadata
        return drawn | {key: value for key, value in optional.items() if value is not None}

    def to_page(self, username: str) -> Json:
        """Draw it as the page wants it."""
        return {
            "ts": self.ts,
            "user": self.user,
            "username": username,
            "is_app": self.user == BOT_USER,
            "text": self.text,
            "blocks": self.blocks,
            "files": self.files,
            "thread_ts": self.thread_ts if self.is_reply else None,
            "edited": self.edited_ts is not None,
            "ephemeral": self.ephemeral_for is not None,
            "reply_count": self.reply_count,
        }


class Messages:
    """All messages of the workspace, oldest first."""

    def __init__(self, clock: Callable[[], datetime]) -> None:
        self._clock = clock
        self._last = 0
        self._by_channel: dict[str, list[Message]] = defaultdict(list)

    def next_ts(self) -> str:
        """Make a timestamp that no other message has, even while the clock stands still."""
        self._last = max(self._last + 1, int(self._clock().timestamp() * 1_000_000))
        return f"{self._last // 1_000_000}.{self._last % 1_000_000:06d}"

    def add(self, message: Message) -> None:
        """Post a message."""
        self._by_channel[message.channel].append(message)
        self._count_replies(message, +1)

    def remove(self, message: Message) -> None:
        """Delete a message."""
        self._by_channel[message.channel].remove(message)
        self._count_replies(message, -1)

    def find(self, channel: str, ts: str) -> Message | None:
        """Find a message, ephemeral or not."""
        return next((m for m in self._by_channel[channel] if m.ts == ts), None)

    def lasting(self, channel: str) -> list[Message]:
        """List what everybody in the channel sees, replies included."""
        return [m for m in self._by_channel[channel] if m.ephemeral_for is None]

    def seen_by(self, member: str, channel: str) -> list[Message]:
        """List what one member sees there, ephemeral messages included."""
        return [m for m in self._by_channel[channel] if m.ephemeral_for in (None, member)]

    def ephemerals(self, member: str) -> list[Message]:
        """List the messages that only this member sees."""
        everything = [m for messages in self._by_channel.values() for m in messages]
        only_theirs = [m for m in everything if m.ephemeral_for == member]
        return sorted(only_theirs, key=lambda message: message.ts)

    def replies(self, channel: str, ts: str) -> list[Message]:
        """List the replies below a message, without the message itself."""
        return [m for m in self.lasting(channel) if m.is_reply and m.thread_ts == ts]

    def _count_replies(self, message: Message, change: int) -> None:
        if message.is_reply and message.thread_ts and message.ephemeral_for is None:
            parent = self.find(message.channel, message.thread_ts)
            if parent:
                parent.reply_count += change
