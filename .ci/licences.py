"""Check that everything the bot installs may be given away with it: `make check`.

What counts is what each installed package says of itself, first in its licence expression (PEP
639), else in the older fields. One that says nothing, or that is not installed, is wrong too.
"""

import re
import sys
from collections.abc import Iterator
from email.message import Message
from importlib.metadata import PackageNotFoundError, metadata
from pathlib import Path
from typing import Final, cast

PINS: Final = Path(__file__).parents[1] / "requirements" / "sentry.txt"
TAKEN: Final = re.compile(
    r"\b(MIT|BSD|Apache|PSF|ISC|MPL-2\.0|Python Software Foundation)\b", re.IGNORECASE
)
"""Licences that ask for no more than to be named."""
REFUSED: Final = re.compile(r"\b[AL]?GPL|\bSSPL|\bBUSL|proprietary", re.IGNORECASE)


def main() -> None:
    """End with 1, and a line for each package whose licence we could not or may not take."""
    wrong = list(problems(PINS.read_text(encoding="utf-8")))
    if wrong:
        sys.exit("\n".join(wrong))


def problems(pins: str) -> Iterator[str]:
    """Yield a sentence for each pinned package that is not clearly free to give away."""
    for name in re.findall(r"^([A-Za-z0-9._-]+)(?:\[[^]]*\])?==", pins, re.MULTILINE):
        try:
            said = licence_of(cast("Message", metadata(name)))
        except PackageNotFoundError:
            yield f"{name} is not installed, so its licence is not known: make install"
            continue
        if not TAKEN.search(said) or REFUSED.search(said):
            yield f"{name} has the licence {said or '(none named)'!r}, which we don't take."


def licence_of(package: Message) -> str:
    """Return all that a package says of its licence; empty if nothing."""
    if expression := package.get("License-Expression"):
        return str(expression)
    classified = [each for each in package.get_all("Classifier", []) if each.startswith("License")]
    return " / ".join([(package.get("License") or "").partition("\n")[0], *classified]).strip(" /")


if __name__ == "__main__":
    main()
