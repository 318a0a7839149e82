"""Databases of the tests' own, of both kinds that Wattif runs on: made empty or copied, and looked into from aside."""

import os
import shutil
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass, field
from functools import lru_cache
from itertools import count
from pathlib import Path
from typing import Any, Final, Protocol

import psycopg
from psycopg import sql
from sqlalchemy import Engine, Row, create_engine, inspect, text
from sqlalchemy.engine import make_url
from sqlalchemy.pool import NullPool

from tests.cluster import Cluster

KINDS: Final = ("sqlite", "postgresql")
_CHOOSES: Final = 150000
"""The first version of PostgreSQL that copies a database in more than one way."""


@dataclass(frozen=True, slots=True)
class Kept:
    """One database, by its URL; `:name` is a parameter of a statement."""

    url: str

    @property
    def file(self) -> Path:
        """Where SQLite keeps it."""
        return Path(self.url.removeprefix("sqlite:///"))

    def rows(self, statement: str, **parameters: object) -> list[Row[*tuple[Any, ...]]]:
        """What a query finds, seen by a connection of its own."""
        with self.engine().connect() as db:
            return list(db.execute(text(statement), parameters).all())

    def dicts(self, statement: str, **parameters: object) -> list[dict[str, Any]]:
        """The same by the names of the columns."""
        with self.engine().connect() as db:
            return [dict(row) for row in db.execute(text(statement), parameters).mappings()]

    def run(self, statement: str, **parameters: object) -> None:
        """Changes it behind a server's back."""
        with self.engine().begin() as db:
            db.execute(text(statement), parameters)

    def tables(self) -> list[str]:
        """The names of its tables."""
        return sorted(inspect(self.engine()).get_table_names())

    def counts(self) -> dict[str, int]:
        """How many rows each table has."""
        each = " UNION ALL ".join(f"SELECT '{name}', count(*) FROM {name}" for name in self.tables())  # noqa: S608 - a table's own name
        return {str(row[0]): int(row[1]) for row in self.rows(each)}

    def contents(self) -> dict[str, list[dict[str, Any]]]:
        """Every row of every table, in the order of its key."""
        found = {}
        for name in self.tables():
            keys = inspect(self.engine()).get_pk_constraint(name)["constrained_columns"]
            found[name] = self.dicts(f"SELECT * FROM {name} ORDER BY {', '.join(keys)}")  # noqa: S608 - a table's own name
        return found

    def traces(self) -> object:
        """What no read leaves as it was not: SQLite's files, byte for byte; the number of PostgreSQL's next writer."""
        if make_url(self.url).get_backend_name() == "sqlite":
            return [part.read_bytes() for part in (self.file, self.file.with_name(f"{self.file.name}-wal"))]
        return self.rows("SELECT CAST(pg_snapshot_xmax(pg_current_snapshot()) AS text)")

    def engine(self) -> Engine:
        """Whoever connects with it has a connection of his own."""
        return _engine(self.url)


@lru_cache(maxsize=8)
def _engine(url: str) -> Engine:
    return create_engine(url, poolclass=NullPool)


def add_twin(kept: Kept, name: str, twin: int, /, **instead: str) -> None:
    """Copies a table's rows of world 1 to another number, with other expressions instead of some columns."""
    key = "n" if name == "world" else "world"
    columns = {column["name"]: f'"{column["name"]}"' for column in inspect(kept.engine()).get_columns(name)}
    values = columns | {each: told for each, told in instead.items() if each in columns} | {key: str(twin)}
    kept.run(
        f"INSERT INTO {name} ({', '.join(columns.values())})"  # noqa: S608 - a table's own names
        f" SELECT {', '.join(values[each] for each in columns)} FROM {name} WHERE {key} = 1"
    )


class Databases(Protocol):
    """Where databases of one kind are made."""

    kind: str

    def new(self) -> Kept:
        """An empty one."""

    def copy(self, made: Kept) -> Kept:
        """A copy of one that nobody is connected to."""

    def drop(self, kept: Kept) -> None:
        """Removes one, whoever is connected to it."""


@dataclass(slots=True)
class SqliteFiles:
    """Files in a folder."""

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
    """Databases of a cluster."""

    cluster: Cluster
    kind: str = "postgresql"
    _numbers: Iterator[int] = field(default_factory=count)

    def new(self) -> Kept:
        return self._made("template1")

    def copy(self, made: Kept) -> Kept:
        return self._made(str(make_url(made.url).database))

    def drop(self, kept: Kept) -> None:
        name = sql.Identifier(str(make_url(kept.url).database))
        with self._connected() as db:
            db.execute(sql.SQL("DROP DATABASE {} WITH (FORCE)").format(name))

    def _made(self, template: str) -> Kept:
        name = f"wattif_{os.getpid()}_{next(self._numbers)}"
        copied = sql.SQL("CREATE DATABASE {} TEMPLATE {}").format(sql.Identifier(name), sql.Identifier(template))
        with self._connected() as db:
            # Before 15 there is no other strategy than the quick one, and no word for it.
            db.execute(copied + sql.SQL(" STRATEGY file_copy" if db.info.server_version >= _CHOOSES else ""))
        return Kept(self.cluster.url(name))

    def _connected(self) -> closing[psycopg.Connection[Any]]:
        return closing(psycopg.connect(self.cluster.conninfo(), autocommit=True))
