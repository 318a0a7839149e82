"""A client of the control API, and a server in the process of the test that the tests of a folder share."""

from collections.abc import Iterator

import pytest

from app.client import ControlClient, World
from app.main import create_app
from tests.conftest import settings
from tests.databases import Databases, Kept
from tests.serving.local_server import local_server


@pytest.fixture(scope="session")
def address(databases: Databases, made: Kept) -> Iterator[str]:
    """The address of a server; tests make worlds of their own there, and delete them."""
    kept = databases.copy(made)
    app = create_app(settings(kept))
    app.state.context.ready = True
    with local_server(app) as running:
        yield f"http://127.0.0.1:{running.port}"
    app.state.context.directory.database.close()
    databases.drop(kept)


@pytest.fixture
def client(address: str) -> Iterator[ControlClient]:
    with ControlClient(address) as client:
        yield client


@pytest.fixture
def world(client: ControlClient) -> Iterator[World]:
    """A frozen village."""
    with client.create_world() as world:
        yield world
