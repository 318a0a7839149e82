"""Between two sessions a vehicle drives no further than time and battery allow, and does not charge."""

from dataclasses import replace
from typing import Final

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.domain.clock import DAY, HOUR, MINUTE
from app.domain.drives import MOST_KMH, distance_km, is_drivable, is_in_time, lead_on, soc_after_drive
from app.domain.models import Station, Vehicle
from tests.domain.examples import ID3, STATION, VEHICLES, session

BERLIN: Final = STATION
PARIS: Final = replace(STATION, latitude="48.856600", longitude="2.352200")
SOCS: Final = st.floats(0, 1)
SPANS: Final = st.integers(0, 14 * DAY)
CARS: Final = st.sampled_from(VEHICLES)
STATIONS: Final = st.builds(
    lambda latitude, longitude: replace(STATION, latitude=f"{latitude:.6f}", longitude=f"{longitude:.6f}"),
    st.floats(-90, 90),
    st.floats(-180, 180),
)


def test_the_distance_between_two_cities_is_that_of_the_atlas() -> None:
    """Berlin and Paris are 878 km apart as the crow flies."""
    assert distance_km(BERLIN, PARIS) == pytest.approx(878, abs=1)


@given(one=STATIONS, other=STATIONS)
def test_a_distance_is_the_same_both_ways(one: Station, other: Station) -> None:
    """It is at most half of the way round the earth, and nothing from a place to itself."""
    assert distance_km(one, other) == pytest.approx(distance_km(other, one))
    assert 0 <= distance_km(one, other) <= 20_016
    assert distance_km(one, one) == 0


def test_a_distance_takes_its_time() -> None:
    """110 km take an hour, and no less."""
    assert is_in_time(MOST_KMH, HOUR)
    assert not is_in_time(MOST_KMH, HOUR - MINUTE)


@pytest.mark.parametrize(
    ("left_with", "arrives_with", "km", "span", "possible"),
    [
        pytest.param(0.8, 0.8, 0, 0, True, id="it stays where it is"),
        pytest.param(0.8, 0.81, 0, HOUR, False, id="it has charged on the way"),
        pytest.param(0.8, 0.6, 50, HOUR, True, id="it drives"),
        pytest.param(0.8, 0.6, 50, 20 * MINUTE, False, id="it drives too fast"),
        pytest.param(0.8, 0.79, 50, HOUR, False, id="it uses too little"),
        pytest.param(0.8, 0.1, 0, HOUR, False, id="it uses more than it can in the time"),
    ],
)
def test_a_drive_uses_what_its_distance_takes(
    *, left_with: float, arrives_with: float, km: float, span: int, possible: bool
) -> None:
    """The state of charge falls by what the distance takes at least, and what the time allows at most."""
    assert is_drivable(ID3, left_with=left_with, arrives_with=arrives_with, km=km, span=span) is possible


def test_a_session_leads_on_to_a_later_one_only() -> None:
    """The earlier session has to end before the later one begins."""
    earlier = session(soc=0.4, target=0.8)
    later = replace(earlier, created_at=earlier.unplugged_at + HOUR, soc_start=0.7)

    assert lead_on(ID3, earlier, later, 20)
    assert not lead_on(ID3, later, earlier, 20)
    assert not lead_on(ID3, earlier, replace(later, created_at=earlier.unplugged_at - 1, soc_start=0.8), 0)


@given(car=CARS, left_with=SOCS, share=SOCS, km=st.floats(0, 20_000), span=SPANS)
def test_a_state_of_charge_on_arrival_fits_the_time(
    *, car: Vehicle, left_with: float, share: float, km: float, span: int
) -> None:
    """For any distance, the vehicle arrives with what it left with, less what can be driven in the time."""
    arrives = soc_after_drive(car, left_with=left_with, share=share, km=km, span=span)

    assert min(0.05, left_with) <= arrives <= left_with
    assert is_drivable(car, left_with=left_with, arrives_with=arrives, km=0, span=span)


@given(car=CARS, share=SOCS, km=st.floats(0, 150), hours=st.floats(2, 48))
def test_a_state_of_charge_on_arrival_fits_the_distance(*, car: Vehicle, share: float, km: float, hours: float) -> None:
    """If time and battery allow, the vehicle has used what the distance takes."""
    span = round(hours * HOUR)
    arrives = soc_after_drive(car, left_with=1.0, share=share, km=km, span=span)

    assert is_drivable(
        car, left_with=1.0, arrives_with=arrives, km=min(km, 0.9 * car.battery_wh / 1000 / 0.18), span=span
    )


@given(car=CARS, left_with=SOCS, share=SOCS, km=st.floats(0, 20_000))
def test_a_vehicle_that_has_had_no_time_arrives_as_it_left(
    *, car: Vehicle, left_with: float, share: float, km: float
) -> None:
    """In the instant of its unplugging, its state of charge is the same to the last bit."""
    assert soc_after_drive(car, left_with=left_with, share=share, km=km, span=0) == left_with
