"""Web API: conversations.*."""

from typing import Any

from sandbox.arguments import Arguments
from sandbox.messages import Message
from sandbox.problems import ApiError
from sandbox.workspace import Workspace
from sandbox.world import BOT_USER, SLACKBOT, Channel

Answer = dict[str, Any]


def info(workspace: Workspace, arguments: Arguments) -> Answer:
    """conversations.info."""
    return {"channel": _channel(workspace, arguments).to_slack()}


def open_direct(workspace: Workspace, arguments: Arguments) -> Answer:
    """conversations.open: the direct messages with one member."""
    if arguments.has("channel"):
        return {"channel": {"id": _channel(workspace, arguments).id}}
    member = arguments.required("users").strip()
    profile = workspace.world.members.get(member)
    if profile is None:
        raise ApiError("user_not_found")
    if profile.deleted:
        raise ApiError("user_disabled")
    if member in (BOT_USER, SLACKBOT):
        raise ApiError("cannot_dm_bot")
    return {"channel": {"id": workspace.world.direct_channel(member).id}}


def members(workspace: Workspace, arguments: Arguments) -> Answer:
    """conversations.members, paged."""
    page, more = arguments.page(_channel(workspace, arguments).members)
    return {"members": page} | more


def history(workspace: Workspace, arguments: Arguments) -> Answer:
    """conversations.history: newest first, without replies and ephemeral messages."""
    channel = _readable(workspace, arguments)
    found = [m for m in workspace.messages.lasting(channel.id) if not m.is_reply]
    found = [message for message in found if _within(message, arguments)]
    return {"pin_count": 0} | _drawn_page(found[::-1], arguments)


def replies(workspace: Workspace, arguments: Arguments) -> Answer:
    """conversations.replies: oldest first, the message itself at the head."""
    channel = _readable(workspace, arguments)
    parent = workspace.messages.find(channel.id, arguments.required("ts"))
    if parent is None or parent.ephemeral_for:
        raise ApiError("thread_not_found")
    thread = [parent, *workspace.messages.replies(channel.id, parent.ts)]
    return _drawn_page([m for m in thread if _within(m, arguments) or m is parent], arguments)


METHODS = {
    "conversations.info": info,
    "conversations.open": open_direct,
    "conversations.members": members,
    "conversations.history": history,
    "conversations.replies": replies,
}


def _channel(workspace: Workspace, arguments: Arguments) -> Channel:
    channel = workspace.world.channels.get(arguments.required("channel", "channel_not_found"))
    if channel is None:
        raise ApiError("channel_not_found")
    return channel


def _readable(workspace: Workspace, arguments: Arguments) -> Channel:
    channel = _channel(workspace, arguments)
    if BOT_USER not in channel.members:
        raise ApiError("not_in_channel")
    if channel.kind == "dm" and "im:history" not in workspace.scopes:
        provided = ",".join(workspace.scopes)
        raise ApiError("missing_scope", needed="im:history", provided=provided)
    return channel


def _within(message: Message, arguments: Arguments) -> bool:
    oldest, latest = arguments.text("oldest", "0"), arguments.text("latest")
    ts = float(message.ts)
    if arguments.flag("inclusive"):
        return float(oldest) <= ts and (not latest or ts <= float(latest))
    return float(oldest) < ts and (not latest or ts < float(latest))


def _drawn_page(messages: list[Message], arguments: Arguments) -> Answer:
    page, more = arguments.page(messages)
    with_metadata = arguments.flag("include_all_metadata")
    drawn = [message.to_slack(with_metadata=with_metadata) for message in page]
    has_more = bool(more["response_metadata"]["next_cursor"])
    return {"messages": drawn, "has_more": has_more} | more
