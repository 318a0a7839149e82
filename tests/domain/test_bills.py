"""Bills are exact to the cent, as computed by hand and by fractions, and never fall while a session goes on."""

from decimal import Decimal
from fractions import Fraction
from math import ceil, floor
from typing import Final

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.domain.pricing import NOTHING, Bill, Shown, Tariff, bill, shown, tariff, vat_inside

HOUR: Final = 3_600
PRICES: Final = st.none() | st.decimals("0", "9.9999", places=4) | st.decimals("0", "500", places=2)
VATS: Final = st.sampled_from(["0", "8.1", "17", "19", "20", "21", "25", "25.5", "27"]).map(Decimal)
TARIFFS: Final = st.builds(
    Tariff,
    currency=st.sampled_from(["eur", "chf", "gbp", "huf"]),
    vat=VATS | st.decimals("0", "30", places=2),
    kwh=PRICES,
    hour=PRICES,
    session=PRICES,
    starting=PRICES,
    blocking=PRICES,
    grace=st.none() | st.integers(0, 1_440),
    cap=st.none() | st.decimals("0", "50", places=2),
)
ENERGIES: Final = st.integers(0, 150_000)
SPANS: Final = st.integers(0, 7 * 24 * HOUR)


@pytest.mark.parametrize(
    ("line", "energy_wh", "seconds", "expected"),
    [
        # per kWh: 0.453 x 10 x 1.19 = 5.3907
        ("eur vat=19 kwh=0.453", 10_000, 10, Bill(kwh=539)),
        ("eur vat=19 kwh=0.453", 1, 10, Bill(kwh=0)),
        ("eur vat=19 kwh=0.453", 10, 10, Bill(kwh=1)),
        ("gbp vat=0 kwh=0.79", 33_333, 10, Bill(kwh=2_633)),
        ("huf vat=27 kwh=180", 10_000, 10, Bill(kwh=228_600)),
        # the smallest unit is 1 ISK or JPY, and a thousandth of a KWD
        ("isk vat=24 kwh=45.1", 10_000, 10, Bill(kwh=559)),
        ("jpy vat=10 kwh=35 hour=100 session=0.5", 10_000, 5_400, Bill(kwh=385, time=165, session=1)),
        ("isk vat=0 blocking=20.4 cap=50.5", 1, 121, Bill(blocking=51)),
        ("kwd vat=0 kwh=0.1205 starting=0.25", 10_000, 10, Bill(kwh=1_205, starting=250)),
        ("kwd vat=5 blocking=0.0105 cap=0.0125", 1, 121, Bill(blocking=13)),
        # 0.3347 x 12.345 x 1.255 = 5.1855; 0.5 x 10 x 1.081 = 5.405
        ("eur vat=25.5 kwh=0.3347", 12_345, 10, Bill(kwh=519)),
        ("chf vat=8.1 kwh=0.5", 10_000, 10, Bill(kwh=541)),
        # per hour: 12.5 x 1.5 x 1.2 = 22.50; 61 s: 0.2542
        ("eur vat=20 hour=12.5", 1, 5_400, Bill(time=2_250)),
        ("eur vat=20 hour=12.5", 1, 61, Bill(time=25)),
        ("eur vat=20 hour=12.5", 1, 0, Bill()),
        ("eur vat=25.5 hour=1", 1, HOUR, Bill(time=126)),
        # once: 1.975 x 1.2 = 2.37; 0.4958 x 1.19 = 0.590002; 0.35 x 1.081 = 0.37835
        ("eur vat=20 session=1.975", 1, 0, Bill(session=237)),
        ("eur vat=19 starting=0.4958", 1, 0, Bill(starting=59)),
        ("chf vat=8.1 session=0.35 starting=0.35", 1, 0, Bill(session=38, starting=38)),
        # blocking: 0.0841 x 1.19 = 0.100079 for each started minute after four hours
        ("eur vat=19 blocking=0.0841 grace=240", 1, 14_400, Bill()),
        ("eur vat=19 blocking=0.0841 grace=240", 1, 14_401, Bill(blocking=10)),
        ("eur vat=19 blocking=0.0841 grace=240", 1, 14_460, Bill(blocking=10)),
        ("eur vat=19 blocking=0.0841 grace=240", 1, 14_461, Bill(blocking=20)),
        ("eur vat=19 blocking=0.0841 grace=240", 1, 14_400 + 100 * 60, Bill(blocking=1_001)),
        ("eur vat=19 blocking=0.0841", 1, 0, Bill()),
        ("eur vat=19 blocking=0.0841", 1, 1, Bill(blocking=10)),
        ("eur vat=19 blocking=0.0841 grace=0", 1, 61, Bill(blocking=20)),
        ("eur vat=25.5 blocking=0.2 grace=60", 1, HOUR + 1, Bill(blocking=25)),
        # the cap has VAT in it: 119 x 0.100079 = 11.909, 120 x 0.100079 = 12.009
        ("eur vat=19 blocking=0.0841 grace=240 cap=12.00", 1, 14_400 + 119 * 60, Bill(blocking=1_191)),
        ("eur vat=19 blocking=0.0841 grace=240 cap=12.00", 1, 14_400 + 120 * 60, Bill(blocking=1_200)),
        ("eur vat=19 blocking=0.0841 grace=240 cap=12.00", 1, 604_800, Bill(blocking=1_200)),
        ("eur vat=19 blocking=0.0841 grace=240 cap=0", 1, 604_800, Bill()),
        ("eur vat=19 blocking=0.0841 cap=0.15", 1, 600, Bill(blocking=15)),
        # a cap or a grace period alone costs nothing
        ("eur vat=19 grace=60 cap=5", 1, 604_800, Bill()),
        ("eur vat=19", 50_000, 604_800, Bill()),
        ("eur vat=19 kwh=0 hour=0 session=0 starting=0 blocking=0", 50_000, 604_800, Bill()),
        # all fees together
        ("eur vat=20 kwh=0.575 hour=12.5 session=1.975", 20_000, 1_800, Bill(kwh=1_380, time=750, session=237)),
        (
            "eur vat=19 kwh=0.5 hour=1.2 session=0.84 starting=0.5 blocking=0.1 grace=60 cap=20",
            30_000,
            2 * HOUR,
            Bill(kwh=1_785, time=286, session=100, starting=60, blocking=714),
        ),
    ],
)
def test_a_bill_is_the_sum_computed_by_hand(line: str, energy_wh: int, seconds: int, expected: Bill) -> None:
    """Every fee, alone and together, at several rates of VAT."""
    assert bill(tariff(line), energy_wh, seconds) == expected


