"""The database's clock, which all processes share."""

from typing import Any

from sqlalchemy import Double
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.compiler import SQLCompiler
from sqlalchemy.sql.functions import FunctionElement


class seconds_now(FunctionElement[float]):  # noqa: N801 - it reads as the SQL function it is
    """Seconds since 1970 when the statement runs, not when its transaction began."""

    type = Double()
    inherit_cache = True


@compiles(seconds_now, "postgresql")
def _on_postgresql(_element: seconds_now, _compiler: SQLCompiler, **_more: Any) -> str:
    return "CAST(EXTRACT(EPOCH FROM CLOCK_TIMESTAMP()) AS DOUBLE PRECISION)"


@compiles(seconds_now, "sqlite")
def _on_sqlite(_element: seconds_now, _compiler: SQLCompiler, **_more: Any) -> str:
    return "((julianday('now') - 2440587.5) * 86400.0)"
