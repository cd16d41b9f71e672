"""The recorded payloads of every version, and how Slack would send them."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

HERE = Path(__file__).parent
FORM = b"application/x-www-form-urlencoded"


@dataclass(frozen=True)
class Recorded:
    """One payload."""

    name: str
    kind: str
    payload: Mapping[str, Any]


def versions() -> list[str]:
    """Return the versions that were recorded, in order."""
    folders = [path.name for path in HERE.iterdir() if path.name[0].isdecimal()]
    return sorted(folders, key=lambda name: [int(part) for part in name.split(".")])


def story_of(version: str) -> Sequence[Recorded]:
    """Return the payloads of a version in the order in which they came."""
    files = sorted((HERE / version).glob("*.json"), key=_number)
    return [Recorded(**json.loads(file.read_text("utf-8"))) for file in files]


def encoded(kind: str, payload: Any) -> tuple[bytes, bytes]:
    """Return the content type and the body in which Slack sends a payload."""
    if kind == "slash_commands":
        return FORM, urlencode(payload, errors="surrogatepass").encode()
    if kind == "events_api":
        return b"application/json", json.dumps(payload).encode()
    return FORM, urlencode({"payload": json.dumps(payload)}).encode()


def _number(path: Path) -> int:
    return int(path.name.partition("_")[0])
