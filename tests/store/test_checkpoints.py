"""Checkpoints write SQLite's log back into the file while requests are served, so that the log stays short."""

import asyncio
from collections.abc import Callable
from time import monotonic
from typing import Final

from sqlalchemy import Connection, text

from app.store.database.protocol import Database
from tests.conftest import on_sqlite
from tests.databases import Kept

_PATIENCE_S: Final = 20
_ROWS: Final = 4_500
"""More rows than are ever written between two checkpoints."""
_BYTES: Final = 2_000
_HEAD: Final = 32
"""Bytes. SQLite begins the log with another header each time it restarts it."""
_FILL: Final = text(
    "WITH RECURSIVE counted(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM counted WHERE n < :rows)"
    " INSERT INTO page SELECT :first + n, randomblob(:bytes) FROM counted"
)


def fill(first: int) -> Callable[[Connection], object]:
    return lambda db: db.execute(_FILL, {"first": first, "rows": _ROWS, "bytes": _BYTES})


async def nudge(database: Database) -> None:
    """Makes a tiny change, and lets other tasks run."""
    await database.change(lambda db: db.execute(text("UPDATE page SET content = randomblob(1) WHERE n = 1")))
    await asyncio.sleep(0.01)


@on_sqlite
def test_the_log_restarts(database: Database, empty: Kept) -> None:
    """After many rows the log is written back by itself, and the next change writes the log from its start."""
    log = empty.file.with_name(f"{empty.file.name}-wal")

    async def nudge_until(happened: Callable[[], bool]) -> None:
        deadline = monotonic() + _PATIENCE_S
        while not happened():
            assert monotonic() < deadline
            await nudge(database)

    async def write() -> list[int]:
        await database.change(lambda db: db.execute(text("CREATE TABLE page (n INTEGER PRIMARY KEY, content BLOB)")))
        sizes = []
        for turn in range(3):
            await database.change(fill(turn * _ROWS))
            await nudge_until(lambda turn=turn: empty.file.stat().st_size >= (turn + 1) * _ROWS * _BYTES)  # type: ignore[misc]
            head = log.read_bytes()[:_HEAD]
            await nudge_until(lambda head=head: log.read_bytes()[:_HEAD] != head)  # type: ignore[misc]
            sizes.append(log.stat().st_size)
        return sizes

    sizes = asyncio.run(write())

    assert max(sizes) < 2 * min(sizes)
    assert len(empty.rows("SELECT n FROM page")) == 3 * _ROWS


@on_sqlite
def test_changes_go_on_during_a_checkpoint(database: Database, empty: Kept) -> None:
    """Changes that are made during a checkpoint are saved like all others."""

    async def write() -> None:
        await database.change(lambda db: db.execute(text("CREATE TABLE page (n INTEGER PRIMARY KEY, content BLOB)")))
        for turn in range(4):
            await database.change(fill(turn * _ROWS))
            for n in range(20):
                row = {"n": -(turn * 20 + n)}
                await database.change(
                    lambda db, row=row: db.execute(text("INSERT INTO page VALUES (:n - 1, '')"), row)  # type: ignore[misc]
                )
                await asyncio.sleep(0)

    asyncio.run(write())

    assert len(empty.rows("SELECT n FROM page")) == 4 * _ROWS + 80
