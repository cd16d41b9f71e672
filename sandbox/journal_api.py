"""The page's door to the journal: a stream of lines for whoever has it open, and each exchange."""

import asyncio

from aiohttp import web

from sandbox.journal import Journal, row, whole

_COALESCE_SECONDS = 0.02


class JournalApi:
    """Routes at `/journal`."""

    def __init__(self, journal: Journal) -> None:
        self._journal = journal
        self._sockets: set[web.WebSocketResponse] = set()

    def add_routes(self, app: web.Application) -> None:
        """Make everything reachable."""
        app.router.add_get("/journal", self._tell)
        app.router.add_get("/journal/{number:\\d+}", self._show)
        app.on_shutdown.append(self._hang_up)

    async def _tell(self, request: web.Request) -> web.StreamResponse:
        """Send what is kept, then whatever is new, until the page hangs up."""
        socket = web.WebSocketResponse(heartbeat=20)
        await socket.prepare(request)
        self._sockets.add(socket)
        telling = asyncio.get_running_loop().create_task(self._keep_telling(socket))
        try:
            async for _ in socket:
                pass
        finally:
            self._sockets.discard(socket)
            telling.cancel()
            await asyncio.gather(telling, return_exceptions=True)
        return socket

    async def _keep_telling(self, socket: web.WebSocketResponse) -> None:
        told = -1
        while not socket.closed:
            changed, told = self._journal.since(told), self._journal.changes.count
            await socket.send_json({"rows": [row(each) for each in changed]})
            await self._journal.changes.after(told)
            await asyncio.sleep(_COALESCE_SECONDS)

    async def _show(self, request: web.Request) -> web.StreamResponse:
        exchange = self._journal.find(int(request.match_info["number"]))
        if exchange is None:
            return web.json_response({}, status=404)
        return web.json_response(whole(exchange))

    async def _hang_up(self, _app: web.Application) -> None:
        for socket in list(self._sockets):
            await socket.close()
