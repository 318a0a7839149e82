"""A database that is not to be used is set aside, whole, and a new one is made in its place."""

import sqlite3
from contextlib import closing
from pathlib import Path

from tests.serving.servers import serving


def test_fresh_begins_anew(file: Path) -> None:
    """With `--fresh` the old file is kept as `*.old`, another seed is taken, and the keys are new ones."""
    old = world(file, "default")
    with serving(file, "--fresh", "--seed", "8", "--scenario", str(old["scenario"])) as server:
        new = server.world()
        printed = "\n".join(server.printed)

        assert new["seed"] == 8
        assert f"{file} is now {file}.old" in printed
    assert world(Path(f"{file}.old"), "default") == old
    assert world(file, "default")["seed"] == 8


def test_another_versions_database_is_set_aside(file: Path) -> None:
    """A file that another version has made is kept as `*.old`; the line says so, and the server starts."""
    with closing(sqlite3.connect(file)) as db:
        db.execute("UPDATE meta SET value = value + 1 WHERE name = 'schema'")
        db.commit()
    old = world(file, "default")
    with serving(file, "--scenario", str(old["scenario"])) as server:
        lines = [line for line in server.printed if "is now" in line]

        assert server.start().status_code == 200
        assert len(lines) == 1
        assert "another version" in lines[0]
    assert world(Path(f"{file}.old"), "default") == old


def world(file: Path, name: str) -> dict[str, object]:
    """The row of a world in a database's file."""
    with closing(sqlite3.connect(file)) as db:
        db.row_factory = sqlite3.Row
        return dict(db.execute("SELECT * FROM world WHERE name = ? AND state = 'open'", (name,)).fetchone())
