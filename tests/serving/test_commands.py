"""Each command sends one request, and prints the answer as text for people or unchanged for scripts."""

import json
import re
import shlex
from pathlib import Path
from typing import Any, Final
from urllib.parse import urlencode

import pytest

from tests.serving.conftest import Command
from tests.serving.fake_server import WORLD, FakeServer
from tests.serving.servers import told

CLOCK: Final = WORLD["clock"]
ENDED: Final = {
    "at": "2026-03-02T09:12:00.000Z",
    "kind": "charging_session",
    "id": f"cs_{'x' * 120}",
    "ids": {"podero": "3c90c3cc-0d44-4b50-8888-8dd25736052a"},
    "from": "active",
    "to": "completed",
    "reason": "full",
}
BOOKED: Final = ENDED | {"kind": "reservation", "id": "res_1", "from": None, "to": "pending", "reason": "booked"}
ADVANCED: Final = {
    "from": "2026-03-02T08:00:00.000Z",
    "to": "2026-03-02T16:00:00.000Z",
    "transitions": [ENDED, BOOKED],
    "truncated": False,
}
EVENTS: Final[dict[str, list[dict[str, Any]]]] = {
    "events": [
        {
            "event": "unplug",
            "id": "A session.",
            "takes": ["at"],
            "does": "The driver unplugs.",
            "refused": "When it is over.",
        },
        {
            "event": "connector_fault",
            "id": "A session or an EVSE.",
            "takes": ["at", "for"],
            "does": "It faults.",
            "refused": "Never.",
        },
    ]
}
SIMULATED: Final = {"event": "unplug", "id": "cs_1", "at": "2026-03-02T08:10:00.000Z", "transitions": [ENDED]}
ADVANCE_CALL: Final = "POST /worlds/alpha/clock/advance"
SIMULATE_CALL: Final = "POST /worlds/alpha/simulate"
LIST: Final = {"worlds": [WORLD]}
KEYS: Final = {"cariqa": {"token": "t"}}
NEW_WORLD: Final = {"name": "alpha", "scenario": "town", "seed": 7, "clock": {"at": "now", "speed": 60}}
SILENT: Final = {"event": "station_silent", "id": "chst_1", "at": "+PT10M", "for": "PT30M"}
COMMANDS: Final[dict[str, tuple[Any, str, Any]]] = {
    "worlds": (LIST, "GET /worlds", None),
    "worlds list": (LIST, "GET /worlds", None),
    "worlds --prefix al": (LIST, "GET /worlds?prefix=al", None),
    "worlds list --prefix al": (LIST, "GET /worlds?prefix=al", None),
    "worlds delete --prefix al": ({"deleted": 1, "names": ["alpha"]}, "DELETE /worlds?prefix=al", None),
    'worlds create --credentials {"cariqa":{"token":"t"}}': (WORLD, "POST /worlds", {"credentials": KEYS}),
    "worlds show alpha": (WORLD, "GET /worlds/alpha", None),
    "worlds create": (WORLD, "POST /worlds", {}),
    "worlds create alpha --scenario town --seed 7 --at now --speed 60": (WORLD, "POST /worlds", NEW_WORLD),
    "worlds create --fork beta --expires-in PT1H": (WORLD, "POST /worlds", {"fork": "beta", "expires_in": "PT1H"}),
    "worlds reset alpha": (WORLD, "POST /worlds/alpha/reset", None),
    "clock alpha": (CLOCK, "GET /worlds/alpha/clock", None),
    "clock alpha --speed 0": (CLOCK, "PATCH /worlds/alpha/clock", {"speed": 0}),
    "clock alpha --by PT8H": (ADVANCED, ADVANCE_CALL, {"by": "PT8H"}),
    "clock alpha --to 2026-03-03T00:00:00Z": (ADVANCED, ADVANCE_CALL, {"to": "2026-03-03T00:00:00Z"}),
    "clock alpha --until cs_1 completed": (ADVANCED, ADVANCE_CALL, {"until": {"id": "cs_1", "status": "completed"}}),
    "simulate alpha": (EVENTS, "GET /worlds/alpha/simulate", None),
    "simulate alpha unplug cs_1": (SIMULATED, SIMULATE_CALL, {"event": "unplug", "id": "cs_1"}),
    "simulate alpha station_silent chst_1 --at +PT10M --for PT30M": (SIMULATED, SIMULATE_CALL, SILENT),
}
"""For each command: the answer of the server, and the request and body that the command sends."""


