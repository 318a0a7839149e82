"""A change is saved when it returns and undone when it raises; an ask sees what has been saved and nothing else."""

import asyncio

import pytest
from sqlalchemy import Connection, text
from sqlalchemy.exc import IntegrityError

from app.store.database.protocol import Database, UnsupportedDatabaseError
from app.store.database.url import open_database
from tests.databases import Kept
from tests.store.things import COUNT, added, counted, made, run, stored


class RefusedError(Exception):
    """What a change may raise."""


def test_a_change_is_saved_when_it_returns(database: Database, empty: Kept) -> None:
    """What the work did is there for everybody, and its answer is given back."""
    run(database, made, added(1))

    assert run(database, lambda _: "done") == ["done"]
    assert stored(empty) == [1]
    assert counted(database) == 1


@pytest.mark.parametrize(
    "error", [RefusedError(), KeyboardInterrupt(), asyncio.CancelledError(), SystemExit(3)], ids=repr
)
def test_a_change_is_undone_when_it_raises(database: Database, empty: Kept, error: BaseException) -> None:
    """Whatever is raised comes through, and nothing of the work is left, not even its tables."""

    def half(db: Connection) -> None:
        added(2)(db)
        db.execute(text("CREATE TABLE half (n INTEGER)"))
        raise error

    run(database, made, added(1))
    with pytest.raises(type(error)):
        run(database, half)

    assert stored(empty) == [1]
    assert "half" not in empty.tables()


def test_after_a_refusal_the_next_change_is_saved(database: Database, empty: Kept) -> None:
    """A change that was undone is in nobody's way."""
    run(database, made)
    for n in range(3):
        with pytest.raises(IntegrityError):
            run(database, lambda db, n=n: (added(n)(db), added(n)(db)))  # type: ignore[misc]
        run(database, added(10 + n))

    assert stored(empty) == [10, 11, 12]


def test_an_ask_that_raises_ends_its_transaction(database: Database) -> None:
    """After an ask that raised, the next one sees what has been saved since."""

    def refuse(_db: Connection) -> None:
        raise RefusedError

    run(database, made)
    with pytest.raises(RefusedError):
        asyncio.run(database.ask(refuse))
    run(database, added(1))

    assert counted(database) == 1


def test_once_agreed_nothing_is_remembered_from_before(database: Database) -> None:
    """What was read before a change was read under another version than what is read once that is agreed on."""

    async def versions(n: int) -> tuple[int, int]:
        before = database.version()
        await database.change(added(n))
        await database.agreed()
        return before, database.version()

    run(database, made)
    for n in range(3):
        before, after = asyncio.run(versions(n))

        assert after != before


def test_an_ask_sees_one_state_throughout(database: Database, empty: Kept) -> None:
    """What somebody else saves in the middle of an ask, it does not see; the next one does."""

    def twice(db: Connection) -> tuple[int, int]:
        before = int(db.execute(COUNT).scalar_one())
        empty.run("INSERT INTO thing VALUES (7)")
        return before, int(db.execute(COUNT).scalar_one())

    run(database, made)

    assert asyncio.run(database.ask(twice)) == (0, 0)
    assert counted(database) == 1


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
    """A URL that names no database of either kind is refused in one line, which shows no password."""
    with pytest.raises(UnsupportedDatabaseError) as refusal:
        open_database(url)

    assert "sqlite:///wattif.db" in str(refusal.value)
    assert "\n" not in str(refusal.value)
    assert "tiger" not in str(refusal.value)
