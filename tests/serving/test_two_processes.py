"""Two servers on one database are one sandbox: they never contradict each other."""

from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from pathlib import Path
from time import monotonic

from tests.conftest import HAMLET
from tests.serving.crowds import SESSIONS, Crowd, next_number, orders, overlaps
from tests.serving.servers import serving


def test_two_servers_never_give_a_connector_twice(file: Path) -> None:
    """While two crowds start and end sessions on few connectors at both, no connector or car is in use twice."""
    first = next_number(file)
    crowd = Crowd(orders(file, 3, 6))
    with serving(file, "--speed", "3600") as one, serving(file) as other:
        end = monotonic() + 2
        crowd.press([one.url, other.url], one.key(), 4, lambda: monotonic() > end)
        shown = [{row["id"] for row in server.rows(SESSIONS)} for server in (one, other)]

        assert crowd.started <= shown[0] == shown[1]
        assert one.world()["credentials"] == other.world()["credentials"]
        assert one.world()["clock"]["speed"] == other.world()["clock"]["speed"] == 3600
    assert crowd.statuses == {200, 409}
    assert len(crowd.ended) > 50
    assert overlaps(file, first) == []


def test_a_change_at_one_is_seen_at_the_other(file: Path) -> None:
    """Clock, sessions, tokens and resets of one server are those of the other at once."""
    with serving(file) as one, serving(file) as other:
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


def test_two_servers_that_begin_at_once_make_one_world(tmp_path: Path) -> None:
    """Started together on a file that is not there yet, both get ready with the same worlds under the same keys."""
    file = tmp_path / "wattif.db"
    with ExitStack() as both, ThreadPoolExecutor(2) as hands:
        beginnings = [serving(file, "--scenario", HAMLET) for _ in range(2)]
        one, other = hands.map(both.enter_context, beginnings)

        assert one.world() == other.world()
        assert one.world("documented") == other.world("documented")
        assert sorted((one.start().status_code, other.start().status_code)) == [200, 409]
