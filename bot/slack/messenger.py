"""Messenger over the Slack Web API: posts and rewrites, and tells which failure means what."""

import hashlib
import hmac
import logging
from collections.abc import Callable, Iterator
from datetime import timedelta
from typing import Any, Final

import aiohttp
from slack_sdk.errors import SlackApiError, SlackClientError
from slack_sdk.web.async_client import AsyncWebClient
from slack_sdk.web.async_slack_response import AsyncSlackResponse

from bot.domain.dossier import Dossier, NudgeMessage
from bot.domain.prospect import QualificationId
from bot.domain.workspace import WorkspaceId
from bot.services.delivery_ports import Claimed, Dead, Outcome, Postponed, Sent, Unknown
from bot.services.ports import MessageKind, OutboxMessage, Person
from bot.slack.texts import Texts, language_of, texts_in
from bot.slack.views import nudge, override_messages, overrides, private, verdict
from bot.slack.views.blocks import Rendered, classic
from bot.slack.wire import UNREADABLE, refusal_code

log = logging.getLogger(__name__)

NOT_OUR_BLOCKS: Final = frozenset(
    {"invalid_blocks", "invalid_blocks_format", "msg_blocks_too_long"}
)
"""Slack refuses how it looks, not what it says: once more in plainer blocks."""

