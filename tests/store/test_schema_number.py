"""The number of the schema changes with every table, column and index."""

from hashlib import sha256
from typing import Final

from sqlalchemy.dialects import sqlite
from sqlalchemy.schema import CreateIndex

from app.store.schema.migrations import STEPS
from app.store.schema.table_of import Base
from app.store.schema.version import SCHEMA

FINGERPRINTS: Final = {
    2: "4fcafcbfee9533df4da506d568ed82f2c95c438d7103cb70b6de9628df69c2df",
    3: "fc8aad19b3d1152494ab286e5a6537955c23202f420de3b7a512df479120dfef",
    4: "91627ea79bb8c54c9f438642534d076368fce4a9f333cda4bfcd42f4ecadea9d",
    5: "f44a43aeaebf1a054aa07f272852a0ff20c50dbfacccc7635c06e047f92115b7",
}
"""What `fingerprint` returns, by the number of the schema."""


def fingerprint() -> str:
    """A text that changes with every table, column and index; the order of columns does not matter."""
    described = [
        (
            table.name,
            [column.name for column in table.primary_key.columns],
            sorted((column.name, str(column.type), column.nullable) for column in table.columns),
            sorted(str(CreateIndex(index).compile(dialect=sqlite.dialect())) for index in table.indexes),
        )
        for table in sorted(Base.metadata.tables.values(), key=lambda table: table.name)
    ]
    return sha256(repr(described).encode()).hexdigest()


def test_a_schema_that_changes_gets_a_new_number() -> None:
    """The tables are those of the current number.

    If this fails, increase `SCHEMA` by one, add a step to `migrations`, and keep the new fingerprint here.
    """
    assert FINGERPRINTS[SCHEMA] == fingerprint()


def test_every_number_has_a_step() -> None:
    """Each schema after the first has a step from the one before it."""
    assert sorted(STEPS) == list(range(2, SCHEMA + 1))
