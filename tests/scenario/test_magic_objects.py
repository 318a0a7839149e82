"""Each world has the same magic objects, and what they have done before does not disturb a test."""

import re
from functools import cache
from typing import Final

import pytest

from app.data_files import FIXTURES
from app.domain.clock import DAY, HOUR, MINUTE, NEVER, SECOND, WEEK, instant
from app.domain.models import Card, Session
from app.domain.sessions.view import final_total
from app.domain.smart_charging import Market
from app.main import VENDORS
from app.scenario import conversion
from app.scenario.checks import contradictions
from app.scenario.files import Source
from app.scenario.instants import Week
from app.scenario.language import language
from app.scenario.objects import Objects
from tests.served import CHANNELS, read

MONDAY: Final = instant("2026-03-02T00:00:00Z")
NAMES: Final = sorted(file.stem for file in FIXTURES.glob("*.yaml"))
DEBTOR, UNBILLED = "00000000-0000-4000-8000-0000000000d1", "00000000-0000-4000-8000-0000000000d2"
AWAY, PLUGGED_IN, UNPLUGGED = (f"veh_Magic{name}" for name in ("CarNeverAtHome", "CarPluggedIn", "CarNotPluggedIn"))


@pytest.mark.parametrize("name", NAMES)
def test_scenarios_have_the_magic_objects(name: str) -> None:
    """All of them, under the same ids, placed in the week in which the clock starts."""
    found = read(name)
    moved = magic(found.monday)

    for kind in Objects.model_fields:
        assert [each for each in getattr(found.scenario.objects, kind) if each in getattr(moved, kind)] == getattr(
            moved, kind
        )


def test_magic_ids_are_recognisable() -> None:
    """An id of Charge begins with `Magic` and has 32 letters and digits; a UUID is mostly zeros."""
    objects = magic()
    ids = [each.id for kind in Objects.model_fields if kind != "users" for each in getattr(objects, kind)]
    uuids = [
        *(each.uuid for each in objects.vehicles),
        *(each.uuid for each in objects.sessions),
        *(each.id for each in objects.users),
    ]

    assert [each for each in ids if not re.fullmatch("[a-z]+_Magic[A-Za-z0-9]{27}", each)] == []
    assert [each for each in uuids if not str(each).startswith("00000000-0000-4000-8000-0000000000")] == []
    assert len(set(ids)) == len(ids)


def test_magic_objects_have_no_faults() -> None:
    """They do not contradict themselves in any week."""
    for monday in (MONDAY, MONDAY + 40 * WEEK, MONDAY - 3000 * WEEK):
        assert contradictions(magic(monday), Objects(), CHANNELS, Market(1, monday)) == []


def test_charge_shows_no_magic_sessions() -> None:
    """Its lists hold what the scenario says only."""
    assert "charge" not in {it.channel for it in magic().sessions}


def test_magic_sessions_have_no_events_in_the_first_week() -> None:
    """A world that goes through its first week meets none of their events but on its first morning."""
    instants = {
        at
        for it in sessions()
        for at in (it.created_at, it.started_at, it.power_ends_at, it.ended_at, it.unplugged_at, it.settled_at)
    }

    assert [at for at in instants if MONDAY + 5 * HOUR < at < MONDAY + WEEK] == []


def test_one_vehicle_is_plugged_in_all_week() -> None:
    """It is at home at each instant at which the world can start."""
    now_at_home = [it for it in of(PLUGGED_IN) if it.unplugged_at > MONDAY]

    assert [(it.created_at, it.unplugged_at) for it in now_at_home] == [(MONDAY, MONDAY + WEEK)]
    assert all(it.smart is not None and it.smart.at_home for it in of(PLUGGED_IN))


def test_one_vehicle_was_plugged_in() -> None:
    """It was at home, and saved something by waiting."""
    assert of(UNPLUGGED)
    assert max(it.unplugged_at for it in of(UNPLUGGED)) < MONDAY - DAY
    assert all(it.smart is not None and it.smart.at_home and it.smart.actual_savings_e4 > 0 for it in of(UNPLUGGED))


def test_one_vehicle_is_never_at_home() -> None:
    """It has charged away from home only."""
    assert len(of(AWAY)) == 2
    assert [it.smart.at_home for it in of(AWAY) if it.smart is not None] == [False, False]


def test_three_vehicles_have_one_owner() -> None:
    """One organisation and one user name all of them."""
    vehicles = [vehicle for vehicle in magic().vehicles if vehicle.org is not None]

    assert len(vehicles) == 3
    assert len({(vehicle.org, vehicle.owner) for vehicle in vehicles}) == 1


def test_one_user_has_a_debt() -> None:
    """It is old, and no other magic session is unpaid."""
    unpaid = [it for it in sessions() if it.settled_at == NEVER]

    assert [it.user for it in unpaid] == [DEBTOR]
    assert final_total(unpaid[0]) > 0
    assert unpaid[0].ended_at < MONDAY - 2 * WEEK


def test_one_user_has_no_billing_data() -> None:
    """All others have billing data."""
    assert [user.id for user in magic().users if not user.has_billing_data] == [UNBILLED]


def test_cards_fail_in_each_way() -> None:
    """There is one card for each way in which a card fails."""
    behaviours = [card.card for card in magic().payment_methods if card.user is None]

    assert behaviours == [Card.DECLINED, Card.NEEDS_AUTHENTICATION, Card.FAILS_AT_SETTLEMENT]


def test_stations_fail_in_each_way() -> None:
    """One is offline; connectors fail, are out of order, or fall silent; two have no fault."""
    fast = [it for station in magic().stations if station.kind == "hpc" for it in station.connectors]
    ten_minutes = 10 * MINUTE // SECOND

    assert [it.id.rstrip("0") for it in magic().stations if not it.online] == ["chst_MagicStationOffline"]
    assert [it.evse_id for it in fast if it.faults_after_s == ten_minutes] == ["DE*WTF*EFAULTY*1"]
    assert [it.evse_id for it in fast if it.silent_after_s == ten_minutes] == ["DE*WTF*ESILENT*1"]
    assert [it.evse_id for it in fast if not it.in_service] == ["DE*WTF*EFAULTY*2"]


@cache
def magic(monday: int = MONDAY) -> Objects:
    """The magic objects of a world whose clock starts in the week of that Monday."""
    path = FIXTURES / "catalogue" / "magic.yaml"
    return language(VENDORS).objects.model_validate(Source(path, path.read_bytes()).data(), context=Week(monday))


@cache
def sessions() -> list[Session]:
    return conversion.sessions(magic(), CHANNELS, Market(1, MONDAY), 1)


def of(vehicle: str) -> list[Session]:
    """The sessions of a vehicle whose id begins so."""
    return [it for it in sessions() if it.vehicle.startswith(vehicle)]
