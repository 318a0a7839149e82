"""A server killed while worlds are created, changed or deleted leaves each world complete, or none of it."""

import asyncio
import signal
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, closing, suppress
from random import Random
from threading import Semaphore
from time import monotonic, sleep
from typing import Final

import httpx2
import pytest

from app.domain.clock import MINUTE
from app.store.database.url import open_database
from app.wall_clock import wall_now
from app.worlds import cleanup
from tests.conftest import Turns
from tests.databases import Databases, Kept
from tests.serving.accounts import is_sound
from tests.serving.servers import Server, serving
from tests.soak import results_table
from tests.soak.expected_worlds import remnants, unlike_their_templates
from tests.soak.repeated_changes import KINDS, MakeChange, prepare

pytestmark = pytest.mark.slow

_PATIENCE_S: Final = 60
_SECONDS: Final = 40
_SECONDS_TO_KILL: Final = (0.003, 0.4)


@pytest.mark.parametrize("kind", KINDS)
def test_kills_leave_no_partial_world(
    kept: Kept, databases: Databases, kind: str, turns: Turns, monkeypatch: pytest.MonkeyPatch
) -> None:
    """After each kill every world has an expected state, and a clean-up leaves nothing else in the database."""
    rng, begin, back_after, compared = Random(kind), monotonic(), list[float](), 0
    with ExitStack() as stack:
        server = _served(kept, stack)
        changes = prepare(server.client)
        for n in turns(_SECONDS, medium=2):
            _kill(server, KINDS[kind](changes, server.client), 0 if n % 2 else 1, rng.uniform(*_SECONDS_TO_KILL))
            killed = monotonic()
            server = _served(kept, stack)
            back_after.append(monotonic() - killed)
            compared += len(changes.expected.states)

            assert changes.expected.faults(server.client) == {}
            changes.expected.delete_all(server.client)
        server.stop()
    _clean_up(kept, monkeypatch)

    assert changes.expected.acknowledged > 0
    assert remnants(kept) == {}
    assert unlike_their_templates(kept) == []
    assert is_sound(kept)
    results_table.add(
        f"kills during {kind}",
        databases,
        seconds=monotonic() - begin,
        calls=changes.expected.acknowledged,
        back_after=back_after,
        checked=f"{compared:,} worlds, each whole or not there",
    )


def _served(kept: Kept, stack: ExitStack) -> Server:
    server = stack.enter_context(serving(kept))
    server.client.timeout = _PATIENCE_S
    return server


def _kill(server: Server, changes: list[MakeChange], first: int, seconds: float) -> None:
    """Kills the server a while after `first` answers, while the clients go on making changes."""
    answered = Semaphore(0)

    def press(make_change: MakeChange) -> None:
        with httpx2.Client(base_url=server.url, timeout=_PATIENCE_S) as client, suppress(httpx2.TransportError):
            while make_change(client):
                answered.release()

    with ThreadPoolExecutor(len(changes)) as threads:
        pressed = [threads.submit(press, each) for each in changes]
        for _ in range(first):
            answered.acquire(timeout=_PATIENCE_S)
        sleep(seconds)
        server.stop(signal.SIGKILL)
    for each in pressed:
        each.result()


def _clean_up(kept: Kept, monkeypatch: pytest.MonkeyPatch) -> None:
    """Removes leftovers in the way a server does a minute after its start."""
    monkeypatch.setattr(cleanup, "wall_now", lambda: wall_now() + MINUTE)
    with closing(open_database(kept.url)) as database:
        asyncio.run(cleanup.sweep(database))
