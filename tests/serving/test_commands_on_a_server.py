"""The commands work against a real server, from the creation of a world to its deletion.

They run in the process of the test, since forty processes would take half a second each.
"""

import json
import re
import shlex
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final

import pytest

from tests.conftest import on_sqlite
from tests.databases import Databases
from tests.serving.conftest import Command, Output
from tests.serving.servers import Server, serving

pytestmark = [pytest.mark.slow, on_sqlite]

INSTANT: Final = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z")


@pytest.fixture(scope="module")
def server(databases: Databases) -> Iterator[Server]:
    """A server on a database of its own."""
    kept = databases.new()
    with serving(kept) as new:
        yield new
    databases.drop(kept)


def test_a_world_is_created_used_and_deleted(server: Server, command: Command) -> None:
    """The printed call starts a session, the clock advances to its end, and the world is deleted."""
    made = output_of(command("worlds", "create", "driven"))
    start, look = (line for line in made.splitlines() if line.startswith("  curl "))
    session = answer_to(server, start)["id"]
    moved = output_of(command("clock", "driven", "--until", session, "completed")).splitlines()
    rows = [line.split() for line in moved if session in line]

    assert INSTANT.findall(moved[0])[0] < INSTANT.findall(moved[0])[1]
    assert [row[-3:-1] for row in rows] == [["-", "active"], ["active", "completed"]] or rows[-1][-2] == "completed"
    assert answer_to(server, look)["data"][0]["status"] == "completed"
    assert output_of(command("worlds", "delete", "driven")) == "World driven was deleted.\n"
    assert_refused(command("worlds", "show", "driven"))


def test_worlds_are_listed(server: Server, command: Command) -> None:
    """The two worlds of every server are listed; `--json` prints the API's answer."""
    head, *rows = output_of(command("worlds")).splitlines()

    assert head.split()[0] == "NAME"
    assert {row.split()[0] for row in rows} >= {"default", "documented"}
    assert json.loads(output_of(command("worlds", "--json"))).keys() == {"worlds"}
    assert server.client.get("/_sandbox/v1/worlds/documented").json() == json.loads(
        output_of(command("worlds", "show", "documented", "--json"))
    )


@pytest.mark.parametrize("world", ["default", "documented"])
def test_the_printed_calls_of_each_world_work(server: Server, command: Command, world: str) -> None:
    """The calls that are printed for a world answer 200."""
    output_of(command("worlds", "reset", world))
    for line in output_of(command("worlds", "show", world)).splitlines():
        if line.startswith("  curl "):
            answer_to(server, line)


def test_the_speed_of_a_clock_is_set(command: Command) -> None:
    """The speed is set, and read again."""
    output_of(command("worlds", "create", "paced", "--speed", "0", "--at", "2026-03-02T08:00:00Z"))

    assert "2026-03-02T08:00:00.000Z at speed 0" in output_of(command("clock", "paced"))
    assert "at speed 60" in output_of(command("clock", "paced", "--speed", "60"))
    assert json.loads(output_of(command("clock", "paced", "--json")))["speed"] == 60


def test_a_long_advance_is_truncated(command: Command) -> None:
    """Two weeks hold more than a hundred transitions, and the output says so."""
    output_of(command("worlds", "create", "far"))
    lines = output_of(command("clock", "far", "--by", "P14D")).splitlines()

    assert len(lines) == 106
    assert lines[-1] == "These are the first 100 transitions; there are more."


def test_an_event_is_simulated(server: Server, command: Command) -> None:
    """All events are listed; an unplug in ten minutes prints the session's end."""
    made = output_of(command("worlds", "create", "eventful"))
    session = answer_to(server, next(line for line in made.splitlines() if "-X POST" in line))["id"]
    listed = output_of(command("simulate", "eventful"))
    happened = output_of(command("simulate", "eventful", "unplug", session, "--at", "+PT10M")).splitlines()

    assert "simulate eventful unplug ID [--at AT]" in listed
    assert happened[0].startswith(f"unplug: {session} at ")
    assert any(session in line and "unplugged" in line for line in happened[1:])
    assert_refused(command("simulate", "eventful", "burn", session))


def test_prices_are_changed(server: Server, command: Command) -> None:
    """Each `--price` names one and what it becomes, or nothing to take it away; without the sign it is wrong usage."""
    output_of(command("worlds", "create", "dear"))
    station = server.rows("/v1/charging_stations", "dear")[0]["id"]
    change = ("simulate", "dear", "price_change", station, "--price")

    assert output_of(command(*change, "kwh=0.49", "--price", "hour=", "--price", "grace=30")).startswith(
        "price_change: "
    )
    assert_refused(command(*change, "vat=19"))
    assert command(*change, "kwh").code == 2


def test_an_exported_world_is_imported(server: Server, command: Command, tmp_path: Path) -> None:
    """The new world has another name and other credentials, and shows the same sessions."""
    output_of(command("worlds", "create", "packed"))
    output_of(command("export", "packed", "packed.json"))
    output_of(command("import", "packed.json", "unpacked", "--expires-in", "PT1H"))
    piped = command("export", "packed")
    rows = [server.rows("/v1/charging_sessions", name) for name in ("packed", "unpacked")]

    assert rows[0] == rows[1]
    assert piped.out.encode() == (tmp_path / "packed.json").read_bytes()
    assert server.key("packed") != server.key("unpacked")


def test_a_broken_file_is_refused_with_its_line(command: Command, tmp_path: Path) -> None:
    """The server's reason names the line, and no world is created."""
    (tmp_path / "broken.json").write_text('{\n"wattif": \n', "utf-8")

    assert "line " in assert_refused(command("import", "broken.json", "broken"))
    assert_refused(command("worlds", "show", "broken"))


def test_a_fork_goes_its_own_way(server: Server, command: Command) -> None:
    """A fork has everything that happened, and advances independently."""
    output_of(command("worlds", "create", "trunk"))
    server.start("trunk")
    output_of(command("worlds", "create", "branch", "--fork", "trunk"))
    output_of(command("clock", "branch", "--by", "P1D"))

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
def test_a_refusal_of_the_server_is_printed(command: Command, words: str) -> None:
    """One line with the reason, exit code 1."""
    assert_refused(command(*words.split()))


def output_of(ended: Output) -> str:
    """The output of a command that succeeded."""
    assert (ended.code, ended.err) == (0, "")
    return ended.out


def assert_refused(ended: Output) -> str:
    """The one line of a command that was refused."""
    assert (ended.code, ended.out) == (1, ""), ended
    assert len(ended.err.splitlines()) == 1
    assert ended.err.startswith("wattif: ")
    return ended.err


def answer_to(server: Server, line: str) -> dict[str, Any]:
    """The JSON that the server answers to a printed call."""
    _, *words = shlex.split(line)
    method, address = (words[1], words[2]) if words[0] == "-X" else ("GET", words[0])
    headers = dict(words[n + 1].split(": ", 1) for n, word in enumerate(words) if word == "-H")
    answer = server.client.request(method, address, headers=headers, content=words[-1] if "-d" in words else None)
    assert answer.status_code == 200, answer.text
    body: dict[str, Any] = answer.json()
    return body
