"""While the SQLite file is not where it was, every API answers 503 in its own form, and nothing is acknowledged."""

from collections.abc import Callable
from pathlib import Path
from time import monotonic, sleep
from typing import Final

import pytest

from tests.conftest import Sandbox, on_sqlite
from tests.databases import Kept
from tests.store.every_api import CHANGES, SHAPES, Callers, refused

pytestmark = [on_sqlite, pytest.mark.own_server, pytest.mark.slow]

PARTS: Final = ("", "-wal", "-shm")


def move(file: Path) -> None:
    """Moves the file and the files beside it."""
    for part in PARTS:
        Path(f"{file}{part}").rename(f"{file}.moved{part}")


def move_the_log(file: Path) -> None:
    """Moves the file with the latest changes only."""
    Path(f"{file}-wal").rename(f"{file}.moved-wal")


def replace(file: Path) -> None:
    """Moves the file, and puts another one in its place."""
    file.rename(f"{file}.moved")
    file.write_bytes(Path(f"{file}.moved").read_bytes())


def put_back(file: Path) -> None:
    """Puts everything that was moved where it was."""
    for part in PARTS:
        if Path(moved := f"{file}.moved{part}").exists():
            Path(moved).replace(f"{file}{part}")


@pytest.mark.parametrize("take", [move, move_the_log, replace])
def test_every_api_refuses_until_the_file_is_back(sandbox: Sandbox, take: Callable[[Path], None]) -> None:
    """Reads, changes and exports are 503 and name the file; once it is back, all is as before, without a restart."""
    callers, file = Callers(sandbox), sandbox.kept.file
    before = callers.reads()
    take(file)
    # A change notices at once; otherwise the server looks once a second.
    answers = {**callers.changes(), **callers.reads()}
    put_back(file)
    after = callers.reads()

    assert {name: refused(answer) for name, answer in answers.items()} == {n: SHAPES[n.split()[0]] for n in answers}
    for answer in answers.values():
        assert f"{file.name} was moved, deleted, emptied or replaced" in answer.text
        assert str(file.parent) not in answer.text
    assert {name: answer.content for name, answer in after.items()} == {n: each.content for n, each in before.items()}
    assert {name: answer.is_success for name, answer in callers.changes().items()} == dict.fromkeys(CHANGES, True)


def test_reads_notice_by_themselves(sandbox: Sandbox) -> None:
    """Without any change, reads are refused soon after the file was deleted."""
    read = Callers(sandbox).calls()["charge list"]
    sandbox.kept.file.unlink()
    end = monotonic() + 10
    while (answer := read()).status_code == 200 and monotonic() < end:
        sleep(0.02)

    assert refused(answer) == SHAPES["charge"]


@pytest.mark.parametrize("lose", [Path.unlink, lambda file: file.write_bytes(b"")], ids=["deleted", "emptied"])
def test_ready_notices_at_once(sandbox: Sandbox, lose: Callable[[Path], object]) -> None:
    """The first call after the file was lost is 503, says what can be done, and promises nothing of a retry."""
    lose(sandbox.kept.file)
    ready = sandbox.client.get("/_sandbox/v1/ready")

    assert ready.status_code == 503
    assert "restart" in ready.json()["detail"]
    assert "Retry-After" not in ready.headers


def test_no_change_is_made_in_a_file_that_was_moved(sandbox: Sandbox) -> None:
    """A start that is refused is not in the file that was moved."""
    file = sandbox.kept.file
    count = "SELECT count(*) FROM session"
    before = sandbox.kept.rows(count)
    move(file)
    answer = sandbox.start()
    there = Kept(f"{sandbox.kept.url}.moved").rows(count)

    assert answer.status_code == 503
    assert there == before
    assert not file.exists()
