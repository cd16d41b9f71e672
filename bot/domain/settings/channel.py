"""What Slack knows about a channel that is to become the managers' channel."""

from dataclasses import dataclass

from bot.domain.errors import AnswerProblem
from bot.domain.settings.table import SettingId


@dataclass(frozen=True, slots=True)
class ChannelSeen:
    """A channel that exists and that we can see."""

    is_joined: bool
    """Whether the bot is in it."""
    is_archived: bool = False
    takes_posts: bool = True
    is_shared: bool = False
    """Whether another organisation reads it, or is invited to."""


def channel_problem(seen: ChannelSeen | None, *, may_be_shared: bool) -> AnswerProblem | None:
    """Return why verdicts can't be posted to a channel; None if they can.

    `may_be_shared` says that somebody agreed to another organisation reading them.
    """
    if seen is None:
        code = "channel_not_found"
    elif seen.is_archived:
        code = "channel_archived"
    elif not seen.is_joined:
        code = "channel_not_joined"
    elif not seen.takes_posts:
        code = "channel_read_only"
    elif seen.is_shared and not may_be_shared:
        code = "channel_shared"
    else:
        return None
    return AnswerProblem(SettingId.VERDICT_CHANNEL, code)
