"""A row's values as text and back, by the type of the column, not by their look."""

import json
from datetime import date, datetime
from decimal import Decimal
from typing import Any

import sqlalchemy as sa

from bot.storage.schema.columns import Money, UtcDateTime

_TRUTH = {"true": True, "false": False}


def to_text(column: sa.Column[Any], value: Any) -> str:
    """Return a value as text: ISO dates, times in UTC, decimal amounts; empty for null."""
    match value:
        case None:
            return ""
        case _ if isinstance(column.type, sa.JSON):
            return json.dumps(value, ensure_ascii=False, sort_keys=True)
        case bool():
            return "true" if value else "false"
        case date():  # a datetime too
            return value.isoformat()
        case Decimal():
            return f"{value:f}"
        case _:
            return str(value)


def from_text(column: sa.Column[Any], text: str) -> Any:
    """Return the value that `to_text` wrote; raises ValueError for anything else."""
    if not text and column.nullable:
        return None
    match column.type:
        case Money():
            return _decimal(text)
        case UtcDateTime():
            return _instant(text)
        case sa.Date():
            return date.fromisoformat(text)
        case sa.JSON():
            return json.loads(text)
        case sa.Boolean():
            return _truth(text)
        case sa.Integer():
            return int(text)
        case _:
            return text


def to_json(column: sa.Column[Any], value: Any) -> Any:
    """Return a value for JSON."""
    is_plain = value is None or isinstance(column.type, sa.JSON)
    return value if is_plain else to_text(column, value)


def from_json(column: sa.Column[Any], value: Any) -> Any:
    """Return the value that `to_json` wrote; raises ValueError for anything else."""
    if value is None or isinstance(column.type, sa.JSON):
        return value
    return from_text(column, str(value))


def _decimal(text: str) -> Decimal:
    try:
        return Decimal(text)
    except ArithmeticError:
        raise ValueError(text) from None


def _instant(text: str) -> datetime:
    found = datetime.fromisoformat(text)
    if found.tzinfo is None:
        raise ValueError(text)
    return found


def _truth(text: str) -> bool:
    try:
        return _TRUTH[text]
    except KeyError:
        raise ValueError(text) from None
