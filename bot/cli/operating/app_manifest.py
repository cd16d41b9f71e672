"""What the doctor asks of the manifest that Slack has of the app.

A bot's token may not read it; its operator copies it from the app's page, under App Manifest.
"""

from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

import yaml

from bot.cli.manifest import EVENTS, PATH, SCOPES, app_manifest
from bot.cli.operating.findings import Finding, ok, wrong
from bot.config import Config
from bot.slack.texts import Texts

MEND = "paste what `walkaway manifest` prints there, and reinstall the app if Slack asks for it"


def compared(file: Path, config: Config) -> Iterator[Finding]:
    """Yield what Slack's manifest lacks of the one that this version needs."""
    try:
        theirs = yaml.safe_load(file.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError, yaml.YAMLError):
        theirs = None
    if not isinstance(theirs, Mapping):
        mend = "save it as the page shows it, as JSON or YAML"
        yield wrong("manifest", f"in {file} can't be read", mend)
        return
    is_socket = config.slack_app_token is not None
    ours = app_manifest(Texts(config.settings.language), None if is_socket else f"https://x{PATH}")
    lacking = [each for each in _parts(ours) if each not in set(_parts(theirs))]
    for each in lacking:
        yield wrong("manifest", f"lacks {each}", MEND)
    if not lacking:
        yield ok("manifest", "has all that this version needs")


def _parts(manifest: Mapping[str, Any]) -> Iterator[str]:
    """Yield what a manifest has, in words, as far as the bot needs it."""
    features, settings = _at(manifest, "features"), _at(manifest, "settings")
    for each in _listed(features, "slash_commands"):
        yield f"the command {_at(each).get('command')}"
    for each in _listed(features, "shortcuts"):
        yield f"the {_at(each).get('type')} shortcut {_at(each).get('callback_id')}"
    if _at(features, "app_home").get("home_tab_enabled") is True:
        yield "the Home tab"
    if _at(settings, "interactivity").get("is_enabled") is True:
        yield "interactivity"
    how = "Socket Mode" if settings.get("socket_mode_enabled") is True else "requests over HTTP"
    yield how
    events = _listed(_at(settings, "event_subscriptions"), "bot_events")
    yield from (f"the event {each}" for each in EVENTS if each in events)
    scopes = _listed(_at(_at(manifest, "oauth_config"), "scopes"), "bot")
    yield from (f"the scope {each}" for each in SCOPES if each in scopes)


def _at(found: object, name: str | None = None) -> Mapping[str, Any]:
    """Return a mapping, or what stands in it; an empty one for whatever is none."""
    found = found if isinstance(found, Mapping) else {}
    return found if name is None else _at(found.get(name))


def _listed(found: Mapping[str, Any], name: str) -> Sequence[object]:
    listed = found.get(name)
    return listed if isinstance(listed, list) else ()
