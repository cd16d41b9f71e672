"""Makes hostile requests of recorded payloads, by changing what they say.

What is drawn is small (numbers and names of operations), so that a thousand requests cost little
and a failure shrinks to the one change that matters.
"""

import copy
import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final
from urllib.parse import quote_plus

from hypothesis import strategies as st

from sandbox.world import TEAM_ID
from tests.fuzz.alone import OTHERS, Request, signed
from tests.recorded.reading import FORM, Recorded

Place = tuple[Any, Any]
"""A dict or list, and the key or index in it."""

HOT: Final = frozenset(
    {
        "action_id", "actions", "api_app_id", "authorizations", "block_id", "blocks", "callback_id",
        "challenge", "channel", "command", "draft", "enterprise", "event", "hash", "id", "message",
        "name", "private_metadata", "prospect", "redrawn", "response_url", "response_urls",
        "selected_date", "selected_option", "selected_user", "state", "step", "team", "team_id",
        "text", "trigger_id", "type", "user", "user_id", "value", "values", "version", "view",
    }
)  # fmt: skip
"""What somebody reads, Bolt or we; the rest is ballast that Slack sends along."""

DEEP: Final[Any] = json.loads("[" * 200 + "]" * 200)
JUNK: Final[Sequence[Any]] = (
    None, True, False, 0, 1, -1, 2**31, 2**63, 10**40, 0.5, 1e308, float("nan"), float("inf"),
    "", " ", "0", "-1", "x", ".", "a.b", "null", "{}", "[]", "\0", "a\0b", "\ud800", "\udfff Acme",
    "é" * 2000, "x" * 5000, "<!channel>", "<@U0JONAS>", "<#C0VERDICTS>", "\u202eemca", "👩🏽‍🚀",
    "１２３", "²", "9" * 30, "9" * 5000, "1e999999", "NaN", "-Infinity", "sNaN", "0x10", "1_000",
    "2026-13-45", "0001-01-01", "9999-12-31", "20261130", "2026-W48-1", "none", "ready", "clear",
    "U0EMMA", "U0SABINE", "U0GIL", "U0NOBODY", "USLACKBOT", "T0NOWHERE", TEAM_ID, *OTHERS,
    "won", "lost", "more", "undo", "condition_met", "walk_away", "requalify", "details", "back",
    "override", "approve_override", "deny_override", "choose_fear", "new_fact", "no_other_client",
    "answer", "qualify_step", "block_actions", "view_submission", "view_closed", "shortcut",
    "message_action", "event_callback", "url_verification", "block_suggestion", "ssl_check",
    "interactive_message", "dialog_submission", "workflow_step_edit", "function_executed",
    "app_home_opened", "message", "plain_text_input", "checkboxes", "radio_buttons", "datepicker",
    "users_select", "http://127.0.0.1:1/", "file:///etc/passwd", "https://", "not an address",
    [], {}, [None], [[]], [{}], ["x"], [1, 2], {"id": None}, {"id": 5}, {"id": []}, {"id": "\0"},
    {"type": None}, {"value": None}, {"values": []}, {"a": {"b": {}}}, {"id": {"id": "x"}}, DEEP,
)  # fmt: skip

_DEEPEST: Final = 25
_QUOTED: Final = {code: quote_plus(chr(code)) for code in range(128)}
"""For JSON, which is ASCII: what `urlencode` makes of each character, and all of them at once."""

Change = tuple[str, int, int]
"""What to do, where, and with what."""

CHANGES: Final = (
    "drop",
    "junk",
    "junk",
    "junk",
    "wrap",
    "rename",
    "mark",
    "swap",
    "repeat",
    "other",
)


@dataclass(frozen=True)
class Hostile:
    """A mutated payload of the story."""

    at: int
    """Which payload of the story it was."""
    request: Request


