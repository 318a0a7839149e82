"""A change of a session removes the planned sessions that its vehicle, its driver or its user cannot come to."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import pytest

from app.domain.clock import HOUR, MINUTE
from app.domain.sessions.start import started_id
from app.operations.displaced_plans import drop_displaced_plans
from app.operations.simulate import simulate
from app.operations.stop import stop
from app.store import parties, sessions, stations
from app.store.database.protocol import Database
from tests.domain.examples import CHARGE, HPC, MORNING
from tests.operations.planned_world import BEGUN, CAR, FAR, HERE, NEAR, OTHER_CAR, Plans, left


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


@pytest.mark.parametrize(("is_started", "expected"), [(True, [3]), (False, [])])
def test_a_vehicle_comes_back_from_a_caller(
    world: tuple[Database, int], *, is_started: bool, expected: list[int]
) -> None:
    """Where a caller started it further away than its battery reaches, it may come back as soon as time allows."""

    def work(plans: Plans) -> None:
        plans.plan(2, 4)
        plans.plan(3, 7)
        seed = plans.tx.world.seed
        change(plans, station=FAR.id, id=started_id(seed, BEGUN.n) if is_started else BEGUN.id)

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


def test_plans_after_a_removed_one_are_removed(world: tuple[Database, int]) -> None:
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
