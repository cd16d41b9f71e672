"""F, what we compare with: a bare Bolt app that only acks and opens its modal.

`python -m benchmarks.bare PORT SLACK_URL VIEWS`, where VIEWS is a file with the views that
Walkaway showed, so that both send the same. It imports nothing of Walkaway, for its memory and
start are measured too.
"""

import asyncio
import json
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import aiohttp
import uvicorn
import uvloop
from slack_bolt.adapter.asgi.async_handler import AsyncSlackRequestHandler
from slack_bolt.app.async_app import AsyncApp
from slack_bolt.context.ack.async_ack import AsyncAck
from slack_sdk.web.async_client import AsyncWebClient

from benchmarks.payloads import BOT_TOKEN, SIGNING_SECRET

More = Callable[[AsyncApp], None]
"""Adds listeners."""


async def serve(port: int, slack_url: str, view: dict[str, Any], more: More | None = None) -> None:
    """Serve under the same uvicorn, with the same settings, until SIGTERM."""
    async with aiohttp.ClientSession() as session:
        client = AsyncWebClient(
            token=BOT_TOKEN, base_url=slack_url, session=session, retry_handlers=[]
        )
        app = create_app(client, view)
        if more is not None:
            more(app)
        await serve_asgi(AsyncSlackRequestHandler(app), port)


async def serve_asgi(app: Any, port: int) -> None:
    """Serve any app under uvicorn with the settings of Walkaway."""
    config = uvicorn.Config(
        app,
        host="127.0.0.1",
        port=port,
        lifespan="off",
        access_log=False,
        log_config=None,
        server_header=False,
        timeout_graceful_shutdown=5,
        timeout_keep_alive=75,
    )
    await uvicorn.Server(config).serve()


def create_app(client: AsyncWebClient, view: dict[str, Any]) -> AsyncApp:
    """Return the app with its one listener; the modal opens after the ack, as ours does."""
    app = AsyncApp(client=client, signing_secret=SIGNING_SECRET, process_before_response=True)
    under_way: set[asyncio.Task[Any]] = set()

    async def qualify(ack: AsyncAck, body: dict[str, Any]) -> None:
        await ack()
        opening = asyncio.create_task(client.views_open(trigger_id=body["trigger_id"], view=view))
        under_way.add(opening)
        opening.add_done_callback(under_way.discard)

    app.command("/qualify")(qualify)
    return app


def views_in(file: str) -> list[dict[str, Any]]:
    """Read the views that were captured: three steps and the verdict, or only the first."""
    views: list[dict[str, Any]] = json.loads(Path(file).read_text(encoding="utf-8"))
    return views


if __name__ == "__main__":
    uvloop.run(serve(int(sys.argv[1]), sys.argv[2], views_in(sys.argv[3])[0]))
