"""The scenarios that come with Wattif hold what they promise: two hundred sessions, one for each ending, or none."""

import re
from collections import Counter
from functools import cache
from typing import Final
from uuid import UUID

import pytest

from app.data_files import FIXTURES
from app.domain import reservations
from app.domain.clock import NEVER, instant
from app.domain.models import Outcome, Reason, Reservation, Session
from app.domain.sessions.view import LONGEST, final_total
from app.domain.smart_charging import Market
from app.generate.catalogue import catalogue
from app.generate.people import town
from app.scenario import conversion
from app.scenario.scenarios import Read
from tests.served import CHANNELS, planner, read

PLACED: Final = ["documented", "empty", "fault_parade"]
STATUSES: Final = {"pending", "confirmed", "completed", "cancelled", "failed", "expired"}
PARADE: Final = {
    # Session at Charge: why power stopped, what it became, and whether it has cost something.
    "Full": (Reason.FULL, Outcome.COMPLETED, True),
    "LimitReached": (Reason.LIMIT, Outcome.COMPLETED, True),
    "Stopped": (Reason.STOPPED, Outcome.COMPLETED, True),
    "Unplugged": (Reason.UNPLUGGED, Outcome.COMPLETED, True),
    "UnpluggedLongAfter": (Reason.FULL, Outcome.COMPLETED, True),
    "FaultBeforePower": (Reason.FAULT, Outcome.FAILED, False),
    "FaultWhileCharging": (Reason.FAULT, Outcome.FAILED, True),
    "Cancelled": (Reason.CANCELLED, Outcome.CANCELLED, False),
    "FullAlready": (Reason.FULL, Outcome.COMPLETED, False),
    "PaymentFails": (Reason.FULL, Outcome.COMPLETED, True),
    "SilentStation": (Reason.FULL, Outcome.COMPLETED, True),
    "SevenDays": (Reason.STOPPED, Outcome.COMPLETED, True),
    "Active": (Reason.FULL, Outcome.COMPLETED, True),
    "CariqaFull": (Reason.FULL, Outcome.COMPLETED, True),
    "CariqaUnplugged": (Reason.UNPLUGGED, Outcome.COMPLETED, True),
    "CariqaLongAfter": (Reason.FULL, Outcome.COMPLETED, True),
    "CariqaStopped": (Reason.STOPPED, Outcome.COMPLETED, True),
    "CariqaFault": (Reason.FAULT, Outcome.FAILED, True),
    "CariqaFullAlready": (Reason.FULL, Outcome.COMPLETED, False),
    "CariqaSilentStation": (Reason.FULL, Outcome.COMPLETED, True),
    "CariqaPaymentFails": (Reason.FULL, Outcome.COMPLETED, True),
    "CariqaLateRecord": (Reason.FULL, Outcome.COMPLETED, True),
    "CariqaSevenDays": (Reason.FULL, Outcome.COMPLETED, True),
    "CariqaActive": (Reason.FULL, Outcome.COMPLETED, True),
    "HomeFull": (Reason.FULL, Outcome.COMPLETED, False),
    "HomeUnplugged": (Reason.UNPLUGGED, Outcome.COMPLETED, False),
    "HomeFault": (Reason.FAULT, Outcome.FAILED, False),
    "HomeWaiting": (Reason.FULL, Outcome.COMPLETED, False),
}


def test_village_has_two_hundred_sessions() -> None:
    """Their number, with those of the magic objects, is exact."""
    sessions, _ = village()

    assert len(sessions) == 200


@pytest.mark.parametrize("channel", ["charge", "cariqa"])
def test_village_begins_with_active_sessions(channel: str) -> None:
    """Energy flows into a vehicle through either vendor."""
    sessions, _ = village()
    now = start(read("village"))

    assert any(it.channel == channel and it.started_at <= now < it.power_ends_at for it in sessions)


def test_village_shows_every_status() -> None:
    """It has reservations in all six statuses, and ended sessions of each channel and outcome."""
    sessions, booked = village()
    now = start(read("village"))

    assert {reservations.status(it, now) for it in booked if it.created_at <= now} == STATUSES
    assert {"charge", "cariqa", "home"} == {it.channel for it in sessions if it.ended_at <= now}
    assert {it.outcome for it in sessions if it.ended_at <= now} >= {Outcome.COMPLETED, Outcome.FAILED}
    assert any(it.created_at > now for it in sessions)


def test_village_is_small() -> None:
    """It is copied for every test, so it has few rows beside its sessions."""
    _, booked = village()
    size = read("village").scenario.population
    assert size is not None
    people = town(size, 30, catalogue())

    assert len(booked) <= 5 * len(size.days())
    assert len(people.vehicles) + len(people.cards) + len(people.stations) + len(people.connectors) < 100