@pytest.mark.parametrize("words", COMMANDS)
def test_a_command_sends_one_request(command: Command, server: FakeServer, words: str) -> None:
    """With `--json` stdout is the server's answer unchanged; without it, text without control characters."""
    answer, call, body = COMMANDS[words]
    server.answers(answer)
    shown, raw = command(*words.split()), command(*words.split(), "--json")
    first, second = server.asked

    assert (shown.code, shown.err, raw.code, raw.err) == (0, "", 0, "")
    assert raw.out == f"{json.dumps(answer)}\n"
    assert f"{first.method} {first.path}" == call.replace(" ", " /_sandbox/v1")
    assert (first.json if first.body else None) == body
    assert ("Content-Type" in first.headers) == bool(first.body)
    assert first == second
    assert shown.out.strip()
    assert shown.out.replace("\n", "").isprintable()


def test_the_table_of_worlds_is_aligned(command: Command, server: FakeServer) -> None:
    """Columns begin below their headings, a number ends there; a world without an expiry shows `never`."""
    long = WORLD | {"name": "n" * 63, "seed": 9_007_199_254_740_991, "expires_at": None}
    server.answers({"worlds": [WORLD, long]})
    head, first, second = command("worlds").out.splitlines()

    assert head.split() == ["NAME", "SCENARIO", "SEED", "NOW", "SPEED", "EXPIRES"]
    assert first.split()[:3] == ["alpha", "village", "7"]
    assert second.split() == ["n" * 63, "village", "9007199254740991", CLOCK["now"], "0", "never"]
    for row in (first, second):
        assert row[head.index("NOW") :].startswith(CLOCK["now"])
        assert row[head.index("EXPIRES") :] in {WORLD["expires_at"], "never"}
    assert first[: head.index("SEED") + 4].endswith(" 7")


def test_a_world_is_shown_with_its_credentials_and_sample_ids(command: Command, server: FakeServer) -> None:
    """Prints credentials, sample ids, each vendor's address and the expiry; values that are null are left out."""
    server.answers(WORLD, 201)
    shown = command("worlds", "create").out
    pairs = dict(re.findall(r"^  (\w+) +(\S+)$", shown, re.MULTILINE))

    assert pairs["secret_key"] == "ch_sk_test_alpha"
    assert (pairs["client_id"], pairs["client_secret"]) == ("podero-client", "podero-secret")
    assert (pairs["user_id"], pairs["evse_id"]) == ("cariqa-user", "DE*ALP*E1")
    assert pairs.items() >= WORLD["sample"]["charge"].items()
    assert "payment_method_id" not in pairs
    assert all(f"{server.url}{path}" in shown for path in ("/v1", "/api/v1", "/api/partners/v2.0"))
    assert WORLD["expires_at"] in shown.splitlines()[0]


def test_the_example_calls_are_quoted_for_a_shell(command: Command, server: FakeServer) -> None:
    """A shell takes every key and id as one word, with any characters in it."""
    order = {name: value for name, value in WORLD["sample"]["charge"].items() if name not in {"fleet", "account"}}
    nasty = order | {"driver": "drv_'; $(reboot) \\"}
    credentials = WORLD["credentials"] | {"charge": {"secret_key": "ch_sk_test_'`reboot`'"}}
    server.answers(WORLD | {"credentials": credentials, "sample": {"charge": nasty}})
    start, look = (shlex.split(line) for line in command("worlds", "show", "alpha").out.splitlines()[-2:])

    assert start[:4] == ["curl", "-X", "POST", f"{server.url}/v1/charging_sessions"]
    assert start[4:8] == ["-H", "Authorization: Bearer ch_sk_test_'`reboot`'", "-H", "Content-Type: application/json"]
    assert (start[8], json.loads(start[9])) == ("-d", nasty)
    listed = f"{server.url}/v1/charging_sessions?{urlencode({'driver': nasty['driver'], 'limit': 1})}"
    assert look == ["curl", listed, "-H", start[5]]


