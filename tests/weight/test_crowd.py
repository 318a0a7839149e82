"""However many press on few connectors, at however many servers, each has one car at a time, and nobody meets a 5xx."""

from time import monotonic

from tests.databases import Databases, Kept
from tests.serving.accounts import denied, halves, hands, is_sound, overlaps, walk
from tests.serving.crowds import FAST, SESSIONS, Crowd, next_number, orders
from tests.serving.servers import Server, serving
from tests.weight import figures
from tests.weight.conftest import Length


def test_a_crowd_on_few_connectors(kept: Kept, servers: list[Server], databases: Databases, length: Length) -> None:
    """64 people start and end sessions on four connectors: all change hands, none is given twice, nothing is lost."""
    first, crowd, key = next_number(kept), Crowd(orders(kept, 4, 24)), servers[0].key()
    begin = monotonic()
    crowd.press([each.url for each in servers], key, 64, lambda: monotonic() > begin + length.seconds)
    took = monotonic() - begin
    changed = hands(kept, first, crowd.started)
    figures.count(databases.kind, len(servers), crowd, changed, seconds=took)

    assert crowd.statuses == {200, 409}
    assert crowd.gone == 0
    assert len(changed) == 4
    assert min(changed) >= length.hands
    assert crowd.ended
    assert overlaps(kept, first) == []
    assert halves(kept, first) == []
    for server in servers:
        assert denied(server.url, key, crowd.started, crowd.ended) == []
    assert_every_list_is_whole(servers, crowd)
    assert is_sound(kept)


def test_a_crowd_that_was_waiting(databases: Databases) -> None:
    """A server that has just made its worlds in an empty database is ready for a crowd at once."""
    kept, crowd = databases.new(), Crowd([])
    with serving(kept, *FAST) as server:
        crowd.orders += orders(kept, 4, 24)
        end = monotonic() + 1
        crowd.press([server.url], server.key(), 64, lambda: monotonic() > end)
    databases.drop(kept)

    assert crowd.statuses == {200, 409}


def assert_every_list_is_whole(servers: list[Server], crowd: Crowd) -> None:
    """Page after page of every list holds what was acknowledged, once, whichever server is asked."""
    for server in servers:
        names = [row["id"] for row in server.rows(SESSIONS)]
        over = [row["id"] for row in server.rows(f"{SESSIONS}?status=completed")]

        assert len(names) == len(set(names))
        assert crowd.started <= set(names)
        assert crowd.ended <= set(over)
        assert server.rows("/v1/reservations")
        walk(server)