def changed(recorded: Recorded, changes: Sequence[Change], ids: Sequence[str]) -> Any:
    """Return the payload with the changes made, one after another."""
    root: dict[str, Any] = {"payload": json.loads(json.dumps(recorded.payload))}
    _open_metadata(root["payload"])
    for operation, where, what in changes:
        if "payload" not in root:
            break
        chosen = _likely(root, where % 4) or _places(root["payload"], root, "payload")
        _OPERATIONS[operation](*chosen[where // 4 % len(chosen)], what, ids)
    _close_metadata(root.get("payload"))
    return root.get("payload")


def body_of(kind: str, payload: Any) -> tuple[bytes, bytes]:
    """Return content type and body, as Slack would encode whatever this is."""
    if kind == "events_api":
        return b"application/json", json.dumps(payload).encode()
    if kind == "slash_commands" and isinstance(payload, Mapping):
        return FORM, "&".join(_pair(str(key), value) for key, value in payload.items()).encode()
    return FORM, b"payload=" + json.dumps(payload).translate(_QUOTED).encode()


def payloads(story: Sequence[Recorded], ids: Sequence[str]) -> st.SearchStrategy[Hostile]:
    """Mutate what a payload says; Slack signed it."""
    change = st.tuples(st.sampled_from(CHANGES), st.integers(0, 2**14), st.integers(0, 2**10))

    def made(at: int, changes: list[Change]) -> Hostile:
        content_type, body = body_of(story[at].kind, changed(story[at], changes, ids))
        return Hostile(at, Request(body, tuple(signed(body, content_type))))

    return st.builds(made, st.integers(0, len(story) - 1), st.lists(change, min_size=1, max_size=4))


def _likely(root: Any, which: int) -> list[Place]:
    """Return every place, twice what carries meaning, or what somebody reads."""
    if which in {1, 2}:
        return _sharp(root["payload"])
    places = _places(root["payload"], root, "payload")
    return places if which == 0 else [each for each in places if _is_hot(each)]


def _places(node: Any, inside: Any, key: Any) -> list[Place]:
    found: list[Place] = []
    _find(found, node, inside, key, 0)
    return found


def _find(found: list[Place], node: Any, inside: Any, key: Any, depth: int) -> None:
    found.append((inside, key))
    if depth < _DEEPEST and isinstance(node, dict | list):
        for name, value in node.items() if isinstance(node, dict) else enumerate(node[:100]):
            _find(found, value, node, name, depth + 1)


def _is_hot(place: Place) -> bool:
    return place[1] in HOT or isinstance(place[0], list)


def _sharp(payload: Any) -> list[Place]:
    """Return what carries meaning: metadata, the element used, and what stands in the inputs."""
    if not isinstance(payload, dict):
        return []
    view: Any = payload.get("view")
    view = view if isinstance(view, dict) else {}
    parts: list[Place] = [
        (view, "private_metadata"),
        (view, "state"),
        (payload, "actions"),
        (payload, "event"),
    ]
    return [
        place
        for inside, key in parts
        if key in inside
        for place in _places(inside[key], inside, key)
    ]


def _open_metadata(payload: Any) -> None:
    """Let what stands in `private_metadata` be mutated as well."""
    view = payload.get("view")
    if isinstance(view, dict) and str(view.get("private_metadata")).startswith("{"):
        view["private_metadata"] = json.loads(view["private_metadata"])


def _close_metadata(payload: Any) -> None:
    view = payload.get("view") if isinstance(payload, dict) else None
    if isinstance(view, dict) and isinstance(view.get("private_metadata"), dict):
        view["private_metadata"] = json.dumps(view["private_metadata"])


def _drop(inside: Any, key: Any, _what: int, _ids: Sequence[str]) -> None:
    del inside[key]


def _junk(inside: Any, key: Any, what: int, _ids: Sequence[str]) -> None:
    inside[key] = copy.deepcopy(JUNK[what % len(JUNK)])


def _other(inside: Any, key: Any, what: int, ids: Sequence[str]) -> None:
    """Put the id of something else in its place, in the form that stood there."""
    other, old = ids[what % len(ids)], inside[key]
    if isinstance(old, str) and old.count(".") and not isinstance(key, int):
        parts = old.split(".")
        parts[-2] = other
        inside[key] = ".".join(parts)
    else:
        inside[key] = other


def _wrap(inside: Any, key: Any, what: int, _ids: Sequence[str]) -> None:
    value = inside[key]
    wrapped = (
        [value],
        {"value": value},
        {str(key): value},
        str(value),
        [value, value],
        {"id": value},
    )
    inside[key] = wrapped[what % len(wrapped)]


def _rename(inside: Any, key: Any, what: int, _ids: Sequence[str]) -> None:
    names = [name for name in JUNK if isinstance(name, str)]
    if isinstance(inside, dict):
        inside[names[what % len(names)]] = inside.pop(key)


def _mark(inside: Any, key: Any, what: int, _ids: Sequence[str]) -> None:
    """Put something odd into a text, and leave the rest as it is."""
    if isinstance(inside[key], str):
        text, odd = inside[key], _ODD[what % len(_ODD)]
        at = what % (len(text) + 1)
        inside[key] = text[:at] + odd + text[at:]
    else:
        inside[key] = str(inside[key])


def _swap(inside: Any, key: Any, what: int, _ids: Sequence[str]) -> None:
    keys = list(inside) if isinstance(inside, dict) else list(range(len(inside)))
    other = keys[what % len(keys)]
    inside[key], inside[other] = inside[other], inside[key]


def _repeat(inside: Any, key: Any, what: int, _ids: Sequence[str]) -> None:
    if isinstance(inside, list):
        inside.extend([inside[key]] * (what % 120))
    else:
        inside[f"{key}_"] = inside[key]


_ODD: Final = (
    "\0",
    "\ud800",
    "\udc00",
    ".",
    "-",
    "0",
    "²",
    " ",
    "\u2028",
    "\u202e",
    "<",
    "'",
    '"',
    "x" * 4000,
)
_OPERATIONS: Final[Mapping[str, Callable[[Any, Any, int, Sequence[str]], None]]] = {
    "drop": _drop,
    "junk": _junk,
    "wrap": _wrap,
    "rename": _rename,
    "mark": _mark,
    "swap": _swap,
    "repeat": _repeat,
    "other": _other,
}


def _pair(key: str, value: Any) -> str:
    text = value if isinstance(value, str) else json.dumps(value)
    return f"{quote_plus(key, errors='surrogatepass')}={quote_plus(text, errors='surrogatepass')}"
