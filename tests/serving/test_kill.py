"""A server stops in time when asked to, and takes up interrupted work when it is started again."""

import signal
from pathlib import Path
from time import monotonic, sleep
from typing import Any

import pytest
from sqlalchemy.exc import DBAPIError

from tests.conftest import HAMLET
from tests.databases import Databases, Kept
from tests.serving.accounts import halves, is_sound
from tests.serving.crowds import SESSIONS
from tests.serving.servers import READY, serving, started

pytestmark = pytest.mark.slow


def test_a_kill_during_the_first_build_is_recovered(databases: Databases, tmp_path: Path) -> None:
    """Killed while it builds its worlds for the first time, a server builds them when it is started again."""
    kept = databases.new()
    words = ("serve", "--port", "0", "--database", kept.url, "--scenario", HAMLET)
    with started(*words, folder=tmp_path) as process:
        wait_for_a_building_world(kept)
        process.kill()
        process.wait(10)
    states_then = states(kept)
    with serving(kept, "--scenario", HAMLET) as server:
        assert states_then == [("hamlet", "building")]
        assert server.start().status_code == 200
        assert server.client.get(f"{SESSIONS}?limit=100", headers=server.key()).status_code == 200
        assert sorted(name for name, state in states(kept) if state == "open") == ["default", "documented"]
    databases.drop(kept)


def test_a_signal_stops_the_server_in_time(kept: Kept) -> None:
    """SIGTERM ends a server within seconds, even while a client holds a connection, which may stay open for 75 s."""
    with serving(kept) as server:
        server.client.get("/_sandbox/v1/health")
        begin = monotonic()
        code = server.stop(signal.SIGTERM)

        # The server takes two seconds at most; a busy machine more.
        assert monotonic() - begin < 15
        assert code in {0, -signal.SIGTERM, 128 + signal.SIGTERM}
        assert server.process.stdout is not None
        assert READY not in server.process.stdout.read()
    assert halves(kept, 0) == []
    assert is_sound(kept)


@pytest.mark.parametrize("databases", ["postgresql"], indirect=True, scope="session")
@pytest.mark.parametrize("how", [signal.SIGTERM, signal.SIGKILL])
def test_a_stopped_server_leaves_no_connection(kept: Kept, how: signal.Signals) -> None:
    """However a server ends, PostgreSQL soon has no connection of it."""
    with serving(kept) as server:
        server.start()
        connected = connections(kept)
        server.stop(how)
    end = monotonic() + 20
    while connections(kept) and monotonic() < end:
        sleep(0.05)

    assert connected > 0
    assert connections(kept) == 0


def connections(kept: Kept) -> int:
    """How many connections servers have to a PostgreSQL database."""
    named = "datname = current_database() AND application_name LIKE 'wattif%'"
    [[found]] = kept.rows(f"SELECT count(*) FROM pg_stat_activity WHERE {named}")  # noqa: S608 - a constant
    return int(found)


def wait_for_a_building_world(kept: Kept) -> None:
    """Waits until the database has drivers of the world."""
    end = monotonic() + 20
    while monotonic() < end:
        if rows(kept, "SELECT id FROM driver LIMIT 1"):
            return
        sleep(0.005)
    raise AssertionError("the server began no world")


def states(kept: Kept) -> list[tuple[str, str]]:
    """The worlds in the database and their states."""
    return [(name, state) for name, state in rows(kept, "SELECT name, state FROM world ORDER BY n")]


def rows(kept: Kept, query: str) -> list[Any]:
    """The rows that a query finds; none while there is no such table."""
    try:
        return kept.rows(query)
    except DBAPIError:
        return []
