"""A SQLite file that a server uses is not taken away from it by another start."""

import lzma
import os
import signal

import pytest

from tests.databases import Kept
from tests.serving.servers import ROOT, serving
from tests.serving.test_refused_databases import refusal

pytestmark = [
    pytest.mark.slow,
    pytest.mark.parametrize("databases", ["sqlite"], indirect=True, scope="session"),
]
OLD = ROOT / "tests" / "releases" / "0.1.0" / "wattif.db.xz"


def test_fresh_is_refused_while_a_server_runs(kept: Kept) -> None:
    """The line names process and address; the server goes on, and its file stays where it was."""
    with serving(kept) as server:
        line = refusal(kept, "--fresh")

        assert f"process {server.process.pid} " in line
        assert server.url in line
        assert server.start().status_code == 200
        assert beside(kept) == {"-users"}


def test_fresh_is_refused_after_the_file_was_moved(kept: Kept) -> None:
    """The name still belongs to the server that has the file open; so it does for a start without `--fresh`."""
    moved = kept.file.with_name("moved.db")
    with serving(kept) as server:
        kept.file.rename(moved)
        lines = [refusal(kept, "--fresh"), refusal(kept)]
        moved.rename(kept.file)

        assert all(f"process {server.process.pid} " in line for line in lines)
        assert server.start().status_code == 200


@pytest.mark.parametrize("how", [signal.SIGTERM, signal.SIGKILL])
def test_fresh_works_after_the_server_has_ended(kept: Kept, how: signal.Signals) -> None:
    """However the server ended, nothing that it left is in the way."""
    with serving(kept) as server:
        server.stop(how)
        left = beside(kept)
    with serving(kept, "--fresh") as server:
        assert server.start().status_code == 200
        server.stop()
    assert left == (set() if how == signal.SIGTERM else {"-users"})
    assert beside(kept) == {".old"}


def test_servers_of_one_version_share_a_file(kept: Kept) -> None:
    """A second server starts; `--fresh` names both, and then the one that is left."""
    with serving(kept) as first, serving(kept) as second:
        both = refusal(kept, "--fresh")
        first.stop()
        left = refusal(kept, "--fresh")

        assert first.url in both
        assert second.url in both
        assert first.url not in left
        assert second.url in left


def test_a_file_of_an_earlier_release_in_use_is_not_taken_over(kept: Kept) -> None:
    """While a server of 0.1.0 has its file open, the start is refused and the file stays as it is."""
    kept.file.write_bytes(lzma.decompress(OLD.read_bytes()))
    before = kept.contents()
    with kept.engine().connect() as other:
        for statement in ("PRAGMA journal_mode = WAL", "SELECT count(*) FROM world"):
            other.exec_driver_sql(statement).fetchall()
        lines = [refusal(kept), refusal(kept, "--fresh")]

    assert all("open in another process" in line for line in lines)
    assert kept.contents() == before
    assert beside(kept) == set()


def test_a_folder_is_not_renamed(kept: Kept) -> None:
    """`--fresh` renames files only."""
    folder = kept.file.with_name("folder.db")
    folder.mkdir()
    line = refusal(Kept(f"sqlite:///{folder}"), "--fresh")

    assert "is not a file" in line
    assert os.listdir(folder) == []  # noqa: PTH208 - an empty list says more than an iterator


def beside(kept: Kept) -> set[str]:
    """How the names of the files beside a database end, except those that SQLite keeps there."""
    found = {each.name.removeprefix(kept.file.name) for each in kept.file.parent.glob(f"{kept.file.name}?*")}
    return found - {"-wal", "-shm"}
