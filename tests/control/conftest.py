"""A sandbox that many tests share, for what must not change it: reads and refusals."""

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from starlette.testclient import TestClient

from app.main import create_app
from tests.conftest import Sandbox, settings


@pytest.fixture(scope="session")
def untouched(made: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Sandbox]:
    """A sandbox that stays as it was made, if everything that is refused is."""
    file = tmp_path_factory.mktemp("untouched") / "wattif.db"
    shutil.copy(made, file)
    with TestClient(create_app(settings(file)), base_url="http://localhost:8000") as client:
        yield Sandbox(client, file)
