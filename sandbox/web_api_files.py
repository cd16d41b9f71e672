"""Web API: files.*."""

import re
from typing import Any

from sandbox.arguments import Arguments
from sandbox.problems import ApiError
from sandbox.workspace import Workspace
from sandbox.world import BOT_USER

Answer = dict[str, Any]

_CHANNEL = re.compile(r"[CGDZ][A-Z0-9]+")
"""The real pattern asks for 8 characters; ids of the sandbox may be shorter."""


def info(workspace: Workspace, arguments: Arguments) -> Answer:
    """files.info: of one file."""
    file = workspace.files.find(arguments.required("file"))
    if file is None:
        raise ApiError("file_not_found")
    return {"file": file.to_slack(workspace.base_url)}


def upload_url(workspace: Workspace, arguments: Arguments) -> Answer:
    """files.getUploadURLExternal: where the bytes go."""
    name, length = arguments.required("filename"), arguments.number("length", 0)
    if length < 1:
        pointer = "must be greater than 0 [json-pointer:/length]"
        raise ApiError("invalid_arguments", problems=(pointer,))
    file_id, ticket = workspace.files.announce(name, length)
    return {"upload_url": f"{workspace.base_url}/upload/v1/{ticket}", "file_id": file_id}


def complete_upload(workspace: Workspace, arguments: Arguments) -> Answer:
    """files.completeUploadExternal: to a channel, named by its own id, or for the app alone."""
    wanted = arguments.nested("files")
    if not isinstance(wanted, list) or not wanted:
        raise ApiError("invalid_arguments", problems=("no files [json-pointer:/files]",))
    channel = _channel(workspace, arguments.text("channel_id"))
    pairs = [(str(each.get("id")), str(each.get("title") or "")) for each in wanted]
    made = workspace.files.complete(pairs, BOT_USER)
    if channel:
        for file in made:
            file.channels.append(channel)
        drawn = [file.to_slack(workspace.base_url) for file in made]
        workspace.post(channel, arguments.text("initial_comment"), files=drawn)
    return {"files": [file.to_slack(workspace.base_url) for file in made]}


METHODS = {
    "files.info": info,
    "files.getUploadURLExternal": upload_url,
    "files.completeUploadExternal": complete_upload,
}


def _channel(workspace: Workspace, channel_id: str) -> str:
    """The channel to share in; nothing if none is named. A member's id is none, as in Slack."""
    if not channel_id:
        return ""
    if not _CHANNEL.fullmatch(channel_id):
        pointer = f"input must match regex pattern: {_CHANNEL.pattern} [json-pointer:/channel_id]"
        raise ApiError("invalid_arguments", problems=(pointer,))
    channel = workspace.world.channels.get(channel_id)
    if channel is None:
        raise ApiError("channel_not_found")
    if channel.is_archived:
        raise ApiError("is_archived")
    if BOT_USER not in channel.members:
        raise ApiError("not_in_channel")
    return channel_id
