"""Whatever kills a server, everything it has acknowledged is there when it starts again, and nothing is half there."""

import signal
import sqlite3
from contextlib import closing
from pathlib import Path
from random import Random
from threading import Timer
from time import monotonic, sleep
from typing import Any, Final

from tests.conftest import HAMLET
from tests.serving.crowds import SESSIONS, Crowd, orders, overlaps
from tests.serving.servers import READY, serving, started

FAST: Final = ("--speed", "3600")
"""A car is free again a minute after its end: then that takes milliseconds."""


def test_a_kill_loses_nothing_that_was_acknowledged(file: Path) -> None:
    """Killed at random moments of a crowd's starts and ends, a server has all of them each time it is back."""
    crowd = Crowd(orders(file, 6, 12))
    rng = Random(11)
    for _ in range(4):
        with serving(file, *FAST) as server:
            statuses = {row["id"]: row["status"] for row in server.rows(SESSIONS)}
            lost = crowd.started - statuses.keys()
            going_on = {name for name in crowd.ended if statuses[name] == "active"}
            Timer(rng.uniform(0.05, 0.3), server.process.kill).start()
            crowd.press([server.url], server.key(), 4, lambda process=server.process: process.poll() is not None)  # type: ignore[misc]

            assert lost == set()
            assert going_on == set()
        assert whole(file)
    assert crowd.statuses <= {200, 409}
    assert len(crowd.ended) > 20
    assert overlaps(file, 1) == []


def test_a_kill_during_the_first_build_is_recovered(tmp_path: Path) -> None:
    """Killed while it makes its worlds for the first time, a server makes them when it is started again."""
    file = tmp_path / "wattif.db"
    words = ("serve", "--port", "0", "--database", f"sqlite:///{file}", "--scenario", HAMLET)
    with started(*words, folder=tmp_path) as process:
        wait_for_a_building_world(file)
        process.kill()
        process.wait(10)
    states_then = states(file)
    with serving(file, "--scenario", HAMLET) as server:
        assert states_then == [("default", "building")]
        assert server.start().status_code == 200
        assert server.client.get(f"{SESSIONS}?limit=100", headers=server.key()).status_code == 200
        assert sorted(name for name, state in states(file) if state == "open") == ["default", "documented"]


def test_a_signal_stops_it_in_time(file: Path) -> None:
    """Asked to stop, a server has ended within three seconds, even while somebody is still connected."""
    with serving(file) as server:
        server.client.get("/_sandbox/v1/health")
        begin = monotonic()
        code = server.stop(signal.SIGTERM)

        assert monotonic() - begin < 3
        assert code in {0, -signal.SIGTERM, 128 + signal.SIGTERM}
        assert server.process.stdout is not None
        assert READY not in server.process.stdout.read()
    assert whole(file)


def whole(file: Path) -> bool:
    """Whether the database holds together, and no session has a number that is still to be given."""
    with closing(sqlite3.connect(file)) as db:
        checked = db.execute("PRAGMA integrity_check").fetchone()[0]
        numbers = db.execute(
            "SELECT max(session.n) < next_n FROM world JOIN session ON session.world = world.n"
            " WHERE world.name = 'default' AND state = 'open'"
        ).fetchone()[0]
    return bool(checked == "ok" and numbers)


def wait_for_a_building_world(file: Path) -> None:
    """Waits until some of the world's people are there."""
    end = monotonic() + 20
    while monotonic() < end:
        if file.exists() and rows(file, "SELECT id FROM driver LIMIT 1"):
            return
        sleep(0.005)
    raise AssertionError("no world was begun")


def states(file: Path) -> list[tuple[str, str]]:
    """The worlds in the database and their states."""
    return rows(file, "SELECT name, state FROM world ORDER BY n")


def rows(file: Path, query: str) -> list[Any]:
    """The rows that a query finds; none while there is no such table."""
    with closing(sqlite3.connect(file, timeout=5)) as db:
        try:
            return db.execute(query).fetchall()
        except sqlite3.OperationalError:
            return []
