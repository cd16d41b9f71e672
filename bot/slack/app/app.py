"""The Bolt app: the caller's identity, one listener for each kind of payload, and a last resort."""

import logging
import re
import secrets
import time
from collections.abc import Awaitable, Callable, Mapping
from typing import Any

from slack_bolt import BoltResponse
from slack_bolt.app.async_app import AsyncApp
from slack_bolt.authorization import AuthorizeResult
from slack_bolt.context.ack.async_ack import AsyncAck
from slack_bolt.context.async_context import AsyncBoltContext
from slack_bolt.error import BoltUnhandledRequestError
from slack_sdk.web.async_client import AsyncWebClient
from structlog.contextvars import bind_contextvars, clear_contextvars

from bot.domain.people import MemberId
from bot.domain.workspace import WorkspaceId
from bot.services.ports import Caller
from bot.slack.app import dispatch
from bot.slack.app.failures import guarded
from bot.slack.interaction import Interaction, Reply, Surface, TooBusy
from bot.slack.payloads import payloads

log = logging.getLogger(__name__)

Authorize = Callable[[str | None, str | None], Awaitable[AuthorizeResult]]
"""Takes the ids of an organisation and of a workspace."""

_BOLT_LOG = logging.getLogger("bot.slack.bolt")
_BOLT_LOG.setLevel(logging.ERROR)
"""Bolt's warnings quote whole payloads, and the token it finds in the environment worries it."""

_ANYTHING = re.compile("")


Acked = Callable[[str, float], None]
"""Hears of which kind a payload was, and after how many seconds it was answered."""


def create_app(
    surface: Surface,
    client: AsyncWebClient,
    authorize: Authorize,
    acked: Acked = lambda _kind, _seconds: None,
) -> AsyncApp:
    """Return the app. Its caller has already checked the signatures.

    Bolt sends a listener's answer when the listener returns (`process_before_response`), so
    whatever it commits is stored before Slack gets the answer.
    """

    async def authorized(enterprise_id: str | None, team_id: str | None) -> AuthorizeResult:
        # Bolt hands over by name, and would give a method its `self` twice
        return await authorize(enterprise_id, team_id)

    app = AsyncApp(
        name="walkaway",  # or Bolt reads the source of every caller to find one
        logger=_BOLT_LOG,
        client=client,
        authorize=authorized,
        process_before_response=True,
        request_verification_enabled=False,
        raise_error_for_unhandled_request=True,
    )

    def listener(
        kind: str, handler: Callable[[Interaction], Awaitable[Reply]]
    ) -> Callable[..., Any]:
        async def listen(
            ack: AsyncAck, body: dict[str, Any], context: AsyncBoltContext
        ) -> BoltResponse | None:
            begun = time.perf_counter()
            reference = secrets.token_hex(4)
            clear_contextvars()
            bind_contextvars(request=reference, payload=kind)
            try:
                caller = _caller(context)
            except payloads.MalformedPayload:
                # many an event is about nobody; anything else has a sender
                is_event = body.get("type") == "event_callback"
                return BoltResponse(status=200 if is_event else 400, body="")
            bind_contextvars(workspace=caller.workspace_id)
            it = Interaction(surface, client, body, caller, guarded, reference)
            answer = dispatch.refuse_stranger if _is_from_elsewhere(context, body) else handler
            await _acknowledge(ack, await answer(it))
            acked(kind, time.perf_counter() - begun)
            return None

        return listen

    # Bolt tries one after the other: what comes most often is first
    app.view_submission(_ANYTHING)(listener("submission", dispatch.on_submission))
    app.command(_ANYTHING)(listener("command", dispatch.on_command))
    app.action(_ANYTHING)(listener("action", dispatch.on_action))
    app.shortcut(_ANYTHING)(listener("shortcut", dispatch.on_shortcut))
    app.view_closed(_ANYTHING)(_take_note)
    app.event(_ANYTHING)(listener("event", dispatch.on_event))
    app.error(_last_resort)
    return app


def _caller(context: AsyncBoltContext) -> Caller:
    """Return the sender. The workspace comes from the authorization, not from the payload."""
    authorized = context.authorize_result
    team_id = None if authorized is None else authorized.team_id
    return Caller(
        WorkspaceId(payloads.readable_id(team_id)), MemberId(payloads.readable_id(context.user_id))
    )


def _is_from_elsewhere(context: AsyncBoltContext, body: Mapping[str, Any]) -> bool:
    """Tell whether the payload or its sender belongs to a workspace that isn't ours.

    The authorization knows our workspace and its organization (Enterprise Grid). A sister workspace
    belongs to our organization. With an app installed for the whole organization, the payload may
    name no workspace at all.
    """
    ours = context.authorize_result
    if ours is None:
        return True
    if ours.enterprise_id is not None and context.enterprise_id == ours.enterprise_id:
        return False
    user = body.get("user")
    senders = user.get("team_id") if isinstance(user, Mapping) else None
    named = [each for each in (context.team_id, senders) if each is not None]
    return not named or any(each != ours.team_id for each in named)


async def _acknowledge(ack: AsyncAck, answer: Reply) -> None:
    if answer is None:
        await ack()
    else:
        await ack(**answer)


async def _take_note(ack: AsyncAck) -> None:
    """Acknowledge a payload that needs nothing else."""
    await ack()


async def _last_resort(error: Exception, body: Mapping[str, Any]) -> BoltResponse:
    """Log an error that no listener handled. Slack gets a 200, so that it doesn't try again.

    If we're too busy, it gets a 503. A payload that Slack never sends gets a 400: Bolt finds no
    listener for it, or fails while looking.
    """
    if isinstance(error, TooBusy):
        log.warning("too busy: a payload was refused")
        return BoltResponse(status=503, body="")
    if isinstance(error, BoltUnhandledRequestError) or not payloads.says_what_it_is(body):
        log.warning("a payload is of no kind that we know")
        return BoltResponse(status=400, body="")
    log.error("a payload of type %s was not handled", body.get("type"), exc_info=error)
    return BoltResponse(status=200, body="")
