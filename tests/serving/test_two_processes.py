"""Two servers on one database are one sandbox: they begin together, see the same, and never contradict each other."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from pathlib import Path
from time import monotonic

import pytest

from tests.conftest import HAMLET
from tests.serving.crowds import SESSIONS, Crowd, next_number, orders, overlaps
from tests.serving.servers import Server, serving


@pytest.fixture(scope="module")
def file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Where both keep their worlds; not there yet."""
    return tmp_path_factory.mktemp("both") / "wattif.db"


@pytest.fixture(scope="module")
def both(file: Path) -> Iterator[tuple[Server, Server]]:
    """Two servers that were started at once."""
    with ExitStack() as stack, ThreadPoolExecutor(2) as hands:
        beginnings = [serving(file, "--scenario", HAMLET) for _ in range(2)]
        one, other = hands.map(stack.enter_context, beginnings)
        yield one, other


def test_they_make_one_world(both: tuple[Server, Server]) -> None:
    """Started together on a file that is not there yet, both have the same worlds under the same keys."""
    one, other = both

    assert one.world() == other.world()
    assert one.world("documented") == other.world("documented")


def test_a_change_at_one_is_seen_at_the_other(both: tuple[Server, Server]) -> None:
    """Clock, sessions, busy connectors and resets of one server are those of the other at once."""
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


def test_they_never_give_a_connector_twice(both: tuple[Server, Server], file: Path) -> None:
    """While crowds start and end sessions on few connectors at both, no connector or car is in use twice."""
    one, other = both
    one.client.patch("/_sandbox/v1/worlds/default/clock", json={"speed": 3600})
    first, crowd = next_number(file), Crowd(orders(file, 3, 6))
    end = monotonic() + 2
    crowd.press([one.url, other.url], one.key(), 4, lambda: monotonic() > end)
    shown = [{row["id"] for row in server.rows(SESSIONS)} for server in both]

    assert crowd.statuses == {200, 409}
    assert len(crowd.ended) > 50
    assert crowd.started <= shown[0] == shown[1]
    assert overlaps(file, first) == []
