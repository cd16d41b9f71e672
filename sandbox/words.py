"""What the sandbox itself says to members, in their language.

English stands where it is said; German is in the page's catalogue, `page/german.json`.
"""

import json
import re
from pathlib import Path
from typing import Final

_CATALOGUES: Final = {
    "de": json.loads((Path(__file__).parent / "page" / "german.json").read_text("utf-8"))
}
_PLACE: Final = re.compile(r"\{(\w+)\}")


class Sentence:
    """Something to be said, before it is known to whom."""

    def __init__(self, text: str, **values: object) -> None:
        self._text = text
        self._values = values

    def __str__(self) -> str:
        """Say it in English."""
        return self._filled(self._text)

    def to(self, locale: str) -> str:
        """Say it to somebody with this locale."""
        catalogue = _CATALOGUES.get(locale.partition("-")[0], {})
        return self._filled(catalogue.get(self._text, self._text))

    def of(self, line: str) -> "Sentence | None":
        """Return it as a line says it, which puts values in its places; None if it is another."""
        parts = _PLACE.split(self._text)
        pattern = "".join(
            f"(?P<{part}>.+)" if at % 2 else re.escape(part) for at, part in enumerate(parts)
        )
        found = re.fullmatch(pattern, line, re.DOTALL)
        return None if found is None else type(self)(self._text, **found.groupdict())

    def _filled(self, text: str) -> str:
        return _PLACE.sub(lambda place: str(self._values.get(place[1], place[0])), text)
