"""What can be switched on and off while the sandbox runs: faults, channels, members' accounts."""

from collections.abc import Callable
from typing import Any

from sandbox import payloads
from sandbox.faults import FAULTS, WEATHER, Weather, together
from sandbox.web_api_people import drawn_user
from sandbox.words import Sentence
from sandbox.workspace import ApiCall, Fault, Workspace
from sandbox.world import Profile

Json = dict[str, Any]


class Switches:
    """All switches, and which are on."""

    def __init__(
        self, workspace: Workspace, send_soon: Callable[[Json], None], weather: Weather
    ) -> None:
        self._workspace = workspace
        self._weather = weather
        self._send_soon = send_soon
        self._faults: set[str] = set()

    def fault(self, call: ApiCall) -> Fault | None:
        """Say what a call of the Web API gets instead of an honest answer."""
        by_chance = self._weather(call) if WEATHER in self._faults else None
        return by_chance or together(self._faults - {WEATHER}, call)

    def switch(self, kind: str, name: str, *, on: bool) -> None:
        """Turn a switch by the kind and id under which it is drawn. Raises KeyError."""
        if kind == "channel":
            self.set_archived(name, archived=on)
        elif kind == "member":
            self.set_deactivated(name, deactivated=on)
        else:
            self.set_fault(name, on=on)

    def set_fault(self, name: str, *, on: bool) -> None:
        """Let calls have a fault, or not any more."""
        if name not in FAULTS:
            raise KeyError(name)
        self._faults = self._faults | {name} if on else self._faults - {name}
        self._workspace.changes.announce()

    def set_archived(self, channel_id: str, *, archived: bool) -> None:
        """Archive a channel, or open it again."""
        self._workspace.world.channels[channel_id].is_archived = archived
        self._workspace.changes.announce()

    def set_deactivated(self, member_id: str, *, deactivated: bool) -> None:
        """Switch somebody's account off or on, and tell the app as Slack does."""
        member = self._workspace.world.members[member_id]
        if member.deleted == deactivated:
            return
        member.deleted = deactivated
        self._send_soon(payloads.event(self._workspace, change_of(self._workspace, member)))
        self._workspace.changes.announce()

    def drawn(self, locale: str) -> list[Json]:
        """Draw every switch for the page, in the language of whoever looks."""
        archived = Sentence("is archived").to(locale)
        deactivated = Sentence("is deactivated").to(locale)
        world = self._workspace.world
        faults = [
            _drawn(
                "fault",
                name,
                each.label.to(locale),
                each.detail.to(locale),
                on=name in self._faults,
            )
            for name, each in FAULTS.items()
        ]
        channels = [
            _drawn("channel", room.id, f"#{room.name}", archived, on=room.is_archived)
            for room in world.channels.values()
            if room.kind == "channel"
        ]
        members = [
            _drawn("member", member.id, member.name, deactivated, on=member.deleted)
            for member in world.members.values()
            if member.is_person
        ]
        return faults + channels + members


def change_of(workspace: Workspace, member: Profile) -> Json:
    """Draw the event of a change of somebody's account."""
    now = workspace.clock()
    user = drawn_user(member, now, workspace.world.organisation)
    return {"type": "user_change", "user": user, "cache_ts": int(now.timestamp())}


def _drawn(kind: str, name: str, label: str, detail: str, *, on: bool) -> Json:
    return {"kind": kind, "id": name, "label": label, "detail": detail, "on": on}
