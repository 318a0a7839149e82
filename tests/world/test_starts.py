"""A start is refused for what is wrong with the place, the car or the card; else car and connector agree on a power."""

from dataclasses import replace
from typing import Final

import pytest

from app.world.charging import authorise, battery_at, cap_kw, fits
from app.world.entities import Card, Connector, PaymentMethod, Vehicle
from app.world.errors import (
    ConnectorBusyError,
    PaymentDeclinedError,
    PlugMismatchError,
    Refusal,
    StationOfflineError,
    VehicleBusyError,
)
from tests.world.garage import CARS, HPC, ID3, STATION, plug

LEAF: Final = next(car for car in CARS if car.plug == "CHAdeMO")
ZOE: Final = next(car for car in CARS if car.ac_kw == 22)
CHADEMO: Final = replace(plug(50), standard="CHADEMO")
CARD: Final = PaymentMethod("pm_Garage", "drv_Garage", None, Card.GOOD)
WRONGS: Final = ("offline", "out of service", "plug", "connector busy", "vehicle busy", "declined")
REFUSALS: Final = (
    *(StationOfflineError, StationOfflineError, PlugMismatchError),
    *(ConnectorBusyError, VehicleBusyError, PaymentDeclinedError),
)


@pytest.mark.parametrize(("first", "refusal"), list(enumerate(REFUSALS)), ids=WRONGS)
def test_the_first_wrong_is_the_one_that_is_named(first: int, refusal: type[Refusal]) -> None:
    """Whatever is wrong after it, a start is refused for the first thing in the order of place, car and card."""
    alone, together = {WRONGS[first]}, set(WRONGS[first:])

    for wrong in (alone, together):
        with pytest.raises(refusal):
            _authorise(wrong)


@pytest.mark.parametrize("card", [Card.GOOD, Card.FAILS_AT_SETTLEMENT])
def test_nothing_wrong_is_no_refusal(card: Card) -> None:
    """With a place, a car and a card there is nothing to say; a card that fails later is good so far."""
    authorise(STATION, HPC, ID3, replace(CARD, card=card), connector_busy=False, vehicle_busy=False)

    with pytest.raises(PaymentDeclinedError):
        authorise(STATION, HPC, ID3, replace(CARD, card=Card.DECLINED), connector_busy=False, vehicle_busy=False)


@pytest.mark.parametrize(
    ("connector", "ccs", "chademo"),
    [(HPC, True, False), (CHADEMO, False, True), (plug(22, 3), True, True), (plug(3.68, 1), True, True)],
    ids=["CCS", "CHAdeMO", "three phases", "one phase"],
)
def test_which_plug_fits(connector: Connector, ccs: bool, chademo: bool) -> None:  # noqa: FBT001 - columns of the table
    """Direct current needs the car's own inlet; every car takes alternating current."""
    assert (fits(ID3, connector), fits(LEAF, connector)) == (ccs, chademo)


@pytest.mark.parametrize(
    ("connector", "car", "expected"),
    [
        (plug(22, 3), ID3, 11),
        (plug(22, 3), ZOE, 22),
        (plug(22, 3), LEAF, 6.6),
        (plug(11, 3), ZOE, 11),
        (plug(11.04, 3), LEAF, 3.68),
        (plug(3.68, 1), ID3, 11 / 3),
        (plug(7.36, 1), ID3, 11 / 3),
        (plug(7.36, 1), LEAF, 6.6),
        (plug(2.3, 1), LEAF, 2.3),
        (plug(300), ID3, 300),
        (CHADEMO, LEAF, 50),
    ],
)
def test_the_power_that_both_agree_on(connector: Connector, car: Vehicle, expected: float) -> None:
    """On alternating current by the phases and amperes they share; on direct current the connector's."""
    assert cap_kw(car, connector) == pytest.approx(expected)


def test_a_cold_battery_takes_less_but_something() -> None:
    """Fitness scales the curve on direct current, not below one kW, and leaves alternating current alone."""
    cold = battery_at(replace(ID3, dc=((0.0, 100.0), (1.0, 1.5))), HPC, fitness=0.5)

    assert cold.curve == ((0.0, 50.0), (1.0, 1.0))
    assert battery_at(ID3, plug(11, 3), fitness=0.5) == battery_at(ID3, plug(11, 3))


def _authorise(wrong: set[str]) -> None:
    authorise(
        replace(STATION, online="offline" not in wrong),
        replace(HPC, in_service="out of service" not in wrong),
        LEAF if "plug" in wrong else ID3,
        replace(CARD, card=Card.DECLINED if "declined" in wrong else Card.GOOD),
        connector_busy="connector busy" in wrong,
        vehicle_busy="vehicle busy" in wrong,
    )
