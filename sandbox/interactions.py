"""What happens when a member does something: the payload goes out, the answer takes effect.

The page and the Python door both end here, so a person in a browser and a test do the same.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field

from sandbox import payloads
from sandbox.delivery import Delivery, Events, Json, Kind
from sandbox.elements import find_element
from sandbox.inputs import Touched, complaints, merged
from sandbox.messages import Message
from sandbox.problems import ApiError, AppDidNotAnswer, CannotDo
from sandbox.views import View
from sandbox.words import Sentence
from sandbox.workspace import Workspace, checked_message
from sandbox.world import COMMANDS, SHORTCUTS, Command, Profile, Shortcut

TROUBLE = Sentence("We had some trouble connecting. Try again?")


@dataclass(frozen=True, slots=True)
class Submission:
    """What became of a submitted view."""

    errors: dict[str, str] = field(default_factory=dict)
    """Sentences beside inputs, by block_id; the view stays open."""
    closed: bool = False
    """Whether the submitted view is gone; False when it was replaced or has errors."""


class Interactions:
    """Carries out what members do."""

    def __init__(self, workspace: Workspace, delivery: Delivery, events: Events) -> None:
        self.commands: Sequence[Command] = COMMANDS
        self.shortcuts: Sequence[Shortcut] = SHORTCUTS
        self._workspace = workspace
        self._delivery = delivery
        self._events = events

    async def command(self, member_id: str, command: str, text: str, channel_id: str) -> Json:
        """Run a slash command, and show what the app answers."""
        if command not in [known.command for known in self.commands]:
            raise CannotDo("{command} is not a valid command.", command=command)
        member = self._member(member_id)
        channel = self._workspace.world.channels.get(channel_id)
        if channel is None or member_id not in channel.members:
            raise CannotDo("{name} isn't in {channel}.", name=member.name, channel=channel_id)
        payload = payloads.slash_command(self._workspace, member, command, text, channel)
        try:
            answer = await self._send("slash_commands", payload, command)
        except AppDidNotAnswer as failure:
            failed = Sentence(
                '{command} failed with the error "{reason}"', command=command, reason=failure.reason
            )
            self._workspace.whisper(member_id, channel_id, failed.to(member.locale))
            raise
        if answer.get("text") or answer.get("blocks"):
            self._show_answer(member_id, channel_id, answer)
        return answer

    async def act_on_message(
        self, member_id: str, message: Message, action: Json, touched: Touched | None = None
    ) -> Json:
        """Use a button, menu or select of a message."""
        member = self._member(member_id)
        payload = payloads.message_actions(self._workspace, member, message, action, touched or {})
        return await self._send("interactive", payload, "block_actions")

    async def act_on_view(self, view: View, action: Json, touched: Touched | None = None) -> Json:
        """Use a button, menu or select of a modal or a Home tab."""
        view.touched = merged(view.touched, touched)
        payload = payloads.view_actions(self._workspace, self._member(view.member), view, action)
        return await self._send("interactive", payload, "block_actions")

    async def submit(self, view: View, touched: Touched | None) -> Submission:
        """Submit a modal; what Slack's own client refuses never reaches the app."""
        if not view.given.get("submit"):
            raise CannotDo("This view has no submit button.")
        view.touched = merged(view.touched, touched)
        member = self._member(view.member)
        if refused := complaints(view.blocks, view.touched):
            return Submission({block: each.to(member.locale) for block, each in refused.items()})
        payload = payloads.view_submission(self._workspace, member, view)
        answer = await self._send("interactive", payload, "view_submission")
        try:
            result = self._take_effect(view, answer)
        except ApiError as error:
            self._workspace.refuse("view_submission", error)
            raise AppDidNotAnswer(error.error, "; ".join(error.problems)) from None
        self._workspace.changes.announce()
        return result

    async def close(self, view: View, *, everything: bool) -> None:
        """Close a modal by its close button, or all of them by the cross."""
        stack = self._workspace.views.stack_in(view.member, view.tab)
        told = stack[0] if everything else view
        if everything or view.given.get("clear_on_close"):
            self._workspace.views.clear(view.member, view.tab)
        else:
            self._workspace.views.close(view)
        self._workspace.changes.announce()
        if told.given.get("notify_on_close"):
            member = self._member(view.member)
            payload = payloads.view_closed(self._workspace, member, told, is_cleared=everything)
            await self._send("interactive", payload, "view_closed")

    async def shortcut(
        self, member_id: str, callback_id: str, message: Message | None = None
    ) -> Json:
        """Use a global shortcut, or one of a message's menu."""
        member = self._member(member_id)
        if message is None:
            payload = payloads.global_shortcut(self._workspace, member, callback_id)
        else:
            payload = payloads.message_shortcut(self._workspace, member, callback_id, message)
        return await self._send("interactive", payload, callback_id)

    async def open_home(self, member_id: str) -> None:
        """Open the app's Home tab."""
        await self._events.send(payloads.home_opened(self._workspace, self._member(member_id)))

    async def send_event(self, body: Json) -> None:
        """Deliver any event."""
        await self._events.send(payloads.event(self._workspace, body))

    async def _send(self, kind: Kind, payload: Json, what: str) -> Json:
        try:
            return await self._delivery.send(kind, payload)
        except AppDidNotAnswer as failure:
            self._workspace.notify("error", f"{what}: {failure.reason}", failure.told, what)
            raise

    def _member(self, member_id: str) -> Profile:
        member = self._workspace.world.members[member_id]
        if member.deleted:
            raise CannotDo("The account of {name} is deactivated.", name=member.name)
        return member

    def _show_answer(self, member_id: str, channel_id: str, answer: Json) -> None:
        text, blocks = answer.get("text") or "", answer.get("blocks")
        if blocks:
            try:
                checked_message({"blocks": blocks, "text": text or None})
            except ApiError as error:
                self._workspace.refuse("answer to a command", error)
                raise AppDidNotAnswer(error.error, "; ".join(error.problems)) from None
        only = None if answer.get("response_type") == "in_channel" else member_id
        self._workspace.post(channel_id, text, blocks, ephemeral_for=only)

    def _take_effect(self, view: View, answer: Json) -> Submission:
        views = self._workspace.views
        match answer.get("response_action"):
            case None:
                if view in views.stack_in(view.member, view.tab):
                    views.close(view)
                return Submission(closed=True)
            case "clear":
                views.clear(view.member, view.tab)
                return Submission(closed=True)
            case "errors":
                return Submission(_field_errors(view, answer.get("errors")))
            case "update":
                views.update(view, self._workspace.checked_view(answer.get("view")))
                return Submission()
            case "push":
                pushed = self._workspace.checked_view(answer.get("view"))
                views.open(view.member, pushed, view.tab)
                return Submission()
            case other:
                raise ApiError("invalid_response_action", problems=(f"unknown: {other}",))


