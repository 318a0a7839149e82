"""The server of a test run: the one that its user names, else one that it starts."""

import os
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

import pytest

from ..client import ControlClient, ControlError
from ..client.address import filled
from .servers import ServerDidNotStartError, TestServer, named_server, own_server
from .sharing import can_share, shared_server


@contextmanager
def server_of_run(config: pytest.Config, folders: pytest.TempPathFactory) -> Iterator[TestServer]:
    """The server at `--wattif-url` or `WATTIF_URL`, else one that the processes of the run share and that ends with it.

    Without a server, each test that asks for one fails with the reason.
    """
    source, url = next(((source, url.strip()) for source, url in _addresses(config) if filled(url)), ("", None))
    with ExitStack() as stack:
        server, reason = None, ""
        try:
            server = _started(config, folders, stack) if url is None else _named(url, source)
        except (ControlError, ServerDidNotStartError) as error:
            reason = str(error)
        if server is None:
            # Out of the handler, or the report would repeat the reason for each error on the way.
            pytest.fail(reason, pytrace=False)
        stack.callback(server.client.close)
        yield server


def _addresses(config: pytest.Config) -> Iterator[tuple[str, str]]:
    """The places where a user may name a server, each with what is there."""
    yield "--wattif-url", config.getoption("wattif_url") or ""
    yield "WATTIF_URL", os.environ.get("WATTIF_URL", "")


def folder_of(folders: pytest.TempPathFactory) -> Path:
    """The run's folder for files about its sandboxes, in pytest's own temporary folder."""
    folder = folders.getbasetemp() / "wattif"
    folder.mkdir(exist_ok=True)
    return folder


def _named(url: str, source: str) -> TestServer:
    try:
        return named_server(url)
    except ControlError as error:
        raise ControlError(f"{error}; its address is from {source}") from error


def _started(config: pytest.Config, folders: pytest.TempPathFactory, stack: ExitStack) -> TestServer:
    folder = folder_of(folders)
    if hasattr(config, "workerinput") and can_share():
        # pytest-xdist gives each worker a folder in that of the run.
        folder = folders.getbasetemp().parent / "wattif"
        log = folder / "server.log"
        url = stack.enter_context(shared_server(folder, log))
    else:
        log = folder / "server.log"
        url = stack.enter_context(own_server(stack.enter_context(log.open("w+b"))))
    return TestServer(url, ControlClient(url), is_own=True, log=log)