PERMANENT: Final = frozenset(
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

WORKSPACE_AWAY: Final = frozenset(
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

PERHAPS_SENT: Final = frozenset(
    {"fatal_error", "internal_error", "request_timeout", "service_unavailable", UNREADABLE}
)

_REWRITES: Final = frozenset({MessageKind.CARD_REWRITE, MessageKind.NUDGE_REWRITE})
_CLOSING: Final = frozenset({MessageKind.CLOSING_LINE})
_CLOCK_LINES: Final = _CLOSING | {MessageKind.LAPSE_LINE}
_OVERRIDE_LINES: Final = {
    MessageKind.REQUEST_LINE: overrides.lapse_sentence,
    MessageKind.KILL_DATE_LINE: overrides.kill_date_sentence,
}
_OF_OVERRIDES: Final = _OVERRIDE_LINES.keys() | {
    MessageKind.OVERRIDE_ASKED,
    MessageKind.OVERRIDE_LAPSED,
    MessageKind.OVERRIDE_NEWS,
}
_LINES: Final = _CLOCK_LINES | _OVERRIDE_LINES.keys() | {MessageKind.THREAD_LINE}

AWAY_FOR: Final = timedelta(minutes=5)
UNREACHABLE_FOR: Final = timedelta(seconds=10)
THROTTLED_FOR: Final = timedelta(seconds=30)
"""When Slack does not say for how long."""


class SlackMessenger:
    """Says things in Slack."""

    def __init__(self, client: Callable[[WorkspaceId], AsyncWebClient], secret: bytes) -> None:
        """Take the clients, and a secret that marks our messages in their metadata."""
        self._client = client
        self._secret = secret

    async def send(
        self, claimed: Claimed, about: Dossier | NudgeMessage | None, reader: Person | None
    ) -> Outcome:
        """Send a claimed message once; the blocks get plainer if Slack refuses them."""
        if claimed.message.kind in _REWRITES | _LINES and not _place_of(about):
            return Dead("not_needed")
        rendered = await self._rendered(claimed, about, reader)
        outcome: Outcome = Dead("invalid_blocks")
        for variant in _plainer_and_plainer(rendered):
            try:
                return _sent(await self._call(claimed, about, variant))
            except SlackApiError as error:
                code = refusal_code(error.response)
                if code not in NOT_OUR_BLOCKS:
                    return _judged(error)
                log.warning(
                    "Slack refused the blocks of message %s (%s): %s",
                    claimed.row_id,
                    claimed.message.kind,
                    error.response.get("errors") or code,
                )
                outcome = Dead(code)
            except (aiohttp.ClientConnectorError, ConnectionRefusedError) as error:
                return Postponed(UNREACHABLE_FOR, type(error).__name__)
            except (SlackClientError, aiohttp.ClientError, TimeoutError, OSError) as error:
                return Unknown(type(error).__name__)
        return outcome

    async def _rendered(
        self, claimed: Claimed, about: Dossier | NudgeMessage | None, reader: Person | None
    ) -> Rendered:
        texts = _texts(about, reader)
        message = claimed.message
        if isinstance(about, NudgeMessage):
            return nudge.nudge_message(about, texts)
        dossier = about
        if dossier is None:
            detail = message.detail
            return private.undeliverable(str(detail["recipient"]), str(detail["cause"]), texts)
        if message.kind is MessageKind.OWNER_CHOSEN:
            return private.owner_chosen(dossier, texts, message.revision)
        if message.kind is MessageKind.THREAD_LINE:
            entry = next(each for each in dossier.history if each.revision == message.revision)
            return verdict.thread_line(dossier, entry, texts)
        if message.kind in _OF_OVERRIDES:
            return _of_override(message, dossier, texts)
        if message.kind in _CLOCK_LINES:
            return verdict.clock_line(dossier, texts, is_closing=message.kind in _CLOSING)
        return verdict.card(dossier, texts, links=await self._links(claimed.workspace_id, dossier))

    async def _links(
        self, workspace_id: WorkspaceId, dossier: Dossier
    ) -> dict[QualificationId, str]:
        """Return the addresses of the cards before and after, as far as Slack tells them."""
        links = {}
        for other in (dossier.before, dossier.after):
            if other is None or not (other.card_channel and other.card_ts):
                continue
            try:
                answer = await self._client(workspace_id).chat_getPermalink(
                    channel=other.card_channel, message_ts=other.card_ts
                )
                links[other.id] = str(answer["permalink"])
            except (SlackClientError, aiohttp.ClientError, TimeoutError, OSError) as error:
                log.info("no link to another card: %s", type(error).__name__)
        return links

    async def _call(
        self, claimed: Claimed, about: Dossier | NudgeMessage | None, rendered: Rendered
    ) -> AsyncSlackResponse:
        client = self._client(claimed.workspace_id)
        said: dict[str, Any] = {
            "text": rendered.text,
            "blocks": rendered.blocks,
            "parse": "none",
            "link_names": False,
        }
        place = _place_of(about)
        kind = claimed.message.kind
        if kind in _REWRITES and place:
            return await client.chat_update(channel=place[0], ts=place[1], **said)
        thread_ts = place[1] if place and kind in _LINES else None
        return await client.chat_postMessage(
            channel=claimed.message.recipient,
            thread_ts=thread_ts,
            metadata={
                "event_type": "walkaway_message",
                "event_payload": {"key": self._mark(claimed)},
            },
            unfurl_links=False,
            unfurl_media=False,
            **said,
        )

    def _mark(self, claimed: Claimed) -> str:
        """Return what a message of ours can be found by, which nobody else can make."""
        key = f"{claimed.workspace_id}:{claimed.message.dedupe_key}"
        return hmac.new(self._secret, key.encode(), hashlib.sha256).hexdigest()


def _of_override(message: OutboxMessage, dossier: Dossier, texts: Texts) -> Rendered:
    """Draw what is said about an override or the request for one."""
    match message.kind:
        case MessageKind.OVERRIDE_ASKED:
            return override_messages.asked(dossier, texts)
        case MessageKind.OVERRIDE_LAPSED:
            return override_messages.lapsed(dossier, texts)
        case MessageKind.OVERRIDE_NEWS:
            entry = next(each for each in dossier.history if each.revision == message.revision)
            return override_messages.news(dossier, entry, message.detail, texts)
        case _:
            return verdict.plain_line(_OVERRIDE_LINES[message.kind](dossier.prospect, texts))


def _texts(about: Dossier | NudgeMessage | None, reader: Person | None) -> Texts:
    """Return the texts of who reads it; in a channel, those of the workspace."""
    if reader is not None:
        return texts_in(language_of(reader.locale, reader.workspace.settings.language))
    return texts_in("en" if about is None else about.workspace.settings.language)


def _place_of(about: Dossier | NudgeMessage | None) -> tuple[str, str] | None:
    """Return where the card or the nudge message stands, once it is posted."""
    if about is None:
        return None
    if isinstance(about, NudgeMessage):
        return about.posted
    card = about.qualification
    return (card.card_channel, card.card_ts) if card.card_channel and card.card_ts else None


def _plainer_and_plainer(rendered: Rendered) -> Iterator[Rendered]:
    """Yield a message as it should be, in classic blocks, and as text alone."""
    yield rendered
    if rendered.blocks:
        yield classic(rendered)
        yield Rendered(rendered.text, [])


def _sent(answer: AsyncSlackResponse) -> Sent:
    return Sent(str(answer["channel"]), str(answer["ts"]))


def _judged(error: SlackApiError) -> Outcome:
    """Tell what a refusal means for the message."""
    code = refusal_code(error.response)
    status = getattr(error.response, "status_code", 200)
    if status == 429 or code in {"ratelimited", "rate_limited"}:
        return Postponed(_retry_after(error), "ratelimited", lane=True)
    if status >= 500 or code in PERHAPS_SENT:
        return Unknown(code)
    if code in WORKSPACE_AWAY:
        log.error("Slack does not let us in (%s): messages wait", code)
        return Postponed(AWAY_FOR, code, lane=True)
    if code not in PERMANENT:
        log.error("Slack refused a message with a code that we do not know: %s", code)
    return Dead(code)


def _retry_after(error: SlackApiError) -> timedelta:
    headers = getattr(error.response, "headers", {})
    text = str(headers.get("Retry-After") or headers.get("retry-after") or "")
    return timedelta(seconds=int(text)) if text.isascii() and text.isdecimal() else THROTTLED_FOR
