"""``walkaway manifest``: what Slack has to know of the app, ready to be pasted.

The scopes are the least that it works with, and a test holds every method that the code
calls against them; why each one is asked for stands in ``docs/decisions/least-scopes.md``.
"""

import json
import os
from typing import Any
from urllib.parse import urlsplit

import click

from bot.cli.failures import wrong_settings
from bot.config import AppSettings, ConfigError
from bot.slack.home import lists
from bot.slack.payloads import ids
from bot.slack.texts import Texts

SCOPES = ("commands", "chat:write", "users:read")
OPTIONAL_SCOPES = (
    "chat:write.public",
    "usergroups:read",
    "users:read.email",
    "channels:read",
    "groups:read",
    "channels:history",
    "groups:history",
    "im:history",
    "im:write",
    "files:read",
    "files:write",
)
"""The installer may decline these; the bot then works without the feature each one is for."""
EVENTS = (ids.HOME_OPENED, ids.USER_CHANGED)
PATH = "/slack/events"
_NAME = "Walkaway"

Json = dict[str, Any]


@click.command()
@click.option(
    "--url",
    metavar="https://HOST",
    help="Where Slack reaches the bot over HTTP. Without it the manifest is for Socket Mode.",
)
def manifest(url: str | None) -> None:
    """Print the manifest of the Slack app.

    Paste it at https://api.slack.com/apps, under Create New App, From a manifest. It needs no
    token and no database; LANGUAGE (en or de) decides what things are called in Slack.
    """
    try:
        chosen = AppSettings.from_environment(os.environ)
    except ConfigError as error:
        raise wrong_settings(error) from None
    made = app_manifest(Texts(chosen.language), _request_url(chosen, url))
    click.echo(json.dumps(made, ensure_ascii=False, indent=2))


def app_manifest(texts: Texts, request_url: str | None) -> Json:
    """Return the manifest; without a URL for requests it is for Socket Mode."""
    where = {} if request_url is None else {"request_url": request_url}
    command_url = {} if request_url is None else {"url": request_url}
    return {
        "display_information": _information(texts),
        "features": {
            "app_home": {
                "home_tab_enabled": True,
                "messages_tab_enabled": True,
                "messages_tab_read_only_enabled": True,
            },
            "bot_user": {"display_name": _NAME, "always_online": True},
            "shortcuts": _shortcuts(texts),
            "slash_commands": [
                {
                    "command": ids.COMMAND,
                    "description": texts.within(lists.SHORTCUT),
                    "usage_hint": texts("[name] | list | help"),
                    "should_escape": False,
                    **command_url,
                }
            ],
        },
        "oauth_config": {
            "scopes": {
                "bot": [*SCOPES, *OPTIONAL_SCOPES],
                "bot_optional": [*OPTIONAL_SCOPES],
            }
        },
        "settings": {
            "event_subscriptions": {"bot_events": [*EVENTS], **where},
            "interactivity": {"is_enabled": True, **where},
            "org_deploy_enabled": False,
            "socket_mode_enabled": request_url is None,
            "token_rotation_enabled": False,
        },
    }


def _information(texts: Texts) -> Json:
    return {
        "name": _NAME,
        "description": texts("Choose who to take on as a client, and say no to the rest."),
        "long_description": texts(
            "The most profitable decision in a service business is often to walk away from a "
            "client who doesn't fit. Answer a few questions about a prospect and get a "
            "verdict with its reasons: pursue, problem or walk away. Managers read it in "
            "their channel, and the prospect's owner decides with one click."
        ),
        "background_color": "#1d3c34",
    }


def _shortcuts(texts: Texts) -> list[Json]:
    return [
        {
            "name": texts.within(lists.SHORTCUT),
            "type": "global",
            "callback_id": ids.SHORTCUT,
            "description": texts("A few questions about a prospect, then a verdict."),
        },
        {
            "name": texts(lists.MESSAGE_SHORTCUT),
            "type": "message",
            "callback_id": ids.MESSAGE_SHORTCUT,
            "description": texts("Screens the prospect named at the start of the message."),
        },
    ]


def _request_url(chosen: AppSettings, url: str | None) -> str | None:
    """Return where Slack sends its requests; None for Socket Mode.

    Raises UsageError where the option and the settings do not fit together.
    """
    if url is None:
        if chosen.is_http:
            raise click.UsageError(
                "SLACK_SIGNING_SECRET is set and SLACK_APP_TOKEN isn't, so Slack reaches the bot "
                f"over HTTP: say where, as in --url https://HOST{PATH}"
            )
        return None
    if chosen.is_socket_mode:
        raise click.UsageError(
            "SLACK_APP_TOKEN is set, so the bot uses Socket Mode: leave out --url, or unset it."
        )
    if not _is_address(url):
        raise click.UsageError(f"--url must be an address such as https://HOST{PATH}")
    return url.rstrip("/").removesuffix(PATH) + PATH


def _is_address(url: str) -> bool:
    try:
        parts = urlsplit(url)
    except ValueError:
        return False
    return parts.scheme == "https" and bool(parts.hostname) and not (parts.query or parts.fragment)
