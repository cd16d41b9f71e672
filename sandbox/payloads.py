"""What Slack sends to an app for each thing a member does. Pure but for the permits it gives."""

from typing import Any

from sandbox.elements import Json
from sandbox.inputs import Touched, state_values
from sandbox.messages import Message
from sandbox.views import View
from sandbox.workspace import Workspace
from sandbox.world import (
    APP_ID,
    BOT_USER,
    TEAM_DOMAIN,
    TEAM_ID,
    VERIFICATION_TOKEN,
    Channel,
    Profile,
)


def slash_command(
    workspace: Workspace, member: Profile, command: str, text: str, channel: Channel
) -> Json:
    """Draw a slash command; a form, so every value is a text."""
    return {
        "token": VERIFICATION_TOKEN,
        "team_id": TEAM_ID,
        "team_domain": TEAM_DOMAIN,
        "channel_id": channel.id,
        "channel_name": channel_name(channel),
        "user_id": member.id,
        "user_name": member.username,
        "command": command,
        "text": text,
        "api_app_id": APP_ID,
        "is_enterprise_install": "true" if workspace.world.is_org_install else "false",
        "response_url": response_url(workspace, member, channel.id),
        "trigger_id": workspace.permits.new_trigger(member.id),
        **_organisation_of(workspace),
    }


def message_actions(
    workspace: Workspace, member: Profile, message: Message, action: Json, touched: Touched
) -> Json:
    """Draw block_actions from a message; an ephemeral one is not shown to the app."""
    channel = workspace.world.channels[message.channel]
    container: Json = {
        "type": "message",
        "message_ts": message.ts,
        "channel_id": channel.id,
        "is_ephemeral": message.ephemeral_for is not None,
    }
    payload = _block_actions(workspace, member, action) | {
        "container": container,
        "trigger_id": workspace.permits.new_trigger(member.id),
        "channel": {"id": channel.id, "name": channel_name(channel)},
        "state": {"values": state_values(message.blocks or [], touched, forgets_initial=False)},
        "response_url": response_url(workspace, member, channel.id, message.ts),
    }
    if message.thread_ts:
        container["thread_ts"] = message.thread_ts
    if message.ephemeral_for is None:
        payload["message"] = message.to_slack()
    return payload


def view_actions(workspace: Workspace, member: Profile, view: View, action: Json) -> Json:
    """Draw block_actions from a modal or a Home tab."""
    from_modal = view.given["type"] == "modal"
    return _block_actions(workspace, member, action) | {
        "container": {"type": "view", "view_id": view.id},
        "trigger_id": workspace.permits.new_trigger(member.id, from_view=from_modal),
        "view": view.to_slack(view.touched),
    }


def view_submission(workspace: Workspace, member: Profile, view: View) -> Json:
    """Draw the submission of a modal."""
    return _common(workspace, "view_submission", member) | {
        "api_app_id": APP_ID,
        "trigger_id": workspace.permits.new_trigger(member.id, from_view=True),
        "view": view.to_slack(view.touched),
        "response_urls": [],
    }


def view_closed(workspace: Workspace, member: Profile, view: View, *, is_cleared: bool) -> Json:
    """Draw the closing of a modal that asked to be told; what was entered is not said."""
    return _common(workspace, "view_closed", member) | {
        "api_app_id": APP_ID,
        "view": view.to_slack(),
        "is_cleared": is_cleared,
    }


def global_shortcut(workspace: Workspace, member: Profile, callback_id: str) -> Json:
    """Draw a global shortcut; it has no response_url, and does not say the member's name."""
    drawn = _shortcut(workspace, "shortcut", member, callback_id)
    drawn["user"] = {key: drawn["user"][key] for key in ("id", "username", "team_id")}
    return drawn


def message_shortcut(
    workspace: Workspace, member: Profile, callback_id: str, message: Message
) -> Json:
    """Draw a shortcut of a message's menu."""
    channel = workspace.world.channels[message.channel]
    return _shortcut(workspace, "message_action", member, callback_id) | {
        "channel": {"id": channel.id, "name": channel_name(channel)},
        "message_ts": message.ts,
        "message": message.to_slack(),
        "response_url": response_url(workspace, member, channel.id, message.ts),
    }


def event(workspace: Workspace, body: Json) -> Json:
    """Wrap an event as the Events API does."""
    now, world = workspace.clock(), workspace.world
    organisation = world.organisation.id if world.organisation else None
    authorization = {
        "enterprise_id": organisation,
        "team_id": None if world.is_org_install else TEAM_ID,
        "user_id": BOT_USER,
        "is_bot": True,
        "is_enterprise_install": world.is_org_install,
    }
    return {
        "token": VERIFICATION_TOKEN,
        "team_id": TEAM_ID,
        **({"enterprise_id": organisation} if organisation else {}),
        "context_team_id": TEAM_ID,
        "context_enterprise_id": organisation,
        "api_app_id": APP_ID,
        "event": body | {"event_ts": workspace.messages.next_ts()},
        "type": "event_callback",
        "event_id": workspace.new_id("Ev"),
        "event_time": int(now.timestamp()),
        "authorizations": [authorization],
        "is_ext_shared_channel": False,
        "event_context": workspace.new_id("EC"),
    }


def home_opened(workspace: Workspace, member: Profile) -> Json:
    """Draw the event of an opened Home tab, with the view if there is one."""
    body: Json = {
        "type": "app_home_opened",
        "user": member.id,
        "channel": workspace.world.direct_channel(member.id).id,
        "tab": "home",
    }
    if home := workspace.views.homes.get(member.id):
        body["view"] = home.to_slack()
    return event(workspace, body)


def response_url(
    workspace: Workspace, member: Profile, channel: str, message_ts: str | None = None
) -> str:
    """Give an address at which the app may answer."""
    address = workspace.permits.new_address(member.id, channel, message_ts)
    return f"{workspace.base_url}/response/{address}"


def channel_name(channel: Channel) -> str:
    """Name a channel as payloads do."""
    return "directmessage" if channel.kind == "dm" else channel.name


def _block_actions(workspace: Workspace, member: Profile, action: Json) -> Json:
    stamped = action | {"action_ts": workspace.messages.next_ts()}
    drawn = _common(workspace, "block_actions", member)
    return drawn | {"api_app_id": APP_ID, "actions": [stamped]}


def _shortcut(workspace: Workspace, kind: str, member: Profile, callback_id: str) -> Json:
    return _common(workspace, kind, member) | {
        "callback_id": callback_id,
        "action_ts": workspace.messages.next_ts(),
        "trigger_id": workspace.permits.new_trigger(member.id),
    }


def _common(workspace: Workspace, kind: str, member: Profile) -> dict[str, Any]:
    """Draw what all interactions have; with an app of a whole organisation they name no team."""
    world = workspace.world
    team = {"id": TEAM_ID, "domain": TEAM_DOMAIN, **_organisation_of(workspace)}
    organisation = world.organisation
    return {
        "type": kind,
        "team": None if world.is_org_install else team,
        "user": {
            "id": member.id,
            "username": member.username,
            "name": member.username,
            "team_id": member.team_id,
        },
        "token": VERIFICATION_TOKEN,
        "enterprise": {"id": organisation.id, "name": organisation.name} if organisation else None,
        "is_enterprise_install": world.is_org_install,
    }


def _organisation_of(workspace: Workspace) -> dict[str, str]:
    """Name the organisation of the workspace, if it has one."""
    organisation = workspace.world.organisation
    if organisation is None:
        return {}
    return {"enterprise_id": organisation.id, "enterprise_name": organisation.name}
