"""A change of a session removes the planned sessions that its vehicle, its driver or its user cannot come to."""

import asyncio
from collections.abc import Callable, Iterator, Mapping
from contextlib import closing
from dataclasses import replace
from typing import Any, Final

import pytest

from app.domain.clock import HOUR, MINUTE
from app.domain.models import Session
from app.operations.displaced_plans import drop_displaced_plans
from app.operations.simulate import simulate
from app.operations.stop import stop
from app.scenario import conversion
from app.store import parties, sessions, stations, worlds
from app.store.database.protocol import Database, Transaction
from app.store.database.url import open_database
from app.store.world_transaction import WorldTransaction
from tests.databases import Databases, Kept
from tests.domain.examples import CHARGE, HPC, MORNING, STATION, session
from tests.served import CHANNELS, read

CAR: Final = "veh_EmptyCarOfDriver0000000000000000"
OTHER_CAR: Final = "veh_EmptyCarOfUser000000000000000000"
HERE: Final = replace(STATION, id="chst_Here", latitude="52.500000", longitude="13.400000")
NEAR: Final = replace(STATION, id="chst_Near", latitude="52.600000", longitude="13.400000")
"""11 km away."""
FAR: Final = replace(STATION, id="chst_Far", latitude="48.100000", longitude="11.600000")
"""504 km away."""
BEGUN: Final = replace(
    session(soc=0.4, target=0.8),
    vehicle=CAR,
    driver="drv_One",
    station=HERE.id,
    created_at=MORNING,
    unplugged_at=MORNING + HOUR,
)
"""A session from 8:00 to 9:00, which leaves the vehicle with 80 %."""


class Plans:
    """A world with two cars and three stations, in which sessions are placed at hours after the one that has begun."""

    def __init__(self, tx: WorldTransaction) -> None:
        self.tx = tx
        sessions.insert_sessions(tx.db, tx.world.n, [BEGUN])

    def plan(self, n: int, hours: float, **facts: Any) -> Session:  # noqa: ANN401 - a session's fields
        """Places a session of an hour at a station nearby, which begins with 60 % and ends with 80 %."""
        begins = MORNING + round(hours * HOUR)
        usual: dict[str, Any] = {
            "n": n,
            "id": f"cs_Planned{n}",
            "uuid": f"00000000-0000-4000-8000-00000000000{n}",
            "station": NEAR.id,
            "created_at": begins,
            "unplugged_at": begins + HOUR,
            "soc_start": 0.6,
            "soc_end": 0.8,
        }
        placed = replace(BEGUN, **usual | facts)
        sessions.insert_sessions(self.tx.db, self.tx.world.n, [placed])
        return placed

    def left(self) -> list[int]:
        """The numbers of the planned sessions that are still there."""
        shown = (sessions.session_shown_as(self.tx, f"cs_Planned{n}") for n in range(2, 10))
        return [each.n for each in shown if each is not None]


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


class UndoError(Exception):
    """Rolls a transaction back."""


def left(world: tuple[Database, int], work: Callable[[Plans], object]) -> list[int]:
    """The numbers of the planned sessions that are left after some work, at 8:20; everything is rolled back."""
    database, number = world
    found: list[int] = []

    def run(db: Transaction) -> None:
        held = worlds.numbered(db, number, worlds.OPEN)
        assert held is not None
        plans = Plans(WorldTransaction(db, held, MORNING + 20 * MINUTE, CHANNELS))
        work(plans)
        found.extend(plans.left())
        raise UndoError

    with pytest.raises(UndoError):
        asyncio.run(database.change(run))
    return found


def change(plans: Plans, **facts: Any) -> None:  # noqa: ANN401 - a session's fields
    """Saves the session that has begun with other facts, and removes what it displaces."""
    changed = replace(BEGUN, **facts)
    sessions.save_session(plans.tx, changed)
    drop_displaced_plans(plans.tx, [changed])


@pytest.mark.parametrize(
    ("facts", "expected"),
    [
        pytest.param({}, [2, 3], id="nothing has changed"),
        pytest.param({"soc_end": 0.65}, [2, 3], id="it leaves with enough"),
        pytest.param({"soc_end": 0.605}, [3], id="the way takes more than is left"),
        pytest.param({"soc_end": 0.5}, [], id="it leaves with less than it arrives with"),
        pytest.param({"unplugged_at": MORNING + 115 * MINUTE}, [3], id="there is no time for the way"),
        pytest.param({"unplugged_at": MORNING + 4 * HOUR, "soc_end": 0.75}, [3], id="it leaves after the beginning"),
    ],
)
def test_a_vehicle_comes_from_its_session(
    world: tuple[Database, int], facts: Mapping[str, Any], expected: list[int]
) -> None:
    """The next plans stay from the first one on that distance, time, battery and charge allow."""

    def work(plans: Plans) -> None:
        plans.plan(2, 2)
        plans.plan(3, 6, soc_start=0.55)
        change(plans, **facts)

    assert left(world, work) == expected


def test_a_plan_that_stays_leads_on_to_those_after_it(world: tuple[Database, int]) -> None:
    """Sessions after the first one that stays are not looked at, even if they would not follow by themselves."""

    def work(plans: Plans) -> None:
        plans.plan(2, 2)
        plans.plan(3, 6, soc_start=0.9)
        change(plans, soc_end=0.7)

    assert left(world, work) == [2, 3]


