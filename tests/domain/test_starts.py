"""A start is refused because of people, vehicle, station or card; the power follows from vehicle and connector."""

from dataclasses import replace
from typing import Final

import pytest

from app.domain.clock import MINUTE, instant
from app.domain.errors import (
    AuthenticationRequiredError,
    CardExpiredError,
    ConnectorBusyError,
    Holder,
    InsufficientFundsError,
    NotActiveError,
    PaymentDeclinedError,
    PaymentScopeError,
    PlugMismatchError,
    Refusal,
    StationOfflineError,
    VehicleBusyError,
)
from app.domain.models import Card, Connector, Driver, Fleet, PaymentMethod, Vehicle
from app.domain.sessions.authorisation import authorise_payment, authorise_visit
from app.domain.sessions.start import battery_at, cap_kw, fits, in_order
from tests.domain.examples import HPC, ID3, MORNING, STATION, VEHICLES, plug

LEAF: Final = next(vehicle for vehicle in VEHICLES if vehicle.plug == "CHAdeMO")
ZOE: Final = next(vehicle for vehicle in VEHICLES if vehicle.ac_kw == 22)
CHADEMO: Final = replace(plug(50), standard="CHADEMO")
CARD: Final = PaymentMethod("pm_Example", "drv_Example", None, Card.GOOD)
DRIVER: Final = Driver("drv_Example", "Example", "example@drivers.example")
FLEET: Final = Fleet("flt_Example", "Example", None)
EXPIRED: Final = '{"card":{"exp_month":2,"exp_year":2026}}'
"""The details of a card that has expired before `MORNING`."""
HOLDER: Final = Holder("cs_Other", MORNING + MINUTE)
WRONGS: Final = (
    *("driver", "vehicle", "fleet"),
    *("offline", "out of service", "silent", "broken", "plug", "connector busy", "vehicle busy"),
    *("owner", "expired", "declined", "declined lately", "no funds", "unauthenticated"),
)
SENTENCES: Final = (
    "The driver drv_Example is suspended.",
    f"The vehicle {ID3.id} is retired.",
    "The fleet flt_Example is archived.",
    "Station chst_Example is offline.",
    "Connector connector_a1 of chst_Example is out of service.",
    "Station chst_Example is silent until 2026-03-02T08:00:00.250Z.",
    "Connector connector_a1 of chst_Example is broken until 2026-03-02T08:00:00.250Z.",
    f"Connector connector_a1 (IEC_62196_T2_COMBO) does not fit the inlet of vehicle {LEAF.id} (CHAdeMO).",
    "Connector connector_a1 of chst_Example is busy: session cs_Other holds it until 2026-03-02T08:01:00.250Z.",
    f"Vehicle {ID3.id} is plugged in already: session cs_Other holds it until 2026-03-02T08:01:00.250Z.",
    "The payment method pm_Example belongs to another driver or fleet.",
    "The card pm_Example has expired.",
    *("The payment method pm_Example is declined.", "The payment method pm_Example is declined."),
    "The payment method pm_Example has insufficient funds.",
    "The payment method pm_Example has to be authenticated by its holder first.",
)
"""What the refusals say, in the order of WRONGS."""
REFUSALS: Final = (
    *(NotActiveError, NotActiveError, NotActiveError),
    *(StationOfflineError, StationOfflineError, StationOfflineError, StationOfflineError),
    *(PlugMismatchError, ConnectorBusyError, VehicleBusyError),
    *(PaymentScopeError, CardExpiredError, PaymentDeclinedError, PaymentDeclinedError),
    *(InsufficientFundsError, AuthenticationRequiredError),
)


@pytest.mark.parametrize(("first", "refusal"), list(enumerate(REFUSALS)), ids=WRONGS)
def test_a_start_is_refused_for_the_first_thing_that_is_wrong(first: int, refusal: type[Refusal]) -> None:
    """Of several reasons, the first in the order of people, station, vehicle and card is raised."""
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
    _authorise_with(replace(CARD, card=card), MORNING)


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
    _authorise_with(lost, MORNING - 1)

    with pytest.raises(PaymentDeclinedError):
        _authorise_with(lost, MORNING)


@pytest.mark.parametrize(
    ("owners", "is_paid"),
    [
        ((None, None), True),
        (("drv_Example", None), True),
        (("drv_Other", None), False),
        ((None, "flt_Example"), True),
        ((None, "flt_Other"), False),
        (("drv_Other", "flt_Example"), True),
        (("drv_Example", "flt_Other"), True),
    ],
)
def test_a_payment_method_pays_for_its_owners_only(owners: tuple[str | None, str | None], is_paid: bool) -> None:  # noqa: FBT001 - a column
    """It pays for its driver's sessions and for its fleet's; one without an owner pays for all."""
    driver, fleet = owners
    method = replace(CARD, driver=driver, fleet=fleet)

    if is_paid:
        authorise_payment(method, driver=DRIVER, fleet=FLEET, now=MORNING)
    else:
        with pytest.raises(PaymentScopeError):
            authorise_payment(method, driver=DRIVER, fleet=FLEET, now=MORNING)


def test_a_card_is_good_through_its_last_month() -> None:
    """A card expires when its last month is over in UTC."""
    march = replace(CARD, details='{"card":{"exp_month":3,"exp_year":2026}}')
    _authorise_with(march, instant("2026-03-31T23:59:59.999Z"))

    with pytest.raises(CardExpiredError):
        _authorise_with(march, instant("2026-04-01T00:00:00Z"))


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


def _authorise_with(method: PaymentMethod, now: int) -> None:
    """Authorises a start with which nothing else is wrong."""
    authorise_visit(
        *(STATION, HPC, ID3),
        driver=DRIVER,
        fleet=FLEET,
        now=now,
        connector_held_by=None,
        vehicle_held_by=None,
    )
    authorise_payment(method, driver=DRIVER, fleet=FLEET, now=now)


def _authorise(wrong: set[str]) -> None:
    cards = {
        "declined": Card.DECLINED,
        "no funds": Card.INSUFFICIENT_FUNDS,
        "unauthenticated": Card.NEEDS_AUTHENTICATION,
    }
    card = next((behaviour for each, behaviour in cards.items() if each in wrong), Card.GOOD)
    station, connector, method = STATION, HPC, replace(CARD, card=card)
    vehicle = LEAF if "plug" in wrong else ID3
    if "silent" in wrong:
        station = replace(station, silent_from=MORNING, silent_until=MORNING + 1)
    if "broken" in wrong:
        connector = replace(connector, broken_from=MORNING, broken_until=MORNING + 1)
    if "declined lately" in wrong:
        method = replace(method, declined_from=MORNING)
    if "owner" in wrong:
        method = replace(method, driver="drv_Other")
    if "expired" in wrong:
        method = replace(method, details=EXPIRED)
    authorise_visit(
        replace(station, online="offline" not in wrong),
        replace(connector, in_service="out of service" not in wrong),
        replace(vehicle, status="retired") if "vehicle" in wrong else vehicle,
        driver=replace(DRIVER, status="suspended") if "driver" in wrong else DRIVER,
        fleet=replace(FLEET, status="archived") if "fleet" in wrong else FLEET,
        now=MORNING,
        connector_held_by=HOLDER if "connector busy" in wrong else None,
        vehicle_held_by=HOLDER if "vehicle busy" in wrong else None,
    )
    authorise_payment(method, driver=DRIVER, fleet=FLEET, now=MORNING)
