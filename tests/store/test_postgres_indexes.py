"""On PostgreSQL too every list is read from an index, in the order of the index, even from a long history."""

import re
from collections.abc import Iterator
from typing import Any, Final

import psycopg
import pytest

from tests.conftest import Sandbox, on_postgresql, resumed
from tests.databases import Databases, Kept
from tests.store.test_indexes import RESERVATIONS, SESSIONS, WHO

pytestmark = on_postgresql

COPIES: Final = 40
SHIFTED: Final = re.compile(r".*_at|n|ideal_.*|reserved_.*")
COLUMNS: Final = "SELECT column_name FROM information_schema.columns WHERE table_name = :name ORDER BY ordinal_position"
HISTORIES: Final = re.compile(r"SELECT\b.*\sFROM (session|reservation)\b", re.DOTALL)
Asked = list[tuple[str, Any]]


@pytest.fixture(scope="module")
def traced(databases: Databases, made: Kept) -> Iterator[tuple[Sandbox, Asked]]:
    """A sandbox with a long history, and the statements that it sends to the database, with their parameters."""
    kept = databases.copy(made)
    for name in ("session", "reservation"):
        lengthen(kept, name)
    # A sample that has all rows, so that the plans are the same in each run.
    kept.run("SET LOCAL default_statistics_target = 1000; ANALYZE")
    asked: Asked = []
    execute = psycopg.Cursor.execute

    def noted(cursor: Any, query: Any, params: Any = None, **more: Any) -> Any:  # noqa: ANN401 - psycopg's own
        asked.append((str(query), params))
        return execute(cursor, query, params, **more)

    with pytest.MonkeyPatch.context() as patch, resumed(kept) as client:
        patch.setattr(psycopg.Cursor, "execute", noted)
        yield Sandbox(client, kept), asked
    databases.drop(kept)


@pytest.mark.parametrize("path", [*SESSIONS, *RESERVATIONS])
def test_a_page_is_read_from_an_index(traced: tuple[Sandbox, Asked], path: str) -> None:
    """A page of a list is read from an index that has the order of the list and begins with the filter."""
    sandbox, asked = traced
    named = [name for name in WHO if f"{name}=" in path]
    wanted = path.replace("=x", f"={filter_value(sandbox, *named)}")
    asked.clear()
    sandbox.client.get(wanted, headers=sandbox.charge_key())
    plan = explained(sandbox, asked)

    assert "Index" in plan
    assert "Seq Scan" not in plan
    assert "Sort" not in plan
    assert [name for name in named if not re.search(rf"Index Cond: .*\({name}\)::text = ", plan)] == []


def test_every_other_query_reads_from_an_index(traced: tuple[Sandbox, Asked]) -> None:
    """The lists of the other vendors, a single session, a start and an end use indexes as well."""
    sandbox, asked = traced
    asked.clear()
    sandbox.cariqa(page=1)
    sandbox.podero(from_="2026-01-01", to="2026-12-31")
    started = sandbox.start().json()["id"]
    sandbox.charge(f"/v1/charging_sessions/{started}")
    sandbox.end(started)
    plan = explained(sandbox, asked)

    assert "Index" in plan
    assert "Seq Scan on session" not in plan
    assert "Seq Scan on reservation" not in plan


def lengthen(kept: Kept, name: str) -> None:
    """Copies the rows of the open worlds in a table many times, each copy three weeks earlier than the last."""
    kept.run(f"DELETE FROM {name} WHERE world NOT IN (SELECT n FROM world WHERE state = 'open')")  # noqa: S608 - a table's own name
    columns = [row[0] for row in kept.rows(COLUMNS, name=name)]
    shifted = {each: f'"{each}" - copy * CAST(1814400000000 AS bigint)' for each in columns if SHIFTED.fullmatch(each)}
    shifted |= {"n": "n + copy * 100000", "id": "id || copy"}
    kept.run(
        f"INSERT INTO {name} SELECT {', '.join(shifted.get(each, f'{chr(34)}{each}{chr(34)}') for each in columns)}"  # noqa: S608 - a table's own names
        f" FROM {name}, generate_series(1, {COPIES}) AS copy"
    )


def filter_value(sandbox: Sandbox, name: str = "driver") -> str:
    """A driver, a fleet or a vehicle that has sessions."""
    found = sandbox.kept.rows(f"SELECT {name} FROM session WHERE {name} IS NOT NULL ORDER BY n LIMIT 1")  # noqa: S608 - a column's own name
    return str(found[0][0])


def explained(sandbox: Sandbox, asked: Asked) -> str:
    """The plan by which PostgreSQL runs each statement about sessions or reservations."""
    with sandbox.kept.engine().connect() as db:
        driver: Any = db.connection.driver_connection
        histories = [(query, params) for query, params in asked if HISTORIES.match(query)]
        rows = [row for query, params in histories for row in driver.execute(f"EXPLAIN {query}", params).fetchall()]
    return "\n".join(line for (line,) in rows)
