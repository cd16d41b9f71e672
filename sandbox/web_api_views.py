"""Web API: views.*."""

from typing import Any

from sandbox.arguments import Arguments
from sandbox.problems import ApiError
from sandbox.workspace import Workspace

Answer = dict[str, Any]


def open_view(workspace: Workspace, arguments: Arguments) -> Answer:
    """views.open: a view that is refused leaves the trigger id unspent."""
    trigger_id = arguments.required("trigger_id")
    view = workspace.checked_view(arguments.nested("view"))
    trigger = workspace.permits.spend(trigger_id)
    return {"view": workspace.views.open(trigger.member, view, trigger.tab).to_slack()}


def push_view(workspace: Workspace, arguments: Arguments) -> Answer:
    """views.push: only from something inside an open modal."""
    trigger_id = arguments.required("trigger_id")
    view = workspace.checked_view(arguments.nested("view"))
    trigger = workspace.permits.spend(trigger_id)
    if not trigger.from_view or not workspace.views.stack_in(trigger.member, trigger.tab):
        raise ApiError("not_found")
    return {"view": workspace.views.open(trigger.member, view, trigger.tab).to_slack()}


def update_view(workspace: Workspace, arguments: Arguments) -> Answer:
    """views.update: by view_id or external_id; a stale hash is a conflict.

    Whoever looks for a view by a name of their own cannot know that it was closed meanwhile.
    """
    view_id, external_id = arguments.text("view_id"), arguments.text("external_id")
    if not view_id and not external_id:
        arguments.required("view_id")
    given = arguments.nested("view")
    home = isinstance(given, dict) and given.get("type") == "home"
    given = workspace.checked_view(given, home=home)
    view = workspace.views.find(view_id or None, external_id or None)
    if view is None:
        was_there = workspace.views.was_named(external_id)
        raise ApiError("not_found", is_nobodys_fault=was_there)
    updated = workspace.views.update(view, given, arguments.text("hash") or None)
    return {"view": updated.to_slack()}


def publish_view(workspace: Workspace, arguments: Arguments) -> Answer:
    """views.publish: a member's Home tab."""
    member = arguments.required("user_id")
    if member not in workspace.world.members:
        raise ApiError("user_not_found")
    view = workspace.checked_view(arguments.nested("view"), home=True)
    published = workspace.views.publish(member, view, arguments.text("hash") or None)
    return {"view": published.to_slack()}


METHODS = {
    "views.open": open_view,
    "views.push": push_view,
    "views.update": update_view,
    "views.publish": publish_view,
}
