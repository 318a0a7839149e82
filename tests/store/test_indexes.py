"""On SQLite every query of sessions or reservations reads from an index, in the order of the index."""

import re
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from itertools import product
from typing import Final

import pytest
from sqlalchemy import event
from sqlalchemy.engine import Engine

from app.domain.clock import DAY, instant
from tests.conftest import Sandbox, on_sqlite, resumed
from tests.databases import Databases, Kept
from tests.vendors.charge.reserving import after, post, reserved

pytestmark = on_sqlite

NOON: Final = instant("2026-03-04T12:00:00Z")
WHO: Final = ("driver", "fleet", "vehicle")
SESSIONS: Final = [
    f"/v1/charging_sessions?limit=10{status}{who}"
    for status, who in product(("", "&status=active", "&status=completed"), ("", *(f"&{name}=x" for name in WHO)))
]
RESERVATIONS: Final = [
    f"/v1/reservations?limit=10{status}{who}"
    for status, who in product(("", "&status=pending", "&status=expired"), ("", "&driver=x"))
]
HISTORIES: Final = re.compile(r"SELECT\b.*\sFROM (session|reservation)\b", re.DOTALL)


@pytest.fixture(scope="module")
def traced(databases: Databases, made: Kept) -> Iterator[tuple[Sandbox, list[str]]]:
    """A sandbox, and the statements that it sends to the database, with the values of their parameters."""
    kept = databases.copy(made)
    statements: list[str] = []

    def trace(connection: sqlite3.Connection, _record: object) -> None:
        connection.set_trace_callback(statements.append)

    event.listen(Engine, "connect", trace)
    try:
        with resumed(kept) as client:
            yield Sandbox(client, kept), statements
    finally:
        event.remove(Engine, "connect", trace)


@pytest.mark.parametrize("path", [*SESSIONS, *RESERVATIONS])
def test_a_page_is_read_from_an_index(traced: tuple[Sandbox, list[str]], path: str) -> None:
    """A page of a list, and the next page, are read from an index that has the order of the list."""
    sandbox, statements = traced
    statements.clear()
    body = get(sandbox, path)
    if body["next_page_url"] is not None:
        get(sandbox, body["next_page_url"])

    details = {detail for detail, _ in searches(sandbox, statements)}
    asked = [name for name in WHO if f"{name}=" in path]

    assert slow(sandbox, statements) == []
    assert details
    assert {detail for detail in details if not all(f"{name}=?" in detail for name in asked)} == set()


@pytest.mark.parametrize(("status", "who"), list(product(("failed", "cancelled"), WHO)))
def test_mishaps_of_one_are_read_from_their_own_index(traced: tuple[Sandbox, list[str]], status: str, who: str) -> None:
    """SQLite's choice depends on the order in which indexes were made, so the database itself is asked."""
    sandbox, statements = traced
    statements.clear()
    get(sandbox, f"/v1/charging_sessions?limit=10&status={status}&{who}=x")
    with closing(sqlite3.connect(sandbox.kept.file)) as db:
        plans = [db.execute(f"EXPLAIN QUERY PLAN {each}").fetchall() for each in statements if HISTORIES.match(each)]

    assert plans
    assert all(f"INDEX session_mishap_by_{who} " in plan[0][3] for plan in plans)


@pytest.mark.parametrize(
    ("asked", "index"),
    [
        ("?limit=10", "session_by_end"),
        ("?limit=10&driver=x", "session_by_end_of_driver"),
        ("?limit=10&fleet=x", "session_by_end_of_fleet"),
        (f"/txn_{'0' * 32}", "session_by_id"),
    ],
)
def test_transactions_are_read_from_an_index(traced: tuple[Sandbox, list[str]], asked: str, index: str) -> None:
    """A page reads sessions by their end, and one transaction is found by its id; no table is read as a whole."""
    sandbox, statements = traced
    statements.clear()
    get(sandbox, f"/v1/transactions{asked}")
    unions = [each for each in statements if "UNION ALL" in each]
    with closing(sqlite3.connect(sandbox.kept.file)) as db:
        details = [row[3] for each in unions for row in db.execute(f"EXPLAIN QUERY PLAN {each}")]

    assert len(unions) == 1
    assert any(detail.startswith(f"SEARCH session USING INDEX {index} (") for detail in details)
    assert [detail for detail in details if re.match(r"SCAN (session|reservation|document)", detail)] == []


