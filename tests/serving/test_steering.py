"""A running server is steered from the command line, from the making of a world to its end."""

import json
import re
import shlex
from collections.abc import Callable, Iterator
from pathlib import Path
from subprocess import CompletedProcess
from typing import Any, Final

import pytest

from tests.conftest import on_sqlite
from tests.databases import Databases
from tests.serving.servers import Server, serving, told

pytestmark = [pytest.mark.slow, on_sqlite]

INSTANT: Final = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z")

Steer = Callable[..., CompletedProcess[str]]


@pytest.fixture(scope="module")
def server(databases: Databases) -> Iterator[Server]:
    """A server on a database of its own."""
    kept = databases.new()
    with serving(kept) as new:
        yield new
    databases.drop(kept)


@pytest.fixture
def steer(server: Server, tmp_path: Path) -> Steer:
    """Runs a command that steers it, in an empty folder."""
    return lambda *words: told(*words, folder=tmp_path, WATTIF_URL=server.url)


def test_a_world_is_driven_to_its_end(server: Server, steer: Steer) -> None:
    """It is made, its printed call starts a session, the clock goes on until that is over, and then it is deleted."""
    made = good(steer("worlds", "create", "driven"))
    start, look = (line for line in made.splitlines() if line.startswith("  curl "))
    session = paste(server, start)["id"]
    moved = good(steer("clock", "driven", "--until", session, "completed")).splitlines()
    rows = [line.split() for line in moved if session in line]

    assert INSTANT.findall(moved[0])[0] < INSTANT.findall(moved[0])[1]
    assert [row[-3:-1] for row in rows] == [["-", "active"], ["active", "completed"]] or rows[-1][-2] == "completed"
    assert paste(server, look)["data"][0]["status"] == "completed"
    assert good(steer("worlds", "delete", "driven")) == "World driven is gone.\n"
    assert_refused(steer("worlds", "show", "driven"))


def test_worlds_are_listed(server: Server, steer: Steer) -> None:
    """The two that every server has are among them, and for a script it is what the server says."""
    head, *rows = good(steer("worlds")).splitlines()

    assert head.split()[0] == "NAME"
    assert {row.split()[0] for row in rows} >= {"default", "documented"}
    assert json.loads(good(steer("worlds", "--json"))).keys() == {"worlds"}
    assert server.client.get("/_sandbox/v1/worlds/documented").json() == json.loads(
        good(steer("worlds", "show", "documented", "--json"))
    )


@pytest.mark.parametrize("world", ["default", "documented"])
def test_every_worlds_calls_work(server: Server, steer: Steer, world: str) -> None:
    """What is printed for a world can be pasted."""
    good(steer("worlds", "reset", world))
    for line in good(steer("worlds", "show", world)).splitlines():
        if line.startswith("  curl "):
            paste(server, line)


def test_a_clock_is_paced(steer: Steer) -> None:
    """Its speed is changed, and read again."""
    good(steer("worlds", "create", "paced", "--speed", "0", "--at", "2026-03-02T08:00:00Z"))

    assert "2026-03-02T08:00:00.000Z at speed 0" in good(steer("clock", "paced"))
    assert "at speed 60" in good(steer("clock", "paced", "--speed", "60"))
    assert json.loads(good(steer("clock", "paced", "--json")))["speed"] == 60


def test_a_long_way_is_cut(steer: Steer) -> None:
    """Two weeks hold more than a hundred transitions, and that is told."""
    good(steer("worlds", "create", "far"))
    lines = good(steer("clock", "far", "--by", "P14D")).splitlines()

    assert len(lines) == 105
    assert lines[-1] == "These are the first 100; more has happened."


def test_events_happen(server: Server, steer: Steer) -> None:
    """All events are listed; a driver unplugs in ten minutes, and the session's end is told before it comes."""
    made = good(steer("worlds", "create", "eventful"))
    session = paste(server, next(line for line in made.splitlines() if "-X POST" in line))["id"]
    listed = good(steer("simulate", "eventful"))
    happened = good(steer("simulate", "eventful", "unplug", session, "--at", "+PT10M")).splitlines()

    assert "simulate eventful unplug ID [--at AT]" in listed
    assert happened[0].startswith(f"unplug: {session} at ")
    assert any(session in line and "unplugged" in line for line in happened[1:])
    assert_refused(steer("simulate", "eventful", "burn", session))


def test_a_world_goes_through_a_file(server: Server, steer: Steer, tmp_path: Path) -> None:
    """It comes out of it under another name and other keys, and shows the same sessions."""
    good(steer("worlds", "create", "packed"))
    good(steer("export", "packed", "packed.json"))
    good(steer("import", "packed.json", "unpacked", "--expires-in", "PT1H"))
    piped = steer("export", "packed")
    rows = [server.rows("/v1/charging_sessions", name) for name in ("packed", "unpacked")]

    assert rows[0] == rows[1]
    assert piped.stdout.encode() == (tmp_path / "packed.json").read_bytes()
    assert server.key("packed") != server.key("unpacked")


def test_a_file_that_is_none_is_refused_with_its_line(steer: Steer, tmp_path: Path) -> None:
    """The server's reason names the line, and nothing is made."""
    (tmp_path / "broken.json").write_text('{\n"wattif": \n', "utf-8")

    assert "line " in assert_refused(steer("import", "broken.json", "broken"))
    assert_refused(steer("worlds", "show", "broken"))


def test_a_copy_is_made(server: Server, steer: Steer) -> None:
    """A fork has all that happened, and goes its own way."""
    good(steer("worlds", "create", "trunk"))
    server.start("trunk")
    good(steer("worlds", "create", "branch", "--fork", "trunk"))
    good(steer("clock", "branch", "--by", "P1D"))

    assert len(server.rows("/v1/charging_sessions", "branch")) >= len(server.rows("/v1/charging_sessions", "trunk"))
    assert server.world("branch")["clock"]["now"] > server.world("trunk")["clock"]["now"]


@pytest.mark.parametrize(
    "words",
    [
        "worlds delete default",
        "worlds create documented",
        "worlds create --scenario atlantis",
        "worlds create --fork atlantis",
        "worlds create --seed -1",
        "clock atlantis",
        "clock documented --to 2020-01-01T00:00:00Z",
        "clock documented --by tomorrow",
        "clock documented --until cs_none completed",
        "simulate atlantis",
        "export atlantis",
    ],
)
def test_what_the_server_refuses(steer: Steer, words: str) -> None:
    """One line with its reason, exit code 1."""
    assert_refused(steer(*words.split()))


def good(ended: CompletedProcess[str]) -> str:
    """What a command has printed that went well."""
    assert (ended.returncode, ended.stderr) == (0, "")
    return ended.stdout


def assert_refused(ended: CompletedProcess[str]) -> str:
    """The one line of a refusal."""
    assert (ended.returncode, ended.stdout) == (1, ""), ended
    assert len(ended.stderr.splitlines()) == 1
    assert ended.stderr.startswith("wattif: ")
    return ended.stderr


def paste(server: Server, line: str) -> dict[str, Any]:
    """What the server answers to a printed call."""
    _, *words = shlex.split(line)
    method, address = (words[1], words[2]) if words[0] == "-X" else ("GET", words[0])
    headers = dict(words[n + 1].split(": ", 1) for n, word in enumerate(words) if word == "-H")
    answer = server.client.request(method, address, headers=headers, content=words[-1] if "-d" in words else None)
    assert answer.status_code == 200, answer.text
    body: dict[str, Any] = answer.json()
    return body
