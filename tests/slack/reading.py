"""Reading what the bot wrote, as a person or a screen reader would."""

from collections.abc import Iterator
from typing import Any

from bot.slack.texts import Texts
from sandbox.member import Member

Json = dict[str, Any]

EN = Texts("en")
DE = Texts("de")


def marked_up(message: Json) -> list[str]:
    """Return every text of a message in which Slack would find mentions and links."""
    return [message.get("text", ""), *_mrkdwn(message.get("blocks") or message)]


def words(message: Json) -> str:
    """Return all texts of a message or view."""
    return "\n".join(_texts(message))


def told(member: Member) -> str:
    """Return what was last said to a member alone, beside a message or on top of a modal."""
    if member.ephemerals:
        return str(member.ephemerals[-1]["text"])
    assert member.view is not None
    assert member.view["callback_id"] == "notice"
    return words(member.view)


def prefilled(view: Json) -> dict[str, Any]:
    """Return what stands in the inputs of a view, by block."""
    return {
        block["block_id"]: _initial(block["element"])
        for block in view["blocks"]
        if block["type"] == "input"
    }


def _initial(element: Json) -> Any:
    for key, value in element.items():
        if key.startswith("initial_"):
            return value["value"] if key == "initial_option" else value
    return None


def _mrkdwn(part: Any) -> Iterator[str]:
    if isinstance(part, list):
        for each in part:
            yield from _mrkdwn(each)
    elif isinstance(part, dict):
        if part.get("type") == "mrkdwn":
            yield part["text"]
        for each in part.values():
            yield from _mrkdwn(each)


def _texts(part: Any) -> Iterator[str]:
    if isinstance(part, list):
        for each in part:
            yield from _texts(each)
    elif isinstance(part, dict):
        if isinstance(part.get("text"), str):
            yield part["text"]
        for each in part.values():
            yield from _texts(each)