@pytest.mark.parametrize("person", [{"driver": "drv_One"}, {"driver": None, "user": "usr_One"}])
def test_a_person_comes_from_the_session(world: tuple[Database, int], person: Mapping[str, Any]) -> None:
    """A plan of the same driver or user with another vehicle is removed if the person cannot be there in time."""

    def work(plans: Plans) -> None:
        plans.plan(2, 4, vehicle=OTHER_CAR, station=FAR.id, **person)
        plans.plan(3, 12, vehicle=OTHER_CAR, station=FAR.id, soc_start=0.5, **person)
        change(plans, **person)

    assert left(world, work) == [3]


def test_plans_of_others_stay(world: tuple[Database, int]) -> None:
    """A plan that shares neither vehicle nor person with a session is not removed."""

    def work(plans: Plans) -> None:
        plans.plan(2, 4, vehicle=OTHER_CAR, driver="drv_Other", station=FAR.id)
        change(plans, soc_end=0.1)

    assert left(world, work) == [2]


def test_what_a_removed_plan_led_on_to_is_removed(world: tuple[Database, int]) -> None:
    """The removed plan of a person had charged another vehicle, which now has too little for its own next plan."""

    def work(plans: Plans) -> None:
        plans.plan(2, 0.1, vehicle=OTHER_CAR, driver="drv_Other", soc_start=0.2, soc_end=0.3)
        plans.plan(3, 2, vehicle=OTHER_CAR, station=FAR.id, soc_start=0.25, soc_end=0.8)
        plans.plan(4, 9, vehicle=OTHER_CAR, driver="drv_Other", station=FAR.id, soc_start=0.7)
        plans.plan(5, 30, vehicle=OTHER_CAR, driver="drv_Other", station=NEAR.id, soc_start=0.2)
        change(plans)

    assert left(world, work) == [2, 5]


def test_a_vehicle_that_always_arrives_alike_has_no_chain(world: tuple[Database, int]) -> None:
    """Its plans are removed only if it is still plugged in when they begin."""

    def work(plans: Plans) -> None:
        car = parties.vehicle(plans.tx, CAR)
        assert car is not None
        parties.insert_vehicles(plans.tx.db, plans.tx.world.n, [replace(car, id="veh_Magic", arrives_with=0.97)])
        plans.plan(2, 0.9, vehicle="veh_Magic", driver="drv_Other")
        plans.plan(3, 1.1, vehicle="veh_Magic", driver="drv_Other", station=FAR.id, soc_start=0.97)
        change(plans, vehicle="veh_Magic")

    assert left(world, work) == [3]


def test_a_session_that_is_over_displaces_nothing(world: tuple[Database, int]) -> None:
    """A change of a session from which the vehicle has gone on to another one removes no plan."""

    def work(plans: Plans) -> None:
        change(plans, unplugged_at=MORNING + MINUTE, soc_end=0.41)
        now = plans.plan(2, 0.3, soc_start=0.4, soc_end=0.9)
        plans.plan(3, 3, soc_start=0.8)
        assert now.created_at < plans.tx.now
        change(plans, unplugged_at=MORNING + MINUTE, soc_end=0.41, settled_at=plans.tx.now)

    assert left(world, work) == [2, 3]


def test_a_stop_removes_what_it_makes_impossible(world: tuple[Database, int]) -> None:
    """A session that is ended through its vendor leaves the vehicle with less than its next plan begins with."""

    def work(plans: Plans) -> None:
        plans.plan(2, 2, soc_start=0.75)
        plans.plan(3, 6, soc_start=0.3)
        stop(replace(plans.tx, now=MORNING + 5 * MINUTE), CHARGE, BEGUN.id)

    assert left(world, work) == [3]


@pytest.mark.parametrize("event", ["unplug", "vehicle_full", "connector_fault"])
def test_an_event_removes_what_it_makes_impossible(world: tuple[Database, int], event: str) -> None:
    """An event that ends the power leaves the vehicle with less than its next plan begins with."""

    def work(plans: Plans) -> None:
        plans.plan(2, 2, soc_start=0.75)
        plans.plan(3, 6, soc_start=0.3)
        at = MORNING + 5 * MINUTE
        sessions.save_session(plans.tx, replace(BEGUN, connector="connector_a1"))
        stations.insert_connectors(plans.tx.db, plans.tx.world.n, [replace(HPC, station=HERE.id)])
        simulate(replace(plans.tx, now=at), event, BEGUN.id, lambda now: now, None)

    assert left(world, work) == [3]


def test_an_outage_removes_what_followed_the_plans_in_it(world: tuple[Database, int]) -> None:
    """A plan that cannot begin because its station is silent does not charge the vehicle for the one after it."""

    def work(plans: Plans) -> None:
        plans.plan(2, 2, soc_start=0.7, soc_end=1.0)
        plans.plan(3, 4, station=HERE.id, soc_start=0.9)
        plans.plan(4, 8, station=HERE.id, soc_start=0.4)
        simulate(plans.tx, "station_silent", NEAR.id, lambda now: now, 3 * HOUR)

    assert left(world, work) == [4]
