"""On SQLite writers wait in turn for one another and for other processes, and readers do not wait."""

import asyncio
import sqlite3
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from threading import Thread
from time import monotonic, sleep
from typing import IO, Final

import httpx2
import pytest
from sqlalchemy import Connection, text

from app.store.database import sqlite
from app.store.database.protocol import Database, DatabaseUnavailableError
from tests.conftest import Sandbox, on_sqlite
from tests.databases import Kept

pytestmark = on_sqlite

HOLDING: Final = """
import sqlite3, sys
db = sqlite3.connect(sys.argv[1], isolation_level=None)
db.execute("BEGIN IMMEDIATE")
print("held", flush=True)
sys.stdin.readline()
db.execute("COMMIT")
print("released", flush=True)
"""


@contextmanager
def held(file: Path) -> Iterator[Callable[[], None]]:
    """Another process holds the write lock until the block ends, or until the block calls the given function."""
    with subprocess.Popen(  # noqa: S603 - this very interpreter
        [sys.executable, "-c", HOLDING, str(file)], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as holder:

        def release() -> None:
            piped(holder.stdin).write("\n")
            piped(holder.stdin).flush()
            piped(holder.stdout).readline()

        try:
            piped(holder.stdout).readline()
            yield release
        finally:
            holder.kill()
            holder.wait(5)


def piped(stream: IO[str] | None) -> IO[str]:
    assert stream is not None

    return stream


def append(n: int) -> Callable[[Connection], None]:
    return lambda db: void(db.execute(text("INSERT INTO line (who) VALUES (:n)"), {"n": n}))


def void(_answer: object) -> None:
    """Runs the same work without its answer."""


@pytest.fixture
def line(database: Database) -> Database:
    """A database with a table in which writers note their turn."""
    table = text("CREATE TABLE line (n INTEGER PRIMARY KEY, who INTEGER)")
    asyncio.run(database.change(lambda db: void(db.execute(table))))
    return database


def order(kept: Kept) -> list[int]:
    """The writers in the order in which they have written."""
    return [who for (who,) in kept.rows("SELECT who FROM line ORDER BY n")]


def test_writers_are_served_in_turn(line: Database, empty: Kept) -> None:
    """Twenty changes at one time are all saved, in the order in which they came."""

    async def crowd() -> None:
        await asyncio.gather(*(line.change(append(n)) for n in range(20)))

    asyncio.run(crowd())

    assert order(empty) == list(range(20))


def test_changes_wait_for_another_process(line: Database, empty: Kept) -> None:
    """While another process holds the write lock, changes wait and asks are answered; then all changes are saved."""

    async def crowd(release: Callable[[], None]) -> tuple[int, float]:
        waiting = [asyncio.create_task(line.change(append(n))) for n in range(5)]
        begin = monotonic()
        await asyncio.sleep(0.05)
        asked = await line.ask(lambda db: int(db.execute(text("SELECT count(*) FROM line")).scalar_one()))
        done = sum(task.done() for task in waiting)
        release()
        await asyncio.gather(*waiting)
        return asked + done, monotonic() - begin

    with held(empty.file) as release:
        seen, seconds = asyncio.run(crowd(release))

    assert seen == 0
    assert order(empty) == [0, 1, 2, 3, 4]
    assert seconds < 2


def test_the_loop_is_free_while_writers_wait(line: Database, empty: Kept) -> None:
    """Other tasks run while a writer waits for another process."""

    async def beats() -> int:
        waiting = asyncio.create_task(line.change(append(1)))
        beats = 0
        begin = monotonic()
        while monotonic() - begin < 0.1:
            await asyncio.sleep(0.001)
            beats += 1
        waiting.cancel()
        return beats

    with held(empty.file):
        assert asyncio.run(beats()) > 20


def test_a_change_waits_for_another_process_only_for_a_while(
    line: Database, empty: Kept, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A change that has waited too long raises DatabaseUnavailableError and leaves nothing; later ones are saved."""
    monkeypatch.setattr(sqlite, "_PATIENCE_S", 0.05)
    with held(empty.file) as release:
        with pytest.raises(DatabaseUnavailableError):
            asyncio.run(line.change(append(1)))
        release()
        asyncio.run(line.change(append(2)))

    assert order(empty) == [2]


def test_a_cancelled_change_gives_its_turn_to_the_next(line: Database, empty: Kept) -> None:
    """A waiting change that is cancelled is not saved, and the next change takes its turn."""

    async def crowd(release: Callable[[], None]) -> None:
        impatient = asyncio.create_task(line.change(append(1)))
        patient = asyncio.create_task(line.change(append(2)))
        await asyncio.sleep(0.02)
        impatient.cancel()
        await asyncio.sleep(0.02)
        release()
        await patient

    with held(empty.file) as release:
        asyncio.run(crowd(release))

    assert order(empty) == [2]


def test_every_api_says_that_nothing_was_saved(sandbox: Sandbox, monkeypatch: pytest.MonkeyPatch) -> None:
    """While another process holds the lock, changes of every API are 503 and reads are answered."""
    monkeypatch.setattr(sqlite, "_PATIENCE_S", 0.05)
    before = sandbox.charge().content
    with held(sandbox.kept.file) as release:
        refused = [
            sandbox.start(),
            sandbox.advance("PT1H"),
            sandbox.client.patch("/_sandbox/v1/worlds/default/clock", json={"speed": 60}),
            sandbox.client.post("/_sandbox/v1/worlds/default/reset"),
            token(sandbox),
        ]

        assert [answer.status_code for answer in refused] == [503] * 5
        assert sandbox.charge().content == before

        release()

    assert sandbox.charge().content == before
    assert sandbox.start().status_code == 200
    assert token(sandbox).status_code == 200


def test_a_start_is_served_once_the_lock_is_free(sandbox: Sandbox) -> None:
    """A start while another process writes waits for a moment and succeeds."""
    with closing(sqlite3.connect(sandbox.kept.file, isolation_level=None, check_same_thread=False)) as other:
        other.execute("BEGIN IMMEDIATE")
        with released_after(other, 0.1):
            answer = sandbox.start()

    assert answer.status_code == 200


@contextmanager
def released_after(other: sqlite3.Connection, seconds: float) -> Iterator[None]:
    """Another thread releases the lock a little later, while the block runs."""

    def release() -> None:
        sleep(seconds)
        other.execute("COMMIT")

    thread = Thread(target=release)
    thread.start()
    yield
    thread.join(5)


def token(sandbox: Sandbox) -> httpx2.Response:
    keys = sandbox.world()["credentials"]["podero"]
    asked = {"grant_type": "client_credentials", "client_id": keys["client_id"], "client_secret": keys["client_secret"]}
    return sandbox.client.post("/oauth2/token/", json=asked)
