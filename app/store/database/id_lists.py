"""A condition for the rows whose value is in a list that a parameter holds as JSON text."""

from typing import Any

from sqlalchemy import BindParameter, ColumnElement, bindparam
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.expression import ColumnElement as Expression
from sqlalchemy.types import Boolean


class _IsIn(Expression[bool]):
    """A column, and the parameter that holds the list."""

    inherit_cache = False
    type = Boolean()
    _is_implicitly_boolean = True
    """SQLAlchemy would compare it with 1 for SQLite otherwise, which finds no rows by an index then."""

    def __init__(self, column: ColumnElement[Any], parameter: str) -> None:
        self.column = column
        self.listed: BindParameter[str] = bindparam(parameter)

    def self_group(self, against: object = None) -> "_IsIn":  # noqa: ARG002 - SQLAlchemy names it
        """Returns itself: SQLAlchemy would compare it with 1 on SQLite, which then reads no index."""
        return self


def is_in(column: ColumnElement[Any], parameter: str) -> ColumnElement[bool]:
    """True where the column's value is in the list of the parameter, which is `orjson.dumps(values).decode()`."""
    return _IsIn(column, parameter)


@compiles(_IsIn, "sqlite")
def _sqlite(element: _IsIn, compiler: Any, **options: Any) -> str:  # noqa: ANN401 - SQLAlchemy has no types
    column, listed = (compiler.process(part, **options) for part in (element.column, element.listed))
    return f"{column} IN (SELECT value FROM json_each({listed}))"  # noqa: S608 - a column's name and a placeholder


@compiles(_IsIn, "postgresql")
def _postgresql(element: _IsIn, compiler: Any, **options: Any) -> str:  # noqa: ANN401 - SQLAlchemy has no types
    column, listed = (compiler.process(part, **options) for part in (element.column, element.listed))
    return f"{column} IN (SELECT jsonb_array_elements_text(CAST({listed} AS jsonb)))"
