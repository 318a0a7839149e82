"""What a world holds, kind by kind and column by column, for whoever writes it down outside of the database."""

from dataclasses import dataclass
from enum import Enum, auto
from typing import Any, Final, NamedTuple

from sqlalchemy import BigInteger, Boolean, Float, Integer, LargeBinary, Table
from sqlalchemy import Column as SqlColumn

from ..writes import WORLD_TABLES
from .tables import Instant

_PLURALS: Final = {"cariqa_user": "users"}
"""Whatever does not take an s."""


class Holds(Enum):
    """What a column holds: an instant, an integer of 64 or 32 bits, or what the name says."""

    INSTANT = auto()
    LONG = auto()
    INTEGER = auto()
    NUMBER = auto()
    TEXT = auto()
    FLAG = auto()
    BYTES = auto()


class Column(NamedTuple):
    """A column, and whether it may be empty."""

    name: str
    holds: Holds
    optional: bool


@dataclass(frozen=True, slots=True)
class Kind:
    """A kind of thing by its name in the plural, the table that keeps it, and all columns but the world's number."""

    name: str
    table: str
    columns: tuple[Column, ...]

    def place(self, column: str) -> int:
        """Where in a row a column stands."""
        return [each.name for each in self.columns].index(column)


def _kind(table: Table) -> Kind:
    columns = [Column(each.name, _holds(each), bool(each.nullable)) for each in table.columns if each.name != "world"]
    return Kind(_PLURALS.get(table.name, f"{table.name}s"), table.name, tuple(columns))


def _holds(column: SqlColumn[Any]) -> Holds:
    return next((holds for each, holds in _BY_TYPE.items() if isinstance(column.type, each)), Holds.TEXT)


_BY_TYPE: Final = {
    Instant: Holds.INSTANT,
    BigInteger: Holds.LONG,
    Integer: Holds.INTEGER,
    Float: Holds.NUMBER,
    Boolean: Holds.FLAG,
    LargeBinary: Holds.BYTES,
}
"""The narrower types first."""
KINDS: Final = [_kind(table) for table in WORLD_TABLES]
"""Every kind, in the order in which `extracts` reads them."""
