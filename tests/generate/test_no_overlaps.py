"""The sessions of a connector, of a vehicle and of a driver follow one another."""

from collections import defaultdict
from collections.abc import Callable, Hashable
from itertools import pairwise

import pytest

from app.domain.clock import HOUR, MINUTE
from app.domain.models import Session
from app.domain.sessions.start import fits
from app.domain.sessions.view import LONGEST, final_bill
from tests.generate.conftest import Lived


@pytest.mark.parametrize(
    "key",
    [lambda it: (it.station, it.connector), lambda it: it.vehicle, lambda it: it.driver],
    ids=["connector", "vehicle", "driver"],
)
def test_sessions_follow_one_another(lived: Lived, key: Callable[[Session], Hashable]) -> None:
    """Over forty days each connector, vehicle and driver is free again before its next session."""
    held = defaultdict(list)
    for session in lived.every_session:
        if key(session) is not None:
            held[key(session)].append(session)
    pairs = [pair for some in held.values() for pair in pairwise(sorted(some, key=lambda it: it.created_at))]

    assert [(before.id, after.id) for before, after in pairs if after.created_at < before.unplugged_at] == []
    assert len(pairs) > 1000


def test_instants_of_a_session_are_in_order(lived: Lived) -> None:
    """It is created, power starts, power ends, it ends, the vehicle is unplugged; and it is settled after its end."""
    for session in lived.every_session:
        assert session.created_at <= session.started_at <= session.power_ends_at
        assert session.power_ends_at <= session.ended_at <= session.unplugged_at
        assert session.settled_at >= session.ended_at
        assert session.touched_at == session.created_at


def test_sessions_are_short(lived: Lived) -> None:
    """A session lasts less than 20 hours, so that a day overlaps with the day before only."""
    longest = max(session.unplugged_at - session.created_at for session in lived.every_session)

    assert longest < 20 * HOUR + 5 * MINUTE < LONGEST


def test_instants_are_whole_milliseconds(lived: Lived) -> None:
    """No planned instant has more digits than the vendors show."""
    for session in lived.every_session:
        assert session.created_at % 1000 == session.started_at % 1000 == session.power_ends_at % 1000 == 0
        assert session.ended_at % 1000 == session.unplugged_at % 1000 == session.settled_at % 1000 == 0


def test_vehicles_fit_their_connectors(lived: Lived) -> None:
    """No vehicle charges at a connector that does not fit it."""
    vehicles = {vehicle.id: vehicle for vehicle in lived.town.vehicles}
    connectors = {(connector.station, connector.id): connector for connector in lived.town.connectors}

    assert all(fits(vehicles[it.vehicle], connectors[it.station, it.connector]) for it in lived.every_session)


def test_states_of_charge_are_shares(lived: Lived) -> None:
    """A state of charge is from 0 to 1, and charging never lowers it."""
    for session in lived.every_session:
        assert 0 <= session.soc_start <= session.soc_end <= 1
        assert (session.energy_wh > 0) <= (session.soc_end > session.soc_start)


def test_energy_has_a_price(lived: Lived) -> None:
    """No line of a bill is negative, and a session without energy costs nothing."""
    for session in lived.every_session:
        lines = tuple(final_bill(session))

        assert min(lines) >= 0
        assert session.energy_wh > 0 or sum(lines) == 0
