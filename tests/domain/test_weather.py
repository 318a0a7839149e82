"""Weather follows place, season and hour, and is the same for the same seed."""

from itertools import pairwise
from statistics import mean
from typing import Final

from hypothesis import given
from hypothesis import strategies as st

from app.domain.clock import DAY, HOUR, MINUTE, instant
from app.domain.weather import Place, clearness, elevation, mean_temperature, sunshine, temperature

BERLIN: Final = Place(52.5, 13.4)
LISBON: Final = Place(38.7, -9.1)
CAPE_TOWN: Final = Place(-33.9, 18.4)
NEW_YEAR: Final = instant("2026-01-01T00:00:00Z") // DAY
PLACES = st.builds(Place, st.floats(-90, 90), st.floats(-180, 180))


def test_january_is_colder_than_july_in_the_north() -> None:
    """The means of months follow the season, which is the other one in the south, and the latitude."""
    winter, summer = range(NEW_YEAR, NEW_YEAR + 31), range(NEW_YEAR + 181, NEW_YEAR + 212)

    def month(place: Place, days: range) -> float:
        return mean(mean_temperature(1, place, day) for day in days)

    assert month(BERLIN, winter) + 10 < month(BERLIN, summer)
    assert month(CAPE_TOWN, summer) + 10 < month(CAPE_TOWN, winter)
    assert month(BERLIN, winter) + 4 < month(LISBON, winter)


def test_a_day_resembles_the_one_before() -> None:
    """Means of days that follow one another differ less than those of days that are weeks apart."""
    means = [mean_temperature(3, BERLIN, NEW_YEAR + day) for day in range(365)]
    steps = mean(abs(after - before) for before, after in pairwise(means))
    apart = mean(abs(after - before) for before, after in zip(means, means[21:], strict=False))

    assert steps < 0.6 * apart


def test_afternoons_are_warmer_than_nights() -> None:
    """The warmest hour of a day is in the afternoon by the sun."""
    noon = instant("2026-05-10T00:00:00Z")
    hours = [temperature(1, BERLIN, noon + hour * HOUR) for hour in range(24)]

    assert 12 <= hours.index(max(hours)) <= 17


@given(seed=st.integers(0, 2**53), place=PLACES, at=st.integers(0, 100 * 365 * DAY))
def test_temperature_has_no_jumps(seed: int, place: Place, at: int) -> None:
    """Within a minute the temperature changes by less than a tenth of a degree, and it is one of this planet."""
    assert abs(temperature(seed, place, at + MINUTE) - temperature(seed, place, at)) < 0.1
    assert -60 < temperature(seed, place, at) < 65


@given(seed=st.integers(0, 2**53), place=PLACES, at=st.integers(0, 100 * 365 * DAY))
def test_sun_shines_by_day_only(seed: int, place: Place, at: int) -> None:
    """Sunshine is a share from 0 to 1, and 0 while the sun is below the horizon."""
    found = sunshine(seed, place, at)

    assert 0 <= found <= 1
    assert found == 0 or elevation(place, at) > 0


def test_skies_are_clear_and_dull() -> None:
    """A year has clear days, dull ones, and more in between."""
    found = [clearness(1, BERLIN, NEW_YEAR + day) for day in range(365)]

    assert min(found) < 0.3
    assert max(found) > 0.9
    assert 0.45 < mean(found) < 0.75
