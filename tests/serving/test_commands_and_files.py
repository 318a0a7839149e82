"""Export and import move the bytes of a world unchanged, and a file is replaced as a whole or not at all."""

import io
import json
import os
import stat
import sys
from pathlib import Path
from typing import Final

import pytest

from tests.serving.conftest import Command
from tests.serving.fake_server import WORLD, FakeServer, chunked, reply

FILE: Final = json.dumps({"wattif": 1, "rows": [{"n": n, "text": "é" * 60} for n in range(3_000)]}).encode()
KEYS: Final = {"charge": {"secret_key": "ch_sk_test_0123456789abcdef"}}


def test_export_writes_to_stdout(command: Command, server: FakeServer) -> None:
    """Without a file, or with `-`, stdout holds exactly the server's bytes."""
    server.reply = reply(FILE)

    assert command("export", "alpha").out.encode() == FILE
    assert command("export", "alpha", "-").out.encode() == FILE
    assert {(each.method, each.path) for each in server.asked} == {("GET", "/_sandbox/v1/worlds/alpha/export")}


def test_export_replaces_a_file(command: Command, server: FakeServer, tmp_path: Path) -> None:
    """The file holds exactly the server's bytes, chunked or not, and has the permissions of any new file."""
    file = tmp_path / "alpha.json"
    for answer in (reply(FILE), chunked(FILE)):
        server.reply = answer
        file.write_bytes(b"old")
        shown = command("export", "alpha", "alpha.json")

        assert (shown.code, shown.err) == (0, "")
        assert shown.out == f"World alpha was written to alpha.json: {len(FILE):,} bytes.\n"
        assert file.read_bytes() == FILE
        assert [each.name for each in tmp_path.iterdir()] == ["alpha.json"]
    plain = tmp_path / "plain"
    plain.touch()
    assert stat.S_IMODE(file.stat().st_mode) == stat.S_IMODE(plain.stat().st_mode)


@pytest.mark.parametrize("old", [b"old", None])
@pytest.mark.parametrize(
    "answer",
    [
        reply(FILE)[:-1],
        chunked(FILE)[:-5],
        chunked(FILE)[:-200],
        b"",
        reply(b"<html>", kind="text/html"),
        b"HTTP/1.1 200 OK\r\n\r\n{}",
    ],
    ids=["cut", "no end", "cut piece", "nothing", "page", "no length"],
)
def test_an_incomplete_export_leaves_the_file_as_it_was(
    command: Command, server: FakeServer, tmp_path: Path, answer: bytes, old: bytes | None
) -> None:
    """When the answer breaks off, the old file or its absence stays, and nothing goes to stdout."""
    file = tmp_path / "alpha.json"
    if old is not None:
        file.write_bytes(old)
    server.reply = answer

    assert (command("export", "alpha", "alpha.json").code, command("export", "alpha").out) == (3, "")
    assert {each.name: each.read_bytes() for each in tmp_path.iterdir()} == ({"alpha.json": old} if old else {})


def test_a_refused_export_creates_no_file(command: Command, server: FakeServer, tmp_path: Path) -> None:
    """A world that does not exist leaves no file behind."""
    server.refuses(404, "There is no such world.")

    assert command("export", "alpha", "alpha.json").code == 1
    assert list(tmp_path.iterdir()) == []


def test_export_follows_a_symbolic_link(command: Command, server: FakeServer, tmp_path: Path) -> None:
    """The link's target is replaced, not the link."""
    server.reply = reply(FILE)
    folder = tmp_path / "folder"
    folder.mkdir()
    (tmp_path / "link.json").symlink_to(folder / "alpha.json")

    assert command("export", "alpha", "link.json").code == 0
    assert (tmp_path / "link.json").is_symlink()
    assert (folder / "alpha.json").read_bytes() == FILE


def test_export_writes_into_a_device(command: Command, server: FakeServer) -> None:
    """A device is written to, and is not replaced by a file."""
    server.reply = reply(FILE)

    assert command("export", "alpha", os.devnull).code == 0
    assert not Path(os.devnull).is_file()


