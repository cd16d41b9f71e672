"""The modals that members have open, at most three on top of each other, and their App Homes."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sandbox.elements import Json, with_ids
from sandbox.inputs import Touched, state_values, surviving
from sandbox.problems import ApiError
from sandbox.world import APP_ID, BOT_ID, TEAM_ID

LIMIT = 3
_DEFAULTS: Json = {
    "private_metadata": "",
    "callback_id": "",
    "submit": None,
    "close": None,
    "clear_on_close": False,
    "notify_on_close": False,
}


@dataclass(slots=True)
class View:
    """A modal or a Home tab as one member sees it."""

    id: str
    member: str
    given: Json
    """What the app sent, every block and element with an id."""
    hash: str
    root_id: str
    installed_in: str = TEAM_ID
    previous_id: str | None = None
    external_id: str = ""
    tab: str | None = None
    """The tab of the page that shows it; None: all that its member has open."""
    updated: bool = False
    touched: Touched = field(default_factory=dict)

    @property
    def blocks(self) -> list[Json]:
        """The blocks, with ids."""
        return list(self.given["blocks"])

    def to_slack(self, touched: Touched | None = None) -> Json:
        """Draw it as Slack does; with `touched`, with the state for an interaction."""
        values = {}
        if touched is not None:
            values = state_values(self.blocks, touched, forgets_initial=self.updated)
        return (
            _DEFAULTS
            | self.given
            | {
                "id": self.id,
                "team_id": TEAM_ID,
                "state": {"values": values},
                "hash": self.hash,
                "previous_view_id": self.previous_id,
                "root_view_id": self.root_id,
                "app_id": APP_ID,
                "external_id": self.external_id,
                "app_installed_team_id": self.installed_in,
                "bot_id": BOT_ID,
            }
        )

    def to_page(self) -> Json:
        """Draw it as the page wants it."""
        return self.to_slack() | {"opened_by_update": self.updated, "touched": self.touched}


class Views:
    """Every member's stack of modals, and their Home tab."""

    def __init__(
        self,
        clock: Callable[[], datetime],
        new_id: Callable[[str], str],
        installed_in: Callable[[], str],
    ) -> None:
        self._clock = clock
        self._new_id = new_id
        self._installed_in = installed_in
        self._stacks: dict[tuple[str, str | None], list[View]] = {}
        """By member and tab, the one that was begun last at the end."""
        self.homes: dict[str, View] = {}
        self._names: set[str] = set()

    def stack(self, member: str) -> list[View]:
        """List what a member has open in any tab, the top last."""
        stacks = [stack for (whose, _), stack in self._stacks.items() if whose == member]
        return [view for stack in stacks for view in stack]

    def stack_in(self, member: str, tab: str | None) -> list[View]:
        """List what a member has open in a tab, the top last."""
        return list(self._stacks.get((member, tab), []))

    def find(self, view_id: str | None, external_id: str | None = None) -> View | None:
        """Find an open modal or a Home by its id or its external id."""
        for view in self._everything():
            if view.id == view_id or (external_id and view.external_id == external_id):
                return view
        return None

    def was_named(self, external_id: str) -> bool:
        """Whether a view had this external id at some time."""
        return external_id in self._names

    def open(self, member: str, given: Json, tab: str | None = None) -> View:
        """Put a modal on top of the stack; the first one is the root of those above it."""
        stack = self._stacks.get((member, tab), [])
        if len(stack) >= LIMIT:
            raise ApiError("push_limit_reached")
        self._take_external_id(given, None)
        view = self._new_view(member, given)
        view.tab = tab
        if stack:
            view.previous_id, view.root_id = stack[-1].id, stack[0].id
        stack.append(view)
        self._stacks[member, tab] = stack
        return view

    def update(self, view: View, given: Json, expected_hash: str | None = None) -> View:
        """Replace what a view shows; what was typed stays where ids stay the same."""
        if expected_hash and expected_hash != view.hash:
            raise ApiError("hash_conflict")
        self._take_external_id(given, view)
        replacement = self._with_ids(given)
        view.touched = surviving(view.touched, view.blocks, replacement["blocks"])
        view.given = replacement
        view.external_id = given.get("external_id") or view.external_id
        view.hash = self._new_hash()
        view.updated = True
        return view

    def publish(self, member: str, given: Json, expected_hash: str | None = None) -> View:
        """Show a Home tab."""
        if view := self.homes.get(member):
            return self.update(view, given, expected_hash)
        view = self._new_view(member, given)
        self.homes[member] = view
        return view

    def close(self, view: View) -> None:
        """Take one view off its stack."""
        stack = self._stacks[view.member, view.tab]
        stack.remove(view)
        if not stack:
            self.clear(view.member, view.tab)

    def clear(self, member: str, tab: str | None) -> None:
        """Close everything that a member has open in a tab."""
        self._stacks.pop((member, tab), None)

    def _new_view(self, member: str, given: Json) -> View:
        view_id, blocks = self._new_id("V"), self._with_ids(given)
        view = View(view_id, member, blocks, self._new_hash(), view_id, self._installed_in())
        view.external_id = given.get("external_id") or ""
        return view

    def _everything(self) -> list[View]:
        modals = [view for stack in self._stacks.values() for view in stack]
        return modals + list(self.homes.values())

    def _take_external_id(self, given: Json, owner: View | None) -> None:
        wanted = given.get("external_id")
        holder = self.find(None, wanted) if wanted else None
        self._names.update([wanted] if wanted else [])
        if holder is not None and holder is not owner:
            raise ApiError("duplicate_external_id")

    def _with_ids(self, given: Json) -> Json:
        return given | {"blocks": with_ids(given.get("blocks") or [], self._new_id)}

    def _new_hash(self) -> str:
        return f"{int(self._clock().timestamp())}.{self._new_id('h')}"


def rendered(view: View | None) -> dict[str, Any] | None:
    """Draw a view that may be absent."""
    return view.to_slack() if view else None
