"""A SQLite file that is set aside is whole, and never overwrites one that was set aside before."""

import asyncio
import sqlite3
from contextlib import closing
from pathlib import Path

from app.store.database.set_aside import set_aside
from app.store.database.url import open_database
from app.store.schema import version


def test_a_sqlite_file_that_is_set_aside_is_whole(tmp_path: Path) -> None:
    """The file and its write-ahead log are renamed together, each time to a name of their own."""
    file = tmp_path / "wattif.db"
    names = ("wattif.db.old", "wattif.db.old2", "wattif.db.old3")
    for name in names:
        database = open_database(f"sqlite:///{file}")
        asyncio.run(database.change(version.prepare))
        keep = sqlite3.connect(file)
        keep.execute(f'CREATE TABLE "{name}" (n INTEGER)')
        keep.commit()
        aside = set_aside(file)
        keep.close()
        database.close()

        assert aside == tmp_path / name
        assert not file.exists()
    for name in names:
        with closing(sqlite3.connect(tmp_path / name)) as db:
            assert db.execute(f'SELECT count(*) FROM "{name}"').fetchone() == (0,)  # noqa: S608 - this test's own name


def test_no_part_of_a_file_is_overwritten(tmp_path: Path) -> None:
    """A name is taken by a lone log, by a broken link and by a folder as well."""
    file = tmp_path / "wattif.db"
    file.write_bytes(b"new")
    (tmp_path / "wattif.db.old-wal").write_bytes(b"log")
    (tmp_path / "wattif.db.old2").symlink_to("nowhere")
    (tmp_path / "wattif.db.old3").mkdir()

    assert set_aside(file) == tmp_path / "wattif.db.old4"
    assert (tmp_path / "wattif.db.old-wal").read_bytes() == b"log"
    assert (tmp_path / "wattif.db.old2").is_symlink()
    assert (tmp_path / "wattif.db.old4").read_bytes() == b"new"