def test_a_bill_of_the_documented_example() -> None:
    """10 kWh at 0.453 net and 19 % VAT cost 5.39, with 0.86 VAT inside, at a shown price of 0.54."""
    sold = tariff("eur vat=19 kwh=0.453")

    total = bill(sold, 10_000, 10).total

    assert total == 539
    assert vat_inside(sold, total) == 86
    assert str(shown(sold).kwh) == "0.54"


@pytest.mark.parametrize(
    ("line", "energy_wh", "half_up"),
    [
        ("eur vat=0 session=0.005", 1, 1),
        ("eur vat=0 session=0.125", 1, 13),
        ("eur vat=0 session=1.005", 1, 101),
        ("eur vat=0 kwh=0.5", 50, 3),
        ("chf vat=8.1 kwh=0.5", 10_000, 541),
        ("eur vat=25 kwh=0.5", 8, 1),
        ("eur vat=0 hour=0.125", 1, 13),
        ("eur vat=0 blocking=0.005", 1, 30),
    ],
)
def test_a_half_cent_is_rounded_up_and_not_to_even(line: str, energy_wh: int, half_up: int) -> None:
    """Half a cent is a cent; an hour's blocking is rounded once, and not by the minute."""
    assert bill(tariff(line), energy_wh, HOUR).total == half_up


@given(sold=TARIFFS, energy_wh=ENERGIES.filter(bool), seconds=SPANS)
@settings(deadline=None, max_examples=150)
def test_each_line_is_exact_and_rounded_once(sold: Tariff, energy_wh: int, seconds: int) -> None:
    """Each line is the exact amount, rounded once to the cent, half up."""
    gross = 1 + Fraction(sold.vat) / 100
    minutes = ceil(Fraction(max(0, seconds - 60 * (sold.grace or 0)), 60))
    blocking = _cents(Fraction(sold.blocking or 0) * minutes * gross)

    made = bill(sold, energy_wh, seconds)

    assert made.kwh == _cents(Fraction(sold.kwh or 0) * energy_wh / 1000 * gross)
    assert made.time == _cents(Fraction(sold.hour or 0) * seconds / HOUR * gross)
    assert made.session == _cents(Fraction(sold.session or 0) * gross)
    assert made.starting == _cents(Fraction(sold.starting or 0) * gross)
    assert made.blocking == (blocking if sold.cap is None else min(blocking, _cents(Fraction(sold.cap))))