def test_empty_world_has_no_sessions() -> None:
    """Only magic objects have sessions, and there is one object of each kind that a start takes."""
    objects = read("empty").scenario.objects
    own = {
        kind: [each for each in getattr(objects, kind) if "Magic" not in each.id + getattr(each, "name", "")]
        for kind in type(objects).model_fields
    }

    assert [len(some) for some in own.values()] == [0, 1, 1, 2, 3, 2, 0, 0, 0]


@pytest.mark.parametrize("ending", PARADE)
def test_parade_has_a_session_for_each_ending(ending: str) -> None:
    """It ends as its name says, for that reason, and has a price if energy was sold."""
    found = parade()[ending]
    reason, outcome, costs = PARADE[ending]

    assert (found.reason, found.outcome, final_total(found) > 0) == (reason, outcome, costs)


def test_parade_has_no_other_sessions() -> None:
    """Each session is one of those with a known ending."""
    assert parade().keys() == PARADE.keys()


def test_parade_begins_after_its_sessions() -> None:
    """All sessions have ended and are settled, but for those that are to be active, unpaid or late."""
    now = start(read("fault_parade"))
    active = {name for name, it in parade().items() if it.ended_at > now}
    unpaid = {name for name, it in parade().items() if it.ended_at <= now < it.settled_at}

    assert active == {"Active", "CariqaActive", "HomeWaiting"}
    assert unpaid == {"PaymentFails", "CariqaPaymentFails", "CariqaLateRecord"}
    assert parade()["PaymentFails"].settled_at == parade()["CariqaPaymentFails"].settled_at == NEVER


def test_parade_has_rare_sessions() -> None:
    """It has a blocking fee at its cap, sessions of exactly seven days, and an end that is seen late."""
    sessions = parade()

    assert sessions["CariqaLongAfter"].blocking_cost == 1200
    assert sessions["UnpluggedLongAfter"].unplugged_at > sessions["UnpluggedLongAfter"].ended_at + 3600 * 1_000_000
    for name in ("SevenDays", "CariqaSevenDays"):
        assert sessions[name].unplugged_at == sessions[name].created_at + LONGEST
    assert sessions["SilentStation"].power_ends_at == instant("2026-03-04T08:50:00Z")
    assert sessions["SilentStation"].energy_wh == sessions["Full"].energy_wh


@pytest.mark.parametrize("name", PLACED)
def test_ids_have_the_forms_of_the_vendors(name: str) -> None:
    """Ids of Charge end in 32 letters and digits, and each UUID has version 4."""
    objects = read(name).scenario.objects
    ids = [each.id for kind in type(objects).model_fields if kind != "users" for each in getattr(objects, kind)]
    others = {each.id for each in objects.documents if each.vendor != "charge"}
    others |= {each.id for each in objects.payment_methods if each.user is not None}
    uuids = [*(vehicle.uuid for vehicle in objects.vehicles), *(session.uuid for session in objects.sessions)]

    assert [
        each
        for each in ids
        if each not in others
        and not re.fullmatch("(flt|drv|pm|veh|chst|cs|res|acct|pol|est|inv|rpt|wh)_[A-Za-z0-9]{32}", each)
    ] == []
    assert [each for each in uuids if each and not each.startswith("3c90c3cc") and UUID(each).version != 4] == []


@pytest.mark.parametrize("file", sorted(FIXTURES.glob("*.yaml")), ids=lambda file: file.stem)
def test_clocks_stand_still_but_for_the_town(file: str) -> None:
    """A test that takes another scenario finds it at the same instant each time."""
    clock = read(str(file)).scenario.clock

    assert (clock.speed == 0 and clock.start != "now") == ("town" not in str(file))


@cache
def village() -> tuple[list[Session], list[Reservation]]:
    """All that has happened and will in a village, without a database."""
    source = read("village")
    numbers, seed = source.scenario.population, source.scenario.seed
    assert numbers is not None
    market, plans = Market(seed, source.monday), planner(numbers, seed, source.monday)
    entries = [entry for day in numbers.days() for entry in plans.day(day)]
    drawn = [entry.session for entry in entries if entry.session]
    booked = [entry.reservation for entry in entries if entry.reservation]
    return [*drawn, *conversion.sessions(source.scenario.objects, CHANNELS, market, 1)], booked


@cache
def parade() -> dict[str, Session]:
    """The sessions of the parade by what their ids say."""
    source = read("fault_parade")
    placed = conversion.sessions(source.scenario.objects, CHANNELS, Market(1, source.monday), 1)
    counted = Counter(it.id for it in placed)

    assert max(counted.values()) == 1

    return {it.id.removeprefix("cs_FaultParade").rstrip("0"): it for it in placed if "FaultParade" in it.id}


def start(source: Read) -> int:
    return instant(source.scenario.clock.start)
