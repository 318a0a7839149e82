"""The server that generated clients call, and its contracts as files."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.contract.written import CONTRACTS
from tests.databases import SqliteFiles
from tests.serving.servers import Server, serving


@pytest.fixture(scope="session")
def server(sqlite_files: SqliteFiles) -> Iterator[Server]:
    """A server as users start one, in a process of its own."""
    with serving(sqlite_files.new()) as started:
        yield started


@pytest.fixture(scope="session")
def contracts(server: Server, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with every contract as it is served."""
    folder = tmp_path_factory.mktemp("contracts")
    for name in CONTRACTS:
        answer = server.client.get(f"/_sandbox/v1/openapi/{name}.json")
        (folder / f"{name}.json").write_bytes(answer.raise_for_status().content)
    return folder
