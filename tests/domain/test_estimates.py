"""An estimate is what a session that nothing interrupts delivers and costs; its lines add up to its total."""

from dataclasses import replace
from math import ceil
from typing import Final

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.domain.estimates import best_connector, estimate
from app.domain.models import Vehicle
from app.domain.pricing import bill, tariff
from tests.domain.examples import CHARGE, STATION, plug
from tests.domain.examples import MORNING as NOW

CAR: Final = Vehicle(
    id="veh_1",
    uuid="",
    fleet=None,
    make="Volvo",
    model="EX30",
    plug="CCS",
    battery_wh=82_000,
    ac_kw=11.0,
    ac_phases=3,
    dc=((0.0, 150.0), (0.5, 150.0), (1.0, 20.0)),
    charge_to=0.8,
    org=None,
    owner=None,
    home=None,
)
EVERY_PRICE: Final = "eur vat=19 kwh=0.453 hour=3 session=0.84 starting=0.4958 blocking=0.084 grace=10 cap=12.00"


@given(
    st.sampled_from(
        [EVERY_PRICE, "eur vat=20 kwh=0.35", "isk vat=24 kwh=50 session=100", "eur vat=0", "eur vat=20 hour=6"]
    ),
    st.integers(0, 99),
    st.integers(1, 100),
    st.sampled_from([(150.0, 0), (50.0, 0), (22.0, 3), (3.7, 1)]),
)
def test_lines_add_up_to_the_bill(sold: str, level: int, more: int, power: tuple[float, int]) -> None:
    """The lines add up to the total, which is the bill for the energy and the time (CHARGE-088)."""
    target = min(100, level + more)
    made = estimate(CHARGE, CAR, STATION, plug(*power, tariff=sold), soc=level / 100, target=target / 100, now=NOW)

    assert sum(line.cost for line in made.lines) == made.total
    assert made.total == bill(tariff(sold), made.energy_wh, made.seconds).total
    assert made.seconds >= 10


def test_energy_is_what_the_battery_takes_through_its_losses() -> None:
    """From 28 to 80 percent, 82 kWh take 42.64 kWh, of which a meter on direct current shows a 24th more."""
    made = estimate(CHARGE, CAR, STATION, plug(150), soc=0.28, target=0.8, now=NOW)

    assert made.energy_wh == 42_640 * 100 // 96
    assert made.seconds == ceil(made.seconds)


def test_every_price_has_its_line() -> None:
    """Only what is billed by quantity has a unit and its price, both with VAT (CHARGE-088)."""
    made = estimate(CHARGE, CAR, STATION, plug(150, tariff=EVERY_PRICE), soc=0.28, target=0.8, now=NOW)

    shown = [(line.type, line.description, line.unit, line.unit_price) for line in made.lines]
    assert shown == [
        ("energy", "Energy", "kWh", 54),
        ("time", "Charging time", "h", 357),
        ("session_fee", "Session fee", None, None),
        ("session_fee", "Starting fee", None, None),
        ("idle_fee", "Idle fee", None, None),
    ]
    assert made.lines[0].quantity == made.energy_wh / 1000


def test_best_connector_charges_fastest() -> None:
    """Of the connectors that fit and are in service the fastest is taken, and of several the first by its id.

    See CHARGE-087.
    """
    slow, fast = replace(plug(22, 3), id="connector_a1"), replace(plug(150), id="connector_a3")
    same, dead = replace(plug(300), id="connector_a4"), replace(plug(300), id="connector_a0", in_service=False)
    other = replace(plug(300), id="connector_a2", standard="CHADEMO")

    def best(*connectors: object) -> str | None:
        found = best_connector(CAR, connectors, soc=0.28, target=0.8)  # type: ignore[arg-type]  # the connectors above
        return None if found is None else found.id

    assert best(slow, same, fast, dead, other) == "connector_a3"
    assert best(slow, dead, other) == "connector_a1"
    assert best(dead, other) is None


@pytest.mark.parametrize(("soc", "target"), [(0.995, 1.0), (0.0, 1.0)])
def test_longest_and_shortest_estimates_are_possible(soc: float, target: float) -> None:
    """A battery that is nearly full, and one that is empty, have an estimate."""
    assert estimate(CHARGE, CAR, STATION, plug(3.7, 1), soc=soc, target=target, now=NOW).energy_wh > 0
