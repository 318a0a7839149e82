"""The prices of energy contracts: what a kWh costs at home, from when on, and in which building.

Prices are whole millionths of a EUR per kWh. Each time that a contract changes, its new rates are kept as a document
of their own, because a document has a greatest size. A member of another type than it should have counts as if it were
left out.
"""

from bisect import bisect_right
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from .clock import EARLIEST, HOUR, MILLISECOND, NEVER

LONGEST_LIST: Final = 1_000
"""The most prices of a contract: one for each hour of six weeks, less a day."""


@dataclass(frozen=True, slots=True)
class Rates:
    """What a contract says from the instant `since` on, for a building, or for all of them where that is None.

    Each of the `prices` holds from its instant until the next one; if they are `hourly`, for an hour at most.
    """

    since: int
    prices: tuple[tuple[int, int], ...]
    hourly: bool = False
    building: str | None = None

    def price_at(self, at: int) -> int | None:
        """The price of a kWh at an instant; None if the contract does not say it."""
        place = bisect_right(self.prices, (at, NEVER)) - 1
        if place < 0:
            return None
        begins, price = self.prices[place]
        return price if not self.hourly or at < begins + HOUR else None

    def change_after(self, at: int) -> int:
        """The next instant, after `at`, at which the price may be another."""
        place = bisect_right(self.prices, (at, NEVER))
        following = self.prices[place][0] if place < len(self.prices) else NEVER
        ends = self.prices[place - 1][0] + HOUR if self.hourly and place > 0 else NEVER
        return min(following, ends) if at < ends else following


def constant(price: int) -> tuple[tuple[int, int], ...]:
    """The prices of a contract with the same price all the time."""
    return ((EARLIEST, price),)


def read_rates(body: Mapping[str, Any]) -> Rates | None:
    """The rates that a document has; None if it has none."""
    if not _is_whole(body.get("since")) or not isinstance(body.get("prices"), list):
        return None
    pairs = [each for each in body["prices"] if isinstance(each, list) and len(each) == 2 and all(map(_is_whole, each))]  # noqa: PLR2004 - an instant and a price
    building = body.get("building")
    return Rates(
        since=body["since"] * MILLISECOND,
        prices=tuple(sorted((begins * MILLISECOND, price) for begins, price in pairs)),
        hourly=body.get("hourly") is True,
        building=building if isinstance(building, str) else None,
    )


def written_rates(rates: Rates) -> dict[str, Any]:
    """Rates as they are stored, with instants in milliseconds."""
    return {
        "since": rates.since // MILLISECOND,
        "prices": [[begins // MILLISECOND, price] for begins, price in rates.prices],
        "hourly": rates.hourly,
        "building": rates.building,
    }


def timeline(contracts: Iterable[Sequence[Rates]], building: str | None) -> tuple[Rates, ...]:
    """What counts in a building from each instant on, of several contracts, of which the newest comes first.

    Each contract is the rates that it has had, in their order. One for the building comes before one for all buildings,
    and one without prices does not count.
    """
    every = [list(each) for each in contracts]
    instants = sorted({rates.since for each in every for rates in each})
    return tuple(_valid(every, building, at) for at in instants)


def _valid(contracts: Sequence[Sequence[Rates]], building: str | None, at: int) -> Rates:
    current = [rates for each in contracts if (rates := _latest(each, at)) is not None and rates.prices]
    of_building = [each for each in current if building is not None and each.building == building]
    found = [*of_building, *(each for each in current if each.building is None)]
    return Rates(at, found[0].prices, found[0].hourly) if found else Rates(at, ())


def _latest(contract: Sequence[Rates], at: int) -> Rates | None:
    return next((rates for rates in reversed(contract) if rates.since <= at), None)


def _is_whole(value: object) -> bool:
    return isinstance(value, int) and not isinstance(value, bool)
