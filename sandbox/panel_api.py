"""The JSON door of the page's panel: the time machine and the switches for faults.

Nothing here is of Slack: the panel belongs to the sandbox.
"""

from typing import Any

from aiohttp import web

from sandbox.page_api import guarded
from sandbox.problems import CannotDo
from sandbox.switches import Switches
from sandbox.workspace import Workspace

Json = dict[str, Any]


class PanelApi:
    """Routes below `/page` that move the time and turn switches."""

    def __init__(self, workspace: Workspace, switches: Switches) -> None:
        self._workspace = workspace
        self._switches = switches

    def add_routes(self, app: web.Application) -> None:
        """Make everything reachable."""
        app.router.add_post("/page/clock", guarded(self._move, self._workspace))
        app.router.add_post("/page/switch", guarded(self._switch, self._workspace))

    async def _move(self, body: Json) -> Json:
        """Move on in the zone of the member who looks; answer with the new time as they read it."""
        who = self._workspace.world.members[body["member"]]
        clock = self._workspace.clock
        try:
            if body.get("morning"):
                clock.move_to_morning(zone=who.tz)
            else:
                hours, days = float(body.get("hours", 0)), int(body.get("working_days", 0))
                clock.move(hours=hours, working_days=days, zone=who.tz)
        except ValueError:
            raise CannotDo("Time only moves forward, at most a year at a time.") from None
        return {"now": clock().isoformat(), "zone": who.tz, "locale": who.locale}

    async def _switch(self, body: Json) -> Json:
        self._switches.switch(body["kind"], body["id"], on=bool(body["on"]))
        return {}
