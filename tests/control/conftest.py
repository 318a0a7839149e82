"""A sandbox that several tests share."""

from collections.abc import Iterator

import pytest

from tests.conftest import Sandbox, resumed
from tests.databases import Databases, Kept


@pytest.fixture(scope="session")
def common(databases: Databases, made: Kept) -> Iterator[Sandbox]:
    """A sandbox in which tests create worlds of their own, and leave `default` and `documented` alone."""
    kept = databases.copy(made)
    with resumed(kept) as client:
        yield Sandbox(client, kept)
    databases.drop(kept)
