"""On SQLite a map takes few statements, and finds its stations in the index of places."""

import sqlite3
from collections.abc import Sequence
from contextlib import closing
from typing import Any

import pytest

from app.domain.tiles import tile_at
from tests.conftest import Sandbox, on_sqlite
from tests.store.test_indexes import traced
from tests.vendors.cariqa.stations import found, read, sample_evse

pytestmark = on_sqlite

__all__ = ["traced"]

BERLIN = tile_at(52.505, 13.436, 14)


def selects(statements: Sequence[str]) -> list[str]:
    """The statements about stations and their connectors."""
    return [each for each in statements if "station" in each and each.lstrip().startswith(("SELECT", "WITH"))]


def plans(sandbox: Sandbox, statements: Sequence[str]) -> list[str]:
    """The steps in which SQLite runs them."""
    with closing(sqlite3.connect(sandbox.kept.file)) as db:
        return [str(step) for each in statements for *_, step in db.execute(f"EXPLAIN QUERY PLAN {each}")]


@pytest.mark.parametrize(
    ("name", "query", "most"),
    [
        ("around", {"latitude": 52.5, "longitude": 13.4, "distance": 100_000}, 4),
        ("around", {"latitude": 52.5, "longitude": 13.4, "distance": 100_000, "only_available": "true"}, 4),
        ("tile", {"x": BERLIN.x, "y": BERLIN.y, "z": 14}, 4),
        ("tile", {"x": 1, "y": 0, "z": 1}, 4),
        ("tile", {"x": 1, "y": 0, "z": 1, "max_price": 0.5}, 5),
        ("details", {"type": "evse_id"}, 4),
    ],
)
def test_a_map_takes_few_statements(
    traced: tuple[Sandbox, list[str]], name: str, query: dict[str, Any], most: int
) -> None:
    """One finds the places; the shown stations, their connectors and their reservations take one each."""
    sandbox, statements = traced
    if name == "details":
        query = {**query, "id": sample_evse(sandbox)}
    found(read(sandbox, name, **query))
    statements.clear()
    found(read(sandbox, name, **query))

    assert 0 < len(selects(statements)) <= most


@pytest.mark.parametrize(
    ("name", "query"),
    [
        ("around", {"latitude": 52.5, "longitude": 13.4, "distance": 100_000}),
        ("tile", {"x": BERLIN.x, "y": BERLIN.y, "z": 14}),
        ("tile", {"x": 0, "y": 0, "z": 0}),
    ],
)
def test_places_are_read_from_their_index_alone(
    traced: tuple[Sandbox, list[str]], name: str, query: dict[str, Any]
) -> None:
    """The index of places holds everything that a search without filters reads."""
    sandbox, statements = traced
    found(read(sandbox, name, **query))
    statements.clear()
    found(read(sandbox, name, **query))
    [search] = [each for each in selects(statements) if "longitude >=" in each or "AS FLOAT) >=" in each]
    steps = [step for step in plans(sandbox, [search]) if "SEARCH station" in step]

    assert len(steps) == 1
    assert "station_by_place (world=? AND <expr>>? AND <expr><?)" in steps[0]


def test_an_evse_id_is_found_in_its_index(traced: tuple[Sandbox, list[str]]) -> None:
    """The station of a connector is found without a look at all connectors."""
    sandbox, statements = traced
    statements.clear()
    found(read(sandbox, "details", id=sample_evse(sandbox), type="evse_id"))
    steps = plans(sandbox, selects(statements))

    assert any("connector_by_evse" in step for step in steps)
    assert not [step for step in steps if step.startswith("SCAN") and "json_each" not in step]
