"""A server with the Page API and no Slack behind it: fixed snapshots in, posted actions out."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from copy import deepcopy
from pathlib import Path
from typing import Any

from aiohttp import web

import sandbox

Json = dict[str, Any]
FILES = Path(sandbox.__file__).parent / "page"
JONAS, EMMA = "U0JONAS", "U0EMMA"
SALES, DIRECT = "C0SALES", "D0JONAS"


def person(id_: str, name: str, title: str, locale: str, **more: bool) -> Json:
    flags = {"is_guest": False, "is_manager": False, "is_bot": False} | more
    return {
        "id": id_,
        "name": name,
        "title": title,
        "locale": locale,
        "tz": "Europe/Berlin",
    } | flags


def message(ts: str, **more: Any) -> Json:
    plain: Json = {
        "ts": ts,
        "user": "U0WALKAWAY",
        "username": None,
        "is_app": True,
        "text": "",
        "blocks": None,
        "thread_ts": None,
        "edited": False,
        "ephemeral": False,
        "reply_count": 0,
    }
    return plain | more


def view(id_: str, blocks: list[Json], **more: Any) -> Json:
    plain: Json = {
        "id": id_,
        "hash": "1",
        "type": "modal",
        "external_id": "",
        "callback_id": "step",
        "title": plain_text("Screen a prospect"),
        "submit": plain_text("Next"),
        "close": plain_text("Cancel"),
        "blocks": blocks,
        "opened_by_update": False,
    }
    return plain | more


def field(block_id: str, element: Json, label: str = "", **more: Any) -> Json:
    block: Json = {
        "type": "input",
        "block_id": block_id,
        "label": plain_text(label or block_id.title()),
        "element": {"action_id": "answer"} | element,
        "optional": False,
    }
    return block | more


def option(value: str, text: str = "", **more: Any) -> Json:
    return {"text": plain_text(text or value.title()), "value": value} | more


def plain_text(text: str) -> Json:
    return {"type": "plain_text", "text": text, "emoji": True}


def mrkdwn(text: str) -> Json:
    return {"type": "mrkdwn", "text": text}


def first_snapshot(member: str) -> Json:
    return {
        "member": member,
        "now": "2026-12-01T09:30:00+00:00",
        "members": [
            person(JONAS, "Jonas Weber", "Salesperson", "de-DE"),
            person(EMMA, "Emma Clarke", "Salesperson", "en-GB"),
            person("U0SABINE", "Sabine Vogt", "Sales manager", "de-DE", is_manager=True),
            person("U0GIL", "Gil Moreno", "Freelancer", "en-US", is_guest=True),
            person("U0WALKAWAY", "Walkaway", "", "en-US", is_bot=True),
        ],
        "channels": [
            {"id": SALES, "name": "sales", "kind": "channel", "unread": 0},
            {"id": "C0VERDICTS", "name": "verdicts", "kind": "channel", "unread": 2},
            {"id": f"D0{member[2:]}", "name": "Walkaway", "kind": "dm", "unread": 0},
        ],
        "messages": {SALES: [], "C0VERDICTS": [], DIRECT: []},
        "views": [],
        "home": None,
        "commands": [
            {"command": "/qualify", "description": "Screen a prospect", "usage_hint": "[name]"},
            {"command": "/quiet", "description": "Be quiet", "usage_hint": ""},
        ],
        "shortcuts": [
            {"callback_id": "qualify", "name": "Screen a prospect", "type": "global"},
            {"callback_id": "qualify_this", "name": "Screen this", "type": "message"},
        ],
        "notices": [],
        "connected": True,
        "mode": "socket",
    }


class ScriptedSandbox:
    """Shows what a test puts into `snapshot`, and keeps what the page posts."""

    def __init__(self) -> None:
        self.snapshot: Json = first_snapshot(JONAS)
        self.posts: list[tuple[str, Json]] = []
        self.answers: dict[str, Json] = {}
        self.held = asyncio.Event()
        self.held.set()
        self.url = ""
        self._sockets: list[tuple[str, web.WebSocketResponse]] = []
        self._posted = asyncio.Condition()

    @classmethod
    @asynccontextmanager
    async def serving(cls) -> AsyncIterator["ScriptedSandbox"]:
        scripted = cls()
        runner = web.AppRunner(scripted._routes(), access_log=None, shutdown_timeout=1)
        await runner.setup()
        await web.TCPSite(runner, "127.0.0.1", 0).start()
        scripted.url = f"http://127.0.0.1:{runner.addresses[0][1]}"
        try:
            yield scripted
        finally:
            for _, socket in scripted._sockets:
                await socket.close()
            await runner.cleanup()

    async def show(self, **changes: Any) -> None:
        """Send a snapshot with these parts changed."""
        self.snapshot = self.snapshot | deepcopy(changes)
        for member, socket in self._sockets:
            if not socket.closed:
                await socket.send_json(self.snapshot | {"member": member})

    async def prepare(self, done: int, of: int) -> None:
        """Say how far the past is that is played, instead of what there is."""
        for member, socket in self._sockets:
            locale = "de-DE" if member == JONAS else "en-GB"
            drawn = {"done": done, "of": of, "locale": locale}
            await socket.send_json({"preparation": drawn})

    async def say(self, *messages: Json, channel: str = SALES) -> None:
        await self.show(messages=self.snapshot["messages"] | {channel: list(messages)})

    async def posted(self, what: str, count: int = 1) -> Json:
        """Wait for the `count`-th post of a kind; give its body."""
        async with self._posted, asyncio.timeout(60):
            await self._posted.wait_for(lambda: len(self.all_posted(what)) >= count)
        return self.all_posted(what)[count - 1]

    def all_posted(self, what: str) -> list[Json]:
        return [body for name, body in self.posts if name == what]

    def _routes(self) -> web.Application:
        application = web.Application()
        application.router.add_get("/", self._index)
        application.router.add_get("/archives/{channel}/{anchor}", self._index)
        application.router.add_get("/page/events", self._events)
        application.router.add_get("/page/{file}", self._file)
        application.router.add_post("/page/upload", self._upload)
        application.router.add_post("/page/{what}", self._post)
        return application

    async def _index(self, _request: web.Request) -> web.StreamResponse:
        return web.FileResponse(FILES / "index.html")

    async def _file(self, request: web.Request) -> web.StreamResponse:
        return web.FileResponse(FILES / request.match_info["file"])

    async def _events(self, request: web.Request) -> web.StreamResponse:
        socket = web.WebSocketResponse()
        await socket.prepare(request)
        member = request.query["member"]
        self._sockets.append((member, socket))
        channels = first_snapshot(member)["channels"]
        await socket.send_json(self.snapshot | {"member": member, "channels": channels})
        async for _ in socket:
            pass
        return socket

    async def _upload(self, request: web.Request) -> web.StreamResponse:
        name = request.query["name"]
        return web.json_response({"id": f"F{len(self.posts)}", "name": name, "title": name})

    async def _post(self, request: web.Request) -> web.StreamResponse:
        what = request.match_info["what"]
        async with self._posted:
            body = await request.json()
            assert body.pop("tab")
            self.posts.append((what, body))
            self._posted.notify_all()
        await self.held.wait()
        return web.json_response(self.answers.get(what, {}))
