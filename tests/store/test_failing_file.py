"""A SQLite file that cannot be written to, or read, is refused with its reason by every call that needs it."""

import asyncio
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from itertools import count
from typing import Final

import pytest
from sqlalchemy import Connection, text

from app.store.database.protocol import Database, DatabaseUnavailableError
from app.store.database.sqlite import Sqlite, _Held
from app.worlds import read_ahead
from tests.conftest import Sandbox, on_sqlite
from tests.databases import Kept
from tests.store.every_api import CHANGES, SHAPES, Callers, refused
from tests.store.table_of_things import create_table, insert, run, stored

pytestmark = [on_sqlite, pytest.mark.own_server]

READY: Final = "/_sandbox/v1/ready"


def test_changes_are_refused_while_the_file_is_read_only(sandbox: Sandbox) -> None:
    """Changes and ready are 503 and say why, reads are answered; when the file takes changes again, all works."""
    callers = Callers(sandbox)
    with pragma(sqlite_of(sandbox), "query_only = 1", "query_only = 0"):
        before = sandbox.kept.contents()
        refusals, reads = callers.changes(), callers.reads()
        refusals["control ready"] = reads.pop("control ready")

        assert sandbox.kept.contents() == before
    assert {name: refused(answer) for name, answer in refusals.items()} == {n: SHAPES[n.split()[0]] for n in refusals}
    assert all("is read-only. Nothing was saved." in answer.text for answer in refusals.values())
    assert all("Retry-After" not in answer.headers for answer in refusals.values())
    assert {answer.status_code for answer in reads.values()} == {200}
    assert sandbox.client.get(READY).status_code == 200
    assert {name: answer.is_success for name, answer in callers.changes().items()} == dict.fromkeys(CHANGES, True)


def test_a_full_disk_is_told_until_a_change_has_succeeded(database: Database, empty: Kept) -> None:
    """The change and `check` say that the disk is full; once there is room again, `check` notices it by itself."""
    assert isinstance(database, Sqlite)

    async def fill() -> None:
        with pragma(database, "max_page_count = 3", "max_page_count = 1000"):
            for attempt in (database.change(large), database.check(large)):
                with pytest.raises(DatabaseUnavailableError, match="the disk is full"):
                    await attempt
        await database.check(insert(2))

    run(database, create_table)
    asyncio.run(fill())

    assert stored(empty) == [2]


def large(db: Connection) -> None:
    """Writes more than a small file has room for."""
    insert(1)(db)
    db.execute(text("CREATE TABLE large AS SELECT zeroblob(100000) AS body"))


def test_a_damaged_file_is_told_by_every_call_that_reads_it(sandbox: Sandbox) -> None:
    """Reads, changes and ready are 503 and name the damage."""
    callers, file = Callers(sandbox), sandbox.kept.file
    database = sqlite_of(sandbox)
    database._writing.execute("PRAGMA wal_checkpoint(TRUNCATE)")  # noqa: SLF001 - the log would hide the damage
    with file.open("r+b") as pages:
        pages.seek(4096)
        pages.write(b"\xff" * (file.stat().st_size - 4096))
    for driver in (database._reading, database._writing):  # noqa: SLF001 - what they keep would hide it too
        driver.execute("PRAGMA shrink_memory")
    answers = {**callers.reads(), **callers.changes()}

    assert {name: refused(answer) for name, answer in answers.items()} == {n: SHAPES[n.split()[0]] for n in answers}
    assert all(f"{file.name} is damaged" in answer.text for answer in answers.values())


def test_a_missing_table_is_named(sandbox: Sandbox) -> None:
    """Lists and starts are 503 in the vendor's form; when the table is back, they work again."""
    calls = Callers(sandbox).calls()
    needs = {name: calls[name] for name in ("charge list", "charge start", "cariqa list", "podero list")}
    sandbox.kept.run("ALTER TABLE session RENAME TO elsewhere")
    answers = {name: call() for name, call in needs.items()}
    sandbox.kept.run("ALTER TABLE elsewhere RENAME TO session")

    assert {name: refused(answer) for name, answer in answers.items()} == {n: SHAPES[n.split()[0]] for n in answers}
    assert all("no such table: session" in answer.text for answer in answers.values())
    assert {call().status_code for call in needs.values()} == {200}


def test_a_process_that_writes_for_long_is_waited_for_and_told(
    sandbox: Sandbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A change waits for another process, is refused with Retry-After in the end, and works once that has finished."""
    monkeypatch.setattr("app.store.database.sqlite._PATIENCE_S", 0.1)
    order = Callers(sandbox).calls()["charge start"]
    with sandbox.kept.engine().connect() as other:
        other.exec_driver_sql("BEGIN IMMEDIATE")
        answer = order()
        other.exec_driver_sql("ROLLBACK")

    assert answer.status_code == 503
    assert "another process is writing" in answer.json()["message"]
    assert answer.headers["Retry-After"] == "1"
    assert order().status_code == 200


def test_an_export_breaks_off_when_the_file_fails(sandbox: Sandbox, monkeypatch: pytest.MonkeyPatch) -> None:
    """The answer has begun by then, so it ends too early, without its last piece; the next one is whole."""
    export = Callers(sandbox).calls()["control export"]
    whole = export().content
    left = count()

    async def fail(held: _Held, work: Callable[[Connection], object]) -> object:
        if next(left) == 3:
            raise DatabaseUnavailableError("the disk does not read")
        return await ask(held, work)

    with monkeypatch.context() as patched:
        patched.setattr(read_ahead, "PIECE", 1 << 10)
        ask = _Held.ask
        patched.setattr(_Held, "ask", fail)
        broken = export()

    assert broken.status_code == 200
    assert whole.startswith(broken.content)
    assert 0 < len(broken.content) < len(whole)
    assert export().content == whole


@contextmanager
def pragma(database: Sqlite, off: str, on: str) -> Iterator[None]:
    """Sets a pragma of the connection that writes, for the time of the block."""
    driver = database._writing  # noqa: SLF001 - a full disk needs a file system of its own
    driver.execute(f"PRAGMA {off}")
    try:
        yield
    finally:
        driver.execute(f"PRAGMA {on}")


def sqlite_of(sandbox: Sandbox) -> Sqlite:
    """The database of the server."""
    database = sandbox.client.app.state.context.directory.database  # type: ignore[attr-defined]
    assert isinstance(database, Sqlite)
    return database
