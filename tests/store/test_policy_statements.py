"""Policies cost a start one statement, and nothing where none is named."""

import orjson

from tests.conftest import Sandbox, on_sqlite
from tests.store.test_indexes import traced

pytestmark = on_sqlite

__all__ = ["traced"]


def test_policies_of_a_start_are_read_by_one_statement(traced: tuple[Sandbox, list[str]]) -> None:
    """A driver who names no policy reads none; one who names three reads them at once."""
    sandbox, statements = traced

    assert _reads(sandbox, statements) == 0
    sandbox.kept.run("UPDATE driver SET policy_ids = :ids", ids=orjson.dumps(["pol_1", "pol_2", "pol_3"]).decode())
    assert _reads(sandbox, statements) == 1


def _reads(sandbox: Sandbox, statements: list[str]) -> int:
    """How many statements of a start read documents."""
    statements.clear()
    sandbox.start()
    assert statements
    return sum("FROM document" in each for each in statements)