def test_a_world_without_sample_ids_shows_a_list_call(command: Command, server: FakeServer) -> None:
    """A world in which no session can be started shows a call that lists sessions instead."""
    server.answers(WORLD | {"sample": {"charge": {}, "cariqa": {}, "podero": {}}})
    shown = command("worlds", "show", "alpha").out

    assert "-X POST" not in shown
    assert f"curl '{server.url}/v1/charging_sessions?limit=1' -H 'Authorization: Bearer ch_sk_test_alpha'" in shown


def test_delete_prints_a_sentence(command: Command, server: FakeServer) -> None:
    """The server's answer is empty, so `--json` prints nothing; without it, a sentence is printed."""
    server.reply = b"HTTP/1.1 204 No Content\r\nConnection: close\r\n\r\n"
    shown, raw = command("worlds", "delete", "alpha"), command("worlds", "delete", "alpha", "--json")

    assert (shown.code, shown.out) == (0, "World alpha was deleted.\n")
    assert (raw.code, raw.out, raw.err) == (0, "", "")
    assert [each.method for each in server.asked] == ["DELETE", "DELETE"]


def test_delete_of_many_prints_their_names(command: Command, server: FakeServer) -> None:
    """Beyond the names that the server tells, the number of the others is printed."""
    printed = []
    for deleted, told_names in ((0, []), (1, ["al-1"]), (3, ["al-1", "al-2"])):
        server.answers({"deleted": deleted, "names": told_names})
        printed.append(command("worlds", "delete", "--prefix", "al").out)

    assert printed == [
        "No world was deleted: besides default and documented, no name begins with al.\n",
        "1 world was deleted: al-1.\n",
        "3 worlds were deleted: al-1, al-2 and 1 more.\n",
    ]


def test_clock_prints_instant_speed_and_horizon(command: Command, server: FakeServer) -> None:
    """A clock is one sentence with its instant, its speed and its horizon."""
    server.answers(CLOCK)
    shown = command("clock", "alpha").out

    assert f"{CLOCK['now']} at speed 0" in shown
    assert CLOCK["horizon"] in shown


def test_an_advance_prints_its_transitions(command: Command, server: FakeServer) -> None:
    """Prints where the clock was and is, and one row for each transition; ids are not shortened."""
    server.answers(ADVANCED)
    first, empty, head, session, reservation = command("clock", "alpha", "--by", "PT8H").out.splitlines()

    assert first == f"World alpha went from {ADVANCED['from']} to {ADVANCED['to']}."
    assert (empty, head.split()) == ("", ["AT", "WHAT", "ID", "FROM", "TO", "WHY"])
    assert session.split() == [ENDED["at"], "charging", "session", ENDED["id"], "active", "completed", "full"]
    assert reservation.split() == [BOOKED["at"], "reservation", "res_1", "-", "pending", "booked"]
    assert session.index("completed") == reservation.index("pending") == head.index("TO")


def test_a_truncated_advance_says_that_there_are_more_transitions(command: Command, server: FakeServer) -> None:
    """The last line says that the list is incomplete, only if it is."""
    server.answers(ADVANCED | {"truncated": True})
    whole, cut = ADVANCED | {"truncated": False}, command("clock", "alpha", "--by", "P10Y").out
    server.answers(whole)

    assert cut.splitlines()[-1] == "These are the first 2 transitions; there are more."
    assert "there are more" not in command("clock", "alpha", "--by", "P10Y").out


def test_an_advance_without_movement_says_so(command: Command, server: FakeServer) -> None:
    """The clock stays where it is when the session has the status already."""
    server.answers({"from": ADVANCED["from"], "to": ADVANCED["from"], "transitions": [], "truncated": False})
    shown = command("clock", "alpha", "--until", "cs_1", "completed").out

    assert shown.splitlines()[0] == f"World alpha stays at {ADVANCED['from']}."
    assert shown.splitlines()[2] == "No session or reservation changes."


