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
    option = filled(config.getoption("wattif_url"))
    url = option or filled(os.environ.get("WATTIF_URL"))
    with ExitStack() as stack:
        try:
            server = (
                _named(url, "--wattif-url" if option else "WATTIF_URL") if url else _started(config, folders, stack)
            )
        except (ControlError, ServerDidNotStartError) as error:
            pytest.fail(str(error), pytrace=False)
        stack.callback(server.client.close)
        yield server


def folder_of(folders: pytest.TempPathFactory) -> Path:
    """The run's folder for files about its sandboxes, in pytest's own temporary folder."""
    folder = folders.getbasetemp() / "wattif"
    folder.mkdir(exist_ok=True)
    return folder


def _named(url: str, source: str) -> TestServer:
    try:
        return named_server(url)
    except ControlError as error:
        raise type(error)(f"{error}; its address is from {source}") from error


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