def test_drafts_of_a_page_are_added_up_by_one_statement(traced: tuple[Sandbox, list[str]]) -> None:
    """A page of drafts of different periods takes two statements: one for the drafts, one for all their lines."""
    sandbox, statements = traced
    for day in (1, 2, 3):
        body = {"period_start": f"2026-02-0{day}T00:00:00Z", "period_end": "2026-03-01T00:00:00Z"}
        sandbox.client.post("/v1/invoices", json=body, headers=sandbox.charge_key())
    statements.clear()

    assert len(get(sandbox, "/v1/invoices")["data"]) == 3
    assert len([each for each in statements if each.startswith("SELECT")]) == 2


def test_indexes_are_made_in_the_order_of_their_names(traced: tuple[Sandbox, list[str]]) -> None:
    """So that two databases choose alike between indexes that seem equal."""
    sandbox, _ = traced
    with closing(sqlite3.connect(sandbox.kept.file)) as db:
        query = "SELECT name FROM sqlite_master WHERE type = 'index' AND tbl_name = 'session' AND sql IS NOT NULL"
        made = [name for (name,) in db.execute(f"{query} ORDER BY rowid")]

    assert made == sorted(made)


def test_active_sessions_are_looked_up_within_a_week(traced: tuple[Sandbox, list[str]]) -> None:
    """No session lasts longer than seven days, so active ones are looked up among those of the last seven days."""
    sandbox, statements = traced
    statements.clear()
    get(sandbox, "/v1/charging_sessions?status=active")
    asked = next(each for each in statements if HISTORIES.match(each))
    spans = [(int(low), int(high)) for low, high in re.findall(r"created_at BETWEEN (\d+) AND (\d+)", asked)]

    assert spans == [(NOON - 7 * DAY, NOON)]


def test_every_other_query_reads_from_an_index(traced: tuple[Sandbox, list[str]]) -> None:
    """The lists of the other vendors, a single session, a start, an end and a reservation use indexes as well."""
    sandbox, statements = traced
    statements.clear()
    sandbox.cariqa(page=1)
    sandbox.podero(from_="2026-01-01", to="2026-12-31")
    started = sandbox.start().json()["id"]
    sandbox.charge(f"/v1/charging_sessions/{started}")
    sandbox.end(started)
    made = reserved(sandbox)
    for path, body in (("", {"ideal_end": after(made["ideal_end"], 60)}), ("/confirm", {}), ("/cancel", {})):
        assert post(sandbox, f"/v1/reservations/{made['id']}{path}", body).status_code == 200

    assert slow(sandbox, statements) == []
    assert len([each for each in statements if HISTORIES.match(each)]) > 8
    waiting = [detail for detail, each in searches(sandbox, statements) if "no_available_connectors" in each]
    assert waiting
    assert all("resolves_at>?" in detail for detail in waiting), "resolved reservations are not looked at"


def get(sandbox: Sandbox, path: str) -> dict[str, str]:
    """A page of one of Charge's lists."""
    body: dict[str, str] = sandbox.client.get(path, headers=sandbox.charge_key()).json()
    return body


def slow(sandbox: Sandbox, statements: list[str]) -> list[tuple[str, str]]:
    """The statements that read a history from its beginning or sort what they find, each with its plan."""
    found = searches(sandbox, statements)
    whole = re.compile(
        r"SCAN (?!page$|CONSTANT ROW$|json_each )|.*TEMP B-TREE|SEARCH (session|reservation) .*\(world=\?\)"
    )
    return [(detail, each) for detail, each in found if whole.match(detail)]


def searches(sandbox: Sandbox, statements: list[str]) -> list[tuple[str, str]]:
    """The steps by which SQLite runs each statement about sessions or reservations.

    SQLite prefers the newer of two indexes that it thinks equal, so both orders of creation are tried.
    """
    found = []
    for order in ("name", "name DESC"):
        with closing(sqlite3.connect(sandbox.kept.file)) as made, closing(sqlite3.connect(":memory:")) as db:
            query = f"SELECT sql FROM sqlite_master WHERE sql IS NOT NULL ORDER BY type DESC, {order}"  # noqa: S608 - one of two
            for (statement,) in made.execute(query):
                db.execute(statement)
            for statement in filter(HISTORIES.match, statements):
                found += [(detail, statement) for *_, detail in db.execute(f"EXPLAIN QUERY PLAN {statement}")]
    return found
