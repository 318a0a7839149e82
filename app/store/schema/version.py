"""The number of the schema, and its making: in an empty database, or from the schema of an earlier release.

Sessions have fifteen indexes, and updating them row by row takes longer than everything else when a million sessions
are inserted. So the first world of a database is filled without them, and each index is built in one statement before
the world is opened.
"""

from typing import Final

from sqlalchemy import Connection, insert, inspect, select, update
from sqlalchemy.exc import SQLAlchemyError

from ..database.lock import lift_time_limit, lock_database
from .migrations import STEPS
from .table_of import Base
from .tables import META, SESSION

SCHEMA: Final = 5
"""The number of the schema. It changes with every table, column and index, and `migrations` gets a step."""
_OF_0_1_0: Final = 3_210_400_902
"""What 0.1.0, whose schema has the number 1, stores instead of that number."""
_OURS: Final = {"meta", "world", "credential", "session"}
"""Tables of every release."""

_INDEXES: Final = sorted(SESSION.table.indexes, key=lambda index: str(index.name))
"""The indexes of sessions in the order in which they are made. SQLite's choice between two of them depends on it."""
INDEXES: Final = len(_INDEXES)
"""How many indexes sessions have."""


class UnknownSchemaError(Exception):
    """The schema of the database is unknown to this release; the message says which number it has."""


class ForeignDatabaseError(Exception):
    """The database holds the tables of another program."""


def prepare(db: Connection) -> None:
    """Makes the tables in an empty database, or brings those of an earlier release up to date.

    Raises UnknownSchemaError, also if the tables are not those of the number, or ForeignDatabaseError. The transaction
    is rolled back then, so that the database stays as it is.
    """
    lock_database(db)
    lift_time_limit(db)
    number = schema_number(db)
    if number is None:
        Base.metadata.create_all(db)
        drop_indexes(db)
        for index in _INDEXES:
            index.create(db)
        db.execute(insert(META), [{"name": "schema", "value": SCHEMA}, {"name": "next_world", "value": 1}])
        return
    for to in range(number + 1, SCHEMA + 1):
        try:
            STEPS[to](db)
        except (SQLAlchemyError, ValueError) as error:
            reason = getattr(error, "orig", None) or error
            raise UnknownSchemaError(
                f"the database cannot be brought from schema {to - 1} to {to}: {reason}"
            ) from error
    if number < SCHEMA:
        db.execute(update(META).where(META.c.name == "schema").values(value=SCHEMA))
    _check_tables(db)


def _check_tables(db: Connection) -> None:
    """Raises UnknownSchemaError if a table or a column of the schema is missing."""
    there = {name: {each["name"] for each in columns} for (_, name), columns in inspect(db).get_multi_columns().items()}
    for table in Base.metadata.sorted_tables:
        missing = sorted(set(table.columns.keys()) - there.get(table.name, set()))
        if missing:
            of = f"the column {missing[0]} of " if table.name in there else ""
            raise UnknownSchemaError(
                f"the database says that its schema is number {SCHEMA}, but {of}the table {table.name} is missing"
            )


def schema_number(db: Connection) -> int | None:
    """Returns the number of the schema of a database, up to `SCHEMA`; None if it has no tables.

    Raises UnknownSchemaError or ForeignDatabaseError.
    """
    held = inspect(db)
    tables = set(held.get_table_names())
    if not tables:
        return None
    if not tables >= _OURS or not {"name", "value"} <= {column["name"] for column in held.get_columns(META.name)}:
        raise ForeignDatabaseError("the database holds tables of another program")
    found = db.execute(select(META.c.value).where(META.c.name == "schema")).scalar()
    number = 1 if found == _OF_0_1_0 else found
    if not isinstance(number, int) or found == 1 or not 1 <= number <= SCHEMA:
        raise UnknownSchemaError(f"the database was made by another version of Wattif: {_reason(found)}")
    return number


def is_older(db: Connection) -> bool:
    """Whether the database has to be brought up to date. Raises UnknownSchemaError or ForeignDatabaseError."""
    return schema_number(db) not in {None, SCHEMA}


def missing_tables(db: Connection) -> list[str]:
    """Returns the names of tables that the database lacks, because another program has removed them."""
    return sorted({table.name for table in Base.metadata.sorted_tables} - set(inspect(db).get_table_names()))


def rewrite_number(db: Connection) -> None:
    """Writes the number of the schema that is there, to see whether the database can be written to."""
    db.execute(update(META).where(META.c.name == "schema").values(value=META.c.value))


def drop_indexes(db: Connection) -> None:
    """Drops the indexes of sessions; `make_index` makes them again one by one."""
    for index in _INDEXES:
        index.drop(db, checkfirst=True)


def make_index(db: Connection) -> bool:
    """Makes one missing index of sessions; returns whether any was missing."""
    lock_database(db)
    lift_time_limit(db)
    there = {each["name"] for each in inspect(db).get_indexes(SESSION.table.name)}
    missing = [index for index in _INDEXES if index.name not in there]
    for index in missing[:1]:
        index.create(db)
    return bool(missing)


def _reason(found: object) -> str:
    """Why what stands in the database for the number of its schema is unknown."""
    if found is None:
        return "its schema has no number"
    if isinstance(found, int) and found > SCHEMA:
        return f"its schema is number {found}, and this version knows only those up to {SCHEMA}"
    return f"its schema is marked {found}, which this version does not know"
