"""Column types that neither database has as we need them."""
# ruff: noqa: ARG002 - SQLAlchemy tells these methods the dialect, and they need not know

from datetime import UTC, datetime
from decimal import Decimal
from typing import Any, Final

from sqlalchemy import BigInteger, DateTime, Dialect, Integer
from sqlalchemy.types import TypeDecorator

_MINOR_UNITS: Final = 100
_LARGEST_MONEY: Final = Decimal(10) ** 12


class UtcDateTime(TypeDecorator[datetime]):
    """A point in time: aware when it goes in, in UTC when it comes out.

    SQLite keeps no zone, and would give back naive times.
    """

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """Refuse a time that does not say in which zone it is."""
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("a time without a zone cannot be kept")
        return value.astimezone(UTC)

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """Say that what was kept is UTC."""
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


class Money(TypeDecorator[Decimal]):
    """An amount below a million millions with two decimals, kept as an integer of hundredths.

    SQLite has no decimal numbers; hundredths are exact, and are sorted and added as
    numbers on both databases.
    """

    impl = BigInteger
    cache_ok = True

    def process_bind_param(self, value: Decimal | None, dialect: Dialect) -> int | None:
        """Refuse what would have to be rounded."""
        if value is None:
            return None
        if not value.is_finite() or abs(value) >= _LARGEST_MONEY:
            raise ValueError("an amount that is too large to be kept")
        hundredths = value * _MINOR_UNITS
        if hundredths != hundredths.to_integral_value():
            raise ValueError("an amount with more than two decimals cannot be kept")
        return int(hundredths)

    def process_result_value(self, value: Any | None, dialect: Dialect) -> Decimal | None:
        """Make hundredths an amount again."""
        return None if value is None else Decimal(value).scaleb(-2)


RowId = BigInteger().with_variant(Integer, "sqlite")
"""A number that grows with each row; SQLite numbers only INTEGER keys by itself."""
