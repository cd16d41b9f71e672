"""Makes hostile requests in raw bytes: bodies that are no form or JSON, spoilt headers."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from typing import Final

from hypothesis import strategies as st

from tests.fuzz.alone import Request, signed
from tests.fuzz.mutations import Change, Hostile, body_of, payloads
from tests.recorded.reading import FORM, Recorded


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
