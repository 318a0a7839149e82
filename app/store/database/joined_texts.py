"""An aggregate that joins the texts of many rows, separated by blanks.

SQLAlchemy's `aggregate_strings` has a parameter that only its own execution can fill in.
"""

from typing import Any

from sqlalchemy import ColumnElement
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.expression import ColumnElement as Expression
from sqlalchemy.types import Text


class _Joined(Expression[str]):
    """A column of texts."""

    inherit_cache = False
    type = Text()

    def __init__(self, column: ColumnElement[Any]) -> None:
        self.column = column


def joined(column: ColumnElement[Any]) -> ColumnElement[str]:
    """The texts of all rows in the order in which the rows are read; null if there are none."""
    return _Joined(column)


@compiles(_Joined, "sqlite")
def _sqlite(element: _Joined, compiler: Any, **options: Any) -> str:  # noqa: ANN401 - SQLAlchemy has no types
    return f"group_concat({compiler.process(element.column, **options)}, ' ')"


@compiles(_Joined, "postgresql")
def _postgresql(element: _Joined, compiler: Any, **options: Any) -> str:  # noqa: ANN401 - SQLAlchemy has no types
    return f"string_agg({compiler.process(element.column, **options)}, ' ')"
