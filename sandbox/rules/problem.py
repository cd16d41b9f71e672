"""What is wrong with a payload, and where. The words of most refusals are in `wording`."""

from dataclasses import dataclass

NO_STRING = "must provide a string"


@dataclass(frozen=True, slots=True)
class Problem:
    """One reason to refuse a payload."""

    pointer: str
    """JSON pointer into the payload that was handed in, such as `/blocks/3/text/text`."""

    message: str
    """What Slack would say about it."""


def unsupported(pointer: str, kind: object) -> Problem:
    """A block or element that does not exist, or not in this place."""
    known = isinstance(kind, str)
    return Problem(f"{pointer}/type", f"unsupported type: {kind}" if known else NO_STRING)


def missing(pointer: str, name: str) -> Problem:
    """A field that has to be there; Slack points at the object that lacks it."""
    return Problem(pointer, f"missing required field: {name}")
