"""A damaged SQLite file is reported as an unavailable database, and not as a fault of the server."""

import asyncio
from contextlib import closing
from pathlib import Path

import pytest
from sqlalchemy import text

from app.store.database.protocol import DatabaseUnavailableError, Transaction
from app.store.database.url import open_database

PAGE = 4096


@pytest.fixture
def damaged(tmp_path: Path) -> str:
    """The URL of a file whose pages are overwritten, except the first two."""
    file = tmp_path / "damaged.db"
    url = f"sqlite:///{file}"
    with closing(open_database(url)) as database:
        asyncio.run(database.change(fill))
    pages = bytearray(file.read_bytes())
    for start in range(2 * PAGE, len(pages), PAGE):
        pages[start : start + 200] = b"\xff" * 200
    file.write_bytes(pages)
    return url


def fill(db: Transaction) -> None:
    """Makes a table of some hundred pages."""
    db.execute(text("CREATE TABLE thing (n INTEGER PRIMARY KEY, body TEXT)"))
    db.execute(text("INSERT INTO thing VALUES (:n, :body)"), [{"n": n, "body": "x" * 1000} for n in range(1000)])


def count(db: Transaction) -> int:
    """Reads every page of the table."""
    return int(db.execute(text("SELECT sum(length(body)) FROM thing")).scalar_one())


def test_reads_and_writes_say_that_the_file_is_damaged(damaged: str) -> None:
    """`ask`, `change` and a view raise DatabaseUnavailableError, which each API answers with 503."""

    async def view() -> None:
        async with database.view() as held:
            await held.ask(count)

    with closing(open_database(damaged)) as database:
        for attempt in (database.ask(count), database.change(count), view()):
            with pytest.raises(DatabaseUnavailableError, match=r"damaged\.db is damaged"):
                asyncio.run(attempt)
