"""A reader of the documentation, who has Wattif installed."""

from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest

from tests.docs.reader import Reader
from tests.installed import Installed


@pytest.fixture(scope="session")
def town(installed: Installed, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A database that a server has made with its default scenario."""
    folder = tmp_path_factory.mktemp("town")
    with Reader(folder / "page", installed.environment()) as first:
        assert first.type("wattif serve").code is None
    return folder / "page" / "wattif.db"


@pytest.fixture
def reader(installed: Installed, tmp_path: Path, request: pytest.FixtureRequest) -> Iterator[Reader]:
    """A reader in an empty folder."""
    with ExitStack() as stack:
        yield stack.enter_context(
            Reader(tmp_path / "page", installed.environment(), lambda: request.getfixturevalue("town"))
        )
