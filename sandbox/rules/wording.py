"""The words of a refusal, as close to Slack's as we know them."""

from datetime import date, time
from zoneinfo import ZoneInfo

from blockkit.core import (
    AtLeastOne,
    Component,
    HexColor,
    Ints,
    Length,
    OnlyOne,
    Plain,
    Strings,
)

EXPECTATIONS: dict[type, str] = {
    bool: "must provide a boolean",
    str: "must provide a string",
    list: "must provide an array",
    date: "must be a valid date in the format YYYY-MM-DD",
    time: "must be a valid time in the format HH:mm",
    ZoneInfo: "must be a valid time zone",
    float: "must be a valid number",
    int: "must provide an integer",
}


def expectation(allowed: tuple[type, ...]) -> str:
    """What a value should have been, when it is none of the allowed types."""
    return next((text for kind, text in EXPECTATIONS.items() if kind in allowed), "is invalid")


def wording(validator: object, value: object) -> str:
    """What Slack says where this validator of blockkit refuses; empty if we know nothing better."""
    match validator:
        case Length():
            return _length(validator, value)
        case Plain():
            return "must be a plain_text object"
        case Strings():
            return f"must be one of: {', '.join(validator.values)}"
        case Ints():
            return f"must be between {validator.min} and {validator.max}"
        case HexColor():
            return "must be a valid hex color"
        case AtLeastOne() | OnlyOne():
            return "must define either " + " or ".join(f"`{n}`" for n in validator.field_names)
    return ""


def _length(validator: Length, value: object) -> str:
    size = len(value) if isinstance(value, str | list | Component) else 0  # type: ignore[arg-type]
    if isinstance(value, list):
        too_few = f"no fewer than {validator.min} items allowed"
        too_many = f"no more than {validator.max} items allowed"
    else:
        too_few = f"must be more than {validator.min - 1} characters"
        too_many = f"must be less than {validator.max + 1} characters"
    return too_few if size < validator.min else too_many
