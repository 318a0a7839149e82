"""A start tells which others use its database before it changes a world."""

import asyncio

import pytest

from app.main import create_app, prepare
from app.store.database.url import open_database
from app.worlds.build import quiet
from app.worlds.startup import Sharing
from tests.conftest import settings
from tests.databases import Kept

ADDRESS = "http://127.0.0.1:8000"


class StoppedError(Exception):
    """The start ended at the notice."""


def stop(others: str) -> None:
    """Ends a start with the others of which it was told."""
    raise StoppedError(others)


def test_a_start_tells_of_others_before_a_world_is_changed(kept: Kept) -> None:
    """A start that ends at the notice has changed no row; the notice has the address of the other server."""

    async def start_beside_another() -> str:
        other = open_database(kept.url)
        try:
            other.join(ADDRESS)
            await other.ask(lambda _: None)
            with pytest.raises(StoppedError) as stopped:
                await prepare(create_app(wanted), wanted, quiet, Sharing("", stop, sets_speed=True))
        finally:
            other.close()
        return str(stopped.value)

    wanted = settings(kept, speed=60)
    before = kept.contents()
    told = asyncio.run(start_beside_another())

    assert ADDRESS in told
    assert kept.contents() == before