@given(sold=TARIFFS, energy_wh=ENERGIES, seconds=SPANS)
@settings(deadline=None, max_examples=100)
def test_lines_of_a_bill_add_up_to_its_total(sold: Tariff, energy_wh: int, seconds: int) -> None:
    """The total is the sum of the lines."""
    made = bill(sold, energy_wh, seconds)

    assert made.total == made.kwh + made.time + made.session + made.starting + made.blocking


@given(
    sold=TARIFFS,
    energies=st.tuples(ENERGIES, ENERGIES).map(sorted),
    spans=st.tuples(SPANS, SPANS).map(sorted),
)
@settings(deadline=None, max_examples=150)
def test_a_bill_never_falls(sold: Tariff, energies: list[int], spans: list[int]) -> None:
    """More energy and more time make no line smaller."""
    before, after = (bill(sold, energy_wh, seconds) for energy_wh, seconds in zip(energies, spans, strict=True))

    assert all(earlier <= later for earlier, later in zip(_lines(before), _lines(after), strict=True))
    assert before.total <= after.total


@given(sold=TARIFFS, seconds=SPANS)
@settings(deadline=None, max_examples=100)
def test_a_session_without_energy_costs_nothing(sold: Tariff, seconds: int) -> None:
    """Without energy there is no bill, for any fees and any time."""
    assert bill(sold, 0, seconds) == NOTHING
    assert NOTHING.total == 0


@given(sold=TARIFFS, total=st.integers(0, 10_000_000))
@settings(deadline=None, max_examples=100)
def test_vat_and_net_make_the_total(sold: Tariff, total: int) -> None:
    """The VAT inside a total is its exact share by the rate, rounded half up to the cent."""
    exact = total - total / (1 + Fraction(sold.vat) / 100)

    assert vat_inside(sold, total) == floor(exact + Fraction(1, 2))


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        (
            "eur vat=19 kwh=0.453 hour=12.5 session=0.84 starting=0.4958 blocking=0.0841 grace=240 cap=12.00",
            ("0.54", "0.25", "1.00", "0.59", "0.10", 240, "12.00"),
        ),
        ("eur vat=20 hour=12.5", (None, "0.25", None, None, None, None, None)),
        ("chf vat=8.1 kwh=0.5", ("0.54", None, None, None, None, None, None)),
        ("eur vat=0 kwh=0.125 session=2", ("0.13", None, "2.00", None, None, None, None)),
        ("eur vat=19 kwh=0", ("0.00", None, None, None, None, None, None)),
        ("eur vat=19", (None, None, None, None, None, None, None)),
    ],
)
def test_shown_prices_include_vat_and_time_is_by_the_minute(line: str, expected: tuple[str | int | None, ...]) -> None:
    """Shown prices include VAT and have two decimals, time is per minute, and a missing price stays missing."""
    seen = shown(tariff(line))

    assert tuple(None if price is None else str(price) for price in _prices(seen)) == tuple(
        None if price is None else str(price) for price in expected
    )


@given(sold=TARIFFS)
@settings(deadline=None, max_examples=100)
def test_a_tariff_reads_back_as_it_was_written(sold: Tariff) -> None:
    """The line of a tariff is read as the same tariff, and names only prices that the tariff has."""
    read = tariff(str(sold))

    assert read == sold
    assert str(read) == str(sold)


@pytest.mark.parametrize(
    "line",
    [
        *("", "eur", "vat=19", "eur kwh=0.5", "eur vat", "eur  vat=19", "eur vat=19 ", "eur vat=19 kwh", "eur;vat=19"),
        *("eur vat=x", "eur vat=", "eur vat=19 kwh=", "eur vat=19 kwh=0,5"),
        *("eur vat=19 grace=1.5", "eur vat=19 grace=soon", "eur vat=19 fee=1", "eur vat=19 currency=chf"),
    ],
)
def test_a_malformed_line_is_no_tariff(line: str) -> None:
    """A line that no tariff writes is refused with a ValueError."""
    with pytest.raises(ValueError, match=r"\w"):
        tariff(line)


@pytest.mark.parametrize("price", ["NaN", "Infinity", "-1"])
def test_no_price_is_negative_or_no_number(price: str) -> None:
    """A price that is negative or not finite is refused when the tariff is read."""
    with pytest.raises(ValueError, match=r"\w"):
        tariff(f"eur vat=19 kwh={price}")


def _cents(amount: Fraction) -> int:
    return floor(100 * amount + Fraction(1, 2))


def _lines(made: Bill) -> tuple[int, ...]:
    return (made.kwh, made.time, made.session, made.starting, made.blocking)


def _prices(seen: Shown) -> tuple[Decimal | int | None, ...]:
    return (seen.kwh, seen.minute, seen.session, seen.starting, seen.blocking, seen.grace, seen.cap)
