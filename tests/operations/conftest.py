"""The world in which the tests of plans place their sessions."""

import asyncio
from collections.abc import Iterator
from contextlib import closing

import pytest

from app.scenario import conversion
from app.store import parties, stations
from app.store.database.protocol import Database, Transaction
from app.store.database.url import open_database
from tests.databases import Databases, Kept
from tests.operations.planned_world import CAR, FAR, HERE, NEAR, OTHER_CAR
from tests.served import read


@pytest.fixture(scope="module")
def world(databases: Databases, made: Kept) -> Iterator[tuple[Database, int]]:
    """A database, and the number of a world in it without sessions."""
    kept = databases.copy(made)
    (number,) = (row.n for row in kept.rows("SELECT n FROM world WHERE name = 'default' AND state = 'open'"))
    kept.run("DELETE FROM session WHERE world = :world", world=number)
    cars = [conversion.vehicle(each) for each in read("empty").scenario.objects.vehicles if each.id in (CAR, OTHER_CAR)]

    def settle(db: Transaction) -> None:
        stations.insert_stations(db, number, [HERE, NEAR, FAR])
        parties.insert_vehicles(db, number, cars)

    with closing(open_database(kept.url)) as database:
        asyncio.run(database.change(settle))
        yield database, number
    databases.drop(kept)
