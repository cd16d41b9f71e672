"""What one member sees at this moment, as the page draws it."""

from dataclasses import asdict
from typing import Any

from sandbox.delivery import Delivery
from sandbox.interactions import Interactions
from sandbox.messages import Message
from sandbox.reasons import reason
from sandbox.views import View
from sandbox.workspace import Notice, Workspace
from sandbox.world import MESSAGES_TAB_IS_READ_ONLY, Channel, Profile

Json = dict[str, Any]


def snapshot(
    workspace: Workspace,
    interactions: Interactions,
    delivery: Delivery,
    member: str,
    tab: str | None = None,
) -> Json:
    """Draw everything for one member, in one tab: modals stand where they were opened."""
    channels = workspace.world.channels_of(member)
    home = workspace.views.homes.get(member)
    locale = workspace.world.members[member].locale
    return {
        "member": member,
        "now": workspace.clock().isoformat(),
        "members": [_person(profile) for profile in workspace.world.members.values()],
        "channels": [_channel(workspace, member, channel) for channel in channels],
        "messages": {channel.id: _messages(workspace, member, channel) for channel in channels},
        "views": [view.to_page() for view in _views(workspace, member, tab)],
        "home": home.to_page() if home else None,
        "commands": [asdict(command) for command in interactions.commands],
        "shortcuts": [asdict(shortcut) for shortcut in interactions.shortcuts],
        "notices": [_notice(notice, locale) for notice in workspace.notices],
        "connected": delivery.connected,
        "mode": delivery.mode,
    }


def _views(workspace: Workspace, member: str, tab: str | None) -> list[View]:
    return [view for view in workspace.views.stack(member) if view.tab in {None, tab}]


def _person(profile: Profile) -> Json:
    names = ("id", "name", "title", "locale", "tz", "is_guest", "is_manager", "is_bot")
    return {name: getattr(profile, name) for name in names}


def _notice(notice: Notice, locale: str) -> Json:
    title = notice.title if isinstance(notice.title, str) else notice.title.to(locale)
    told = [reason(line, locale) for line in notice.detail]
    kept = ("id", "at", "kind", "method")
    return {name: getattr(notice, name) for name in kept} | {"title": title, "detail": told}


def _channel(workspace: Workspace, member: str, channel: Channel) -> Json:
    last_read = workspace.read.get((member, channel.id), "0")
    seen = workspace.messages.seen_by(member, channel.id)
    unread = sum(1 for message in seen if message.ts > last_read and message.user != member)
    return {
        "id": channel.id,
        "name": channel.name,
        "kind": channel.kind,
        "unread": unread,
        "is_read_only": channel.kind == "dm" and MESSAGES_TAB_IS_READ_ONLY,
    }


def _messages(workspace: Workspace, member: str, channel: Channel) -> list[Json]:
    seen = workspace.messages.seen_by(member, channel.id)
    return [message.to_page(_name(workspace, message)) for message in seen]


def _name(workspace: Workspace, message: Message) -> str:
    profile = workspace.world.members.get(message.user)
    return profile.name if profile else message.user
