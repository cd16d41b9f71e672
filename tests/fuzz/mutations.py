"""Makes hostile requests of recorded payloads: in their JSON, and in their raw bytes.

What is drawn is small (numbers and names of operations), so that a thousand requests cost little
and a failure shrinks to the one change that matters.
"""

import copy
import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, Final
from urllib.parse import quote_plus, urlencode

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
    "answer", "qualify_step", "block_actions", "view_submission", "view_closed", "shortcut",
    "message_action", "event_callback", "url_verification", "block_suggestion", "ssl_check",
    "interactive_message", "dialog_submission", "workflow_step_edit", "function_executed",
    "app_home_opened", "message", "plain_text_input", "checkboxes", "radio_buttons", "datepicker",
    "users_select", "http://127.0.0.1:1/", "file:///etc/passwd", "https://", "not an address",
    [], {}, [None], [[]], [{}], ["x"], [1, 2], {"id": None}, {"id": 5}, {"id": []}, {"id": "\0"},
    {"type": None}, {"value": None}, {"values": []}, {"a": {"b": {}}}, {"id": {"id": "x"}}, DEEP,
)  # fmt: skip

_DEEPEST: Final = 25

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
    root: dict[str, Any] = {"payload": copy.deepcopy(dict(recorded.payload))}
    _open_metadata(root["payload"])
    for operation, where, what in changes:
        if "payload" not in root:
            break
        places = list(_places(root["payload"], root, "payload"))
        hot = [place for place in places if place[1] in HOT or isinstance(place[0], list)]
        chosen = hot if where % 4 else places
        _OPERATIONS[operation](*(chosen or places)[where // 4 % len(chosen or places)], what, ids)
    _close_metadata(root.get("payload"))
    return root.get("payload")


def body_of(kind: str, payload: Any) -> tuple[bytes, bytes]:
    """Return content type and body, as Slack would encode whatever this is."""
    if kind == "events_api":
        return b"application/json", json.dumps(payload).encode()
    if kind == "slash_commands" and isinstance(payload, Mapping):
        return FORM, "&".join(_pair(str(key), value) for key, value in payload.items()).encode()
    return FORM, urlencode({"payload": json.dumps(payload)}).encode()


def payloads(story: Sequence[Recorded], ids: Sequence[str]) -> st.SearchStrategy[Hostile]:
    """Mutate what a payload says; Slack signed it."""
    change = st.tuples(st.sampled_from(CHANGES), st.integers(0, 2**14), st.integers(0, 2**10))

    def made(at: int, changes: list[Change]) -> Hostile:
        content_type, body = body_of(story[at].kind, changed(story[at], changes, ids))
        return Hostile(at, Request(body, tuple(signed(body, content_type))))

    return st.builds(made, st.integers(0, len(story) - 1), st.lists(change, min_size=1, max_size=4))


def signed_bytes(story: Sequence[Recorded]) -> st.SearchStrategy[Hostile]:
    """Mutate the raw bytes; they are signed as they are."""

    def made(at: int, content_type: bytes | None, changes: list[Change]) -> Hostile:
        usual, body = body_of(story[at].kind, story[at].payload)
        for operation, where, what in changes:
            body = _BYTES[operation](body, where % (len(body) + 1), what)
        return Hostile(at, Request(body, tuple(signed(body, content_type or usual))))

    changes = st.lists(
        st.tuples(st.sampled_from(sorted(_BYTES)), st.integers(0, 2**16), st.integers(0, 2**10)),
        max_size=3,
    )
    content_types = st.sampled_from(_CONTENT_TYPES)
    return st.builds(made, st.integers(0, len(story) - 1), content_types, changes)


def unsigned(story: Sequence[Recorded], ids: Sequence[str]) -> st.SearchStrategy[Hostile]:
    """Spoil the signature, or what else a request needs, of a payload mutated or not."""

    def made(hostile: Hostile, name: str, what: int) -> Hostile:
        return replace(hostile, request=_SPOILT[name](hostile.request, what))

    return st.builds(
        made,
        payloads(story, ids) | signed_bytes(story),
        st.sampled_from(sorted(_SPOILT)),
        st.integers(0, 2**16),
    )


def _places(node: Any, inside: Any, key: Any, depth: int = 0) -> Iterator[Place]:
    yield inside, key
    if depth < _DEEPEST and isinstance(node, dict | list):
        for name, value in node.items() if isinstance(node, dict) else enumerate(node[:100]):
            yield from _places(value, node, name, depth + 1)


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


_CONTENT_TYPES: Final = (
    None, b"", b"application/json", b"application/json; charset=utf-8", b"application/jsonp",
    b"APPLICATION/JSON", b"text/plain", b"multipart/form-data; boundary=x", b"\xff\xfe", FORM,
    FORM + b"; charset=latin-1", b"application/x-www-form-urlencoded, application/json",
)  # fmt: skip
_SPLINTERS: Final = (
    b"%", b"%zz", b"%00", b"%ED%A0%80", b"\xff\xfe", b"\x00", b"&", b"=", b"&&==", b";", b"+", b"{",
    b"}", b"[", b"payload=", b"&payload=%7B%7D", b"&payload=[]", b"payload=5&", b"&payload=",
    b"&payload[]=1", b"command=%2Fqualify&", b"&command=%2Fqualify", b"&ssl_check=1", b"NaN",
    b"%5B" * 100_000, b"[" * 100_000, b'{"a":' * 50_000, b"9" * 6000, b"\xef\xbb\xbf",
    b"a=b&" * 2000,
)  # fmt: skip
_BYTES: Final[Mapping[str, Callable[[bytes, int, int], bytes]]] = {
    "cut": lambda body, at, _: body[:at],
    "begin later": lambda body, at, _: body[at:],
    "flip": lambda body, at, what: body[:at] + bytes([what % 256]) + body[at + 1 :],
    "put in": lambda body, at, what: body[:at] + _SPLINTERS[what % len(_SPLINTERS)] + body[at:],
    "put before": lambda body, _, what: _SPLINTERS[what % len(_SPLINTERS)] + body,
    "put after": lambda body, _, what: body + _SPLINTERS[what % len(_SPLINTERS)],
    "only": lambda _b, _a, what: _SPLINTERS[what % len(_SPLINTERS)],
    "twice": lambda body, _a, _w: body + b"&" + body,
}


def _without(name: bytes) -> Callable[[Request, int], Request]:
    def spoil(request: Request, _: int) -> Request:
        return replace(request, headers=tuple(pair for pair in request.headers if pair[0] != name))

    return spoil


def _with(name: bytes, *values: bytes) -> Callable[[Request, int], Request]:
    def spoil(request: Request, what: int) -> Request:
        return replace(
            request,
            headers=(*_without(name)(request, 0).headers, (name, values[what % len(values)])),
        )

    return spoil


_SIGNATURES: Final = (
    b"", b"v0=", b"v0=" + b"0" * 64, b"v1=" + b"0" * 64, b"\xff\xfe", "v0=é".encode(), b"x" * 9999,
)  # fmt: skip
_SPOILT: Final[Mapping[str, Callable[[Request, int], Request]]] = {
    "no signature": _without(b"x-slack-signature"),
    "no timestamp": _without(b"x-slack-request-timestamp"),
    "wrong signature": _with(b"x-slack-signature", *_SIGNATURES),
    "wrong timestamp": _with(
        b"x-slack-request-timestamp",
        *(b"", b"0", b"-1", b"NaN", b"1e9", "²".encode(), b"\xff", b"9" * 12, b"9" * 5000, b"1 "),
    ),
    "wrong length": _with(
        b"content-length", b"-1", b"x", b"1000001", b"9" * 5000, "²".encode(), b"\xff"
    ),
    "other secret": lambda request, _: replace(
        request, headers=tuple(signed(request.body, FORM, "another secret"))
    ),
    "other body": lambda request, _: replace(request, body=request.body + b"&"),
    "too large": lambda request, _: replace(request, body=b"x" * 1_000_001, chunk=60_000),
    "cut off": lambda request, what: replace(request, is_cut_off=True, chunk=what % 999 + 1),
    "other method": lambda request, what: replace(
        request, method=("GET", "PUT", "HEAD", "OPTIONS", "", "POST\0")[what % 6]
    ),
    "other path": lambda request, what: replace(
        request,
        path=("/", "/slack/events/", "/slack/install", "/SLACK/EVENTS", "//slack/events", "/\0é")[
            what % 6
        ],
    ),
}
