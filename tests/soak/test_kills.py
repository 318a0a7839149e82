"""A server that is killed under load starts again, and every acknowledged change is there."""

import signal
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from random import Random
from threading import Event
from time import monotonic

import pytest

from tests.databases import Databases, Kept
from tests.serving.accounts import denied, halves, is_sound, overlaps
from tests.serving.crowds import FAST, SESSIONS, Crowd, next_number, orders
from tests.serving.servers import Server, serving
from tests.soak import results_table
from tests.soak.conftest import Amount

pytestmark = pytest.mark.slow


def test_kills_lose_nothing(kept: Kept, servers: list[Server], databases: Databases, amount: Amount) -> None:
    """A server killed at a random moment starts again with all sessions complete, while the other servers go on."""
    first, crowd, key = next_number(kept), Crowd(orders(kept)), servers[0].key()
    urls, rng, over = [each.url for each in servers], Random(amount.kills), Event()
    begin, checked, back_after = monotonic(), set[str](), list[float]()
    with ThreadPoolExecutor(1) as press, ExitStack() as stack:
        pressed = press.submit(crowd.press, urls, key, 64, over.is_set)
        stack.callback(over.set)
        while len(back_after) < amount.kills and monotonic() < begin + amount.kill_seconds and not pressed.done():
            over.wait(rng.uniform(0.05, 0.6))
            n, known = rng.randrange(len(servers)), next_number(kept)
            servers[n].stop(signal.SIGKILL)
            killed, urls[n] = monotonic(), ""
            started, ended = crowd.started - checked, set(crowd.ended)
            servers[n] = stack.enter_context(serving(kept, *FAST))
            urls[n] = servers[n].url
            back_after.append(monotonic() - killed)

            assert denied(servers[n].url, key, started, ended) == []
            assert halves(kept, known) == []
            checked |= started
        over.set()
        pressed.result()
        took = monotonic() - begin
        names = {row["id"] for row in servers[n].rows(SESSIONS)}

        assert crowd.started <= names
        assert denied(servers[n].url, key, crowd.started, crowd.ended) == []

    assert crowd.statuses <= {200, 409, 503}
    assert crowd.started
    assert overlaps(kept, first) == []
    assert halves(kept, 0) == []
    assert is_sound(kept)
    results_table.add(
        f"crowd, {len(servers)} {'server' if len(servers) == 1 else 'servers'} killed",
        databases,
        seconds=took,
        crowd=crowd,
        back_after=back_after,
        checked=f"{len(crowd.started):,} sessions started, {len(crowd.ended):,} ended, none lost, no two at once",
    )
