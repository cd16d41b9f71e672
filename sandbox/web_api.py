"""The door of the Web API: arguments, tokens, scopes, faults. `web_api_methods` has the methods."""

import asyncio
import json
from collections.abc import Callable
from typing import Any

from aiohttp import web

from sandbox.arguments import Arguments
from sandbox.problems import ApiError
from sandbox.web_api_methods import METHODS, NEEDED_SCOPES
from sandbox.workspace import ApiCall, Fault, Workspace
from sandbox.world import APP_TOKEN, BOT_TOKEN

Faults = Callable[[ApiCall], Fault | None]


class WebApi:
    """Answers `/api/<method>` as Slack does."""

    def __init__(self, workspace: Workspace, *, rate_limited: bool = False) -> None:
        self.faults: Faults | None = None
        self.switched: Faults = lambda _: None
        """Asked when `faults` wants none."""
        self.rate_limited = rate_limited
        self._workspace = workspace
        self._last_post: dict[str, float] = {}

    async def handle(self, request: web.Request) -> web.StreamResponse:
        """Answer one call over HTTP."""
        raw = await _raw_arguments(request)
        answer = await self.answer(request.match_info["method"], _token(request, raw), raw)
        if answer is None and request.transport:
            request.transport.abort()
        return answer or web.Response()

    async def answer(self, method: str, token: str, raw: dict[str, Any]) -> web.Response | None:
        """Answer one call, after asking whether a fault is wanted; None: the connection breaks."""
        call = ApiCall(method, _readable(raw), self._workspace.clock())
        self._workspace.calls.append(call)
        with self._workspace.journal.noting("call", method, call.args) as exchange:
            fault = (self.faults and self.faults(call)) or self.switched(call)
            if fault is None:
                answer: web.Response | None = self._answer(method, token, raw)
            else:
                answer = await self._faulty(fault, method, token, raw)
            exchange.failure = "connection_reset" if answer is None else ""
            if answer is not None:
                exchange.answered, exchange.status = answer.body, answer.status
        return answer

    async def _faulty(
        self, fault: Fault, method: str, token: str, raw: dict[str, Any]
    ) -> web.Response | None:
        replaced = fault.reset or fault.status is not None or fault.body is not None
        honest: web.Response | None = None
        if fault.carried_out:
            honest = self._answer(method, token, raw)
        await asyncio.sleep(fault.delay)
        if fault.until is not None:
            await fault.until.wait()
        if not replaced:
            return honest or self._answer(method, token, raw)
        if fault.reset:
            return None
        body = fault.body if fault.body is not None else ""
        text = body if isinstance(body, str) else json.dumps(body)
        kind = "text/html" if isinstance(body, str) else "application/json"
        return web.Response(
            status=fault.status or 200, text=text, content_type=kind, headers=fault.headers
        )

    def _answer(self, method: str, token: str, raw: dict[str, Any]) -> web.Response:
        try:
            if wait := self._rate(method, raw):
                body: dict[str, Any] = {"ok": False, "error": "ratelimited"}
                return web.json_response(body, status=429, headers={"Retry-After": str(wait)})
            body = {"ok": True} | self._carry_out(method, token, raw)
        except ApiError as error:
            if not error.is_nobodys_fault:
                self._workspace.refuse(method, error)
            body = error.to_slack()
        self._workspace.changes.announce()
        scopes = ",".join(self._workspace.scopes)
        return web.json_response(body, headers={"x-oauth-scopes": scopes})

    def _carry_out(self, method: str, token: str, raw: dict[str, Any]) -> dict[str, Any]:
        if method not in METHODS:
            raise ApiError("unknown_method", req_method=method)
        self._check_token(method, token)
        return METHODS[method](self._workspace, Arguments(raw))

    def _check_token(self, method: str, token: str) -> None:
        if method == "api.test":
            return
        if not token:
            raise ApiError("not_authed")
        if token not in (APP_TOKEN, BOT_TOKEN):
            raise ApiError("invalid_auth")
        if (token == APP_TOKEN) != (method == "apps.connections.open"):
            raise ApiError("not_allowed_token_type")
        needed = NEEDED_SCOPES.get(method)
        if needed and needed not in self._workspace.scopes:
            provided = ",".join(self._workspace.scopes)
            raise ApiError("missing_scope", needed=needed, provided=provided)

    def _rate(self, method: str, raw: dict[str, Any]) -> int:
        """Seconds to wait, when the switch is on and the channel had a message just now."""
        if not self.rate_limited or method != "chat.postMessage":
            return 0
        channel, now = str(raw.get("channel")), self._workspace.monotonic()
        if now - self._last_post.get(channel, float("-inf")) < 1:
            return 1
        self._last_post[channel] = now
        return 0


async def _raw_arguments(request: web.Request) -> dict[str, Any]:
    raw: dict[str, Any] = dict(request.query)
    if request.content_type == "application/json":
        try:
            body = await request.json()
        except ValueError:
            body = None
        return raw | (body if isinstance(body, dict) else {})
    return raw | dict(await request.post())


def _token(request: web.Request, raw: dict[str, Any]) -> str:
    header = request.headers.get("Authorization", "")
    in_body = raw.pop("token", "")
    return header.removeprefix("Bearer ").strip() or str(in_body)


def _readable(raw: dict[str, Any]) -> dict[str, Any]:
    arguments = Arguments(raw)
    nested = ("blocks", "view", "metadata", "attachments")
    return {key: arguments.lenient(key) if key in nested else raw[key] for key in raw}
