"""Two servers on one database serve the same worlds."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack

import pytest

from tests.conftest import HAMLET
from tests.databases import Databases
from tests.serving.crowds import SESSIONS
from tests.serving.servers import Server, serving

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def both(databases: Databases) -> Iterator[tuple[Server, Server]]:
    """Two servers that were started at the same time on an empty database."""
    kept = databases.new()
    with ExitStack() as stack, ThreadPoolExecutor(2) as hands:
        beginnings = [serving(kept, "--scenario", HAMLET) for _ in range(2)]
        one, other = hands.map(stack.enter_context, beginnings)
        yield one, other
    databases.drop(kept)


def test_two_servers_create_each_world_once(both: tuple[Server, Server]) -> None:
    """Started together on an empty database, both have the same worlds under the same credentials."""
    one, other = both

    assert one.world() == other.world()
    assert one.world("documented") == other.world("documented")


def test_a_change_at_one_is_seen_at_the_other(both: tuple[Server, Server]) -> None:
    """Clock, sessions, busy connectors and resets of one server show at the other immediately."""
    one, other = both
    one.client.post("/_sandbox/v1/worlds/default/clock/advance", json={"by": "PT3H"})
    started = one.start().json()
    seen = other.client.get(f"{SESSIONS}/{started['id']}", headers=one.key())
    busy = other.start()
    other.client.post("/_sandbox/v1/worlds/default/reset")
    gone = one.client.get(f"{SESSIONS}/{started['id']}", headers=one.key())

    assert seen.json() == started
    assert busy.status_code == 409
    assert gone.status_code == 404
    assert one.world() == other.world()
