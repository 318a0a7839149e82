"""A private world without pytest: for unittest, and for scripts."""

import atexit
import os
from contextlib import ExitStack, contextmanager
from functools import cache, partial
from pathlib import Path
from tempfile import TemporaryFile
from threading import Lock
from typing import TYPE_CHECKING, Final

from ..client import ControlClient
from ..client.address import filled
from .environment import names_in
from .making import new_world
from .servers import TestServer, named_server, own_server

if TYPE_CHECKING:
    from collections.abc import Iterator

    from ..client.values import Instant
    from .sandbox_world import SandboxWorld

_ONE_AT_A_TIME: Final = Lock()
"""Threads that ask at once get one server."""


@contextmanager
def world(
    *,
    scenario: str | None = None,
    seed: int | None = None,
    start: "Instant | None" = None,
    speed: float = 0,
) -> "Iterator[SandboxWorld]":
    """A private world, which is deleted at the end of the block. Its clock stands still by default.

    It is on the server that `WATTIF_URL` names, else on one that the first call starts, and that ends with the process.
    Raises ServerDidNotStartError or ControlError.
    """
    names = partial(names_in, Path.cwd())
    with new_world(_server(), names, scenario=scenario, seed=seed, start=start, speed=speed) as new:
        yield new


def _server() -> TestServer:
    url = filled(os.environ.get("WATTIF_URL"))
    with _ONE_AT_A_TIME:
        return _started() if url is None else _named(url.strip())


@cache
def _named(url: str) -> TestServer:
    return named_server(url)


@cache
def _started() -> TestServer:
    with ExitStack() as stack:
        url = stack.enter_context(own_server(stack.enter_context(TemporaryFile())))
        atexit.register(stack.pop_all().close)
    return TestServer(url, ControlClient(url), is_own=True)
