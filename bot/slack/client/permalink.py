"""The permalink of a message."""

import logging

from slack_sdk.web.async_client import AsyncWebClient

from bot.domain.delivery import Posted
from bot.slack.client.error_codes import FAILURES, code_of

log = logging.getLogger(__name__)


async def permalink(client: AsyncWebClient, posted: Posted) -> str | None:
    """Return a message's permalink; None if Slack doesn't return it now."""
    channel, ts = posted
    try:
        answer = await client.chat_getPermalink(channel=channel, message_ts=ts)
    except FAILURES as error:
        log.info("no permalink of a message: %s", code_of(error))
        return None
    return str(answer.get("permalink") or "") or None
