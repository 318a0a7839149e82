"""The month in which an instant lies, on both databases."""

from typing import Any

from sqlalchemy import BigInteger, ColumnElement
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.expression import ColumnElement as Expression

from ...domain.clock import EARLIEST, SECOND


class _Month(Expression[int]):
    """The months since the year 0 of a column of instants."""

    inherit_cache = False
    type = BigInteger()

    def __init__(self, column: ColumnElement[Any]) -> None:
        self.column = column


def month(column: ColumnElement[Any]) -> ColumnElement[int]:
    """The months from the year 0 to that of an instant, UTC."""
    return _Month(column)


@compiles(_Month, "sqlite")
def _sqlite(element: _Month, compiler: Any, **options: Any) -> str:  # noqa: ANN401 - SQLAlchemy has no types
    second = f"{_second(compiler.process(element.column, **options))}, 'unixepoch'"
    year, month_ = (f"CAST(strftime('{part}', {second}) AS INTEGER)" for part in ("%Y", "%m"))
    return f"({year} * 12 + {month_} - 1)"


@compiles(_Month, "postgresql")
def _postgresql(element: _Month, compiler: Any, **options: Any) -> str:  # noqa: ANN401 - SQLAlchemy has no types
    at = f"(to_timestamp({_second(compiler.process(element.column, **options))}) AT TIME ZONE 'UTC')"
    return f"CAST(EXTRACT(YEAR FROM {at}) * 12 + EXTRACT(MONTH FROM {at}) - 1 AS BIGINT)"


def _second(instant: str) -> str:
    """The second of an instant. Databases cut a quotient towards 0, so no negative number may be divided."""
    return f"(({instant} - ({EARLIEST})) / {SECOND} + ({EARLIEST // SECOND}))"
