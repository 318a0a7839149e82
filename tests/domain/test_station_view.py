"""What a station and its connectors show at an instant follows from outages, visits and reservations."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Final

from app.domain.clock import HOUR, MINUTE, NEVER
from app.domain.models import Connector, Station
from app.domain.station_view import (
    ConnectorUse,
    Hold,
    StationUse,
    connector_conditions,
    connector_statuses,
    free_span,
    station_status,
    updated,
)
from tests.domain.examples import MORNING as NOW
from tests.domain.examples import STATION, plug

FIRST, SECOND = "connector_a1", "connector_a2"
GOOD: Final = plug(150)
HERE: Final = replace(STATION, created_at=NOW - 9 * HOUR)


def use_of(
    first: tuple[int | None, int | None] = (None, None),
    second: tuple[int | None, int | None] = (None, None),
    *,
    station: Station = HERE,
    holds: Sequence[Hold] = (),
    connector: Connector = GOOD,
) -> StationUse:
    """A station with two connectors; a pair of instants is the last visit of one."""
    return StationUse(
        station,
        [ConnectorUse(connector, *first), ConnectorUse(replace(GOOD, id=SECOND), *second)],
        holds,
    )


def held(connector: str, since: int, until: int) -> Hold:
    return Hold(HERE.id, connector, since, until)


def span(use: StationUse) -> tuple[int, int] | None:
    return free_span(use, connector_statuses(use, NOW), NOW)


def test_connectors_have_four_statuses() -> None:
    """A connector is out of service, or else occupied until the vehicle leaves, or else reserved, or else available.

    See CHARGE-072.
    """
    visit = (NOW - HOUR, NOW + 1)
    hold = [held(FIRST, NOW, NOW + HOUR), held(SECOND, NOW + 1, NOW + HOUR)]

    assert connector_statuses(use_of(visit, (NOW - HOUR, NOW)), NOW) == ["occupied", "available"]
    assert connector_statuses(use_of(holds=hold), NOW) == ["reserved", "available"]
    assert connector_statuses(use_of(holds=hold), NOW + HOUR) == ["available", "available"]
    assert connector_statuses(use_of(visit, holds=hold), NOW) == ["occupied", "available"]
    assert connector_statuses(use_of(visit, connector=replace(GOOD, in_service=False)), NOW) == [
        "out_of_service",
        "available",
    ]
    broken = use_of(visit, connector=replace(GOOD, broken_from=NOW, broken_until=NOW + 1))
    assert connector_statuses(broken, NOW) == ["out_of_service", "available"]
    assert connector_statuses(broken, NOW + 1) == ["available", "available"]


def test_connectors_of_silent_stations_are_out_of_service() -> None:
    """While a station is silent or offline none of its connectors can be used (CHARGE-072)."""
    silent = use_of((NOW - HOUR, NOW + HOUR), station=replace(HERE, silent_from=NOW, silent_until=NOW + MINUTE))

    assert connector_statuses(silent, NOW) == ["out_of_service"] * 2
    assert connector_statuses(silent, NOW + MINUTE) == ["occupied", "available"]
    assert connector_statuses(use_of(station=replace(HERE, online=False)), NOW) == ["out_of_service"] * 2


def test_stations_have_three_statuses() -> None:
    """A station is inactive while it is silent, in maintenance while no connector works, and else active.

    See CHARGE-072.
    """
    silent = use_of(station=replace(HERE, silent_from=NOW, silent_until=NOW + MINUTE))
    active, broken = ["available", "out_of_service"], ["out_of_service"] * 2

    assert station_status(silent, broken, NOW) == "inactive"
    assert station_status(silent, active, NOW + MINUTE) == "active"
    assert station_status(use_of(), broken, NOW) == "maintenance"


def test_free_station_is_free_until_reservations_take_it() -> None:
    """The forecast begins now and lasts an hour, or until reservations have taken all free connectors (CHARGE-078)."""
    soon, later = held(FIRST, NOW + 5 * MINUTE, NOW + HOUR), held(SECOND, NOW + 9 * MINUTE, NOW + HOUR)

    assert span(use_of()) == (NOW, NOW + HOUR)
    assert span(use_of(holds=[soon])) == (NOW, NOW + HOUR)
    assert span(use_of(holds=[soon, later])) == (NOW, NOW + 9 * MINUTE)
    assert span(use_of(second=(NOW - HOUR, NOW + HOUR), holds=[soon])) == (NOW, NOW + 5 * MINUTE)


def test_busy_station_tells_when_it_becomes_free() -> None:
    """The forecast of a station without a free connector begins when the first one is free again (CHARGE-078)."""
    busy = use_of((NOW - HOUR, NOW + 9 * MINUTE), (NOW - HOUR, NOW + 7 * MINUTE))
    reserved = replace(busy, holds=[held(SECOND, NOW - 1, NOW + 20 * MINUTE)])
    silent = replace(busy, station=replace(HERE, silent_from=NOW, silent_until=NOW + 30 * MINUTE))

    assert span(busy) == (NOW + 7 * MINUTE, NOW + 7 * MINUTE + HOUR)
    assert span(reserved) == (NOW + 9 * MINUTE, NOW + 9 * MINUTE + HOUR)
    assert span(silent) == (NOW + 30 * MINUTE, NOW + 30 * MINUTE + HOUR)


def test_dead_station_has_no_forecast() -> None:
    """A station that is offline for good, or that has no connector in service, is never free (CHARGE-078)."""
    assert span(use_of(station=replace(HERE, online=False))) is None
    alone = StationUse(HERE, [ConnectorUse(replace(GOOD, in_service=False), None, None)])
    assert span(alone) is None


def test_station_is_updated_by_its_last_change() -> None:
    """The last change is that of a visit, an outage or a reservation, and no change that is still to come.

    See CHARGE-080.
    """
    assert updated(use_of(), NOW) == HERE.created_at
    assert updated(use_of((NOW - HOUR, NOW + 1)), NOW) == NOW - HOUR
    assert updated(use_of((NOW - HOUR, NOW - MINUTE)), NOW) == NOW - MINUTE
    assert updated(use_of(holds=[held(FIRST, NOW - 5, NEVER)]), NOW) == NOW - 5
    silent = use_of(station=replace(HERE, silent_from=NOW - 7, silent_until=NOW + 1))
    assert updated(silent, NOW) == NOW - 7
    assert updated(silent, NOW + 1) == NOW + 1


def test_a_connector_out_of_service_has_a_reason() -> None:
    """It is broken, withdrawn by its operator for good or for maintenance, or nothing is heard of it."""
    broken = replace(GOOD, broken_from=NOW, broken_until=NOW + HOUR)
    silent = replace(HERE, silent_from=NOW, silent_until=NOW + MINUTE)

    def condition(connector: Connector, station: Station = HERE) -> str:
        return connector_conditions(use_of(connector=connector, station=station), NOW)[0]

    assert condition(broken) == "broken"
    assert condition(replace(broken, for_maintenance=True)) == "withdrawn"
    assert condition(replace(GOOD, in_service=False)) == "withdrawn"
    assert condition(GOOD, silent) == condition(GOOD, replace(HERE, online=False)) == "unknown"
    assert condition(replace(GOOD, for_maintenance=True)) == "available"


def test_a_change_of_prices_updates_a_station() -> None:
    """From the instant of the change on, `updated` is not before it."""
    changing = replace(GOOD, next_tariff="eur vat=0", next_tariff_at=NOW)

    assert updated(use_of(connector=changing), NOW) == NOW
    assert updated(use_of(connector=changing), NOW - 1) == HERE.created_at
