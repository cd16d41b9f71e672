"""What a failed call to Slack means for the message that it was about."""

import logging
import math
import re
from collections.abc import Mapping, Sequence
from datetime import timedelta
from typing import Any, assert_never

import aiohttp
from slack_sdk.errors import SlackApiError, SlackClientError
from slack_sdk.web.async_slack_response import AsyncSlackResponse

from bot.domain.delivery import Away, Dead, Gone, Postponed, SendResult, Sent, Unknown
from bot.slack.client.meanings import MEANINGS, Meaning, WayBack
from bot.slack.payloads.payloads import UNREADABLE, refusal_code

log = logging.getLogger(__name__)

UNREACHABLE_FOR = timedelta(seconds=10)
THROTTLED_FOR = timedelta(seconds=30)
"""When Slack does not say for how long."""

LONGEST_WAIT = timedelta(minutes=15)
"""Nothing waits longer because Slack asked for it, whatever it says."""


_POINTER = re.compile(r"json-pointer:/blocks/(?P<position>\d+)")
"""Where Slack says what is wrong with a message, behind each reason."""

FAILURES = (SlackClientError, aiohttp.ClientError, TimeoutError, OSError)
"""What a call raises when Slack refuses it, fails or is away."""


def judged(error: Exception) -> SendResult:
    """Return what a failure means for a message that was to be sent."""
    outcome = passing(error)
    if outcome is not None:
        return outcome
    code = code_of(error)
    meaning = MEANINGS.get(code)
    if meaning is None:
        log.error("Slack refused a message with a code that we do not know: %s", code)
    return Dead(code)


def judged_of_rewrite(error: Exception, *, may_move: bool) -> SendResult:
    """Return what a failure means for a message that was to be rewritten in place.

    A message that no longer exists is gone. So is one that `may_move`, once its channel is closed.
    """
    outcome, meaning = judged(error), meaning_of(error)
    is_gone = meaning is Meaning.REPLACED or (meaning is Meaning.PLACE and may_move)
    return Gone(outcome.cause) if isinstance(outcome, Dead) and is_gone else outcome


def posted_at(answer: AsyncSlackResponse) -> Sent | Unknown:
    """Return where a message stands. An answer that doesn't say so proves nothing."""
    channel, ts = answer.get("channel"), answer.get("ts")
    if not (isinstance(channel, str) and channel and isinstance(ts, str) and ts):
        return Unknown(UNREADABLE)
    return Sent(channel, ts)


def passing(error: Exception) -> Postponed | Unknown | Away | None:
    """Return how long to wait; None if Slack will refuse until something is mended."""
    if isinstance(error, aiohttp.ClientConnectorError | ConnectionRefusedError):
        return Postponed(UNREACHABLE_FOR, type(error).__name__)
    if not isinstance(error, SlackApiError):
        return Unknown(type(error).__name__)
    code = code_of(error)
    status = getattr(error.response, "status_code", 200)
    if status == 429:
        return Postponed(_retry_after(error), "ratelimited", lane=True)
    if status >= 500:
        return Unknown(code)
    meaning = MEANINGS.get(code)
    return None if meaning is None else _passing(meaning, code, error)


def _passing(
    meaning: Meaning, code: str, error: SlackApiError
) -> Postponed | Unknown | Away | None:
    match meaning.way_back:
        case WayBack.WAIT:
            cause = "ratelimited" if code == "rate_limited" else code
            return Postponed(_retry_after(error), cause, lane=True)
        case WayBack.LOOK:
            return Unknown(code)
        case WayBack.PAUSE:
            return Away(code)
        case WayBack.ASK | WayBack.ANEW | WayBack.PLAINER | WayBack.NONE:
            return None
        case _:
            assert_never(meaning.way_back)


def code_of(error: Exception) -> str:
    """Return the error code of a refused call."""
    return refusal_code(error.response) if isinstance(error, SlackApiError) else UNREADABLE


def meaning_of(error: BaseException | None) -> Meaning | None:
    """Return what a refused call means; None if it wasn't refused, or if its code is unknown."""
    if not isinstance(error, SlackApiError):
        return None
    return MEANINGS.get(refusal_code(error.response))


def is_about_looks(error: Exception) -> bool:
    """Tell whether Slack refuses how something looks, not what it says."""
    return meaning_of(error) is Meaning.SHAPE


def named_blocks(error: Exception, blocks: Sequence[Mapping[str, Any]]) -> frozenset[str]:
    """Return the types of those blocks that a refusal points to, possibly none."""
    reasons = error.response.get("errors") if isinstance(error, SlackApiError) else None
    found = (_POINTER.search(str(reason)) for reason in reasons or ())
    named = [int(each["position"]) for each in found if each]
    return frozenset(blocks[each]["type"] for each in named if each < len(blocks))


def came_too_late(error: Exception) -> bool:
    """Tell whether a modal was to open more than 3 s after the click."""
    return meaning_of(error) is Meaning.LATE


def is_token_refused(error: BaseException | None) -> bool:
    """Tell whether Slack rejects our token."""
    return meaning_of(error) is Meaning.TOKEN


def _retry_after(error: SlackApiError) -> timedelta:
    """Return how long Slack asks us to wait; half a minute if its header is unusable."""
    headers = getattr(error.response, "headers", {})
    text = str(headers.get("Retry-After") or headers.get("retry-after") or "")
    try:
        seconds = float(text)
    except ValueError:
        return THROTTLED_FOR
    if not 0 <= seconds < math.inf:
        return LONGEST_WAIT if seconds > 0 else THROTTLED_FOR
    return timedelta(seconds=min(math.ceil(seconds), LONGEST_WAIT.total_seconds()))
