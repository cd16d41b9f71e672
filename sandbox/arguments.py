"""Arguments of a Web API call, whether they came as a form or as JSON."""

import json
from typing import Any

from sandbox.problems import ApiError


class Arguments:
    """Reads arguments, and refuses them in Slack's words."""

    def __init__(self, raw: dict[str, Any]) -> None:
        self._raw = raw

    def has(self, name: str) -> bool:
        """Whether the argument was given at all."""
        return self._raw.get(name) is not None

    def text(self, name: str, default: str = "") -> str:
        """Read an optional text."""
        value = self._raw.get(name)
        return default if value is None else str(value)

    def required(self, name: str, error: str = "invalid_arguments") -> str:
        """Read a text that must be there."""
        if not self.text(name):
            pointer = f"missing required field: {name} [json-pointer:/{name}]"
            raise ApiError(error, problems=(pointer,) if error == "invalid_arguments" else ())
        return self.text(name)

    def flag(self, name: str) -> bool:
        """Read a boolean as forms and JSON write it."""
        return self.text(name).lower() in ("1", "true")

    def number(self, name: str, default: int) -> int:
        """Read a whole number."""
        try:
            return int(self.text(name) or default)
        except ValueError:
            raise ApiError("invalid_arguments") from None

    def nested(self, name: str, error: str = "invalid_arguments") -> Any:
        """Read an object or a list, which a form carries as JSON text."""
        value = self._raw.get(name)
        if not isinstance(value, str):
            return value
        try:
            return json.loads(value) if value else None
        except ValueError:
            raise ApiError(error) from None

    def lenient(self, name: str) -> Any:
        """Read an object or a list if it is one, else what was sent."""
        try:
            return self.nested(name)
        except ApiError:
            return self._raw.get(name)

    def page(self, items: list[Any], default: int = 100) -> tuple[list[Any], dict[str, Any]]:
        """Cut one page out of a list by `cursor` and `limit`; the cursor is an offset."""
        limit = max(1, min(self.number("limit", default), 1000))
        try:
            start = int(self.text("cursor").removeprefix("offset:") or 0)
        except ValueError:
            raise ApiError("invalid_cursor") from None
        following = start + limit
        more = following < len(items)
        cursor = f"offset:{following}" if more else ""
        return items[start:following], {"response_metadata": {"next_cursor": cursor}}
