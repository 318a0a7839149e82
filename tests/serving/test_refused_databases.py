"""A database that is somebody else's, of another version or not there is left alone, and the refusal is one line."""

import re
from pathlib import Path
from typing import Final

import pytest

from tests.conftest import HAMLET
from tests.databases import Databases, Kept
from tests.serving.servers import ROOT, told

on_postgresql = pytest.mark.parametrize("databases", ["postgresql"], indirect=True, scope="session")
"""A SQLite file that is not there is made, and `--fresh` sets one aside."""
EVERYTHING: Final = "SELECT * FROM world ORDER BY n"


@pytest.mark.parametrize("fresh", [(), ("--fresh",)])
def test_another_programs_tables(databases: Databases, fresh: tuple[str, ...]) -> None:
    """They are neither used nor set aside, not even when a fresh beginning is asked for; their rows stay."""
    kept = databases.new()
    kept.run("CREATE TABLE meta (name TEXT)")
    kept.run("INSERT INTO meta VALUES ('precious')")
    line = refusal(kept, *fresh)

    assert "another program's tables" in line or (fresh and databases.kind == "postgresql")
    assert kept.rows("SELECT name FROM meta") == [("precious",)]
    databases.drop(kept)


def test_another_version(kept: Kept) -> None:
    """A database whose schema this version does not know stays what it is; the line says how to start all the same."""
    kept.run("UPDATE meta SET value = value + 1 WHERE name = 'schema'")
    before = kept.rows(EVERYTHING)
    line = refusal(kept)

    assert "another version" in line
    assert ("--fresh" if kept.url.startswith("sqlite") else "--database") in line
    assert kept.rows(EVERYTHING) == before


@on_postgresql
def test_nothing_is_made_fresh_in_a_postgresql(kept: Kept) -> None:
    """`--fresh` is refused, with the way out; the worlds stay."""
    before = kept.rows(EVERYTHING)
    line = refusal(kept, "--fresh")

    assert "--fresh" in line
    assert "--database" in line
    assert kept.rows(EVERYTHING) == before


def test_a_postgresql_that_is_not_there(tmp_path: Path) -> None:
    """Nobody behind the address is told as it is: without a traceback, and without the password."""
    line = refusal(Kept(f"postgresql+psycopg://somebody:secret@/wattif?host={tmp_path}"))

    assert re.search(r"connection .*failed", line)
    assert "secret" not in line


def refusal(kept: Kept, *options: str) -> str:
    """The one line that a server says instead of starting on a database."""
    named = ("--port", "0", "--database", kept.url, "--scenario", HAMLET)
    answer = told("serve", *named, *options, folder=ROOT)

    assert answer.returncode == 2, answer.stderr
    assert len(answer.stderr.splitlines()) == 1, answer.stderr
    assert answer.stderr.startswith("wattif: ")
    return answer.stderr
