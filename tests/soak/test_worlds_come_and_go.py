"""Worlds that are made and deleted without a pause are whole, and the server removes all that is left of them."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from time import monotonic, sleep
from typing import Final

import httpx2
import pytest

from tests.databases import Databases, Kept
from tests.serving.accounts import is_sound
from tests.serving.servers import serving
from tests.soak import results_table
from tests.soak.conftest import Amount
from tests.soak.expected_worlds import remnants
from tests.soak.repeated_changes import CLIENTS, RepeatedChanges, make_and_delete, prepare

pytestmark = pytest.mark.slow

_PATIENCE_S: Final = 60


def test_deleted_worlds_leave_nothing(kept: Kept, databases: Databases, amount: Amount) -> None:
    """Clients create, fork and import worlds, compare them, and delete them; soon no row of theirs is left."""
    with serving(kept) as server, ThreadPoolExecutor(CLIENTS) as threads:
        changes, begin = prepare(server.client), monotonic()
        before, until = results_table.sizes([server], kept), begin + amount.seconds
        clients = [threads.submit(_press, server.url, changes, lambda: monotonic() > until) for _ in range(CLIENTS)]
        made = sum(each.result() for each in clients)
        took = monotonic() - begin
        while remnants(kept):
            assert monotonic() < begin + took + _PATIENCE_S, "closed worlds are not removed"
            sleep(0.5)
        after = results_table.sizes([server], kept)

    assert made > 0
    assert is_sound(kept)
    results_table.add(
        "worlds made and deleted",
        databases,
        seconds=took,
        calls=3 * made,
        before=before,
        after=after,
        checked=f"{made:,} worlds, each as its template, source or file; none left after"
        f" {monotonic() - begin - took:.0f} s",
    )


def _press(url: str, changes: RepeatedChanges, is_over: Callable[[], bool]) -> int:
    """Makes and deletes worlds until it is over; their number."""
    made = 0
    with httpx2.Client(base_url=url, timeout=_PATIENCE_S) as client:
        while not is_over():
            make_and_delete(changes, client, made)
            made += 1
    return made
