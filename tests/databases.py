"""Databases for tests, on SQLite and PostgreSQL: created empty or copied, and read past the server."""

import os
import shutil
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import lru_cache
from itertools import count
from pathlib import Path
from typing import Any, Final, Protocol

from psycopg import sql
from sqlalchemy import Engine, Row, create_engine, inspect, text
from sqlalchemy.engine import make_url
from sqlalchemy.pool import NullPool

from tests.cluster import Cluster

KINDS: Final = ("sqlite", "postgresql")
_HAS_STRATEGIES: Final = 150000
"""The first version of PostgreSQL that has a choice of strategies for copying a database."""


@dataclass(frozen=True, slots=True)
class Kept:
    """One database, named by its URL; statements have parameters like `:name`."""

    url: str

    @property
    def file(self) -> Path:
        """The file of a SQLite database."""
        return Path(self.url.removeprefix("sqlite:///"))

    def rows(self, statement: str, **parameters: object) -> list[Row[*tuple[Any, ...]]]:
        """The rows of a query, read through a connection of its own."""
        with self.engine().connect() as db:
            return list(db.execute(text(statement), parameters).all())

    def dicts(self, statement: str, **parameters: object) -> list[dict[str, Any]]:
        """The rows of a query as dictionaries by column name."""
        with self.engine().connect() as db:
            return [dict(row) for row in db.execute(text(statement), parameters).mappings()]

    def run(self, statement: str, **parameters: object) -> None:
        """Runs a statement and commits, past the server."""
        with self.engine().begin() as db:
            db.execute(text(statement), parameters)

    def tables(self) -> list[str]:
        """The names of the tables, sorted."""
        return sorted(inspect(self.engine()).get_table_names())

    def counts(self) -> dict[str, int]:
        """The number of rows of each table."""
        each = " UNION ALL ".join(f"SELECT '{name}', count(*) FROM {name}" for name in self.tables())  # noqa: S608 - a table's own name
        return {str(row[0]): int(row[1]) for row in self.rows(each)}

    def contents(self) -> dict[str, list[dict[str, Any]]]:
        """Every row of every table, ordered by primary key."""
        found = {}
        for name in self.tables():
            keys = inspect(self.engine()).get_pk_constraint(name)["constrained_columns"]
            found[name] = self.dicts(f"SELECT * FROM {name} ORDER BY {', '.join(keys)}")  # noqa: S608 - a table's own name
        return found

    def traces(self) -> object:
        """A value that every write changes: the bytes of SQLite's files, or the versions of PostgreSQL's rows.

        A version is the place of a row and the transactions that made and changed or locked it. The number of the next
        transaction would not do: all databases of a cluster share it, and PostgreSQL itself takes some.
        """
        if make_url(self.url).get_backend_name() == "sqlite":
            return [part.read_bytes() for part in (self.file, self.file.with_name(f"{self.file.name}-wal"))]
        versions = "SELECT CAST(ctid AS text), CAST(xmin AS text), CAST(xmax AS text) FROM"
        return {name: self.rows(f"{versions} {name} ORDER BY ctid") for name in self.tables()}

    def engine(self) -> Engine:
        """An engine that opens a new connection each time."""
        return _engine(self.url)


@lru_cache(maxsize=8)
def _engine(url: str) -> Engine:
    return create_engine(url, poolclass=NullPool)


def add_twin(kept: Kept, name: str, twin: int, /, **instead: str) -> None:
    """Copies a table's rows of world 1 to another world number; `instead` gives SQL expressions for some columns."""
    key = "n" if name == "world" else "world"
    columns = {column["name"]: f'"{column["name"]}"' for column in inspect(kept.engine()).get_columns(name)}
    values = columns | {each: told for each, told in instead.items() if each in columns} | {key: str(twin)}
    kept.run(
        f"INSERT INTO {name} ({', '.join(columns.values())})"  # noqa: S608 - a table's own names
        f" SELECT {', '.join(values[each] for each in columns)} FROM {name} WHERE {key} = 1"
    )


class Databases(Protocol):
    """Creates, copies and drops databases of one kind."""

    kind: str

    def new(self) -> Kept:
        """Creates an empty database."""

    def copy(self, made: Kept) -> Kept:
        """Copies a database that has no connections."""

    def drop(self, kept: Kept) -> None:
        """Removes a database, even if it has connections."""


@dataclass(slots=True)
class SqliteFiles:
    """SQLite files in a folder."""

    folder: Path
    kind: str = "sqlite"
    _numbers: Iterator[int] = field(default_factory=count)

    def new(self) -> Kept:
        return Kept(f"sqlite:///{self.folder / f'{next(self._numbers)}.db'}")

    def copy(self, made: Kept) -> Kept:
        copied = self.new()
        shutil.copy(made.file, copied.file)
        return copied

    def drop(self, kept: Kept) -> None:
        for part in kept.file.parent.glob(f"{kept.file.name}*"):
            part.unlink()


@dataclass(slots=True)
class PostgresDatabases:
    """Databases of a PostgreSQL cluster."""

    cluster: Cluster
    kind: str = "postgresql"
    _numbers: Iterator[int] = field(default_factory=count)

    def new(self) -> Kept:
        return self._create_from("template1")

    def copy(self, made: Kept) -> Kept:
        return self._create_from(str(make_url(made.url).database))

    def drop(self, kept: Kept) -> None:
        name = sql.Identifier(str(make_url(kept.url).database))
        self.cluster.connection().execute(sql.SQL("DROP DATABASE {} WITH (FORCE)").format(name))

    def _create_from(self, template: str) -> Kept:
        name = f"wattif_{os.getpid()}_{next(self._numbers)}"
        copied = sql.SQL("CREATE DATABASE {} TEMPLATE {}").format(sql.Identifier(name), sql.Identifier(template))
        db = self.cluster.connection()
        # Before version 15 there is one strategy, the fast one, and no keyword for it.
        db.execute(copied + sql.SQL(" STRATEGY file_copy" if db.info.server_version >= _HAS_STRATEGIES else ""))
        return Kept(self.cluster.url(name))
