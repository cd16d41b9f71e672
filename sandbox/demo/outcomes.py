"""What members answer when the app asks them in private what came of a client or a walk-away."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final

from sandbox.elements import Json, placed_elements
from sandbox.messages import Message
from sandbox.server import Slack

_ANSWER: Final = "answer_outcome."
"""How the action ids of the buttons begin; what is answered follows."""


@dataclass(frozen=True, slots=True)
class _Tap:
    """A button that gives a planned answer."""

    message: Message
    block_id: str
    action_id: str


class Answering:
    """Knows what was answered, so that nobody answers twice."""

    def __init__(self, slack: Slack) -> None:
        self._slack = slack
        self._done: set[str] = set()

    async def answer(self, member_id: str, planned: Mapping[str, Mapping[str, str]]) -> None:
        """Answer all that is asked in a member's private messages, as planned for each card.

        `planned` has the answers by the id of the prospect, which the buttons carry, and by
        what is asked.
        """
        channel = self._slack.workspace.world.direct_channel(member_id).id
        member = self._slack.member(member_id)
        for tap in self._taps(self._slack.workspace.messages.lasting(channel), planned):
            self._done.add(tap.block_id)
            await member.click(tap.action_id, tap.block_id, None, tap.message.ts, channel)

    def _taps(
        self, messages: Iterable[Message], planned: Mapping[str, Mapping[str, str]]
    ) -> Iterator[_Tap]:
        for message in list(messages):
            for block, element in list(placed_elements(message.blocks)):
                block_id, action_id = block["block_id"], str(element.get("action_id"))
                if block_id in self._done or not action_id.startswith(_ANSWER):
                    continue
                ask, prospect_id = block_id.split(".")[:2]
                choice = planned.get(prospect_id, {}).get(ask)
                if choice == action_id.removeprefix(_ANSWER):
                    yield _Tap(message, block_id, action_id)


def prospect_id(blocks: list[Json] | None) -> str:
    """Return the id of the prospect that a card is about, which each of its buttons carries."""
    values: list[Any] = [
        element["value"] for _, element in placed_elements(blocks) if "value" in element
    ]
    return str(values[0]).rpartition(".")[0]
