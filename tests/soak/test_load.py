"""Many clients on few connectors, at one server or several: no connector has two vehicles, and no answer is a 5xx."""

from time import monotonic

import pytest

from tests.databases import Databases, Kept
from tests.serving.accounts import denied, halves, hands, is_sound, overlaps, walk
from tests.serving.crowds import FAST, SESSIONS, Crowd, next_number, orders
from tests.serving.servers import Server, serving
from tests.soak import results_table
from tests.soak.conftest import Amount

pytestmark = pytest.mark.slow


def test_clients_share_few_connectors(kept: Kept, servers: list[Server], databases: Databases, amount: Amount) -> None:
    """64 clients start and end sessions on four connectors: all are used, none twice at a time, no session is lost."""
    first, crowd, key = next_number(kept), Crowd(orders(kept)), servers[0].key()
    begin, before = monotonic(), results_table.sizes(servers, kept)
    crowd.press([each.url for each in servers], key, 64, lambda: monotonic() > begin + amount.seconds)
    took, after = monotonic() - begin, results_table.sizes(servers, kept)
    changes = hands(kept, first, crowd.started)

    assert crowd.statuses == {200, 409}
    assert crowd.gone == 0
    assert len(changes) == 4
    assert min(changes) >= 1
    assert crowd.ended
    assert overlaps(kept, first) == []
    assert halves(kept, first) == []
    for server in servers:
        assert denied(server.url, key, crowd.started, crowd.ended) == []
    assert_lists_are_complete(servers, crowd)
    assert is_sound(kept)
    results_table.add(
        f"crowd at {len(servers)} {'server' if len(servers) == 1 else 'servers'}",
        databases,
        seconds=took,
        crowd=crowd,
        before=before,
        after=after,
        checked=f"{len(crowd.started):,} sessions started, {len(crowd.ended):,} ended, none lost, no two at once;"
        f" every connector changed hands at least {min(changes):,} times",
    )


def test_a_new_server_stands_load_at_once(databases: Databases) -> None:
    """A server that has just created its worlds in an empty database answers 64 clients without an error."""
    kept, crowd = databases.new(), Crowd([])
    with serving(kept, *FAST) as server:
        crowd.orders += orders(kept)
        end = monotonic() + 1
        crowd.press([server.url], server.key(), 64, lambda: monotonic() > end)
    databases.drop(kept)

    assert crowd.statuses == {200, 409}


def assert_lists_are_complete(servers: list[Server], crowd: Crowd) -> None:
    """Asserts that the pages of every list hold each acknowledged session once, at every server."""
    for server in servers:
        names = [row["id"] for row in server.rows(SESSIONS)]
        over = [row["id"] for row in server.rows(f"{SESSIONS}?status=completed")]

        assert len(names) == len(set(names))
        assert crowd.started <= set(names)
        assert crowd.ended <= set(over)
        assert server.rows("/v1/reservations")
        walk(server)
