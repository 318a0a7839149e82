"""The way from a row to an entity and back, and queries whose rows are entities.

A row is bound to fields by name: the select list of a query and the reading of its rows come from the same mapping.
"""

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import MISSING, fields
from enum import Enum
from functools import lru_cache
from operator import attrgetter
from typing import Any, Final, Generic, TypeAlias, TypeVar, get_origin, get_type_hints

import orjson
from sqlalchemy import ColumnElement, Connection, Select

from ..database.compiled_statements import CompiledStatement, Row
from .table_of import without_none

Entity = TypeVar("Entity")
_Step: TypeAlias = Callable[[list[Any]], None]
"""Replaces a few values of a list by others, in place."""


class EntityMapping(Generic[Entity]):
    """The columns of a dataclass or NamedTuple, in the order of its fields, except the last fields, `without`.

    `columns` offers columns by name. A field without a column of its name holds a dataclass, which has a column for
    each of its own fields; all of them are null where the field is None. A tuple is stored as JSON.
    """

    def __init__(
        self, entity: type[Entity], columns: Mapping[str, ColumnElement[Any]], *, without: Collection[str] = ()
    ) -> None:
        self.columns: Final[list[ColumnElement[Any]]] = []
        self._entity = entity
        self._from_row: list[_Step] = []
        self._to_row: list[_Step] = []
        every = get_type_hints(entity)
        hints = dict(list(every.items())[: len(every) - len(without)])
        if every.keys() - hints.keys() != set(without):
            raise TypeError(f"the last fields of {entity.__name__} are not {', '.join(without)}")
        for place, (name, hint) in enumerate(hints.items()):
            self._add(place, name, without_none(hint)[0], columns)
        # Going backwards, a step leaves the places of those that are still to come as they are.
        self._from_row.reverse()
        self._to_row.reverse()
        self._values: Callable[[Entity], tuple[Any, ...]] = attrgetter(*hints)

    @property
    def defaults(self) -> dict[str, Any]:
        """The values that columns have by default, by their names. A field with columns of its own has none."""
        names = {column.name for column in self.columns}
        found = {each.name: each.default for each in fields(self._entity) if each.name in names}  # type: ignore[arg-type]  # a dataclass
        return {
            name: _json(value) if isinstance(value, tuple) else value
            for name, value in found.items()
            if value is not MISSING
        }

    def entity(self, row: Row) -> Entity:
        """Makes the entity of a row of `columns`."""
        if not self._from_row:
            return self._entity(*row)
        values = list(row)
        for step in self._from_row:
            step(values)
        return self._entity(*values)

    def entities(self, rows: Sequence[Row]) -> list[Entity]:
        """Makes the entities of many rows."""
        if not self._from_row:
            make = self._entity
            return [make(*row) for row in rows]
        return [self.entity(row) for row in rows]

    def values(self, entity: Entity) -> Row:
        """Returns the row of `columns` for an entity."""
        if not self._to_row:
            return self._values(entity)
        values = list(self._values(entity))
        for step in self._to_row:
            step(values)
        return tuple(values)

    def _add(self, place: int, name: str, hint: Any, columns: Mapping[str, ColumnElement[Any]]) -> None:  # noqa: ANN401 - a type hint
        """Adds the columns of a field, and the steps that its values need."""
        column = len(self.columns)
        if name not in columns:
            names = [field.name for field in fields(hint)]
            self.columns.extend(columns[each] for each in names)
            self._from_row.append(_joined(column, hint, len(names)))
            self._to_row.append(_spread(place, names))
            return
        self.columns.append(columns[name])
        if get_origin(hint) is tuple:
            self._from_row.append(_converted(column, _tuples_of))
            self._to_row.append(_converted(place, _json))
        elif isinstance(hint, type) and issubclass(hint, Enum):
            self._from_row.append(_converted(column, hint))


class EntityQuery(Generic[Entity]):
    """A compiled SELECT of entities. The mapping gives the select list; `statement` says the rest."""

    def __init__(self, mapping: EntityMapping[Entity], statement: Select[Any]) -> None:
        self._statement = CompiledStatement(statement.with_only_columns(*mapping.columns))
        self._mapping = mapping
        self._entities = mapping.entities

    def all(self, db: Connection, parameters: Mapping[str, Any]) -> list[Entity]:
        """Returns the entities of all rows."""
        return self._entities(self._statement.rows(db, parameters))

    def first(self, db: Connection, parameters: Mapping[str, Any]) -> Entity | None:
        """Returns the entity of the first row, or None."""
        found = self._statement.first(db, parameters)
        return None if found is None else self._mapping.entity(found)


class JoinedQuery(Generic[Entity]):
    """A compiled SELECT of several entities side by side, which are the fields of another class.

    `mappings` are the mappings of these entities by the names of the fields.
    """

    def __init__(self, made: type[Entity], mappings: Mapping[str, EntityMapping[Any]], statement: Select[Any]) -> None:
        columns: list[ColumnElement[Any]] = []
        self._made = made
        self._parts: list[tuple[slice, Callable[[Row], Any]]] = []
        for field in get_type_hints(made):
            part = slice(len(columns), len(columns) + len(mappings[field].columns))
            self._parts.append((part, mappings[field].entity))
            columns += mappings[field].columns
        self._statement = CompiledStatement(statement.with_only_columns(*columns))

    def all(self, db: Connection, parameters: Mapping[str, Any]) -> list[Entity]:
        """Returns what all rows make. A field is None where its first column is null: an outer join found no row."""
        made, parts = self._made, self._parts
        return [
            made(*[None if row[part.start] is None else entity(row[part]) for part, entity in parts])
            for row in self._statement.rows(db, parameters)
        ]


def _joined(at: int, entity: type[Any], size: int) -> _Step:
    part = slice(at, at + size)

    def join(values: list[Any]) -> None:
        found = values[part]
        values[part] = (None if found[0] is None else entity(*found),)

    return join


def _spread(at: int, names: Sequence[str]) -> _Step:
    values_of = attrgetter(*names)
    nothing = (None,) * len(names)

    def spread(values: list[Any]) -> None:
        values[at : at + 1] = nothing if values[at] is None else values_of(values[at])

    return spread


def _converted(at: int, convert: Callable[[Any], Any]) -> _Step:
    def step(values: list[Any]) -> None:
        if values[at] is not None:
            values[at] = convert(values[at])

    return step


def _json(value: object) -> str:
    return orjson.dumps(value).decode()


@lru_cache(maxsize=512)
def _tuples_of(text: str) -> tuple[Any, ...]:
    found: tuple[Any, ...] = _tuples(orjson.loads(text))
    return found


def _tuples(value: Any) -> Any:  # noqa: ANN401 - what JSON can hold
    return tuple(map(_tuples, value)) if isinstance(value, list) else value
