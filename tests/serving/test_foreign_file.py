"""Somebody else's database is left alone."""

import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from app.serving import run
from tests.conftest import settings


@pytest.mark.parametrize("fresh", [False, True])
def test_another_programs_file_is_refused(tmp_path: Path, capsys: pytest.CaptureFixture[str], *, fresh: bool) -> None:
    """It is neither opened nor set aside, not even when a fresh one is asked for; its rows stay."""
    file = tmp_path / "theirs.db"
    with closing(sqlite3.connect(file)) as db:
        db.execute("CREATE TABLE meta (name TEXT)")
        db.execute("INSERT INTO meta VALUES ('precious')")
        db.commit()

    with pytest.raises(SystemExit) as refusal:
        run(settings(file, port=0, fresh=fresh))

    with closing(sqlite3.connect(file)) as db:
        assert db.execute("SELECT name FROM meta").fetchall() == [("precious",)]
    assert refusal.value.code == 2
    assert "another program's tables" in capsys.readouterr().err
