"""Inverters: no energy is lost between the sun, the household, the battery and the grid."""

from dataclasses import replace
from typing import Final

from hypothesis import given, settings
from hypothesis import strategies as st

from app.domain.clock import DAY, HOUR, instant
from app.domain.inverters import Inverter, flow
from app.domain.weather import Place, elevation

PLANT: Final = Inverter("plant", 3, Place(48.1, 11.6), 10_200, battery_wh=10_000, least_wh=2_000, most_wh=9_000)
BARE: Final = replace(PLANT, battery_wh=0, least_wh=0, most_wh=0)
YEAR: Final = instant("2026-01-01T00:00:00Z")
HOURS = st.integers(0, 365 * 24 - 1).map(lambda hour: YEAR + hour * HOUR)
SEEDS = st.integers(0, 2**53)


@given(seed=SEEDS, at=HOURS)
@settings(deadline=None)
def test_battery_keeps_its_limits(seed: int, at: int) -> None:
    """Its charge stays between least and most, and its power below half of its capacity an hour."""
    found = flow(replace(PLANT, seed=seed), at)

    assert PLANT.least_wh <= found.battery_wh <= PLANT.most_wh
    assert abs(found.battery_w) <= PLANT.battery_wh // 2


@given(seed=SEEDS, at=HOURS)
@settings(deadline=None)
def test_battery_gains_what_it_takes(seed: int, at: int) -> None:
    """From hour to hour its charge changes by its power, across midnight too, half of it in half an hour."""
    plant = replace(PLANT, seed=seed)
    before, after = flow(plant, at), flow(plant, at + HOUR)

    assert after.battery_wh == before.battery_wh - before.battery_w
    assert abs(flow(plant, at + HOUR // 2).battery_wh - (before.battery_wh - before.battery_w / 2)) < 1


@given(seed=SEEDS, at=HOURS)
@settings(deadline=None)
def test_power_adds_up(seed: int, at: int) -> None:
    """To the grid goes what production and battery give and the household does not take, which comes first."""
    found = flow(replace(PLANT, seed=seed), at)

    assert found.surplus_w == found.production_w - found.household_w
    assert found.to_grid_w == found.surplus_w + found.battery_w
    assert found.battery_w <= 0 if found.surplus_w > 0 else found.battery_w >= 0
    assert abs(found.to_grid_w) <= abs(found.surplus_w)


@given(seed=SEEDS, at=HOURS)
def test_plant_produces_by_day_only(seed: int, at: int) -> None:
    """There is no production at night, none above the rating, and a household always takes something."""
    found = flow(replace(BARE, seed=seed), at)

    assert 0 <= found.production_w <= BARE.rating_w
    assert found.production_w == 0 or elevation(BARE.place, at + HOUR // 2) > 0
    assert found.household_w > 0
    assert (found.battery_w, found.battery_wh) == (0, 0)


def test_summer_gives_more_than_winter() -> None:
    """June gives several times as much as December."""
    june, december = (instant(f"2026-{month}-01T00:00:00Z") for month in ("06", "12"))
    sums = [sum(flow(BARE, since + hour * HOUR).production_w for hour in range(30 * 24)) for since in (june, december)]

    assert sums[0] > 3 * sums[1] > 0


def test_battery_is_used_in_summer() -> None:
    """In a month of summer it is both charged and discharged on most days."""
    june = instant("2026-06-01T00:00:00Z")
    days = [[flow(PLANT, june + day * DAY + hour * HOUR).battery_w for hour in range(24)] for day in range(30)]

    assert sum(min(day) < 0 < max(day) for day in days) > 20
