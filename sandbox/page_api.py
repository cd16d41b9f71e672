"""The JSON door between the page in the browser and the pretend Slack, and the page's files."""

import asyncio
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any

from aiohttp import web

from sandbox.delivery import Delivery
from sandbox.interactions import TROUBLE, Interactions, action_of, placed
from sandbox.messages import Message
from sandbox.permits import in_tab
from sandbox.problems import AppDidNotAnswer, CannotDo
from sandbox.snapshot import snapshot
from sandbox.switches import Switches
from sandbox.views import View
from sandbox.words import Sentence
from sandbox.workspace import Workspace
from sandbox.world import SALES

Json = dict[str, Any]
FILES = Path(__file__).parent / "page"
_COALESCE_SECONDS = 0.02


class PageApi:
    """Routes below `/page`, and the page itself."""

    def __init__(
        self,
        workspace: Workspace,
        interactions: Interactions,
        delivery: Delivery,
        switches: Switches,
    ) -> None:
        self._workspace = workspace
        self._interactions = interactions
        self._delivery = delivery
        self._switches = switches
        self._sockets: dict[web.WebSocketResponse, tuple[str, str | None]] = {}
        """Who looks, and in which tab, by where we tell them."""

    def add_routes(self, app: web.Application) -> None:
        """Make everything reachable."""
        doors = {
            "say": self._say,
            "act": self._act,
            "submit": self._submit,
            "close": self._close,
            "shortcut": self._shortcut,
            "home": self._home,
            "read": self._read,
        }
        for name, door in doors.items():
            app.router.add_post(f"/page/{name}", guarded(door, self._workspace))
        app.router.add_get("/page/events", self._tell)
        app.router.add_get("/page/{file:[\\w-][\\w.-]*}", self._file)
        app.router.add_get("/archives/{channel}/{anchor}", self._index)
        app.router.add_get("/", self._index)
        app.on_shutdown.append(self._hang_up)

    async def _index(self, _request: web.Request) -> web.StreamResponse:
        return _static(FILES / "index.html")

    async def _file(self, request: web.Request) -> web.StreamResponse:
        return _static(FILES / request.match_info["file"])

    async def _tell(self, request: web.Request) -> web.StreamResponse:
        member = request.query.get("member", "")
        if member not in self._workspace.world.members:
            return web.json_response({"error": f"There is no member {member}."}, status=404)
        socket = web.WebSocketResponse(heartbeat=20)
        await socket.prepare(request)
        tab = request.query.get("tab")
        if "fresh" in request.query:
            self._leave_modals(member)
        self._sockets[socket] = (member, tab)
        telling = asyncio.get_running_loop().create_task(self._keep_telling(socket, member, tab))
        try:
            async for _ in socket:
                pass
        finally:
            self._sockets.pop(socket)
            telling.cancel()
            await asyncio.gather(telling, return_exceptions=True)
        return socket

    def _leave_modals(self, member: str) -> None:
        """Close what no page shows any more, as one was loaded anew; as in Slack, nobody is told.

        What was opened without a page stands in all of them.
        """
        tabs = {tab for whose, tab in self._sockets.values() if whose == member}
        for view in self._workspace.views.stack(member):
            if view.tab not in tabs and not (view.tab is None and tabs):
                self._workspace.views.clear(member, view.tab)
        self._workspace.changes.announce()

    async def _keep_telling(
        self, socket: web.WebSocketResponse, member: str, tab: str | None
    ) -> None:
        while not socket.closed:
            await self._tell_preparation(socket, member)
            count = self._workspace.changes.count
            seen = snapshot(self._workspace, self._interactions, self._delivery, member, tab)
            await socket.send_json(
                seen | {"switches": self._switches.drawn(_locale(self._workspace, member))}
            )
            await self._workspace.changes.after(count)
            await asyncio.sleep(_COALESCE_SECONDS)

    async def _tell_preparation(self, socket: web.WebSocketResponse, member: str) -> None:
        """Say how far it is instead of what there is, until everybody may come in."""
        preparation, locale = self._workspace.preparation, _locale(self._workspace, member)
        while not preparation.is_over:
            count = preparation.changes.count
            await socket.send_json({"preparation": preparation.drawn() | {"locale": locale}})
            await preparation.changes.after(count)

    async def _hang_up(self, _app: web.Application) -> None:
        for socket in list(self._sockets):
            await socket.close()

    async def _say(self, body: Json) -> Json:
        member, text = str(body["member"]), str(body.get("text") or "").strip()
        channel, thread_ts = str(body.get("channel") or SALES), body.get("thread_ts")
        if not text:
            raise CannotDo("There's nothing to send.")
        if text.startswith("/"):
            return await self._command(member, text, channel, in_thread=bool(thread_ts))
        room = self._workspace.world.channels.get(channel)
        is_off = self._workspace.world.members[member].deleted
        if is_off or room is None or member not in room.members or room.is_archived:
            raise CannotDo("You can't write in this channel.")
        self._workspace.post(channel, _as_typed(text), user=member, thread_ts=thread_ts)
        self._workspace.read[member, channel] = self._workspace.messages.next_ts()
        return {}

    async def _command(self, member: str, text: str, channel: str, *, in_thread: bool) -> Json:
        command, _, rest = text.partition(" ")
        if in_thread:
            refused = CannotDo("{command} is not supported in threads. Sorry!", command=command)
            self._workspace.notify("warning", refused.sentence, method=command)
            raise refused
        await self._interactions.command(member, command, rest.strip(), channel)
        return {}

    async def _act(self, body: Json) -> Json:
        member, source = str(body["member"]), body["source"]
        place = self._place(member, source)
        block, element = placed(place.blocks, body["action_id"], body.get("block_id"))
        action = action_of(block, element, body.get("element"))
        touched = body.get("state") or {}
        if isinstance(place, Message):
            await self._interactions.act_on_message(member, place, action, touched)
        else:
            await self._interactions.act_on_view(place, action, touched)
        return {}

    async def _submit(self, body: Json) -> Json:
        view = self._modal(str(body["member"]), str(body["view_id"]))
        result = await self._interactions.submit(view, body.get("state"))
        return {"errors": result.errors} if result.errors else {}

    async def _close(self, body: Json) -> Json:
        view = self._modal(str(body["member"]), str(body["view_id"]))
        await self._interactions.close(view, everything=bool(body.get("all")))
        return {}

    async def _shortcut(self, body: Json) -> Json:
        message = None
        if body.get("ts"):
            message = self._message(str(body["member"]), body)
        await self._interactions.shortcut(str(body["member"]), str(body["callback_id"]), message)
        return {}

    async def _home(self, body: Json) -> Json:
        await self._interactions.open_home(str(body["member"]))
        return {}

    async def _read(self, body: Json) -> Json:
        last = self._workspace.messages.next_ts()
        self._workspace.read[str(body["member"]), str(body["channel"])] = last
        self._workspace.changes.announce()
        return {}

    def _place(self, member: str, source: Json) -> Message | View:
        if source["kind"] == "message":
            return self._message(member, source)
        if source["kind"] == "view":
            return self._modal(member, str(source["view_id"]))
        home = self._workspace.views.homes.get(member)
        if home is None:
            raise CannotDo("The Home tab is empty.")
        return home

    def _message(self, member: str, source: Json) -> Message:
        channel = str(source["channel"])
        for message in self._workspace.messages.seen_by(member, channel):
            if message.ts == source["ts"]:
                return message
        raise CannotDo("This message is gone.")

    def _modal(self, member: str, view_id: str) -> View:
        for view in self._workspace.views.stack(member):
            if view.id == view_id:
                return view
        raise CannotDo("This view isn't open any more.")


