"""Rows are bound to fields by name: the order of a table's columns, and columns beside them, change no answer."""

import json
import subprocess
import sys
from collections.abc import Iterator
from typing import Any, Final

import pytest
from sqlalchemy import inspect

from tests.conftest import Sandbox, resumed
from tests.databases import Databases, Kept
from tests.serving.servers import ROOT
from tests.store.answering import WORLDS, body, lists

pytestmark = pytest.mark.slow

Answered = tuple[Kept, list[Any]]
"""A database, and the answers of a process that runs on it."""
OTHERS: Final = ("permuted", "extended")


def answered(databases: Databases, kind: str) -> Answered:
    """Runs a process with such tables on a new database."""
    kept = databases.new()
    command = [sys.executable, "-m", "tests.store.answering", kind, kept.url]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)  # noqa: S603 - this very interpreter

    assert done.returncode == 0, done.stderr

    return kept, json.loads(done.stdout)


@pytest.fixture(scope="module")
def usual(databases: Databases) -> Iterator[Answered]:
    """The answers with the tables as they are."""
    kept, answers = answered(databases, "usual")
    yield kept, answers
    databases.drop(kept)


@pytest.fixture(scope="module", params=OTHERS)
def other(databases: Databases, request: pytest.FixtureRequest) -> Iterator[Answered]:
    """The answers with the columns of every table in another order, or with another column."""
    kept, answers = answered(databases, request.param)
    yield kept, answers
    databases.drop(kept)


def columns(kept: Kept, table: str) -> list[str]:
    """The columns of a table in the order of the database."""
    return [column["name"] for column in inspect(kept.engine()).get_columns(table)]


def test_every_table_has_other_columns(usual: Answered, other: Answered) -> None:
    """The processes have made tables with other columns than usual, so that the tests below test something."""
    assert usual[0].tables() == other[0].tables()
    assert [name for name in usual[0].tables() if columns(usual[0], name) == columns(other[0], name)] == []


def test_a_process_with_other_columns_answers_the_same(usual: Answered, other: Answered) -> None:
    """Lists, retrieves, starts, events, exports, imports, forks, copies and resets are answered as usual."""
    assert len(usual[1]) > 30
    assert other[1] == usual[1]


def test_a_database_with_other_columns_is_read_and_written(usual: Answered, other: Answered) -> None:
    """A process with the usual tables answers the same from a database whose tables have other columns."""
    assert used(other[0]) == used(usual[0])


def used(kept: Kept) -> list[Any]:
    """The answers of a server with the usual tables: it reads a world, forks it, starts a session and exports it."""
    with resumed(kept) as client:
        sandbox = Sandbox(client, kept)
        told = lists(sandbox, "forked")
        body(client.post(WORLDS, json={"name": "again", "fork": "copied"}))
        told += [body(sandbox.start(world="again")), *lists(sandbox, "again")]
        told.append(body(client.get(f"{WORLDS}/again/export")))
        client.delete(f"{WORLDS}/again")
    return told
