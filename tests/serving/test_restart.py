"""A server that is started again continues where it stopped; only `documented` is put back."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Final

import pytest

from tests.conftest import HAMLET
from tests.databases import Databases, Kept
from tests.serving.servers import Server, serving

pytestmark = pytest.mark.slow

SESSIONS: Final = "/v1/charging_sessions"
SAME: Final = ("--scenario", HAMLET, "--seed", "7", "--start", "2026-03-04T13:00:00+01:00")
"""The start is that of the hamlet, in another offset."""


@dataclass(frozen=True, slots=True)
class Restart:
    """The answers of a server before it was stopped, and the server that was started again."""

    default: dict[str, Any]
    documented: list[Any]
    changed: list[Any]
    started: dict[str, dict[str, Any]]
    server: Server


@pytest.fixture(scope="module")
def restart(databases: Databases, made: Kept) -> Iterator[Restart]:
    """A server that was used, stopped, and started again with options that agree with its world."""
    kept = databases.copy(made)
    with serving(kept) as server:
        first = documented(server)
        server.client.post("/_sandbox/v1/worlds/default/clock/advance", json={"by": "PT2H"})
        server.client.post("/_sandbox/v1/worlds/documented/clock/advance", json={"by": "P3D"})
        server.client.patch("/_sandbox/v1/worlds/documented/clock", json={"speed": 60})
        started = {name: server.start(name).json() for name in ("default", "documented")}
        default, changed = shown(server), documented(server)
        server.stop()
    with serving(kept, *SAME, "--speed", "0") as server:
        yield Restart(default, first, changed, started, server)
    databases.drop(kept)


def test_a_restart_keeps_the_world(restart: Restart) -> None:
    """Credentials, clock, sessions and reservations are what they were, started sessions too."""
    name = restart.started["default"]["id"]

    assert shown(restart.server) == restart.default
    assert session(restart.server, "default", name) == restart.started["default"]


def test_a_restart_puts_the_documented_world_back(restart: Restart) -> None:
    """After a start `documented` shows what the documentation shows, under the same credentials."""
    name = restart.started["documented"]["id"]

    assert restart.changed != restart.documented
    assert documented(restart.server) == restart.documented
    assert session(restart.server, "documented", name)["status"] == 404


def test_the_speed_is_set_at_each_start(kept: Kept) -> None:
    """`--speed` need not agree with the database: the clock runs at the speed of the last start."""
    with serving(kept, "--speed", "60") as server:
        clock = server.world()["clock"]

        assert clock["speed"] == 60
        assert clock["now"] >= "2026-03-04T12:00:00.000Z"


def shown(server: Server) -> dict[str, Any]:
    """The world `default` with all of its sessions and reservations."""
    return server.world() | {path: server.rows(path) for path in (SESSIONS, "/v1/reservations")}


def documented(server: Server) -> list[Any]:
    """The world `documented` and what it shows."""
    paths = (SESSIONS, "/v1/reservations")
    return [server.world("documented"), *(server.rows(path, "documented") for path in paths)]


def session(server: Server, world: str, name: str) -> dict[str, Any]:
    body: dict[str, Any] = server.client.get(f"{SESSIONS}/{name}", headers=server.key(world)).json()
    return body
