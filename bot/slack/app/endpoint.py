"""Slack's endpoint over HTTP. It hands each payload to Bolt already parsed, as Socket Mode does."""

from collections.abc import Awaitable, Callable, MutableMapping
from typing import Any

from slack_bolt.adapter.asgi.http_response import AsgiHttpResponse
from slack_bolt.app.async_app import AsyncApp
from slack_bolt.request.async_request import AsyncBoltRequest
from slack_bolt.request.internals import parse_body

Message = MutableMapping[str, Any]
Endpoint = Callable[
    [Message, Callable[[], Awaitable[Message]], Callable[[Message], Awaitable[None]]],
    Awaitable[None],
]


def create_endpoint(app: AsyncApp) -> Endpoint:
    """Return the app for requests that the guard let in, with their bodies complete.

    Bolt's own adapter first decodes headers and query, which nothing reads any more: the guard has
    checked the signature. An unreadable body raises whatever its parser raises.
    """

    async def serve(
        scope: Message,
        receive: Callable[[], Awaitable[Message]],
        send: Callable[[Message], Awaitable[None]],
    ) -> None:
        message = await receive()
        payload = parse_body(message["body"].decode(), _content_type(scope))
        if not isinstance(payload, dict):
            raise TypeError(type(payload))
        answer = await app.async_dispatch(AsyncBoltRequest(body=payload, mode="socket_mode"))
        response = AsgiHttpResponse(answer.status, answer.headers, answer.body)
        await send(response.get_response_start())
        await send(response.get_response_body())

    return serve


def _content_type(scope: Message) -> str:
    named: bytes = dict(scope["headers"]).get(b"content-type", b"")
    return named.partition(b";")[0].decode("latin-1")
