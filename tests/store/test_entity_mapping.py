"""An entity becomes a row and the row the same entity, field by field and by name."""

from dataclasses import dataclass, replace
from enum import StrEnum
from typing import Any, Final

import pytest
from sqlalchemy import BigInteger, Column, ColumnElement, Text

from app.domain import models
from app.store.schema.entity_mapping import EntityMapping
from app.store.schema.entity_table import EntityTable
from app.store.schema.tables import ENTITY_TABLES, SESSION


class Colour(StrEnum):
    RED = "red"


@dataclass(frozen=True, slots=True)
class Size:
    width: int
    height: int


@dataclass(frozen=True, slots=True)
class Thing:
    """It has every type of field that a row holds otherwise."""

    id: str
    size: Size
    colour: Colour
    points: tuple[tuple[float, float], ...]
    lid: Size | None = None


@dataclass(frozen=True, slots=True)
class Labelled(Thing):
    """It has a field after the one that is left out."""

    label: str = ""


def columns(*names: str) -> dict[str, ColumnElement[Any]]:
    return {name: Column(name, BigInteger() if name in {"width", "height"} else Text()) for name in names}


THING: Final = Thing("a", Size(2, 3), Colour.RED, ((0.0, 1.5), (1.0, 0.5)))
FLAT: Final = columns("points", "colour", "height", "width", "id")


def test_a_row_has_the_values_in_the_order_of_the_fields() -> None:
    """The order in which the columns are offered does not matter; a nested dataclass has a column for each field."""
    mapping = EntityMapping(Thing, FLAT, without=("lid",))

    assert [column.name for column in mapping.columns] == ["id", "width", "height", "colour", "points"]
    assert mapping.values(THING) == ("a", 2, 3, "red", "[[0.0,1.5],[1.0,0.5]]")


def test_a_row_becomes_the_entity_again() -> None:
    """Words become members of an enumeration, JSON becomes tuples, and columns become a nested dataclass."""
    mapping = EntityMapping(Thing, FLAT, without=("lid",))
    found = mapping.entity(mapping.values(THING))

    assert found == THING
    assert isinstance(found.colour, Colour)
    assert mapping.entities([mapping.values(THING)] * 2) == [THING, THING]


def test_a_missing_part_is_null_in_all_its_columns() -> None:
    """The columns of an optional dataclass are all null where the field is None."""
    smart = [SESSION.mapping.columns.index(SESSION.c[name]) for name in models.SmartCharging.__slots__]
    row = tuple(n for n, _ in enumerate(SESSION.mapping.columns))
    session = SESSION.mapping.entity(row)
    without = replace(session, smart=None)

    assert isinstance(session.smart, models.SmartCharging)
    assert SESSION.mapping.values(session) == row
    assert {SESSION.mapping.values(without)[place] for place in smart} == {None}
    assert SESSION.mapping.entity(SESSION.mapping.values(without)) == without


def test_only_the_last_fields_can_be_left_out() -> None:
    """A mapping that would give a field the value of another one is refused when it is made."""
    with pytest.raises(TypeError, match="last fields of Labelled"):
        EntityMapping(Labelled, FLAT | columns("label"), without=("lid",))


def test_a_field_without_a_column_is_refused() -> None:
    """A mapping for which a column is missing is refused when it is made."""
    with pytest.raises((KeyError, TypeError)):
        EntityMapping(Thing, columns("id", "width", "height", "colour"), without=("lid",))


@pytest.mark.parametrize("stored", ENTITY_TABLES, ids=lambda stored: stored.table.name)
def test_every_column_of_a_table_is_mapped(stored: EntityTable[Any]) -> None:
    """The columns of each table are those of its entity and the world's number."""
    assert {column.name for column in stored.mapping.columns} | {"world"} == set(stored.c.keys())
