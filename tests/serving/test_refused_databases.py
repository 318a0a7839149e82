"""A database that this server must not use stays unchanged, and the refusal is one line."""

import re
from collections.abc import Callable
from pathlib import Path
from typing import Final

import pytest

from tests.conftest import HAMLET
from tests.databases import Databases, Kept
from tests.serving.servers import ROOT, serving, told

pytestmark = pytest.mark.slow

on_sqlite = pytest.mark.parametrize("databases", ["sqlite"], indirect=True, scope="session")
on_postgresql = pytest.mark.parametrize("databases", ["postgresql"], indirect=True, scope="session")
"""A missing SQLite file is created, and `--fresh` renames one."""
EVERYTHING: Final = "SELECT * FROM world ORDER BY n"


@pytest.mark.parametrize("fresh", [(), ("--fresh",)])
def test_tables_of_another_program_are_not_touched(databases: Databases, fresh: tuple[str, ...]) -> None:
    """They are neither used nor renamed, not even with `--fresh`."""
    kept = databases.new()
    kept.run("CREATE TABLE meta (name TEXT)")
    kept.run("INSERT INTO meta VALUES ('precious')")
    line = refusal(kept, *fresh)

    assert "tables of another program" in line or (fresh and databases.kind == "postgresql")
    assert kept.rows("SELECT name FROM meta") == [("precious",)]
    databases.drop(kept)


def test_a_database_of_another_version_is_refused(kept: Kept) -> None:
    """A database whose schema is unknown stays unchanged; the message names the way to start all the same."""
    kept.run("UPDATE meta SET value = value + 1 WHERE name = 'schema'")
    before = kept.rows(EVERYTHING)
    line = refusal(kept)

    assert "another version" in line
    assert ("--fresh" if kept.url.startswith("sqlite") else "--database") in line
    assert kept.rows(EVERYTHING) == before


@on_sqlite
@pytest.mark.parametrize("damage", [b"no database " * 1000, b"SQLite format 3\x00" + b"\xff" * 9000])
def test_a_damaged_file_is_named_with_what_can_be_done(kept: Kept, damage: bytes) -> None:
    """The line names the file, how to save what can be read, and `--fresh`; the file stays as it is."""
    kept.file.write_bytes(damage)
    line = refusal(kept)

    assert str(kept.file) in line
    assert "is damaged" in line
    assert all(way in line for way in (".recover", "--fresh", "--database"))
    assert kept.file.read_bytes() == damage


@on_sqlite
@pytest.mark.parametrize("lose", [Path.unlink, lambda file: file.write_bytes(b"")], ids=["missing", "empty"])
def test_the_log_of_a_lost_file_is_not_deleted(kept: Kept, lose: Callable[[Path], object]) -> None:
    """SQLite deletes the log when it makes a new file of that name; the start is refused until `--fresh` renames it."""
    log = kept.file.with_name(f"{kept.file.name}-wal")
    lose(kept.file)
    log.write_bytes(b"the latest changes")
    line = refusal(kept)

    assert log.name in line
    assert "--fresh" in line
    assert log.read_bytes() == b"the latest changes"
    with serving(kept, "--fresh", "--scenario", HAMLET) as server:
        assert server.start().status_code == 200
    assert kept.file.with_name(f"{kept.file.name}.old-wal").read_bytes() == b"the latest changes"


@on_sqlite
def test_a_refused_start_leaves_no_file(kept: Kept) -> None:
    """A start that is refused after the database was opened is not told as its user."""
    line = refusal(kept, "--seed", "99")

    assert "holds a world of seed" in line
    assert not kept.file.with_name(f"{kept.file.name}-users").exists()


@on_sqlite
def test_damage_behind_the_first_page_is_named(kept: Kept) -> None:
    """A file whose tables cannot be read is refused in the same words."""
    with kept.file.open("r+b") as pages:
        pages.seek(4096)
        pages.write(b"\xff" * (kept.file.stat().st_size - 4096))
    line = refusal(kept)

    assert f"{kept.file.name} is damaged" in line
    assert ".recover" in line


@pytest.mark.parametrize("lie", ["DROP TABLE fleet", "ALTER TABLE station RENAME COLUMN city TO town"])
def test_a_number_that_is_not_that_of_the_tables_is_refused(kept: Kept, lie: str) -> None:
    """A database that lacks a table or a column of its schema stays unchanged; the line names what is missing."""
    kept.run(lie)
    before = kept.rows(EVERYTHING)
    line = refusal(kept)

    assert re.search("but (the column city of )?the table (fleet|station) is missing", line)
    assert kept.rows(EVERYTHING) == before


def test_a_takeover_that_fails_leaves_the_database_as_it_is(kept: Kept) -> None:
    """A database with the tables of this version that is marked as one of 0.1.0 keeps every row, and the mark."""
    kept.run("UPDATE meta SET value = 3210400902 WHERE name = 'schema'")
    before = kept.contents()
    line = refusal(kept)

    assert "cannot be brought from schema 1 to 2" in line
    assert kept.contents() == before


@on_postgresql
def test_fresh_is_refused_on_postgresql(kept: Kept) -> None:
    """The line names `--database` as the alternative; the worlds stay."""
    before = kept.rows(EVERYTHING)
    line = refusal(kept, "--fresh")

    assert "--fresh" in line
    assert "--database" in line
    assert kept.rows(EVERYTHING) == before


@pytest.mark.parametrize("url", ["postgresql+psycopg://user:secret@/wattif?", "postgresql:///wattif?password=secret&"])
def test_an_unreachable_postgresql_is_reported(tmp_path: Path, url: str) -> None:
    """The line has the driver's reason, no traceback, and no password."""
    line = refusal(Kept(f"{url}host={tmp_path}"))

    assert re.search(r"connection .*failed", line)
    assert "secret" not in line


@pytest.mark.parametrize(
    "url",
    [
        "postgresql://user:secret@secret@/wattif",
        "postgresql://user:secret@host/wattif?sslmode=secret",
        "postgresql://host:secret/wattif",
        "mysql://user:secret@host/wattif",
    ],
)
def test_an_odd_url_is_refused_without_its_password(url: str) -> None:
    """A URL that cannot be read, or is of another kind of database, is not repeated."""
    assert "user:secret" not in refusal(Kept(url))


def refusal(kept: Kept, *options: str) -> str:
    """The one line that a server prints instead of starting on a database."""
    named = ("--port", "0", "--database", kept.url, "--scenario", HAMLET)
    answer = told("serve", *named, *options, folder=ROOT)

    assert answer.returncode == 2, answer.stderr
    assert len(answer.stderr.splitlines()) == 1, answer.stderr
    assert answer.stderr.startswith("wattif: ")
    return answer.stderr
