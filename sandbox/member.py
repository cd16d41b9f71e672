"""The Python door: a member of the workspace who types, clicks and reads, for tests."""

from typing import Any

from sandbox.delivery import Json
from sandbox.elements import ENTRIES, find_element
from sandbox.inputs import Touched, chosen_option, raw_entry
from sandbox.interactions import Interactions, Submission, action_of, placed
from sandbox.messages import Message
from sandbox.problems import CannotDo
from sandbox.views import View, rendered
from sandbox.workspace import Workspace
from sandbox.world import SALES, Profile


class Member:
    """One person at their Slack client."""

    def __init__(self, workspace: Workspace, interactions: Interactions, member_id: str) -> None:
        self.id = member_id
        self._workspace = workspace
        self._interactions = interactions

    @property
    def profile(self) -> Profile:
        """What Slack knows about them."""
        return self._workspace.world.members[self.id]

    @property
    def views(self) -> list[Json]:
        """The modals they have open, the top last."""
        return [view.to_slack() for view in self._workspace.views.stack(self.id)]

    @property
    def view(self) -> Json | None:
        """The modal on top, if one is open."""
        return self.views[-1] if self.views else None

    @property
    def home(self) -> Json | None:
        """The app's Home tab as they see it."""
        return rendered(self._workspace.views.homes.get(self.id))

    @property
    def ephemerals(self) -> list[Json]:
        """Messages that only they see, oldest first."""
        return [message.to_slack() for message in self._workspace.messages.ephemerals(self.id)]

    @property
    def direct_messages(self) -> list[Json]:
        """What they and the app wrote to each other, ephemeral messages left out."""
        channel = self._workspace.world.direct_channel(self.id)
        return [message.to_slack() for message in self._workspace.messages.lasting(channel.id)]

    def pick(self, name: str, content: bytes) -> Json:
        """Upload a file in a modal; what comes back fills a `file_input`, in a list."""
        file = self._workspace.files.add(self.id, name, content)
        return file.to_slack(self._workspace.base_url)

    def read_file(self, file_id: str) -> bytes:
        """Open a file that was shared with them."""
        file = self._workspace.files.find(file_id)
        rooms = {room.id for room in self._workspace.world.channels_of(self.id)}
        if file is None or not rooms & set(file.channels):
            raise CannotDo(f"{self.profile.name} sees no file {file_id}.")
        return file.content

    def say(self, text: str, channel: str = SALES, thread_ts: str | None = None) -> Json:
        """Write a message."""
        message = self._workspace.post(channel, text, user=self.id, thread_ts=thread_ts)
        return message.to_slack()

    async def command(self, command: str, text: str = "", channel: str = SALES) -> Json:
        """Run a slash command, and return what the app answered; {} for nothing.

        Raises AppDidNotAnswer after three seconds.
        """
        return await self._interactions.command(self.id, command, text, channel)

    async def wait_for_view(self, timeout: float = 60) -> Json:  # noqa: ASYNC109
        """Wait until a modal is open, and return the one on top. Raises TimeoutError."""
        view = await self._workspace.changes.until(lambda: self.view, timeout)
        if view is None:
            raise CannotDo("No view is open.")
        return view

    async def submit(self, touched: Touched | None = None) -> Submission:
        """Submit the modal on top, with what was entered in it."""
        return await self._interactions.submit(self._top(), touched)

    async def close(self, *, everything: bool = False) -> None:
        """Close the modal on top, or all of them by the cross."""
        await self._interactions.close(self._top(), everything=everything)

    async def click(
        self,
        action_id: str,
        block_id: str | None = None,
        element: Json | None = None,
        message_ts: str | None = None,
        channel: str | None = None,
        *,
        option: Any = None,
        touched: Touched | None = None,
    ) -> Json:
        """Use an element: in the modal on top, else in a message, else in the Home tab.

        A message is the one named, or the newest that has the element. What is chosen in a
        menu or a select is given raw as `element`, or by its value as `option`. `touched` is
        what was entered besides. Returns what the app answered.
        """
        place = self._find(action_id, block_id, message_ts, channel)
        block, found = placed(place.blocks, action_id, block_id)
        chosen = element if option is None else _chosen(found, option)
        if chosen is None and found["type"] != "button":
            raise CannotDo(f"Say what to choose in {action_id!r}.")
        action = action_of(block, found, chosen)
        if isinstance(place, Message):
            return await self._interactions.act_on_message(self.id, place, action, touched)
        if found["type"] in ENTRIES and chosen:
            touched = {**(touched or {}), block["block_id"]: {action_id: chosen}}
        return await self._interactions.act_on_view(place, action, touched)

    async def shortcut(
        self, callback_id: str, channel: str | None = None, ts: str | None = None
    ) -> Json:
        """Use a global shortcut, or a message's shortcut when a message is named."""
        message = None
        if channel and ts:
            message = self._workspace.messages.find(channel, ts)
            if message is None:
                raise CannotDo(f"There is no message {ts} in {channel}.")
        return await self._interactions.shortcut(self.id, callback_id, message)

    async def open_home(self) -> None:
        """Open the app's Home tab; returns when the app took the event."""
        await self._interactions.open_home(self.id)

    def _top(self) -> View:
        stack = self._workspace.views.stack(self.id)
        if not stack:
            raise CannotDo(f"{self.profile.name} has no view open.")
        return stack[-1]

    def _find(
        self, action_id: str, block_id: str | None, ts: str | None, channel: str | None
    ) -> Message | View:
        places: list[Message | View] = []
        if ts is None and channel is None:
            places += self._workspace.views.stack(self.id)[-1:]
        places += self._messages(ts, channel)
        if home := self._workspace.views.homes.get(self.id):
            places.append(home)
        for place in places:
            if find_element(place.blocks, action_id, block_id):
                return place
        raise CannotDo(f"{self.profile.name} sees nothing with the action_id {action_id!r}.")

    def _messages(self, ts: str | None, channel: str | None) -> list[Message]:
        rooms = [room.id for room in self._workspace.world.channels_of(self.id)]
        if channel is not None:
            rooms = [room for room in rooms if room == channel]
        seen = [m for room in rooms for m in self._workspace.messages.seen_by(self.id, room)]
        wanted = [message for message in seen if ts in (None, message.ts)]
        return sorted(wanted, key=lambda message: message.ts, reverse=True)


def _chosen(element: Json, option: Any) -> Json:
    if element["type"] == "overflow":
        return {"selected_option": chosen_option(element, option)}
    return raw_entry(element, ENTRIES[element["type"]], option)
