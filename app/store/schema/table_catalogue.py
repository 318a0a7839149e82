"""A description of the tables and columns of a world, for code that writes a world to a file."""

from dataclasses import MISSING, dataclass
from enum import Enum, auto
from typing import Any, Final, NamedTuple

from sqlalchemy import BigInteger, Boolean, ColumnElement, Float, Integer, LargeBinary, Text

from .entity_table import EntityTable
from .table_of import InstantInteger
from .tables import END_USER, ENTITY_TABLES

NO_DEFAULT: Final = MISSING
_PLURALS: Final = {END_USER.table.name: "users"}
"""The tables whose name in an export is not their own with an s."""


class ColumnType(Enum):
    """The type of a column's values. LONG has 64 bits, INTEGER 32; JSON is text."""

    INSTANT = auto()
    LONG = auto()
    INTEGER = auto()
    NUMBER = auto()
    TEXT = auto()
    JSON = auto()
    FLAG = auto()
    BYTES = auto()


class ColumnDescription(NamedTuple):
    """A column, whether it may be null, and the value that it has by default, `NO_DEFAULT` if it has none."""

    name: str
    type: ColumnType
    optional: bool
    default: Any


@dataclass(frozen=True, slots=True)
class TableDescription:
    """A table and all its columns but the world's number, in the order of the entity's fields.

    `name` is the plural under which exports list its rows, `table` the name in the database.
    """

    name: str
    table: str
    columns: tuple[ColumnDescription, ...]

    def place(self, column: str) -> int:
        """Returns the position of a column in a row."""
        return [each.name for each in self.columns].index(column)


def _described(stored: EntityTable[Any]) -> TableDescription:
    name = stored.table.name
    columns = [
        ColumnDescription(
            each.name,
            _type_of(each),
            bool(stored.c[each.name].nullable),
            stored.mapping.defaults.get(each.name, NO_DEFAULT),
        )
        for each in stored.mapping.columns
    ]
    return TableDescription(_PLURALS.get(name, f"{name}s"), name, tuple(columns))


def _type_of(column: ColumnElement[Any]) -> ColumnType:
    return next((found for each, found in _BY_SQL_TYPE.items() if isinstance(column.type, each)), ColumnType.TEXT)


_BY_SQL_TYPE: Final = {
    InstantInteger: ColumnType.INSTANT,
    BigInteger: ColumnType.LONG,
    Integer: ColumnType.INTEGER,
    Text: ColumnType.JSON,
    Float: ColumnType.NUMBER,
    Boolean: ColumnType.FLAG,
    LargeBinary: ColumnType.BYTES,
}
"""A subclass stands before its base class."""
CATALOGUE: Final = [_described(stored) for stored in ENTITY_TABLES]
"""All tables of a world, in the order in which `world_rows` reads them."""
