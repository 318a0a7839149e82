"""With `--fresh` a SQLite file is renamed, and a new one is created."""

from typing import Any, Final

import pytest

from tests.conftest import HAMLET
from tests.databases import Kept
from tests.serving.servers import serving

pytestmark = [
    pytest.mark.slow,
    pytest.mark.parametrize("databases", ["sqlite"], indirect=True, scope="session"),
]
FROM: Final = "SELECT * FROM world WHERE name = 'default' AND state = 'open'"


def test_fresh_creates_a_new_database(kept: Kept) -> None:
    """The old file is kept as `*.old`; the new world has another seed and other credentials."""
    [old] = kept.rows(FROM)
    with serving(kept, "--fresh", "--seed", "8", "--scenario", old.scenario) as server:
        new = server.world()
        printed = "\n".join(server.printed)

        assert new["seed"] == 8
        assert f"{kept.file} was renamed to {kept.file}.old" in printed
    assert old_world(kept) == [old]
    assert kept.rows(FROM)[0].seed == 8


def test_fresh_renames_a_database_of_another_version(kept: Kept) -> None:
    """With `--fresh` a file whose schema is unknown is kept as `*.old`; one line says so, and the server starts."""
    kept.run("UPDATE meta SET value = value + 1 WHERE name = 'schema'")
    [old] = kept.rows(FROM)
    with serving(kept, "--fresh", "--scenario", old.scenario) as server:
        lines = [line for line in server.printed if "was renamed" in line]

        assert server.start().status_code == 200
        assert len(lines) == 1
    assert old_world(kept) == [old]


def test_fresh_renames_the_file_of_a_url_with_a_query(kept: Kept) -> None:
    """The query of a database URL is no part of the file's name, neither for SQLite nor for `--fresh`."""
    [old] = kept.rows(FROM)
    with serving(Kept(f"{kept.url}?timeout=5"), "--fresh", "--seed", "9", "--scenario", old.scenario) as server:
        assert server.world()["seed"] == 9
    assert old_world(kept) == [old]


def test_fresh_renames_a_damaged_file(kept: Kept) -> None:
    """With `--fresh` a file that SQLite cannot read is kept as `*.old`, byte for byte, and the server starts."""
    damaged = b"SQLite format 3\x00" + b"\xff" * 9000
    kept.file.write_bytes(damaged)
    with serving(kept, "--fresh", "--scenario", HAMLET) as server:
        assert server.start().status_code == 200
    assert kept.file.with_name(f"{kept.file.name}.old").read_bytes() == damaged


def old_world(kept: Kept) -> list[Any]:
    """The world `default` of the renamed file."""
    return Kept(f"{kept.url}.old").rows(FROM)
