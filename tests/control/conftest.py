"""A sandbox that many tests share, for what must not change it: reads and refusals."""

from collections.abc import Iterator

import pytest

from tests.conftest import Sandbox, resumed
from tests.databases import Databases, Kept


@pytest.fixture(scope="session")
def untouched(databases: Databases, made: Kept) -> Iterator[Sandbox]:
    """A sandbox that stays as it was made, if everything that is refused is."""
    kept = databases.copy(made)
    with resumed(kept) as client:
        yield Sandbox(client, kept)
    databases.drop(kept)