@pytest.mark.parametrize("file", ["folder", "nowhere/alpha.json", "file/alpha.json", "n" * 300])
def test_an_unwritable_path_is_refused_by_name(command: Command, server: FakeServer, tmp_path: Path, file: str) -> None:
    """The exit code is 2, and the line names the path."""
    server.reply = reply(FILE)
    (tmp_path / "folder").mkdir()
    (tmp_path / "file").touch()
    shown = command("export", "alpha", file)

    assert (shown.code, shown.out) == (2, "")
    assert shown.err.startswith(f"wattif: {file} cannot be written: ")


def test_import_sends_the_file_unchanged(command: Command, server: FakeServer, tmp_path: Path) -> None:
    """The file's bytes are the body; name and lifetime are query parameters; the new world is printed."""
    server.answers(WORLD, 201)
    (tmp_path / "alpha.json").write_bytes(FILE)
    plain = command("import", "alpha.json", "--json")
    named = command("import", "alpha.json", "beta", "--expires-in", "PT1H&x=ä")

    assert (plain.code, json.loads(plain.out)) == (0, WORLD)
    assert named.out.startswith("World alpha, scenario village, ")
    assert [each.path.removeprefix("/_sandbox/v1") for each in server.asked] == [
        "/worlds/import",
        "/worlds/import?name=beta&expires_in=PT1H%26x%3D%C3%A4",
    ]
    assert all(each.body == FILE and each.headers["Content-Type"] == "application/json" for each in server.asked)


def test_import_reads_stdin(command: Command, server: FakeServer, monkeypatch: pytest.MonkeyPatch) -> None:
    """`-` reads the output of another command."""
    server.answers(WORLD, 201)
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(FILE)))

    assert command("import", "-").code == 0
    assert server.asked[0].body == FILE


def test_a_file_that_is_too_large_is_refused_with_the_servers_reason(
    command: Command, server: FakeServer, tmp_path: Path
) -> None:
    """A server may answer and hang up before it has read the whole file."""
    server.is_listening = False
    server.refuses(413, "The request body is larger than 1 MiB.")
    (tmp_path / "large.json").write_bytes(FILE * 40)
    shown = command("import", "large.json")

    assert (shown.code, shown.err) == (1, "wattif: The request body is larger than 1 MiB.\n")


@pytest.mark.parametrize("file", ["nowhere.json", ".", "n" * 300])
def test_an_unreadable_file_is_refused_by_name(command: Command, server: FakeServer, file: str) -> None:
    """The exit code is 2, and no request is sent."""
    shown = command("import", file)

    assert (shown.code, shown.out) == (2, "")
    assert shown.err.startswith(f"wattif: {file} cannot be read: ")
    assert server.asked == []


@pytest.mark.parametrize("content", [KEYS, {"name": "alpha", "credentials": KEYS}], ids=["keys", "whole world"])
def test_credentials_are_read_from_a_file(
    command: Command, server: FakeServer, tmp_path: Path, content: dict[str, object]
) -> None:
    """The file has the keys, or a whole world as `worlds show --json` prints it."""
    server.answers(WORLD, 201)
    (tmp_path / "keys.json").write_text(json.dumps(content), "utf-8")

    assert command("worlds", "create", "--credentials", "keys.json").code == 0
    assert server.asked[0].json == {"credentials": KEYS}


@pytest.mark.parametrize("text", ["{hunter2", "keys.json", "nowhere.json"])
def test_credentials_that_are_no_json_are_refused(
    command: Command, server: FakeServer, tmp_path: Path, text: str
) -> None:
    """The exit code is 2, the line does not repeat the content, and no request is sent."""
    (tmp_path / "keys.json").write_text("hunter2", "utf-8")
    shown = command("worlds", "create", "--credentials", text)

    assert (shown.code, shown.out) == (2, "")
    assert "hunter2" not in shown.err
    assert server.asked == []