def action_of(block: Json, element: Json, chosen: Json | None) -> Json:
    """Build one entry of `actions` from an element and what the person chose in it.

    An emptied input has an empty text there, and null in the state.
    """
    action: Json = {
        "action_id": element["action_id"],
        "block_id": block["block_id"],
        "type": element["type"],
    }
    for key in ("text", "value", "style") if element["type"] == "button" else ():
        if key in element:
            action[key] = element[key]
    action |= chosen or {}
    return action | {"value": ""} if action.get("value", "") is None else action


def placed(blocks: list[Json] | None, action_id: str, block_id: str | None) -> tuple[Json, Json]:
    """Find an element that a person can see. Raises CannotDo."""
    found = find_element(blocks, action_id, block_id)
    if found is None:
        raise CannotDo("There is nothing with the action_id {id} here.", id=repr(action_id))
    return found


def _field_errors(view: View, errors: object) -> dict[str, str]:
    inputs = {block["block_id"] for block in view.blocks if block["type"] == "input"}
    if not isinstance(errors, dict) or not errors:
        raise ApiError("invalid_errors", problems=("errors must name at least one block",))
    if unknown := sorted(set(errors) - inputs):
        problem = f"errors for blocks that are no inputs of the view: {unknown}"
        raise ApiError("invalid_errors", problems=(problem,))
    return {str(block_id): str(sentence) for block_id, sentence in errors.items()}
