"""On SQLite objects with several ids, as `expand` asks for them, are found by their ids."""

import re
import sqlite3
from contextlib import closing

import pytest

from tests.conftest import Sandbox, on_sqlite
from tests.store.test_indexes import traced

__all__ = ["traced"]

pytestmark = on_sqlite


@pytest.mark.parametrize(
    ("path", "table"),
    [
        ("/v1/transactions?expand=charging_session", "session"),
        ("/v1/charging_sessions?expand=vehicle", "vehicle"),
        ("/v1/charging_sessions?expand=payment_method", "payment_method"),
        ("/v1/charging_sessions?expand=driver", "driver"),
        ("/v1/charging_sessions?expand=fleet", "fleet"),
        ("/v1/reservations?expand=charging_station", "station"),
    ],
)
def test_expanded_objects_are_found_by_their_ids(traced: tuple[Sandbox, list[str]], path: str, table: str) -> None:
    """No statement reads all objects of a world."""
    sandbox, statements = traced
    sandbox.charge_key()
    statements.clear()
    assert sandbox.client.get(path, headers=sandbox.charge_key()).is_success
    [asked] = [each for each in statements if f"{table}.id IN (SELECT" in each]
    with closing(sqlite3.connect(sandbox.kept.file)) as db:
        plan = [detail for *_, detail in db.execute(f"EXPLAIN QUERY PLAN {asked}")]
    reads = [each for each in plan if re.match(rf"(SEARCH|SCAN) {table}\b", each)]

    assert len(reads) == 1
    assert re.match(rf"SEARCH {table} USING INDEX \w+ \(world=\? AND id=\?\)", reads[0])
