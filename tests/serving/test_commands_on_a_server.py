"""The commands work against a real server, from the creation of a world to its deletion."""

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

RunCommand = Callable[..., CompletedProcess[str]]


@pytest.fixture(scope="module")
def server(databases: Databases) -> Iterator[Server]:
    """A server on a database of its own."""
    kept = databases.new()
    with serving(kept) as new:
        yield new
    databases.drop(kept)


@pytest.fixture
def run(server: Server, tmp_path: Path) -> RunCommand:
    """Runs a command for that server in an empty folder."""
    return lambda *words: told(*words, folder=tmp_path, WATTIF_URL=server.url)


def test_a_world_is_created_used_and_deleted(server: Server, run: RunCommand) -> None:
    """The printed call starts a session, the clock advances to its end, and the world is deleted."""
    made = output_of(run("worlds", "create", "driven"))
    start, look = (line for line in made.splitlines() if line.startswith("  curl "))
    session = answer_to(server, start)["id"]
    moved = output_of(run("clock", "driven", "--until", session, "completed")).splitlines()
    rows = [line.split() for line in moved if session in line]

    assert INSTANT.findall(moved[0])[0] < INSTANT.findall(moved[0])[1]
    assert [row[-3:-1] for row in rows] == [["-", "active"], ["active", "completed"]] or rows[-1][-2] == "completed"
    assert answer_to(server, look)["data"][0]["status"] == "completed"
    assert output_of(run("worlds", "delete", "driven")) == "World driven was deleted.\n"
    assert_refused(run("worlds", "show", "driven"))


def test_worlds_are_listed(server: Server, run: RunCommand) -> None:
    """The two worlds of every server are listed; `--json` prints the API's answer."""
    head, *rows = output_of(run("worlds")).splitlines()

    assert head.split()[0] == "NAME"
    assert {row.split()[0] for row in rows} >= {"default", "documented"}
    assert json.loads(output_of(run("worlds", "--json"))).keys() == {"worlds"}
    assert server.client.get("/_sandbox/v1/worlds/documented").json() == json.loads(
        output_of(run("worlds", "show", "documented", "--json"))
    )


@pytest.mark.parametrize("world", ["default", "documented"])
def test_the_printed_calls_of_each_world_work(server: Server, run: RunCommand, world: str) -> None:
    """The calls that are printed for a world answer 200."""
    output_of(run("worlds", "reset", world))
    for line in output_of(run("worlds", "show", world)).splitlines():
        if line.startswith("  curl "):
            answer_to(server, line)


def test_the_speed_of_a_clock_is_set(run: RunCommand) -> None:
    """The speed is set, and read again."""
    output_of(run("worlds", "create", "paced", "--speed", "0", "--at", "2026-03-02T08:00:00Z"))

    assert "2026-03-02T08:00:00.000Z at speed 0" in output_of(run("clock", "paced"))
    assert "at speed 60" in output_of(run("clock", "paced", "--speed", "60"))
    assert json.loads(output_of(run("clock", "paced", "--json")))["speed"] == 60


def test_a_long_advance_is_truncated(run: RunCommand) -> None:
    """Two weeks hold more than a hundred transitions, and the output says so."""
    output_of(run("worlds", "create", "far"))
    lines = output_of(run("clock", "far", "--by", "P14D")).splitlines()

    assert len(lines) == 106
    assert lines[-1] == "These are the first 100 transitions; there are more."


def test_an_event_is_simulated(server: Server, run: RunCommand) -> None:
    """All events are listed; an unplug in ten minutes prints the session's end."""
    made = output_of(run("worlds", "create", "eventful"))
    session = answer_to(server, next(line for line in made.splitlines() if "-X POST" in line))["id"]
    listed = output_of(run("simulate", "eventful"))
    happened = output_of(run("simulate", "eventful", "unplug", session, "--at", "+PT10M")).splitlines()

    assert "simulate eventful unplug ID [--at AT]" in listed
    assert happened[0].startswith(f"unplug: {session} at ")
    assert any(session in line and "unplugged" in line for line in happened[1:])
    assert_refused(run("simulate", "eventful", "burn", session))


def test_prices_are_changed(server: Server, run: RunCommand) -> None:
    """Each `--price` names one and what it becomes, or nothing to take it away; without the sign it is wrong usage."""
    output_of(run("worlds", "create", "dear"))
    station = server.rows("/v1/charging_stations", "dear")[0]["id"]
    change = ("simulate", "dear", "price_change", station, "--price")

    assert output_of(run(*change, "kwh=0.49", "--price", "hour=", "--price", "grace=30")).startswith("price_change: ")
    assert_refused(run(*change, "vat=19"))
    assert run(*change, "kwh").returncode == 2


def test_an_exported_world_is_imported(server: Server, run: RunCommand, tmp_path: Path) -> None:
    """The new world has another name and other credentials, and shows the same sessions."""
    output_of(run("worlds", "create", "packed"))
    output_of(run("export", "packed", "packed.json"))
    output_of(run("import", "packed.json", "unpacked", "--expires-in", "PT1H"))
    piped = run("export", "packed")
    rows = [server.rows("/v1/charging_sessions", name) for name in ("packed", "unpacked")]

    assert rows[0] == rows[1]
    assert piped.stdout.encode() == (tmp_path / "packed.json").read_bytes()
    assert server.key("packed") != server.key("unpacked")


def test_a_broken_file_is_refused_with_its_line(run: RunCommand, tmp_path: Path) -> None:
    """The server's reason names the line, and no world is created."""
    (tmp_path / "broken.json").write_text('{\n"wattif": \n', "utf-8")

    assert "line " in assert_refused(run("import", "broken.json", "broken"))
    assert_refused(run("worlds", "show", "broken"))


def test_a_fork_goes_its_own_way(server: Server, run: RunCommand) -> None:
    """A fork has everything that happened, and advances independently."""
    output_of(run("worlds", "create", "trunk"))
    server.start("trunk")
    output_of(run("worlds", "create", "branch", "--fork", "trunk"))
    output_of(run("clock", "branch", "--by", "P1D"))

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
def test_a_refusal_of_the_server_is_printed(run: RunCommand, words: str) -> None:
    """One line with the reason, exit code 1."""
    assert_refused(run(*words.split()))


def output_of(ended: CompletedProcess[str]) -> str:
    """The output of a command that succeeded."""
    assert (ended.returncode, ended.stderr) == (0, "")
    return ended.stdout


def assert_refused(ended: CompletedProcess[str]) -> str:
    """The one line of a command that was refused."""
    assert (ended.returncode, ended.stdout) == (1, ""), ended
    assert len(ended.stderr.splitlines()) == 1
    assert ended.stderr.startswith("wattif: ")
    return ended.stderr


def answer_to(server: Server, line: str) -> dict[str, Any]:
    """The JSON that the server answers to a printed call."""
    _, *words = shlex.split(line)
    method, address = (words[1], words[2]) if words[0] == "-X" else ("GET", words[0])
    headers = dict(words[n + 1].split(": ", 1) for n, word in enumerate(words) if word == "-H")
    answer = server.client.request(method, address, headers=headers, content=words[-1] if "-d" in words else None)
    assert answer.status_code == 200, answer.text
    body: dict[str, Any] = answer.json()
    return body
