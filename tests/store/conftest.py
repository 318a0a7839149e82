"""A fixture: an open database without worlds, for one test."""

from collections.abc import Iterator
from contextlib import closing

import pytest

from app.store.database.protocol import Database
from app.store.database.url import open_database
from tests.databases import Kept


@pytest.fixture
def database(empty: Kept) -> Iterator[Database]:
    """The database, open and empty."""
    with closing(open_database(empty.url)) as opened:
        yield opened
