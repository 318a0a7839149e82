"""A PostgreSQL that hangs, lacks a table or has no connection left is an unavailable database, with its reason."""

import asyncio
import os
import signal
from collections.abc import Callable, Sequence
from contextlib import closing

import psycopg
import pytest
from sqlalchemy import Connection, text
from sqlalchemy.engine import make_url

from app.store.database import postgres
from app.store.database.protocol import Database, DatabaseUnavailableError
from app.store.database.url import open_database
from tests.conftest import Sandbox, on_postgresql
from tests.databases import Kept
from tests.store.every_api import SHAPES, Callers, refused

pytestmark = on_postgresql


def failure(database: Database, *works: Callable[[Connection], object]) -> DatabaseUnavailableError:
    """What the only ask raises that fails of those that are made at the same time."""

    async def ask() -> list[object]:
        return await asyncio.gather(*map(database.ask, works), return_exceptions=True)

    [raised] = [answer for answer in asyncio.run(ask()) if isinstance(answer, Exception)]
    assert isinstance(raised, DatabaseUnavailableError)
    return raised


@pytest.mark.parametrize("limit", ["statement_timeout", "idle_in_transaction_session_timeout", "lock_timeout"])
def test_every_connection_has_its_limits(database: Database, limit: str) -> None:
    """No statement, no wait for a lock and no idle transaction lasts for ever."""
    found = asyncio.run(database.ask(lambda db: db.execute(text(f"SHOW {limit}")).scalar_one()))

    assert found in {"5s", "30s", "1min"}


def test_a_statement_that_hangs_is_ended(database: Database) -> None:
    """The reason says that PostgreSQL took too long, and that a retry may help."""

    def hang(db: Connection) -> None:
        db.execute(text("SET LOCAL statement_timeout = 50"))
        db.execute(text("SELECT pg_sleep(60)"))

    raised = failure(database, hang)

    assert raised.reason == "PostgreSQL took too long"
    assert raised.retry_after_s


