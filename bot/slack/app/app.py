"""The Bolt app: the caller's identity, what answers each kind of payload, and a last resort."""

import logging
import secrets
import time
from collections.abc import Awaitable, Callable, Mapping
from types import MappingProxyType
from typing import Any

from slack_bolt import BoltResponse
from slack_bolt.app.async_app import AsyncApp
from slack_bolt.authorization import AuthorizeResult
from slack_bolt.context.ack.async_ack import AsyncAck
from slack_bolt.context.async_context import AsyncBoltContext
from slack_bolt.middleware.async_middleware import AsyncMiddleware
from slack_bolt.request.async_request import AsyncBoltRequest
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

Answer = Callable[[Interaction], Awaitable[Reply]]

_KINDS: Mapping[str, tuple[str, Answer]] = MappingProxyType(
    {
        "block_actions": ("action", dispatch.on_action),
        "command": ("command", dispatch.on_command),
        "event_callback": ("event", dispatch.on_event),
        "message_action": ("shortcut", dispatch.on_shortcut),
        "shortcut": ("shortcut", dispatch.on_shortcut),
        "view_submission": ("submission", dispatch.on_submission),
    }
)
"""How a payload of each type is called, and what answers it. A closed view needs no answer."""

Acked = Callable[[str, float], None]
"""Hears of which kind a payload was, and after how many seconds it was answered."""


def create_app(
    surface: Surface,
    client: AsyncWebClient,
    authorize: Authorize,
    acked: Acked = lambda _kind, _seconds: None,
) -> AsyncApp:
    """Return the app. Its caller has already checked the signatures.

    Bolt sends what a middleware answers when that returns, so whatever it commits is stored before
    Slack gets the answer.
    """

    async def authorized(enterprise_id: str | None, team_id: str | None) -> AuthorizeResult:
        # Bolt hands over by name, and would give a method its `self` twice
        return await authorize(enterprise_id, team_id)

    app = AsyncApp(
        name="walkaway",  # or Bolt reads the source of every caller to find one
        logger=_BOLT_LOG,
        client=client,
        authorize=authorized,
        request_verification_enabled=False,
    )
    app.middleware(_Answering(surface, client, acked))
    app.error(_last_resort)
    return app


class _Answering(AsyncMiddleware):
    """Answers every payload, after Bolt's own middleware has found out who sent it.

    Bolt's listeners are asked one after the other, and each gets thirty arguments that are put
    together before anybody knows whether it wants them.
    """

    def __init__(self, surface: Surface, client: AsyncWebClient, acked: Acked) -> None:
        self._surface = surface
        self._client = client
        self._acked = acked

    async def async_process(
        self,
        *,
        req: AsyncBoltRequest,
        resp: BoltResponse,  # noqa: ARG002 - Bolt hands both over by name
        next: Callable[[], Awaitable[BoltResponse]],  # noqa: A002, ARG002
    ) -> BoltResponse | None:
        """Answer with what a table has for a payload of this type; a 400 to any other."""
        begun = time.perf_counter()
        body, context = req.body, req.context
        type_ = payloads.type_of(body)
        if type_ == "view_closed":
            return await context.ack()
        if type_ is None:
            return _refuse_unknown()
        kind, answer = _KINDS[type_]
        reference = secrets.token_hex(4)
        clear_contextvars()
        bind_contextvars(request=reference, payload=kind)
        try:
            caller = _caller(context)
        except payloads.MalformedPayload:
            # many an event is about nobody; anything else has a sender
            return BoltResponse(status=200 if kind == "event" else 400, body="")
        bind_contextvars(workspace=caller.workspace_id)
        it = Interaction(self._surface, self._client, body, caller, guarded, reference)
        if _is_from_elsewhere(context, body):
            answer = dispatch.refuse_stranger
        response = await _acknowledge(context.ack, await answer(it))
        self._acked(kind, time.perf_counter() - begun)
        return response


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


async def _acknowledge(ack: AsyncAck, answer: Reply) -> BoltResponse:
    return await ack() if answer is None else await ack(**answer)


def _refuse_unknown() -> BoltResponse:
    log.warning("a payload is of no kind that we know")
    return BoltResponse(status=400, body="")


async def _last_resort(error: Exception, body: Mapping[str, Any]) -> BoltResponse:
    """Log an error that nothing handled. Slack gets a 200, so that it doesn't try again.

    If we're too busy, it gets a 503. A payload that Slack never sends gets a 400: Bolt may fail
    while it looks who sent it.
    """
    if isinstance(error, TooBusy):
        log.warning("too busy: a payload was refused")
        return BoltResponse(status=503, body="")
    if payloads.type_of(body) is None:
        return _refuse_unknown()
    log.error("a payload of type %s was not handled", body.get("type"), exc_info=error)
    return BoltResponse(status=200, body="")
