"""A start is refused because of station, vehicle or card; the power follows from vehicle and connector."""

from dataclasses import replace
from typing import Final

import pytest

from app.domain.clock import MINUTE
from app.domain.errors import (
    AuthenticationRequiredError,
    ConnectorBusyError,
    Holder,
    PaymentDeclinedError,
    PlugMismatchError,
    Refusal,
    StationOfflineError,
    VehicleBusyError,
)
from app.domain.models import Card, Connector, PaymentMethod, Vehicle
from app.domain.sessions.start import authorise, battery_at, cap_kw, fits, in_order
from tests.domain.examples import HPC, ID3, MORNING, STATION, VEHICLES, plug

LEAF: Final = next(vehicle for vehicle in VEHICLES if vehicle.plug == "CHAdeMO")
ZOE: Final = next(vehicle for vehicle in VEHICLES if vehicle.ac_kw == 22)
CHADEMO: Final = replace(plug(50), standard="CHADEMO")
CARD: Final = PaymentMethod("pm_Example", "drv_Example", None, Card.GOOD)
HOLDER: Final = Holder("cs_Other", MORNING + MINUTE)
WRONGS: Final = (
    *("offline", "out of service", "silent", "broken", "plug", "connector busy", "vehicle busy"),
    *("declined", "declined lately", "unauthenticated"),
)
SENTENCES: Final = (
    "Station chst_Example is offline.",
    "Connector connector_a1 of chst_Example is out of service.",
    "Station chst_Example is silent until 2026-03-02T08:00:00.250Z.",
    "Connector connector_a1 of chst_Example is broken until 2026-03-02T08:00:00.250Z.",
    f"Connector connector_a1 (IEC_62196_T2_COMBO) does not fit the inlet of vehicle {LEAF.id} (CHAdeMO).",
    "Connector connector_a1 of chst_Example is busy: session cs_Other holds it until 2026-03-02T08:01:00.250Z.",
    f"Vehicle {ID3.id} is plugged in already: session cs_Other holds it until 2026-03-02T08:01:00.250Z.",
    *("The payment method pm_Example is declined.", "The payment method pm_Example is declined."),
    "The payment method pm_Example has to be authenticated by its holder first.",
)
"""What the refusals say, in the order of WRONGS."""
REFUSALS: Final = (
    *(StationOfflineError, StationOfflineError, StationOfflineError, StationOfflineError),
    *(PlugMismatchError, ConnectorBusyError, VehicleBusyError),
    *(PaymentDeclinedError, PaymentDeclinedError, AuthenticationRequiredError),
)


@pytest.mark.parametrize(("first", "refusal"), list(enumerate(REFUSALS)), ids=WRONGS)
def test_a_start_is_refused_for_the_first_thing_that_is_wrong(first: int, refusal: type[Refusal]) -> None:
    """Of several reasons, the first in the order of station, vehicle and card is raised."""
    alone, together = {WRONGS[first]}, set(WRONGS[first:])

    for wrong in (alone, together):
        with pytest.raises(refusal):
            _authorise(wrong)


@pytest.mark.parametrize(("wrong", "sentence"), list(zip(WRONGS, SENTENCES, strict=True)), ids=WRONGS)
def test_a_refused_start_says_what_is_wrong(wrong: str, sentence: str) -> None:
    """The text of a refusal names what it is about, and until when if that is planned."""
    with pytest.raises(Refusal) as refused:
        _authorise({wrong})

    assert str(refused.value) == sentence


@pytest.mark.parametrize("card", [Card.GOOD, Card.FAILS_AT_SETTLEMENT])
def test_a_start_with_nothing_wrong_is_not_refused(card: Card) -> None:
    """A card that fails at the settlement is accepted at the start."""
    authorise(STATION, HPC, ID3, replace(CARD, card=card), now=MORNING, connector_held_by=None, vehicle_held_by=None)


@pytest.mark.parametrize(
    ("after", "expected"), [(-1, True), (0, False), (MINUTE - 1, False), (MINUTE, True)], ids=["-1", "0", "59", "60"]
)
def test_a_station_or_connector_is_out_of_order_during_its_outage(after: int, expected: bool) -> None:  # noqa: FBT001 - a column
    """An outage includes its first instant and excludes its last."""
    silent = replace(STATION, silent_from=MORNING, silent_until=MORNING + MINUTE)
    broken = replace(HPC, broken_from=MORNING, broken_until=MORNING + MINUTE)

    assert in_order(silent, HPC, MORNING + after) is expected
    assert in_order(STATION, broken, MORNING + after) is expected


def test_a_card_may_be_declined_from_some_instant_on() -> None:
    """A card is declined from that instant on, and not before."""
    lost = replace(CARD, declined_from=MORNING)
    authorise(STATION, HPC, ID3, lost, now=MORNING - 1, connector_held_by=None, vehicle_held_by=None)

    with pytest.raises(PaymentDeclinedError):
        authorise(STATION, HPC, ID3, lost, now=MORNING, connector_held_by=None, vehicle_held_by=None)


@pytest.mark.parametrize(
    ("connector", "ccs", "chademo"),
    [(HPC, True, False), (CHADEMO, False, True), (plug(22, 3), True, True), (plug(3.68, 1), True, True)],
    ids=["CCS", "CHAdeMO", "three phases", "one phase"],
)
def test_a_plug_fits_by_its_standard(connector: Connector, ccs: bool, chademo: bool) -> None:  # noqa: FBT001 - columns of the table
    """Direct current needs the vehicle's own inlet; every vehicle takes alternating current."""
    assert (fits(ID3, connector), fits(LEAF, connector)) == (ccs, chademo)


@pytest.mark.parametrize(
    ("connector", "vehicle", "expected"),
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
def test_the_power_is_the_most_that_connector_and_vehicle_allow(
    connector: Connector, vehicle: Vehicle, expected: float
) -> None:
    """On alternating current it follows from the phases and amperes of both; on direct current from the connector."""
    assert cap_kw(vehicle, connector) == pytest.approx(expected)


def test_a_cold_battery_takes_less_but_something() -> None:
    """Fitness scales the curve on direct current, down to one kW, and has no effect on alternating current."""
    cold = battery_at(replace(ID3, dc=((0.0, 100.0), (1.0, 1.5))), HPC, fitness=0.5)

    assert cold.curve == ((0.0, 50.0), (1.0, 1.0))
    assert battery_at(ID3, plug(11, 3), fitness=0.5) == battery_at(ID3, plug(11, 3))


def _authorise(wrong: set[str]) -> None:
    declined = "declined" in wrong
    card = Card.DECLINED if declined else Card.NEEDS_AUTHENTICATION if "unauthenticated" in wrong else Card.GOOD
    station, connector, method = STATION, HPC, replace(CARD, card=card)
    if "silent" in wrong:
        station = replace(station, silent_from=MORNING, silent_until=MORNING + 1)
    if "broken" in wrong:
        connector = replace(connector, broken_from=MORNING, broken_until=MORNING + 1)
    if "declined lately" in wrong:
        method = replace(method, declined_from=MORNING)
    authorise(
        replace(station, online="offline" not in wrong),
        replace(connector, in_service="out of service" not in wrong),
        LEAF if "plug" in wrong else ID3,
        method,
        now=MORNING,
        connector_held_by=HOLDER if "connector busy" in wrong else None,
        vehicle_held_by=HOLDER if "vehicle busy" in wrong else None,
    )
