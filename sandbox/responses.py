"""The response_url: how an app answers an interaction up to five times within half an hour."""

from typing import Any

from aiohttp import web

from sandbox.elements import with_ids
from sandbox.messages import Message
from sandbox.permits import ResponseAddress
from sandbox.problems import ApiError
from sandbox.workspace import ApiCall, Workspace, checked_message

Json = dict[str, Any]


class Responses:
    """Answers `POST /response/<id>`."""

    def __init__(self, workspace: Workspace) -> None:
        self._workspace = workspace

    async def handle(self, request: web.Request) -> web.Response:
        """Take one answer of the app over HTTP."""
        return self.take(request.match_info["id"], await _body(request))

    def take(self, address_id: str, body: Json) -> web.Response:
        """Take one answer of the app."""
        self._workspace.calls.append(ApiCall("response_url", body, self._workspace.clock()))
        with self._workspace.journal.noting("response", "response_url", body) as exchange:
            answer = self._answer(address_id, body)
            exchange.answered, exchange.status = answer.body, answer.status
        return answer

    def _answer(self, address_id: str, body: Json) -> web.Response:
        try:
            address = self._workspace.permits.use_address(address_id)
            self._take(address, body)
        except ApiError as error:
            self._workspace.refuse("response_url", error)
            status = 404 if error.error in ("expired_url", "used_url") else 400
            return web.json_response(error.to_slack(), status=status)
        self._workspace.changes.announce()
        return web.Response(text="ok")

    def _take(self, address: ResponseAddress, body: Json) -> None:
        original = self._original(address)
        if body.get("delete_original"):
            if original:
                self._workspace.messages.remove(original)
            return
        text, blocks = body.get("text") or "", body.get("blocks")
        if not text and not blocks:
            raise ApiError("no_text")
        if blocks:
            checked_message({"blocks": blocks, "text": text or None})
        if body.get("replace_original") and original:
            original.text = text
            original.blocks = with_ids(blocks, self._workspace.new_id)
            original.edited_ts = self._workspace.messages.next_ts()
            return
        only = None if body.get("response_type") == "in_channel" else address.member
        thread = body.get("thread_ts")
        self._workspace.post(address.channel, text, blocks, ephemeral_for=only, thread_ts=thread)

    def _original(self, address: ResponseAddress) -> Message | None:
        if address.message_ts is None:
            return None
        return self._workspace.messages.find(address.channel, address.message_ts)


async def _body(request: web.Request) -> Json:
    try:
        body = await request.json()
    except ValueError:
        return {}
    return body if isinstance(body, dict) else {}
