"""A server that is started again goes on where it stopped; only `documented` is put back."""

from pathlib import Path
from typing import Final

from tests.conftest import HAMLET
from tests.serving.servers import Server, serving

SAME: Final = ("--scenario", HAMLET, "--seed", "7", "--start", "2026-03-04T12:00:00.000Z")


def test_a_restart_keeps_the_world(file: Path) -> None:
    """Keys, sessions and clock are what they were, and options that agree with the world are taken."""
    with serving(file) as server:
        server.client.post("/_sandbox/v1/worlds/default/clock/advance", json={"by": "PT2H"})
        started = server.start().json()
        before = shown(server)
        server.stop()
    with serving(file, *SAME) as server:
        assert shown(server) == before
        assert session(server, started["id"]) == started


def test_a_restart_puts_the_documented_world_back(file: Path) -> None:
    """Whatever was done to it, after a start it shows what the documentation shows, under the same keys."""
    with serving(file) as server:
        first = documented(server)
        started = server.start("documented").json()["id"]
        server.client.post("/_sandbox/v1/worlds/documented/clock/advance", json={"by": "P3D"})
        server.client.patch("/_sandbox/v1/worlds/documented/clock", json={"speed": 60})

        assert documented(server) != first

        server.stop()
    with serving(file, "--speed", "60") as server:
        assert documented(server) == first
        assert session(server, started, "documented")["status"] == 404
        assert server.world()["clock"]["speed"] == 60


def shown(server: Server) -> dict[str, object]:
    """The world `default`, and a page of its sessions."""
    sessions = server.client.get("/v1/charging_sessions?limit=50&status=completed", headers=server.key()).json()
    return server.world() | {"sessions": [row["id"] for row in sessions["data"]]}


def documented(server: Server) -> list[object]:
    """What the world `documented` shows."""
    paths = ("/v1/charging_sessions", "/v1/reservations")
    return [server.world("documented"), *(server.rows(path, "documented") for path in paths)]


def session(server: Server, name: str, world: str = "default") -> dict[str, object]:
    body: dict[str, object] = server.client.get(f"/v1/charging_sessions/{name}", headers=server.key(world)).json()
    return body
