"""The floor: an ASGI app by hand, without Bolt, that checks signatures, acks and opens the modal.

`python -m benchmarks.bare_floor PORT SLACK_URL VIEWS`. Nobody writes an app like that; it says what
uvicorn, a signature and a call of Slack cost.
"""

import asyncio
import hashlib
import hmac
import json
import sys
from typing import Any, Final
from urllib.parse import parse_qs

import aiohttp
import uvloop

from benchmarks.bare import serve_asgi, views_in
from benchmarks.payloads import BOT_TOKEN, SIGNING_SECRET

_START: Final = {"type": "http.response.start", "status": 200, "headers": []}
_END: Final = {"type": "http.response.body", "body": b""}


async def main(port: int, slack_url: str, view: dict[str, Any]) -> None:
    """Serve until SIGTERM."""
    head = {"Authorization": f"Bearer {BOT_TOKEN}", "Content-Type": "application/json"}
    under_way: set[asyncio.Task[None]] = set()
    async with aiohttp.ClientSession(headers=head) as session:

        async def open_modal(trigger_id: str) -> None:
            body = json.dumps({"trigger_id": trigger_id, "view": view})
            async with session.post(f"{slack_url}views.open", data=body) as answer:
                await answer.read()

        async def app(scope: Any, receive: Any, send: Any) -> None:
            headers = dict(scope["headers"])
            message = await receive()
            body = message["body"]
            while message["more_body"]:
                message = await receive()
                body += message["body"]
            _check(headers, body)
            await send(_START)
            await send(_END)
            [trigger_id] = parse_qs(body.decode())["trigger_id"]
            opening = asyncio.create_task(open_modal(trigger_id))
            under_way.add(opening)
            opening.add_done_callback(under_way.discard)

        await serve_asgi(app, port)


def _check(headers: dict[bytes, bytes], body: bytes) -> None:
    base = b"v0:" + headers[b"x-slack-request-timestamp"] + b":" + body
    digest = hmac.new(SIGNING_SECRET.encode(), base, hashlib.sha256).hexdigest()
    if not hmac.compare_digest(f"v0={digest}".encode(), headers[b"x-slack-signature"]):
        raise PermissionError("a forged request")


if __name__ == "__main__":
    uvloop.run(main(int(sys.argv[1]), sys.argv[2], views_in(sys.argv[3])[0]))
