"""Starts, plans, scenarios and archives refuse the same collisions, each by the kinds that it checks."""

import asyncio
from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace
from functools import cache, partial
from itertools import combinations
from operator import attrgetter
from typing import Any, Final

import pytest
from hypothesis import event, given, settings
from hypothesis import strategies as st

from app.archive.consistency import _overlapping as archive_faults
from app.domain.clock import MILLISECOND, MINUTE, instant
from app.domain.exclusivity import EVERYTHING, PHYSICAL, VEHICLE, collide
from app.domain.models import Session
from app.domain.smart_charging import Market
from app.operations.displaced_plans import drop_displaced_plans
from app.scenario import conversion
from app.scenario.checks import contradictions, together
from app.scenario.instants import Week
from app.scenario.objects import Objects
from app.store import availability, parties, sessions, stations, visits, worlds
from app.store.database.protocol import Database, Transaction
from app.store.database.url import open_database
from app.store.world_transaction import WorldTransaction
from tests.databases import Databases, Kept
from tests.served import CHANNELS, read

MONDAY: Final = instant("2026-03-02T00:00:00Z")
MARKET: Final = Market(1, MONDAY)
STATION: Final = "chst_EmptyStation00000000000000000000"
VEHICLES: Final = ("veh_EmptyCarOfDriver0000000000000000", "veh_EmptyCarOfUser000000000000000000")
DRIVER: Final = "drv_EmptyDriver000000000000000000000"
USER: Final = "00000000-0000-4000-8000-00000000e001"
CARD: Final = "pm_EmptyCardOfDriver000000000000000"
CHANNEL: Final = st.sampled_from(["charge", "cariqa"])
Written = list[dict[str, Any]]


@st.composite
def crowds(draw: st.DrawFn) -> Written:
    """Two to four sessions of one morning, as a scenario writes them, with random connectors, vehicles and people."""
    return [
        {
            "id": f"cs_Crowd{n:027}",
            "uuid": f"00000000-0000-4000-8000-00000000c{n:03}",
            "channel": channel,
            "station": STATION,
            "connector": draw(st.sampled_from(["connector_a1", "connector_a2"])),
            "vehicle": draw(st.sampled_from(VEHICLES)),
            "driver": DRIVER if channel == "charge" else draw(st.sampled_from([None, DRIVER])),
            "user": USER if channel == "cariqa" else draw(st.sampled_from([None, USER])),
            "payment_method": CARD,
            "created": f"+PT{begins}M",
            "started": f"+PT{begins}M",
            "unplugged": f"+PT{begins + lasts}M",
            "power_kw": 5,
            "energy_kwh": 1,
        }
        for n, (begins, lasts, channel) in enumerate(
            draw(st.lists(st.tuples(st.integers(0, 40), st.integers(1, 20), CHANNEL), min_size=2, max_size=4))
        )
    ]


@cache
def people() -> Objects:
    """The objects of an empty world, without the sessions of the magic ones."""
    return read("empty").scenario.objects.model_copy(update={"sessions": []})


@pytest.fixture(scope="module")
def world(databases: Databases, made: Kept) -> Iterator[tuple[Database, int]]:
    """A database, and the number of a world in it without sessions."""
    kept = databases.copy(made)
    (number,) = (row.n for row in kept.rows("SELECT n FROM world WHERE name = 'default' AND state = 'open'"))
    kept.run("DELETE FROM session WHERE world = :world", world=number)
    with closing(open_database(kept.url)) as database:
        asyncio.run(database.change(partial(settle, number=number)))
        yield database, number
    databases.drop(kept)


def settle(db: Transaction, number: int) -> None:
    """Inserts the station and the vehicles of the written sessions into a world."""
    stations.insert_stations(db, number, [conversion.station(each) for each in people().stations if each.id == STATION])
    parties.insert_vehicles(db, number, [conversion.vehicle(each) for each in people().vehicles if each.id in VEHICLES])


@settings(max_examples=60, deadline=None)
@given(written=crowds())
def test_starts_plans_scenarios_and_archives_refuse_the_same_collisions(
    world: tuple[Database, int], written: Written
) -> None:
    """Plans and scenarios refuse every collision, starts and archives those by a connector or a vehicle."""
    objects = Objects.model_validate({"sessions": written}, context=Week(MONDAY))
    placed = conversion.sessions(together(objects, people()), CHANNELS, MARKET, 1)
    pairs = list(combinations(placed, 2))
    personal = any(collide(earlier, later) for earlier, later in pairs)
    physical = any(collide(earlier, later, PHYSICAL) for earlier, later in pairs)
    event(f"collides: {personal}, physically: {physical}")

    assert bool(contradictions(objects, people(), CHANNELS, MARKET)) is personal
    assert bool(list(archive_faults(placed))) is physical
    for earlier, later in (sorted(pair, key=attrgetter("created_at")) for pair in pairs):
        assert stored(world, earlier, later) == {
            "planned": not collide(earlier, later, EVERYTHING),
            "kept beside a start": not collide(earlier, later, EVERYTHING),
            "started": not collide(earlier, later, PHYSICAL),
        }


def stored(world: tuple[Database, int], earlier: Session, later: Session) -> dict[str, bool]:
    """Whether the store accepts the later session beside the earlier one; everything is rolled back."""
    database, number = world

    def look(db: Transaction) -> dict[str, bool]:
        found = worlds.numbered(db, number, worlds.OPEN)
        assert found is not None
        sessions.insert_sessions(db, number, [earlier])
        planned = availability.is_free(db, number, later)
        at = WorldTransaction(db, found, later.created_at, CHANNELS)
        started = not (
            availability.connector_use(at, later.station, later.connector).holder or _is_plugged_in(at, later.vehicle)
        )
        # A plan begins after the start, with the charge that its vehicle then has.
        begins = max(later.created_at, earlier.created_at + MILLISECOND)
        plan = replace(later, created_at=begins, soc_start=earlier.soc_end)
        sessions.insert_sessions(db, number, [plan])
        begun = WorldTransaction(db, found, earlier.created_at, CHANNELS)
        drop_displaced_plans(begun, [earlier])
        kept = sessions.session_shown_as(begun, later.id if later.channel == "charge" else later.uuid) is not None
        sessions.remove_session(begun, earlier.n)
        sessions.remove_session(begun, later.n)
        return {"planned": planned, "kept beside a start": kept, "started": started}

    assert later.created_at - earlier.created_at < MINUTE * 60
    return asyncio.run(database.change(look))


def _is_plugged_in(tx: WorldTransaction, vehicle: str) -> bool:
    """Whether the vehicle's last session has not been unplugged, as a start asks it."""
    last = visits.last_visit(tx, (VEHICLE, vehicle), before=tx.now + 1)
    return last is not None and last.unplugged_at > tx.now
