"""Values inside of JSON texts, and the rows of a list that a parameter holds as JSON text, on both databases."""

from typing import Any, TypeVar

from sqlalchemy import BigInteger, BindParameter, ColumnElement, TableValuedAlias, Text, bindparam
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.expression import ColumnElement as Expression
from sqlalchemy.sql.functions import FunctionElement

Value = TypeVar("Value", str, int)


class _Member(Expression[Any]):
    """A member of an object, or an element of a list, in a column that holds JSON text."""

    inherit_cache = False

    def __init__(self, column: ColumnElement[Any], place: str | int, kind: type[str] | type[int]) -> None:
        self.column = column
        self.place = place
        self.type = BigInteger() if kind is int else Text()


class _Elements(FunctionElement[Any]):
    """The elements of a list, one a row."""

    inherit_cache = False
    name = "elements"

    def __init__(self, parameter: str) -> None:
        self.listed: BindParameter[str] = bindparam(parameter)
        super().__init__(self.listed)


def member(column: ColumnElement[Any], name: str, kind: type[Value] = str) -> ColumnElement[Value]:  # type: ignore[assignment]
    """The text or the integer that the object in a column of JSON text has under that name; null if it has none.

    `outer.inner` is a member of a member.
    """
    return _Member(column, name, kind)


def elements(parameter: str, name: str) -> TableValuedAlias:
    """A table with the elements of the list of a parameter, which is `orjson.dumps(lists).decode()`."""
    return _Elements(parameter).table_valued("value", name=name)


def element(table: TableValuedAlias, place: int, kind: type[Value]) -> ColumnElement[Value]:
    """The text or the integer at that place of each element, which is a list itself."""
    return _Member(table.c.value, place, kind)


@compiles(_Member, "sqlite")
def _member_in_sqlite(member: _Member, compiler: Any, **options: Any) -> str:  # noqa: ANN401 - SQLAlchemy has no types
    path = f"$[{member.place}]" if isinstance(member.place, int) else f"$.{member.place}"
    return f"json_extract({compiler.process(member.column, **options)}, '{path}')"


@compiles(_Member, "postgresql")
def _member_in_postgresql(member: _Member, compiler: Any, **options: Any) -> str:  # noqa: ANN401 - SQLAlchemy has no types
    steps = [str(member.place)] if isinstance(member.place, int) else [f"'{name}'" for name in member.place.split(".")]
    path = "".join(f" -> {step}" for step in steps[:-1])
    text = f"(CAST({compiler.process(member.column, **options)} AS jsonb){path} ->> {steps[-1]})"
    return f"CAST({text} AS BIGINT)" if isinstance(member.type, BigInteger) else text


@compiles(_Elements, "sqlite")
def _elements_in_sqlite(listed: _Elements, compiler: Any, **options: Any) -> str:  # noqa: ANN401 - SQLAlchemy has no types
    return f"json_each({compiler.process(listed.listed, **options)})"


@compiles(_Elements, "postgresql")
def _elements_in_postgresql(listed: _Elements, compiler: Any, **options: Any) -> str:  # noqa: ANN401 - SQLAlchemy has no types
    return f"jsonb_array_elements(CAST({compiler.process(listed.listed, **options)} AS jsonb))"
