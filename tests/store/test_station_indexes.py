"""On SQLite a page of stations takes few statements, each of which reads from an index."""

import re
import sqlite3
from contextlib import closing
from typing import Final

import pytest

from tests.conftest import Sandbox, on_sqlite
from tests.store.test_indexes import get, traced

pytestmark = on_sqlite

__all__ = ["traced"]

STATIONS: Final = "/v1/charging_stations"
NEAR: Final = f"{STATIONS}?latitude=52.5&longitude=13.4&radius=500000"
_READS: Final = re.compile(r"SELECT\b.*\sFROM \(?.*\b(station|connector)\b", re.DOTALL)
_SLOW: Final = re.compile(
    r"SCAN (?!json_each|page).*|SEARCH (station|connector|session|reservation) USING .*\(world=\?\)"
)
"""Steps that go through a table, or through all of its rows in a world."""


@pytest.mark.parametrize(
    ("path", "number"),
    [
        (STATIONS, 1),
        (f"{STATIONS}?limit=100", 1),
        (f"{STATIONS}?available=true", 1),
        (NEAR, 2),
        (f"{NEAR}&limit=100", 2),
    ],
)
def test_pages_of_stations_take_few_statements(traced: tuple[Sandbox, list[str]], path: str, number: int) -> None:
    """Stations with their connectors and reservations take one statement, and a search one more."""
    sandbox, statements = traced
    get(sandbox, path)
    statements.clear()
    get(sandbox, path)
    asked = [each for each in statements if each.startswith("SELECT") and "station" in each]

    assert len(asked) == number


@pytest.mark.parametrize(
    "path", [STATIONS, f"{STATIONS}?available=true", f"{STATIONS}?available=false", f"{NEAR}&available=true"]
)
def test_pages_of_stations_are_read_from_indexes(traced: tuple[Sandbox, list[str]], path: str) -> None:
    """No statement goes through the stations, connectors, sessions or reservations of a world."""
    sandbox, statements = traced
    statements.clear()
    get(sandbox, path)
    with closing(sqlite3.connect(sandbox.kept.file)) as db:
        plans = [
            [detail for *_, detail in db.execute(f"EXPLAIN QUERY PLAN {each}")]
            for each in statements
            if _READS.match(each)
        ]

    assert plans
    assert [detail for plan in plans for detail in plan if _SLOW.fullmatch(detail)] == []


def test_stations_near_a_point_are_read_from_the_index_of_places(traced: tuple[Sandbox, list[str]]) -> None:
    """The search reads the rows between two latitudes."""
    sandbox, statements = traced
    statements.clear()
    get(sandbox, NEAR)
    [search] = [each for each in statements if "BETWEEN" in each and "latitude" in each]
    with closing(sqlite3.connect(sandbox.kept.file)) as db:
        [(*_, detail)] = db.execute(f"EXPLAIN QUERY PLAN {search}").fetchall()

    assert detail == "SEARCH station USING INDEX station_by_place (world=? AND <expr>>? AND <expr><?)"