def test_work_with_a_frozen_process_is_ended(database: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    """An ask, a change and a piece of a view whose process of PostgreSQL is frozen fail, and the next ones work."""
    frozen: list[int] = []

    def freeze(db: Connection) -> None:
        frozen.append(db.execute(text("SELECT pg_backend_pid()")).scalar_one())
        os.kill(frozen[-1], signal.SIGSTOP)
        db.execute(text("SELECT 1"))

    async def hold_and_freeze() -> None:
        async with database.view() as view:
            await view.ask(freeze)

    async def failures() -> Sequence[object]:
        watching = asyncio.create_task(database.watch())
        answers = await asyncio.gather(
            database.ask(freeze), database.change(freeze), hold_and_freeze(), return_exceptions=True
        )
        watching.cancel()
        return answers

    monkeypatch.setattr(postgres, "HUNG_AFTER", 0)
    monkeypatch.setattr(postgres, "_LOOK_EVERY_S", 0.05)
    try:
        answers = asyncio.run(failures())
        monkeypatch.undo()

        assert [type(answer) for answer in answers] == [DatabaseUnavailableError] * 3
        assert asyncio.run(database.ask(lambda db: db.execute(text("SELECT 1")).scalar_one())) == 1
    finally:
        for process in frozen:
            os.kill(process, signal.SIGCONT)


def test_a_database_with_a_frozen_process_can_be_closed(kept: Kept, monkeypatch: pytest.MonkeyPatch) -> None:
    """Work that goes on is waited for only a while, so that a server can stop."""
    frozen: list[int] = []

    def freeze(db: Connection) -> None:
        frozen.append(db.execute(text("SELECT pg_backend_pid()")).scalar_one())
        os.kill(frozen[-1], signal.SIGSTOP)
        db.execute(text("SELECT 1"))

    async def close_while_it_hangs() -> object:
        database = open_database(kept.url)
        asking = asyncio.ensure_future(database.ask(freeze))
        while not frozen:  # noqa: ASYNC110 - a thread freezes it
            await asyncio.sleep(0.01)
        await asyncio.to_thread(database.close)
        return (await asyncio.gather(asking, return_exceptions=True))[0]

    monkeypatch.setattr(postgres, "_CLOSING_S", 0.1)
    try:
        assert isinstance(asyncio.run(close_while_it_hangs()), DatabaseUnavailableError)
    finally:
        for process in frozen:
            os.kill(process, signal.SIGCONT)


def test_an_idle_transaction_is_ended(database: Database) -> None:
    """A connection that PostgreSQL has closed, because its transaction was idle, is replaced by another one."""

    def idle(db: Connection) -> object:
        db.execute(text("SET LOCAL idle_in_transaction_session_timeout = 50"))
        with closing(psycopg.connect(db.engine.url.render_as_string().replace("+psycopg", ""))) as other:
            other.execute("SELECT pg_sleep(0.5)")
        return db.execute(text("SELECT 1")).scalar_one()

    assert failure(database, idle).lost
    assert asyncio.run(database.ask(lambda db: db.execute(text("SELECT 1")).scalar_one())) == 1


def test_a_missing_table_is_named_by_every_call_that_needs_it(sandbox: Sandbox) -> None:
    """Lists and starts are 503 in the vendor's form; when the table is back, they work again."""
    calls = Callers(sandbox).calls()
    needs = {name: calls[name] for name in ("charge list", "charge start", "cariqa list", "podero list")}
    sandbox.kept.run("ALTER TABLE session RENAME TO elsewhere")
    answers = {name: call() for name, call in needs.items()}
    sandbox.kept.run("ALTER TABLE elsewhere RENAME TO session")

    assert {name: refused(answer) for name, answer in answers.items()} == {n: SHAPES[n.split()[0]] for n in answers}
    assert all('relation "session" does not exist' in answer.text.replace("\\", "") for answer in answers.values())
    assert {call().status_code for call in needs.values()} == {200}


def sleep(db: Connection) -> None:
    """Uses a connection for a while."""
    db.execute(text("SELECT pg_sleep(0.5)"))


def test_a_missing_connection_is_told(empty: Kept) -> None:
    """Of two asks that need the only connection, one is answered, and the other is told to try again."""
    empty.run("CREATE ROLE single LOGIN CONNECTION LIMIT 1")
    try:
        with closing(open_database(str(make_url(empty.url).set(username="single")))) as database:
            raised = failure(database, lambda db: db.execute(text("SELECT pg_sleep(0.5)")), lambda _: "late")
    finally:
        empty.run("DROP ROLE single")

    assert raised.reason == "PostgreSQL has no connection left"
    assert raised.retry_after_s


def test_ready_refuses_while_the_database_is_read_only(sandbox: Sandbox) -> None:
    """Reads are answered as before; ready is 503 until changes are possible again."""
    name, ready = make_url(sandbox.kept.url).database, "/_sandbox/v1/ready"
    drop = "SELECT pg_terminate_backend(pid, 5000) FROM pg_stat_activity WHERE application_name LIKE 'wattif%'"
    sandbox.kept.run(f'ALTER DATABASE "{name}" SET default_transaction_read_only = on')
    sandbox.kept.rows(drop)
    refusals = [sandbox.client.get(ready), sandbox.start(), sandbox.client.get(ready)]
    read = sandbox.charge()
    with sandbox.kept.engine().connect() as db:
        db.execute(text("SET SESSION CHARACTERISTICS AS TRANSACTION READ WRITE"))
        db.commit()
        db.execute(text(f'ALTER DATABASE "{name}" RESET default_transaction_read_only'))
        db.commit()

    assert [answer.status_code for answer in refusals] == [503] * 3
    assert all("PostgreSQL is read-only" in answer.text for answer in refusals)
    assert read.status_code == 200
    assert sandbox.start().status_code == 200 or sandbox.start().status_code == 200
    assert sandbox.client.get(ready).status_code == 200
