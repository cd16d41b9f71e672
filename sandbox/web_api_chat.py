"""Web API: chat.*."""

from typing import Any

from sandbox.arguments import Arguments
from sandbox.elements import with_ids
from sandbox.messages import Message
from sandbox.problems import ApiError
from sandbox.workspace import Workspace, checked_message
from sandbox.world import BOT_USER, SLACKBOT, Channel

Answer = dict[str, Any]
LONGEST_TEXT = 40_000


def post_message(workspace: Workspace, arguments: Arguments) -> Answer:
    """chat.postMessage: to a channel, or to a member's direct messages."""
    channel = _postable(workspace, arguments.required("channel", "channel_not_found"))
    text, blocks = _content(arguments)
    thread_ts = arguments.text("thread_ts") or None
    if thread_ts and not workspace.messages.find(channel.id, thread_ts):
        raise ApiError("thread_not_found")
    metadata = _metadata(arguments)
    message = workspace.post(channel.id, text, blocks, thread_ts=thread_ts, metadata=metadata)
    return {"channel": channel.id, "ts": message.ts, "message": message.to_slack()}


def post_ephemeral(workspace: Workspace, arguments: Arguments) -> Answer:
    """chat.postEphemeral: to one member of a channel."""
    channel = _postable(workspace, arguments.required("channel", "channel_not_found"))
    member = arguments.required("user")
    if member not in channel.members:
        raise ApiError("user_not_in_channel")
    text, blocks = _content(arguments)
    thread_ts = arguments.text("thread_ts") or None
    message = workspace.post(channel.id, text, blocks, thread_ts=thread_ts, ephemeral_for=member)
    return {"message_ts": message.ts}


def update(workspace: Workspace, arguments: Arguments) -> Answer:
    """chat.update: what is left out stays as it was."""
    message = _own_message(workspace, arguments, "cant_update_message")
    if workspace.world.channels[message.channel].is_archived:
        raise ApiError("is_archived")
    text, blocks = _content(arguments)
    metadata = _metadata(arguments)
    if arguments.has("text"):
        message.text = text
    if arguments.has("blocks"):
        message.blocks = with_ids(blocks, workspace.new_id) or None
    if arguments.has("metadata"):
        message.metadata = metadata
    message.edited_ts = workspace.messages.next_ts()
    return {
        "channel": message.channel,
        "ts": message.ts,
        "text": message.text,
        "message": message.to_slack(),
    }


def delete(workspace: Workspace, arguments: Arguments) -> Answer:
    """chat.delete: only what the app itself said."""
    message = _own_message(workspace, arguments, "cant_delete_message")
    workspace.messages.remove(message)
    return {"channel": message.channel, "ts": message.ts}


def get_permalink(workspace: Workspace, arguments: Arguments) -> Answer:
    """chat.getPermalink: an address in the sandbox's own page."""
    channel = _channel(workspace, arguments.required("channel", "channel_not_found"))
    message = workspace.messages.find(channel.id, arguments.text("message_ts"))
    if message is None or message.ephemeral_for:
        raise ApiError("message_not_found")
    anchor = "p" + message.ts.replace(".", "")
    address = f"{workspace.base_url}/archives/{channel.id}/{anchor}"
    return {"channel": channel.id, "permalink": address}


METHODS = {
    "chat.postMessage": post_message,
    "chat.postEphemeral": post_ephemeral,
    "chat.update": update,
    "chat.delete": delete,
    "chat.getPermalink": get_permalink,
}


def _channel(workspace: Workspace, channel_id: str) -> Channel:
    channel = workspace.world.channels.get(channel_id)
    if channel is None:
        raise ApiError("channel_not_found")
    return channel


def _postable(workspace: Workspace, target: str) -> Channel:
    if target in (BOT_USER, SLACKBOT):
        raise ApiError("cannot_dm_bot")
    if target in workspace.world.members:
        return workspace.world.direct_channel(target)
    channel = _channel(workspace, target)
    if channel.is_archived:
        raise ApiError("is_archived")
    if BOT_USER not in channel.members and "chat:write.public" not in workspace.scopes:
        raise ApiError("not_in_channel")
    return channel


def _content(arguments: Arguments) -> tuple[str, list[dict[str, Any]] | None]:
    text = arguments.text("text")
    blocks = arguments.nested("blocks", "invalid_blocks_format")
    if blocks is not None and not isinstance(blocks, list):
        raise ApiError("invalid_blocks_format")
    if not text and not blocks:
        raise ApiError("no_text")
    if len(text) > LONGEST_TEXT:
        raise ApiError("msg_too_long")
    if blocks:
        checked_message({"blocks": blocks, "text": text or None})
    return text, blocks


def _metadata(arguments: Arguments) -> dict[str, Any] | None:
    metadata = arguments.nested("metadata", "invalid_metadata_format")
    if not metadata:
        return None
    if not isinstance(metadata, dict) or not isinstance(metadata.get("event_payload"), dict):
        raise ApiError("invalid_metadata_format")
    if not metadata.get("event_type"):
        raise ApiError("invalid_metadata_format")
    return metadata


def _own_message(workspace: Workspace, arguments: Arguments, refusal: str) -> Message:
    channel = _channel(workspace, arguments.required("channel", "channel_not_found"))
    message = workspace.messages.find(channel.id, arguments.text("ts"))
    if message is None or message.ephemeral_for:
        raise ApiError("message_not_found")
    if message.user != BOT_USER:
        raise ApiError(refusal)
    return message
