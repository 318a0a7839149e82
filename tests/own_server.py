"""The fixture `sandbox` of a normal run: an unchanged server for every test.

A server is reused while its database stays as it was, because starting one takes longer than most tests.
`tests/shared_server.py` has the fixture of a run with `--shared`.
"""

import sqlite3
from collections.abc import Callable, Iterator
from contextlib import ExitStack, closing

import httpx2
import pytest

from tests.conftest import Sandbox, resumed
from tests.databases import Databases, Kept

_MAY_CHANGE_SERVER = {"kept", "monkeypatch", "open_sandbox"}
"""Fixtures with which a test can change a server or its database other than through the API."""
_READING_METHODS = {"GET", "HEAD", "OPTIONS"}


@pytest.fixture(scope="session")
def reusable_server(databases: Databases, made: Kept) -> Iterator["ReusableServer"]:
    """The server of all tests that change nothing, up to and including the next test that does."""
    with ExitStack() as stack:
        yield ReusableServer(databases, made, stack)


@pytest.fixture
def sandbox(request: pytest.FixtureRequest, reusable_server: "ReusableServer") -> Iterator[Sandbox]:
    """A sandbox that no test has changed."""
    if _MAY_CHANGE_SERVER & set(request.fixturenames) or request.node.get_closest_marker("own_server"):
        opened: Callable[[], Sandbox] = request.getfixturevalue("open_sandbox")
        yield opened()
    else:
        yield reusable_server.sandbox()
        reusable_server.stop_if_changed()


class ReusableServer:
    """A server on a copy of the made database; a new one replaces it after a test that may have changed something.

    A test changes nothing if it sends only reading requests, or if on SQLite no transaction has changed the file.
    """

    def __init__(self, databases: Databases, made: Kept, stack: ExitStack) -> None:
        self._databases = databases
        self._made = made
        self._stack = stack
        self._open: Sandbox | None = None
        self._has_writes = False
        self._watch: sqlite3.Connection | None = None
        self._version = 0

    def sandbox(self) -> Sandbox:
        if self._open is None:
            kept = self._databases.copy(self._made)
            self._stack.callback(self._databases.drop, kept)
            client = self._stack.enter_context(resumed(kept))
            client.event_hooks = {"request": [self._note_method]}
            self._open = Sandbox(client, kept)
            if self._databases.kind == "sqlite":
                self._watch = self._stack.enter_context(closing(sqlite3.connect(kept.file)))
        self._has_writes, self._version = False, self._data_version()
        return Sandbox(self._open.client, self._open.kept)

    def stop_if_changed(self) -> None:
        """Stops the server if a test may have changed something."""
        if self._has_writes and (self._watch is None or self._data_version() != self._version):
            self._open = None
            self._stack.close()

    def _note_method(self, request: httpx2.Request) -> None:
        self._has_writes = self._has_writes or request.method not in _READING_METHODS

    def _data_version(self) -> int:
        """A number that differs after each transaction of another connection that changed a SQLite file."""
        return 0 if self._watch is None else int(self._watch.execute("PRAGMA data_version").fetchone()[0])
