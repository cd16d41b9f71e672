"""Web API: who the app is, and who the members are."""

from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from sandbox.arguments import Arguments
from sandbox.problems import ApiError
from sandbox.workspace import Workspace
from sandbox.world import (
    APP_ID,
    APP_NAME,
    BOT_ID,
    BOT_USER,
    TEAM_ID,
    TEAM_NAME,
    Organisation,
    Profile,
)

Answer = dict[str, Any]


def api_test(_workspace: Workspace, arguments: Arguments) -> Answer:
    """api.test: needs no token; says the error it is given."""
    if error := arguments.text("error"):
        raise ApiError(error)
    return {}


def auth_test(workspace: Workspace, _arguments: Arguments) -> Answer:
    """auth.test: the app's own ids."""
    organisation = workspace.world.organisation
    return {
        "url": f"{workspace.base_url}/",
        "team": TEAM_NAME,
        "user": workspace.world.members[BOT_USER].username,
        "team_id": TEAM_ID,
        "user_id": BOT_USER,
        "bot_id": BOT_ID,
        "is_enterprise_install": workspace.world.is_org_install,
        **({"enterprise_id": organisation.id} if organisation else {}),
    }


def connections_open(workspace: Workspace, _arguments: Arguments) -> Answer:
    """apps.connections.open: where the Socket Mode connection goes."""
    ticket = workspace.new_id("ticket")
    host = workspace.base_url.removeprefix("http://")
    return {"url": f"ws://{host}/link/?ticket={ticket}&app_id={APP_ID}"}


def bots_info(_workspace: Workspace, arguments: Arguments) -> Answer:
    """bots.info: the app's own bot, the only one there is."""
    if arguments.text("bot", BOT_ID) != BOT_ID:
        raise ApiError("bot_not_found")
    bot = {
        "id": BOT_ID,
        "deleted": False,
        "name": APP_NAME,
        "updated": 0,
        "app_id": APP_ID,
        "user_id": BOT_USER,
    }
    return {"bot": bot}


def users_info(workspace: Workspace, arguments: Arguments) -> Answer:
    """users.info: the locale only when asked for."""
    profile = workspace.world.members.get(arguments.required("user", "user_not_found"))
    if profile is None:
        raise ApiError("user_not_found")
    user = drawn_user(profile, workspace.clock(), workspace.world.organisation)
    if arguments.flag("include_locale"):
        user["locale"] = profile.locale
    return {"user": user}


def users_lookup_by_email(workspace: Workspace, arguments: Arguments) -> Answer:
    """users.lookupByEmail: nobody who is deactivated is found."""
    email = arguments.required("email").casefold()
    for profile in workspace.world.members.values():
        if profile.email == email and not profile.deleted:
            return {"user": drawn_user(profile, workspace.clock(), workspace.world.organisation)}
    raise ApiError("users_not_found")


def usergroups_list(workspace: Workspace, _arguments: Arguments) -> Answer:
    """usergroups.list: without their members."""
    groups = [
        {"id": group, "team_id": TEAM_ID, "is_usergroup": True, "name": group, "handle": group}
        for group in workspace.world.groups
    ]
    return {"usergroups": groups}


def usergroups_users_list(workspace: Workspace, arguments: Arguments) -> Answer:
    """usergroups.users.list: the members of one group."""
    group = arguments.required("usergroup")
    if group not in workspace.world.groups:
        raise ApiError("no_such_subteam")
    return {"users": list(workspace.world.groups[group])}


METHODS = {
    "api.test": api_test,
    "auth.test": auth_test,
    "apps.connections.open": connections_open,
    "bots.info": bots_info,
    "users.info": users_info,
    "users.lookupByEmail": users_lookup_by_email,
    "usergroups.list": usergroups_list,
    "usergroups.users.list": usergroups_users_list,
}


def drawn_user(profile: Profile, now: datetime, organisation: Organisation | None = None) -> Answer:
    """Draw a member as `users.info` and `user_change` do."""
    offset = now.astimezone(ZoneInfo(profile.tz)).utcoffset()
    return {
        "id": profile.id,
        "team_id": profile.team_id,
        "name": profile.username,
        "real_name": profile.name,
        "deleted": profile.deleted,
        "tz": profile.tz,
        "tz_label": profile.tz,
        "tz_offset": int(offset.total_seconds()) if offset else 0,
        "is_admin": profile.is_admin,
        "is_owner": False,
        "is_bot": profile.is_bot,
        "is_app_user": False,
        "is_restricted": profile.is_guest,
        "is_ultra_restricted": False,
        "is_stranger": profile.team_id != TEAM_ID,
        "updated": 0,
        "profile": {
            "real_name": profile.name,
            "display_name": profile.name,
            "title": profile.title,
            "team": profile.team_id,
        },
        **_in_organisation(profile, organisation),
    }


def _in_organisation(profile: Profile, organisation: Organisation | None) -> Answer:
    """Draw what a member is in the organisation of the workspace, if it has one."""
    if organisation is None or profile.team_id != TEAM_ID:
        return {}
    user = {
        "id": profile.id,
        "enterprise_id": organisation.id,
        "enterprise_name": organisation.name,
        "is_admin": False,
        "is_owner": False,
        "teams": [TEAM_ID],
    }
    return {"enterprise_user": user}
