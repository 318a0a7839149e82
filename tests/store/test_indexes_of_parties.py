"""On SQLite a page of drivers or fleets, and one of them, is one statement that finds its rows by indexes."""

import re
import sqlite3
from contextlib import closing
from typing import Final

import pytest

from tests.conftest import Sandbox, on_sqlite
from tests.store.test_indexes import traced

__all__ = ["traced"]

pytestmark = on_sqlite

_WHOLE: Final = re.compile(r"SCAN (?!json_each|anon_|page$)|SEARCH (?!payment_method)\w+ .*\((world=\?)\)")
"""A plan that reads a table, or a world's part of it, from its beginning."""


@pytest.mark.parametrize(
    ("path", "index"),
    [
        ("/v1/drivers?limit=10", "driver_by_created (world=? AND created_at>? AND created_at<?)"),
        ("/v1/drivers?fleet=x", "attachment_by_target (world=? AND target=?)"),
        ("/v1/drivers?vehicle=x&fleet=y", "attachment_by_target (world=? AND target=?)"),
        ("/v1/drivers/x", "sqlite_autoindex_driver_1 (world=? AND id=?)"),
        ("/v1/fleets?status=active", "fleet_by_created (world=? AND created_at>? AND created_at<?)"),
        ("/v1/fleets?driver=x", "sqlite_autoindex_fleet_1 (world=? AND id=?)"),
        ("/v1/fleets?vehicle=x", "sqlite_autoindex_fleet_1 (world=? AND id=?)"),
        ("/v1/fleets/x", "session_by_end_of_fleet (world=? AND fleet=? AND ended_at<?)"),
    ],
)
def test_rows_are_found_by_indexes(traced: tuple[Sandbox, list[str]], path: str, index: str) -> None:
    """Drivers and fleets are found in the order of a list, by what they belong to, or by their ids."""
    sandbox, statements = traced
    sandbox.charge_key()
    statements.clear()
    sandbox.client.get(path, headers=sandbox.charge_key())
    asked = [each for each in statements if re.match(r"SELECT (driver|fleet)\.id", each)]
    with closing(sqlite3.connect(sandbox.kept.file)) as db:
        plan = [detail for *_, detail in db.execute(f"EXPLAIN QUERY PLAN {asked[0]}")]

    assert len(asked) == 1
    assert any(index in detail for detail in plan)
    assert [detail for detail in plan if _WHOLE.match(detail)] == []
