"""Which failure of a call to Slack means what for the message that it was about."""

import logging
from datetime import timedelta

import aiohttp
from slack_sdk.errors import SlackApiError, SlackClientError

from bot.domain.delivery.outbox import Away, Dead, Postponed, SendResult, Unknown
from bot.slack.payloads.payloads import UNREADABLE, refusal_code

log = logging.getLogger(__name__)

PERMANENT = frozenset(
    {
        "cannot_dm_bot",
        "cant_update_message",
        "channel_not_found",
        "edit_window_closed",
        "is_archived",
        "message_not_found",
        "missing_scope",
        "msg_too_long",
        "no_permission",
        "not_in_channel",
        "restricted_action",
        "restricted_action_read_only_channel",
        "restricted_action_thread_locked",
        "user_disabled",
        "user_not_found",
    }
)
"""Documented refusals of one message, which no repetition mends."""

WORKSPACE_AWAY = frozenset(
    {
        "account_inactive",
        "invalid_auth",
        "not_authed",
        "org_login_required",
        "team_access_not_granted",
        "token_expired",
        "token_revoked",
    }
)
"""Slack refuses us altogether; the messages wait until the token is mended."""

PERHAPS_SENT = frozenset(
    {"fatal_error", "internal_error", "request_timeout", "service_unavailable", UNREADABLE}
)

UNREACHABLE_FOR = timedelta(seconds=10)
THROTTLED_FOR = timedelta(seconds=30)
"""When Slack does not say for how long."""


FAILURES = (SlackClientError, aiohttp.ClientError, TimeoutError, OSError)
"""What a call raises when Slack refuses it, fails or is away."""


def judged(error: Exception) -> SendResult:
    """Tell what a failure means for the message that was to be sent."""
    outcome = passing(error)
    if outcome is not None:
        return outcome
    code = code_of(error)
    if code not in PERMANENT:
        log.error("Slack refused a message with a code that we do not know: %s", code)
    return Dead(code)


def passing(error: Exception) -> Postponed | Unknown | Away | None:
    """Tell for how long to wait; None if Slack has refused it for good."""
    if isinstance(error, aiohttp.ClientConnectorError | ConnectionRefusedError):
        return Postponed(UNREACHABLE_FOR, type(error).__name__)
    if not isinstance(error, SlackApiError):
        return Unknown(type(error).__name__)
    code = code_of(error)
    status = getattr(error.response, "status_code", 200)
    if status == 429 or code in {"ratelimited", "rate_limited"}:
        return Postponed(_retry_after(error), "ratelimited", lane=True)
    if status >= 500 or code in PERHAPS_SENT:
        return Unknown(code)
    if code in WORKSPACE_AWAY:
        return Away(code)
    return None


def code_of(error: Exception) -> str:
    """Return the error code of a refused call."""
    return refusal_code(error.response) if isinstance(error, SlackApiError) else UNREADABLE


def _retry_after(error: SlackApiError) -> timedelta:
    headers = getattr(error.response, "headers", {})
    text = str(headers.get("Retry-After") or headers.get("retry-after") or "")
    return timedelta(seconds=int(text)) if text.isascii() and text.isdecimal() else THROTTLED_FOR
