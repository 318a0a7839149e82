"""Tests that have a server to themselves: a new one, or one at which the tests before have only looked.

`tests/tenants.py` has the other kind.
"""

from collections.abc import Callable, Iterator
from contextlib import ExitStack

import httpx2
import pytest

from tests.conftest import Sandbox, resumed
from tests.databases import Databases, Kept

_BEHIND = {"kept", "monkeypatch", "open_sandbox"}
"""Whoever asks for one of these may change a server, or its database, from behind."""
_LOOKS = {"GET", "HEAD", "OPTIONS"}


@pytest.fixture(scope="session")
def looked_at(databases: Databases, made: Kept) -> Iterator["LookedAt"]:
    """The server for whoever only looks, and for the first one who does more."""
    with ExitStack() as stack:
        yield LookedAt(databases, made, stack)


@pytest.fixture
def sandbox(request: pytest.FixtureRequest, looked_at: "LookedAt") -> Iterator[Sandbox]:
    """A sandbox as nobody has touched it."""
    if _BEHIND & set(request.fixturenames) or request.node.get_closest_marker("own_server"):
        opened: Callable[[], Sandbox] = request.getfixturevalue("open_sandbox")
        yield opened()
    else:
        yield looked_at.sandbox()
        looked_at.leave_if_changed()


class LookedAt:
    """A server on a copy of the made database, which is replaced once a call may have changed anything."""

    def __init__(self, databases: Databases, made: Kept, stack: ExitStack) -> None:
        self._databases = databases
        self._made = made
        self._stack = stack
        self._open: Sandbox | None = None
        self._is_changed = False

    def sandbox(self) -> Sandbox:
        if self._open is None:
            kept = self._databases.copy(self._made)
            self._stack.callback(self._databases.drop, kept)
            client = self._stack.enter_context(resumed(kept))
            client.event_hooks = {"request": [self._note]}
            self._open, self._is_changed = Sandbox(client, kept), False
        return Sandbox(self._open.client, self._open.kept)

    def leave_if_changed(self) -> None:
        """Ends the server if a test has done more than look."""
        if self._is_changed:
            self._open = None
            self._stack.close()

    def _note(self, request: httpx2.Request) -> None:
        self._is_changed = self._is_changed or request.method not in _LOOKS
