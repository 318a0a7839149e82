"""Sandboxes that many tests share: one that nobody changes, and one in which everybody has worlds of his own."""

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


@pytest.fixture(scope="session")
def common(databases: Databases, made: Kept) -> Iterator[Sandbox]:
    """A sandbox in which many tests make worlds beside one another; the two that are always there are left alone."""
    kept = databases.copy(made)
    with resumed(kept) as client:
        yield Sandbox(client, kept)
    databases.drop(kept)
