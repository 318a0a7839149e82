"""The table of one kind of entity: queries, inserts and saves the rows of a world."""

from collections.abc import Collection, Iterable, Sequence
from typing import Any, Final, Generic

from sqlalchemy import ColumnElement, Connection, Index, Table, TextClause, bindparam, select, update

from ..database.bulk_insert import BulkInsert
from ..database.compiled_statements import CompiledStatement, Row
from ..world_transaction import WorldTransaction
from .entity_mapping import Entity, EntityMapping, EntityQuery
from .table_of import table_of


class EntityTable(Generic[Entity]):
    """The table of an entity. Its key is the world's number and the fields named in `key`."""

    def __init__(
        self,
        entity: type[Entity],
        name: str,
        *,
        key: Sequence[str] = ("id",),
        indexes: Sequence[Index] = (),
        short: Collection[str] = (),
    ) -> None:
        self.table: Final[Table] = table_of(entity, name, key=key, indexes=indexes, short=short)
        self.c: Final = self.table.c
        self.mapping: Final = EntityMapping(entity, dict(self.c))
        self._names: Final = [column.name for column in self.mapping.columns]
        self._key: Final = [(f"at_{name}", self._names.index(name)) for name in key]
        self.in_world: Final = self.c.world == bindparam("world")
        is_it = (self.c.world == bindparam("at_world"), *(self.c[name] == bindparam(f"at_{name}") for name in key))
        self._insert: Final = BulkInsert(self.table, [self.c.world, *(self.c[name] for name in self._names)])
        self._save: Final = CompiledStatement(
            update(self.table).where(*is_it).values({name: bindparam(name) for name in self._names})
        )

    def query(self, *conditions: ColumnElement[bool] | TextClause) -> EntityQuery[Entity]:
        """Compiles a query for the entities of a world, given as the parameter `world`, that meet the conditions."""
        return EntityQuery(self.mapping, select().where(self.in_world, *conditions))

    def insert(self, db: Connection, number: int, entities: Sequence[Entity]) -> None:
        """Inserts entities into the world of that number."""
        self.insert_rows(db, number, map(self.mapping.values, entities))

    def insert_rows(self, db: Connection, number: int, rows: Iterable[Row]) -> None:
        """Inserts rows, whose values are in the order of `mapping.columns`, into the world of that number."""
        self._insert.run(db, [(number, *row) for row in rows])

    def save(self, tx: WorldTransaction, entity: Entity) -> None:
        """Saves all fields of an entity that has been inserted before."""
        values = self.mapping.values(entity)
        self._save.run(tx.db, {**dict(zip(self._names, values, strict=True)), **self._at(tx, values)})

    def _at(self, tx: WorldTransaction, values: Sequence[Any]) -> dict[str, Any]:
        return {"at_world": tx.world.n, **{parameter: values[place] for parameter, place in self._key}}
