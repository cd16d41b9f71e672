"""Where files come and go over HTTP: the app's side, and that of the page.

As in Slack, bytes do not pass through the Web API: the app posts them to the address that
`files.getUploadURLExternal` gave, and gets them with its token from `url_private_download`.
"""

from aiohttp import web

from sandbox.files import LARGEST_INPUT, File
from sandbox.workspace import ApiCall, Workspace
from sandbox.world import BOT_TOKEN


class FileApi:
    """Routes for the bytes of files."""

    def __init__(self, workspace: Workspace) -> None:
        self._workspace = workspace

    def add_routes(self, app: web.Application) -> None:
        """Make everything reachable."""
        app.router.add_post("/upload/v1/{ticket}", self._receive)
        app.router.add_get("/files-pri/{key}/{name}", self._download)
        app.router.add_get("/files-pri/{key}/download/{name}", self._download)
        app.router.add_post("/page/upload", self._pick)
        app.router.add_get("/page/file/{id}", self._open)

    async def _receive(self, request: web.Request) -> web.Response:
        """Take the bytes of a file that the app announced."""
        content = await request.read()
        asked = {"bytes": len(content)}
        with self._workspace.journal.noting("call", "upload_url", asked) as exchange:
            if self._workspace.files.receive(request.match_info["ticket"], content):
                exchange.answered = f"OK - {len(content)}"
            else:
                exchange.answered = "This is not the file that was announced."
                exchange.status = 400
        return web.Response(status=exchange.status, text=exchange.answered)

    async def _download(self, request: web.Request) -> web.StreamResponse:
        """Give the app a file. Who may not have it is sent to the sign-in page, as by Slack."""
        file_id = request.match_info["key"].rpartition("-")[2]
        self._workspace.calls.append(
            ApiCall("url_private_download", {"file": file_id}, self._workspace.clock())
        )
        token = request.headers.get("Authorization", "").removeprefix("Bearer ").strip()
        file = self._workspace.files.find(file_id)
        if token != BOT_TOKEN or "files:read" not in self._workspace.scopes:
            raise web.HTTPFound(f"/?redir={request.path}")
        if file is None:
            raise web.HTTPNotFound
        return _whole(file, self._workspace.base_url)

    async def _pick(self, request: web.Request) -> web.Response:
        """Take what a person picked in a `file_input`, and answer with its place in the state."""
        member, name = request.query.get("member", ""), request.query.get("name", "")
        if member not in self._workspace.world.members or not name:
            return web.json_response({"error": "Say who uploads which file."}, status=400)
        content = await request.read()
        if len(content) > LARGEST_INPUT:
            limit = LARGEST_INPUT // 1024**2
            return web.json_response({"error": f"Files can have at most {limit} MB."}, status=400)
        file = self._workspace.files.add(member, name, content)
        return web.json_response(file.to_slack(self._workspace.base_url))

    async def _open(self, request: web.Request) -> web.StreamResponse:
        """Give a member a file that was shared where they are."""
        file = self._workspace.files.find(request.match_info["id"])
        channels = self._workspace.world.channels_of(request.query.get("member", ""))
        if file is None or not {each.id for each in channels} & set(file.channels):
            raise web.HTTPNotFound
        return _whole(file, self._workspace.base_url)


def _whole(file: File, base_url: str) -> web.Response:
    return web.Response(
        body=file.content,
        content_type=file.to_slack(base_url)["mimetype"],
        headers={"Content-Disposition": f'attachment; filename="{file.name}"'},
    )
