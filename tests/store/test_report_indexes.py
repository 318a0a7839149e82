"""On SQLite the totals of a report are added up from the sessions and reservations of its period only."""

import re
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from typing import Final

import pytest
from sqlalchemy import event
from sqlalchemy.engine import Engine

from tests.conftest import Sandbox, on_sqlite, resumed
from tests.databases import Databases, Kept

pytestmark = on_sqlite

PERIOD: Final = {"period_start": "2026-02-01T00:00:00Z", "period_end": "2026-03-01T00:00:00Z"}
TOTALS: Final = re.compile(r"SELECT\b.*\bUNION ALL\b.*\bGROUP BY\b", re.DOTALL)


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


@pytest.mark.parametrize("group_by", ["vehicle", "driver", "fleet"])
@pytest.mark.parametrize("narrowed", [False, True])
def test_totals_are_read_by_the_instant_of_transactions(
    traced: tuple[Sandbox, list[str]], group_by: str, *, narrowed: bool
) -> None:
    """Sessions are looked up by their end and reservations by their resolution, within the period."""
    sandbox, statements = traced
    sample = sandbox.opened()["sample"]["charge"]
    parameters: dict[str, object] = {"type": "charging_summary", "group_by": group_by, **PERIOD}
    if narrowed:
        parameters["filters"] = {"vehicle": [sample["vehicle"]]}
    statements.clear()
    body = {"parameters": parameters, "fleet": sample["fleet"] if narrowed else None}
    sandbox.client.post("/v1/reports", json=body, headers=sandbox.charge_key()).raise_for_status()
    [asked] = [each for each in statements if TOTALS.match(each)]
    with closing(sqlite3.connect(sandbox.kept.file)) as db:
        plan = [detail for *_, detail in db.execute(f"EXPLAIN QUERY PLAN {asked}")]

    assert any(re.match(r"SEARCH session .*ended_at>\? AND ended_at<\?", detail) for detail in plan), plan
    assert any(re.match(r"SEARCH reservation .*resolves_at>\? AND resolves_at<\?", detail) for detail in plan), plan
    assert [detail for detail in plan if re.match(r"SCAN (session|reservation|document)", detail)] == []
