"""A change is saved when it returns and undone when it raises; an ask sees exactly what has been saved."""

import asyncio

import pytest
from sqlalchemy import Connection, text
from sqlalchemy.exc import IntegrityError

from app.store.database.protocol import Database, UnsupportedDatabaseError
from app.store.database.url import open_database
from tests.databases import Kept
from tests.store.table_of_things import COUNT, create_table, insert, row_count, run, stored


class RefusedError(Exception):
    """Raised by work in these tests."""


def test_a_change_is_saved_when_it_returns(database: Database, empty: Kept) -> None:
    """Other connections see what the work did, and its answer is returned."""
    run(database, create_table, insert(1))

    assert run(database, lambda _: "done") == ["done"]
    assert stored(empty) == [1]
    assert row_count(database) == 1


@pytest.mark.parametrize(
    "error", [RefusedError(), KeyboardInterrupt(), asyncio.CancelledError(), SystemExit(3)], ids=repr
)
def test_a_change_is_undone_when_it_raises(database: Database, empty: Kept, error: BaseException) -> None:
    """The exception is passed on, and nothing of the work is left, not even its tables."""

    def half(db: Connection) -> None:
        insert(2)(db)
        db.execute(text("CREATE TABLE half (n INTEGER)"))
        raise error

    run(database, create_table, insert(1))
    with pytest.raises(type(error)):
        run(database, half)

    assert stored(empty) == [1]
    assert "half" not in empty.tables()


def test_after_a_refusal_the_next_change_is_saved(database: Database, empty: Kept) -> None:
    """A change that was undone does not disturb later ones."""
    run(database, create_table)
    for n in range(3):
        with pytest.raises(IntegrityError):
            run(database, lambda db, n=n: (insert(n)(db), insert(n)(db)))  # type: ignore[misc]
        run(database, insert(10 + n))

    assert stored(empty) == [10, 11, 12]


def test_an_ask_that_raises_ends_its_transaction(database: Database) -> None:
    """After an ask that raised, the next one sees what has been saved since."""

    def refuse(_db: Connection) -> None:
        raise RefusedError

    run(database, create_table)
    with pytest.raises(RefusedError):
        asyncio.run(database.ask(refuse))
    run(database, insert(1))

    assert row_count(database) == 1


def test_agreed_waits_for_another_version(database: Database) -> None:
    """After `agreed` has waited, the version is another one than before the change."""

    async def versions(n: int) -> tuple[int, int]:
        before = database.version()
        await database.change(insert(n))
        await database.agreed()
        return before, database.version()

    run(database, create_table)
    for n in range(3):
        before, after = asyncio.run(versions(n))

        assert after != before


def test_an_ask_sees_one_state_throughout(database: Database, empty: Kept) -> None:
    """An ask does not see what another connection saves in the middle of it; the next ask does."""

    def twice(db: Connection) -> tuple[int, int]:
        before = int(db.execute(COUNT).scalar_one())
        empty.run("INSERT INTO thing VALUES (7)")
        return before, int(db.execute(COUNT).scalar_one())

    run(database, create_table)

    assert asyncio.run(database.ask(twice)) == (0, 0)
    assert row_count(database) == 1


@pytest.mark.parametrize(
    "url",
    [
        "",
        "wattif.db",
        "sqlite://",
        "sqlite:///:memory:",
        "mysql://localhost/wattif",
        "oracle://scott:tiger@host/x",
        "sqlite:",
    ],
)
def test_a_url_of_another_kind_is_refused(url: str) -> None:
    """A URL of neither kind of database is refused in one line, which shows no password."""
    with pytest.raises(UnsupportedDatabaseError) as refusal:
        open_database(url)

    assert "sqlite:///wattif.db" in str(refusal.value)
    assert "\n" not in str(refusal.value)
    assert "tiger" not in str(refusal.value)
