"""A table for tests of transactions."""

import asyncio
from collections.abc import Callable
from typing import Final

from sqlalchemy import Connection, text

from app.store.database.protocol import Database
from tests.databases import Kept

Work = Callable[[Connection], object]

COUNT: Final = text("SELECT count(*) FROM thing")


def run(database: Database, *works: Work) -> list[object]:
    """Runs changes one after another; returns their answers."""

    async def every() -> list[object]:
        return [await database.change(work) for work in works]

    return asyncio.run(every())


def create_table(db: Connection) -> None:
    db.execute(text("CREATE TABLE thing (n INTEGER PRIMARY KEY)"))


def insert(n: int) -> Work:
    return lambda db: db.execute(text("INSERT INTO thing VALUES (:n)"), {"n": n})


def row_count(database: Database) -> int:
    """The number of rows that an ask sees."""
    return asyncio.run(database.ask(lambda db: int(db.execute(COUNT).scalar_one())))


def stored(kept: Kept) -> list[int]:
    """The rows that another connection sees."""
    return [n for (n,) in kept.rows("SELECT n FROM thing ORDER BY n")]
