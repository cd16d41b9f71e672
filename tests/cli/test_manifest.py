"""``walkaway manifest``: within Slack's limits, and exactly what the code needs."""

import ast
import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result
from slack_sdk.web.async_client import AsyncWebClient

from bot.cli import walkaway
from bot.cli.manifest import OPTIONAL_SCOPES, SCOPES, app_manifest
from bot.domain.checklist.rules import LANGUAGES
from bot.slack.app import commands, dispatch
from bot.slack.payloads import ids
from bot.slack.texts import Texts
from sandbox.world import COMMANDS, MESSAGES_TAB_IS_READ_ONLY, SHORTCUTS

ROOT = Path(__file__).parents[2]

SCOPES_OF: dict[str, set[str]] = {
    "apps_connections_open": set(),  # by the app-level token
    "auth_test": set(),
    "chat_delete": {"chat:write"},
    "chat_getPermalink": set(),
    "chat_postMessage": {"chat:write"},
    "chat_update": {"chat:write"},
    "conversations_history": {"channels:history", "groups:history", "im:history"},
    "conversations_info": {"channels:read", "groups:read"},
    "conversations_open": {"im:write"},
    "conversations_replies": {"channels:history", "groups:history", "im:history"},
    "files_completeUploadExternal": {"files:write"},
    "files_getUploadURLExternal": {"files:write"},
    "files_info": {"files:read"},  # and the download of the file that it names
    "files_upload_v2": {"files:write"},
    "usergroups_users_list": {"usergroups:read"},
    "users_info": {"users:read"},
    "users_lookupByEmail": {"users:read.email"},
    "views_open": set(),
    "views_publish": set(),
    "views_push": set(),
    "views_update": set(),
}
"""What each method of the Web API that we call needs, by Slack's reference."""
WITHOUT_A_METHOD = {
    "commands",  # the slash command and the shortcuts
    "chat:write.public",  # lets chat.postMessage into channels that the bot is not in
}


def manifest(*arguments: str, **environment: str) -> Result:
    nothing = dict.fromkeys(["SLACK_APP_TOKEN", "SLACK_SIGNING_SECRET", "LANGUAGE"])
    return CliRunner(env={**nothing, **environment}).invoke(walkaway, ["manifest", *arguments])


def made(*arguments: str, **environment: str) -> dict[str, Any]:
    result = manifest(*arguments, **environment)
    assert (result.exit_code, result.stderr) == (0, "")
    printed: dict[str, Any] = json.loads(result.stdout)
    return printed


def called() -> Iterator[tuple[str, Path]]:
    """Every method of the Web API that the code calls, and where."""
    methods = {name for name in dir(AsyncWebClient) if not name.startswith("_")}
    methods -= {"api_call", "session", "retry_handlers", "token", "base_url"}
    for path in (ROOT / "bot").rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Attribute) and node.attr in methods and "_" in node.attr:
                yield node.attr, path.relative_to(ROOT)


def test_every_method_that_is_called_has_its_scopes_in_the_manifest() -> None:
    found = dict(called())
    needed = {scope for method in found for scope in SCOPES_OF[method]}

    assert found.keys() == SCOPES_OF.keys()
    assert needed | WITHOUT_A_METHOD == {*SCOPES, *OPTIONAL_SCOPES}


def test_nobody_calls_a_method_by_its_name_alone() -> None:
    texts = [path.read_text(encoding="utf-8") for path in (ROOT / "bot").rglob("*.py")]

    assert not [text for text in texts if ".api_call(" in text]


def test_optional_scopes_are_asked_for_and_may_be_declined() -> None:
    scopes = made()["oauth_config"]["scopes"]

    assert scopes["bot"] == [*SCOPES, *OPTIONAL_SCOPES]
    assert scopes["bot_optional"] == [*OPTIONAL_SCOPES]
    assert len(scopes["bot"]) == len(set(scopes["bot"]))


def test_each_scope_has_its_reason_in_the_documents() -> None:
    page = (ROOT / "docs" / "decisions" / "least-scopes.md").read_text(encoding="utf-8")

    explained = re.findall(r"^\| `([a-z:.]+)` \| \S", page, re.MULTILINE)
    assert explained == [*SCOPES, *OPTIONAL_SCOPES]


