"""Whenever a server is killed while worlds are made, moved, put back or removed, each is whole, or it is not there."""

import asyncio
import signal
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, closing, suppress
from random import Random
from threading import Semaphore
from time import sleep
from typing import Final

import httpx2
import pytest

from app.domain.clock import MINUTE
from app.store.database.url import open_database
from app.wall_clock import wall_now
from app.worlds import cleanup
from tests.databases import Databases, Kept
from tests.serving.accounts import is_sound
from tests.serving.servers import Server, serving
from tests.weight.conftest import Length
from tests.weight.deeds import KINDS, Act, learnt
from tests.weight.ledgers import remnants, unlike_their_templates

_PATIENCE_S: Final = 60
_LIVES_S: Final = (0.003, 0.4)


@pytest.mark.parametrize("kind", KINDS)
def test_kills_leave_no_half_world(
    kept: Kept, databases: Databases, length: Length, kind: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """After each kill every world is as acknowledged; a sweep later nothing else is in the database."""
    rng = Random(kind)
    with ExitStack() as stack:
        server = _served(kept, stack)
        deed = learnt(server.client)
        for n in range(length.world_kills[databases.kind]):
            _kill(server, KINDS[kind](deed, server.client), 0 if n % 2 else 1, rng.uniform(*_LIVES_S))
            server = _served(kept, stack)

            assert deed.ledger.denied(server.client) == {}
            deed.ledger.close(server.client)
        server.stop()
    _sweep(kept, monkeypatch)

    assert deed.ledger.acknowledged > 0
    assert remnants(kept) == {}
    assert unlike_their_templates(kept) == []
    assert is_sound(kept)


def _served(kept: Kept, stack: ExitStack) -> Server:
    server = stack.enter_context(serving(kept))
    server.client.timeout = _PATIENCE_S
    return server


def _kill(server: Server, acts: list[Act], first: int, lives_s: float) -> None:
    """Kills it so long after `first` calls have been answered, while people go on calling."""
    answered = Semaphore(0)

    def press(act: Act) -> None:
        with httpx2.Client(base_url=server.url, timeout=_PATIENCE_S) as client, suppress(httpx2.TransportError):
            while act(client):
                answered.release()

    with ThreadPoolExecutor(len(acts)) as people:
        pressed = [people.submit(press, act) for act in acts]
        for _ in range(first):
            answered.acquire(timeout=_PATIENCE_S)
        sleep(lives_s)
        server.stop(signal.SIGKILL)
    for each in pressed:
        each.result()


def _sweep(kept: Kept, monkeypatch: pytest.MonkeyPatch) -> None:
    """Sweeps as a server does after a minute."""
    monkeypatch.setattr(cleanup, "wall_now", lambda: wall_now() + MINUTE)
    with closing(open_database(kept.url)) as database:
        asyncio.run(cleanup.sweep(database))
