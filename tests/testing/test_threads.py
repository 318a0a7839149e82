"""Threads that ask for the first world at once share the server that is started for them."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from threading import Event

import pytest

from app.testing import private
from app.testing.private import _server, _started


def test_threads_start_one_server(monkeypatch: pytest.MonkeyPatch) -> None:
    """The second thread waits until the first one's server is ready."""
    started: list[str] = []

    @contextmanager
    def slowly_started(_log: object) -> Iterator[str]:
        started.append(f"http://127.0.0.1:{len(started) + 1}")
        url = started[-1]
        Event().wait(0.05)
        yield url

    monkeypatch.delenv("WATTIF_URL", raising=False)
    monkeypatch.setattr(private, "own_server", slowly_started)
    _started.cache_clear()
    with ThreadPoolExecutor(3) as threads:
        servers = [each.result() for each in [threads.submit(_server) for _ in range(3)]]
    _started.cache_clear()

    assert {server.url for server in servers} == set(started) == {"http://127.0.0.1:1"}
