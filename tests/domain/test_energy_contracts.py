"""The prices of energy contracts: what counts at an instant, and when that may change."""

from hypothesis import given
from hypothesis import strategies as st

from app.domain.clock import EARLIEST, HOUR, MINUTE, NEVER
from app.domain.energy_contracts import Rates, constant, read_rates, timeline, written_rates
from app.domain.smart_charging import Market

_MONDAY = 1_772_409_600_000_000
_NOON = _MONDAY + 12 * HOUR


def test_constant_price_counts_at_every_instant() -> None:
    """A single price counts from the first instant to the last, and never changes."""
    rates = Rates(_NOON, constant(200_000))

    assert [rates.price_at(at) for at in (EARLIEST, _NOON, NEVER)] == [200_000] * 3
    assert rates.change_after(_NOON) == NEVER


def test_price_counts_until_the_next_one() -> None:
    """Before the first of several prices there is none; the last one goes on to count."""
    rates = Rates(_NOON, ((_NOON, 1), (_NOON + 5 * HOUR, 2)))

    assert [rates.price_at(_NOON + hours * HOUR) for hours in (-1, 0, 4, 5, 500)] == [None, 1, 1, 2, 2]
    assert [rates.change_after(_NOON + hours * HOUR) for hours in (-1, 0, 5)] == [_NOON, _NOON + 5 * HOUR, NEVER]


def test_hourly_price_counts_for_an_hour() -> None:
    """After the hour there is none, unless the next one begins then."""
    rates = Rates(_NOON, ((_NOON, 1), (_NOON + 5 * HOUR, 2)), hourly=True)
    ends = _NOON + HOUR

    assert [rates.price_at(at) for at in (ends - 1, ends)] == [1, None]
    assert [rates.change_after(at) for at in (_NOON, ends)] == [ends, _NOON + 5 * HOUR]


def test_market_counts_where_a_contract_says_nothing() -> None:
    """Before the contract, and between its prices, the price is that of the market."""
    market = Market(1, _MONDAY)
    with_contract = Market(1, _MONDAY, (Rates(_NOON, ((_NOON, 7), (_NOON + 2 * HOUR, 8)), hourly=True),))
    instants = [_NOON - 1, _NOON, _NOON + HOUR, _NOON + 2 * HOUR]

    assert [with_contract.price_at(at) for at in instants] == [
        market.price_at(instants[0]),
        7,
        market.price_at(instants[2]),
        8,
    ]
    assert with_contract.kwh_price(12) == 7


def test_change_within_an_hour_is_seen() -> None:
    """The next change is the contract's where that comes before the end of the hour."""
    since = _NOON + 20 * MINUTE
    market = Market(1, _MONDAY, (Rates(since, constant(1)),))

    assert [market.change_after(at) for at in (_NOON, since)] == [since, _NOON + HOUR]
    assert market.kwh_price(12) == 1


def test_contract_for_the_building_comes_first() -> None:
    """Of those that say a price, the one for the building counts, then the newest one for all buildings."""
    newest = [Rates(3, constant(30))]
    of_building = [Rates(2, constant(20), building="here"), Rates(4, (), building="here")]
    oldest = [Rates(1, constant(10))]
    every = (newest, of_building, oldest)

    here = [rates.prices and rates.prices[0][1] for rates in timeline(every, "here")]
    there = [rates.prices and rates.prices[0][1] for rates in timeline(every, "there")]

    assert here == [10, 20, 20, 30]
    assert there == [10, 10, 30, 30]
    assert [rates.since for rates in timeline(every, None)] == [1, 2, 3, 4]


@given(
    since=st.integers(0, 1 << 40),
    prices=st.lists(st.tuples(st.integers(-(1 << 40), 1 << 40), st.integers(-(10**9), 10**9)), max_size=5),
    hourly=st.booleans(),
    building=st.none() | st.text(max_size=5),
)
def test_rates_are_read_as_they_were_written(
    since: int, prices: list[tuple[int, int]], *, hourly: bool, building: str | None
) -> None:
    """What is stored of rates in whole milliseconds gives the same rates."""
    cut = tuple(sorted((begins * 1000, price) for begins, price in prices))
    rates = Rates(since * 1000, cut, hourly, building)

    assert read_rates(written_rates(rates)) == rates


@given(
    prices=st.lists(st.tuples(st.integers(0, 100), st.integers(0, 9)), max_size=6),
    since=st.integers(0, 100),
    at=st.integers(0, 100),
    hourly=st.booleans(),
)
def test_changes_lie_ahead(prices: list[tuple[int, int]], since: int, at: int, *, hourly: bool) -> None:
    """The next change is later than the instant, and no later than the end of the hour; until then the price stays."""
    cut = tuple(sorted((_NOON + minutes * 7 * MINUTE, price) for minutes, price in prices))
    market = Market(1, _MONDAY, (Rates(_NOON + since * 7 * MINUTE, cut, hourly),))
    now = _NOON + at * 7 * MINUTE
    change = market.change_after(now)

    assert now < change <= now + HOUR
    assert market.price_at(now) == market.price_at(change - 1)


@given(
    st.recursive(
        st.none() | st.booleans() | st.integers() | st.text(),
        lambda inner: st.lists(inner) | st.dictionaries(st.sampled_from(["since", "prices", "hourly", "a"]), inner),
    ).filter(lambda found: isinstance(found, dict))
)
def test_odd_rates_are_read_or_left_out(body: dict[str, object]) -> None:
    """No JSON object makes the reading fail."""
    found = read_rates(body)

    assert found is None or isinstance(found.price_at(_NOON), int | None)
