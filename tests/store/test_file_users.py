"""The users of a SQLite file are known by their locks, which end with them."""

import json
import os
from contextlib import ExitStack
from pathlib import Path

import pytest

from app.store.database.file_users import FileUsers
from app.store.database.protocol import DatabaseInUseError
from app.store.database.url import open_database

pytestmark = pytest.mark.skipif(os.name == "nt", reason="Windows has no such locks")


def test_users_are_told_while_they_are_there(tmp_path: Path) -> None:
    """Each user is named with its address; the file goes with the last one."""
    file = tmp_path / "wattif.db"
    users = [FileUsers(file) for _ in range(2)]
    told = [FileUsers(file).users()]
    for n, user in enumerate(users):
        user.join(f"http://127.0.0.1:{n}")
        told.append(FileUsers(file).users())
    for user in users:
        user.leave()

    assert told[0] == ""
    assert [line.count("process") for line in told[1:]] == [1, 2]
    assert "http://127.0.0.1:1" in told[2]
    assert list(tmp_path.iterdir()) == []


def test_the_first_user_is_alone_until_another_joins(tmp_path: Path) -> None:
    """Neither of two is alone; the first one does not know whether the second has left."""
    file = tmp_path / "wattif.db"
    first, second = FileUsers(file), FileUsers(file)
    found = [first.are_alone()]
    first.join("")
    found.append(first.are_alone())
    second.join("")
    found += [first.are_alone(), second.are_alone()]
    second.leave()
    found += [first.are_alone(), second.are_alone()]
    first.leave()

    assert found == [False, True, False, False, False, False]


def test_a_line_of_a_killed_process_says_nothing(tmp_path: Path) -> None:
    """A file without a lock names no user, although a process of its number exists; a missing database is made."""
    file = tmp_path / "wattif.db"
    left = tmp_path / "wattif.db-users"
    left.write_text(json.dumps({"process": os.getpid(), "address": "http://127.0.0.1:8000"}) + "\n", "utf-8")

    assert FileUsers(file).users() == ""

    open_database(f"sqlite:///{file}").close()
    user = FileUsers(file)
    user.join("http://127.0.0.1:9000")
    lines = left.read_text("utf-8").splitlines()
    user.leave()

    assert [json.loads(line)["address"] for line in lines] == ["http://127.0.0.1:9000"]


def test_a_file_is_held_by_one_alone(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """While a file is held alone, no user joins; a user keeps it from being held alone."""
    monkeypatch.setattr("app.store.database.file_users._TRIES", 3)
    file = tmp_path / "wattif.db"
    with FileUsers(file).alone(), pytest.raises(DatabaseInUseError):
        FileUsers(file).join("")
    user = FileUsers(file)
    user.join("")
    with ExitStack() as held, pytest.raises(DatabaseInUseError, match=f"process {os.getpid()} "):
        held.enter_context(FileUsers(file).alone())
    user.leave()
    with FileUsers(file).alone():
        pass
