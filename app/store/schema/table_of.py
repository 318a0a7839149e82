"""A table that is made from a dataclass, whose fields are the only declaration of the columns."""

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, fields, is_dataclass
from enum import Enum
from types import NoneType, UnionType, new_class
from typing import Any, ClassVar, Final, Union, get_args, get_origin, get_type_hints

from sqlalchemy import (
    BigInteger,
    Boolean,
    Float,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    PrimaryKeyConstraint,
    Table,
    Text,
)
from sqlmodel import AutoString, Field, SQLModel

from ...domain.clock import Instant
from ...domain.models import JsonText


class InstantInteger(BigInteger):
    """Microseconds since the epoch of a world's own time. Copying a world shifts them by whole weeks."""


class Base(SQLModel):
    """The base of all tables. Its metadata is separate from that of any other SQLModel in the process."""

    model_config = {"defer_build": True}
    metadata: ClassVar[MetaData] = MetaData()


@dataclass(frozen=True, slots=True)
class FieldColumn:
    """A column as a field declares it: its name, the type of its values, and whether it may be null."""

    name: str
    hint: Any
    is_optional: bool


def columns_of(entity: type[Any], *, optional: bool = False) -> Iterator[FieldColumn]:
    """Yields the columns of a dataclass. A field that holds another dataclass has a column for each of *its* fields."""
    hints = get_type_hints(entity, include_extras=True)
    for field in fields(entity):
        hint, is_optional = without_none(hints[field.name])
        if isinstance(hint, type) and is_dataclass(hint):
            yield from columns_of(hint, optional=is_optional)
        else:
            yield FieldColumn(field.name, hint, is_optional or optional)


def without_none(hint: Any) -> tuple[Any, bool]:  # noqa: ANN401 - a type hint
    """Splits an optional type into the type itself and whether it is optional."""
    if get_origin(hint) not in {Union, UnionType}:
        return hint, False
    [only] = (part for part in get_args(hint) if part is not NoneType)
    return only, True


def table_of(
    entity: type[Any],
    name: str,
    *,
    key: Sequence[str],
    in_world: bool = True,
    indexes: Sequence[Index] = (),
    short: Collection[str] = (),
) -> Table:
    """Declares the table of a dataclass, as a SQLModel. The columns named in `short` have 32 bits, other integers 64.

    With `in_world`, the table has the number of a world as well, and its key begins with it.
    """
    annotations: dict[str, Any] = {}
    primary_key = PrimaryKeyConstraint(*(["world"] if in_world else []), *key)
    members: dict[str, Any] = {
        "__tablename__": name,
        "__table_args__": (primary_key, *indexes),
        "__annotations__": annotations,
    }
    if in_world:
        annotations["world"] = int
        members["world"] = Field(sa_type=BigInteger)
    for column in columns_of(entity):
        python_type, sql_type = (int, Integer) if column.name in short else _types_of(column.hint)
        annotations[column.name] = python_type | None if column.is_optional else python_type
        members[column.name] = Field(sa_type=sql_type)
    new_class(entity.__name__, (Base,), {"table": True}, lambda namespace: namespace.update(members))
    return Base.metadata.tables[name]


def _types_of(hint: Any) -> tuple[Any, Any]:  # noqa: ANN401 - type hints and column types
    """The Python type and the SQL type of a column's values. A tuple is stored as JSON."""
    if get_origin(hint) is tuple:
        return str, Text
    if isinstance(hint, type) and issubclass(hint, Enum):
        return str, AutoString
    return _TYPES[hint]


_TYPES: Final[dict[Any, tuple[Any, Any]]] = {
    Instant: (int, InstantInteger),
    JsonText: (str, Text),
    int: (int, BigInteger),
    float: (float, Float),
    str: (str, AutoString),
    bool: (bool, Boolean),
    bytes: (bytes, LargeBinary),
}