def test_what_the_listeners_handle_is_declared_and_nothing_else() -> None:
    printed = made()
    features, settings = printed["features"], printed["settings"]

    assert [each["command"] for each in features["slash_commands"]] == [ids.COMMAND]
    assert {each["callback_id"] for each in features["shortcuts"]} == commands.SHORTCUTS.keys()
    assert set(settings["event_subscriptions"]["bot_events"]) == dispatch.EVENTS.keys()
    assert features["app_home"]["home_tab_enabled"]
    assert settings["interactivity"]["is_enabled"]


def test_the_sandbox_declares_what_the_manifest_does() -> None:
    features = made()["features"]

    assert [(each.command, each.description, each.usage_hint) for each in COMMANDS] == [
        (each["command"], each["description"], each["usage_hint"])
        for each in features["slash_commands"]
    ]
    assert [(each.callback_id, each.name, each.type) for each in SHORTCUTS] == [
        (each["callback_id"], each["name"], each["type"]) for each in features["shortcuts"]
    ]
    assert features["app_home"]["messages_tab_read_only_enabled"] is MESSAGES_TAB_IS_READ_ONLY


def test_names_are_typed_as_they_are() -> None:
    assert made()["features"]["slash_commands"][0]["should_escape"] is False


@pytest.mark.parametrize("language", LANGUAGES)
def test_names_and_descriptions_fit_slack(language: str) -> None:
    printed = app_manifest(Texts(language), "https://bot.example/slack/events")
    about, features = printed["display_information"], printed["features"]

    assert 1 <= len(about["name"]) <= 35
    assert 1 <= len(about["description"]) <= 140
    assert 175 <= len(about["long_description"]) <= 4000
    assert 1 <= len(features["bot_user"]["display_name"]) <= 80
    for command in features["slash_commands"]:
        assert 2 <= len(command["command"]) <= 32
        assert 1 <= len(command["description"]) <= 2000
        assert 1 <= len(command["usage_hint"]) <= 1000
    for shortcut in features["shortcuts"]:
        assert 1 <= len(shortcut["name"]) <= 24
        assert 1 <= len(shortcut["description"]) <= 150
        assert len(shortcut["callback_id"]) <= 255


def test_names_are_in_the_language_of_the_workspace() -> None:
    command = made(LANGUAGE="de")["features"]["slash_commands"][0]

    assert command["description"] == "Interessenten prüfen"


@pytest.mark.parametrize("environment", [{}, {"SLACK_APP_TOKEN": "xapp-1"}])
def test_it_is_for_socket_mode_unless_told_otherwise(environment: dict[str, str]) -> None:
    printed = made(**environment)

    assert printed["settings"]["socket_mode_enabled"] is True
    assert "request_url" not in str(printed)
    assert "url" not in printed["features"]["slash_commands"][0]


@pytest.mark.parametrize(
    "url",
    ["https://bot.example", "https://bot.example/", "https://bot.example/slack/events"],
)
def test_over_http_every_request_comes_to_one_address(url: str) -> None:
    printed = made("--url", url, SLACK_SIGNING_SECRET="secret")
    settings = printed["settings"]

    address = "https://bot.example/slack/events"
    assert settings["socket_mode_enabled"] is False
    assert settings["event_subscriptions"]["request_url"] == address
    assert settings["interactivity"]["request_url"] == address
    assert printed["features"]["slash_commands"][0]["url"] == address


@pytest.mark.parametrize(
    ("arguments", "environment", "said"),
    [
        ((), {"SLACK_SIGNING_SECRET": "secret"}, "--url https://HOST/slack/events"),
        (("--url", "https://bot.example"), {"SLACK_APP_TOKEN": "xapp-1"}, "leave out --url"),
        (("--url", "http://bot.example"), {}, "must be an address such as https://"),
        (("--url", "https://"), {}, "must be an address such as https://"),
        (("--url", "https://bot.example?x=1"), {}, "must be an address such as https://"),
        (("--url", "https://[bot"), {}, "must be an address such as https://"),
    ],
)
def test_what_does_not_fit_together_is_wrong_usage(
    arguments: tuple[str, ...], environment: dict[str, str], said: str
) -> None:
    result = manifest(*arguments, **environment)

    assert (result.exit_code, result.stdout) == (2, "")
    assert said in result.stderr


def test_odd_settings_are_named() -> None:
    result = manifest(SLACK_APP_TOKEN="xoxb-secret")

    assert (result.exit_code, result.stdout) == (1, "")
    assert "SLACK_APP_TOKEN" in result.stderr
    assert "xoxb-secret" not in result.stderr