def guarded(
    door: Callable[[Json], Awaitable[Json]], workspace: Workspace
) -> Callable[[web.Request], Awaitable[web.StreamResponse]]:
    """Turn what goes wrong into a sentence, in the language of the member who did it."""

    async def handle(request: web.Request) -> web.StreamResponse:
        body: Json = {}
        try:
            body = await request.json()
            in_tab.set(body.get("tab"))
            return web.json_response(await door(body))
        except CannotDo as problem:
            return _error(workspace, body, problem.sentence)
        except AppDidNotAnswer:
            return _error(workspace, body, TROUBLE)
        except (KeyError, TypeError, ValueError) as error:
            sentence = f"The page sent something unreadable: {type(error).__name__} {error}"
            return web.json_response({"error": sentence}, status=400)

    return handle


def _error(workspace: Workspace, body: Json, sentence: Sentence) -> web.Response:
    return web.json_response({"error": sentence.to(_locale(workspace, body.get("member")))})


def _locale(workspace: Workspace, member: object) -> str:
    profile = workspace.world.members.get(str(member))
    return profile.locale if profile else ""


def _as_typed(text: str) -> str:
    """Escape what a person typed, as Slack does before an app sees it."""
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def _static(path: Path) -> web.StreamResponse:
    if not path.is_file():
        return web.Response(status=404, text="There is no such file in the page.")
    return web.FileResponse(path, headers={"Cache-Control": "no-store"})