def test_events_are_listed_with_their_arguments(command: Command, server: FakeServer) -> None:
    """Each event begins with the words to type, followed by its sentences."""
    server.answers(EVENTS)
    shown = command("simulate", "alpha").out

    assert "simulate alpha unplug ID [--at AT]\n" in shown
    assert "simulate alpha connector_fault ID [--at AT] [--for DURATION]\n" in shown
    assert all(each[part] in shown for each in EVENTS["events"] for part in ("id", "does", "refused"))


def test_a_simulated_event_prints_its_transitions(command: Command, server: FakeServer) -> None:
    """Prints when the event happens, to what, and the transitions."""
    server.answers(SIMULATED)
    first, *_, row = command("simulate", "alpha", "unplug", "cs_1").out.splitlines()

    assert first == f"unplug: cs_1 at {SIMULATED['at']}."
    assert row.endswith("active  completed  full")


def test_a_path_in_the_url_is_kept(command: Command, server: FakeServer) -> None:
    """A proxy's path is put before the server's own; a slash at its end and a missing scheme do not matter."""
    server.answers(WORLD)
    shown = command("worlds", "show", "alpha", "--url", f"{server.url.removeprefix('http://')}/some/where/").out

    assert server.asked[0].path == "/some/where/_sandbox/v1/worlds/alpha"
    assert f"curl -X POST {server.url}/some/where/v1/charging_sessions " in shown


def test_the_admin_token_is_sent(command: Command, server: FakeServer, monkeypatch: pytest.MonkeyPatch) -> None:
    """The token comes from the option or the environment; without one no Authorization header is sent."""
    server.answers({"worlds": []})
    command("worlds")
    command("worlds", "--token", "s3cret")
    monkeypatch.setenv("WATTIF_ADMIN_TOKEN", "s3cret")
    command("worlds")

    assert [each.headers.get("Authorization") for each in server.asked] == [None, "Bearer s3cret", "Bearer s3cret"]


def test_dotenv_is_read(server: FakeServer, tmp_path: Path) -> None:
    """Commands read the same `.env` as the server; the environment takes precedence."""
    server.answers({"worlds": []})
    port = server.url.rpartition(":")[2]
    (tmp_path / ".env").write_text(f"WATTIF_PORT={port}\nWATTIF_ADMIN_TOKEN=s3cret\nWATTIF_SEED=none\n", "utf-8")
    answers = [told("worlds", folder=tmp_path), told("worlds", folder=tmp_path, WATTIF_ADMIN_TOKEN="other")]

    assert [each.returncode for each in answers] == [0, 0]
    assert [each.headers["Authorization"] for each in server.asked] == ["Bearer s3cret", "Bearer other"]


def test_the_default_address_has_the_port_of_the_environment(
    command: Command, server: FakeServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Without `--url` the server is on this machine, on port WATTIF_PORT."""
    server.answers({"worlds": []})
    monkeypatch.delenv("WATTIF_URL")
    monkeypatch.setenv("WATTIF_PORT", server.url.rpartition(":")[2])

    assert command("worlds").code == 0


@pytest.mark.parametrize("blank", ["", "  "])
def test_an_empty_variable_names_no_server(server: FakeServer, tmp_path: Path, blank: str) -> None:
    """Empty variables count as unset for every command: then `.env` counts."""
    server.answers({"worlds": []})
    port = server.url.rpartition(":")[2]
    (tmp_path / ".env").write_text(f"WATTIF_PORT={port}\nWATTIF_ADMIN_TOKEN=s3cret\n", "utf-8-sig")
    empty = {"WATTIF_URL": blank, "WATTIF_PORT": blank, "WATTIF_ADMIN_TOKEN": blank}

    assert told("worlds", folder=tmp_path, **empty).returncode == 0
    assert [each.headers["Authorization"] for each in server.asked] == ["Bearer s3cret"]


def test_a_free_port_has_to_be_named(command: Command, server: FakeServer, monkeypatch: pytest.MonkeyPatch) -> None:
    """With WATTIF_PORT=0 no command can know the server's port; the message names `--url`."""
    monkeypatch.delenv("WATTIF_URL")
    monkeypatch.setenv("WATTIF_PORT", "0")
    answer = command("worlds")

    assert answer.code == 2
    assert "--url" in answer.err
    assert server.asked == []
