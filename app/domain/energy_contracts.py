"""The prices of energy contracts: what a kWh costs at home, from when on, and in which building.

Prices are whole millionths of a EUR per kWh. A contract is a document whose body has its `rates`, one for each time it
was changed; those of other types than they should have count as if they were left out.
"""

from bisect import bisect_right
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from .clock import EARLIEST, HOUR, MILLISECOND, NEVER

LONGEST_LIST: Final = 8_784
"""The most prices of a contract: one for each hour of a leap year."""


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
        """The next instant at which the price may be another."""
        place = bisect_right(self.prices, (at, NEVER))
        following = self.prices[place][0] if place < len(self.prices) else NEVER
        return min(following, self.prices[place - 1][0] + HOUR) if self.hourly and place > 0 else following


def constant(price: int) -> tuple[tuple[int, int], ...]:
    """The prices of a contract with the same price all the time."""
    return ((EARLIEST, price),)


def read_rates(body: Mapping[str, Any]) -> list[Rates]:
    """The rates of a contract, in the order in which they came."""
    said = body.get("rates")
    return [rates for each in said if (rates := _rates(each)) is not None] if isinstance(said, list) else []


def with_rates(before: Sequence[Rates], new: Rates, oldest: int) -> list[dict[str, Any]]:
    """The rates of a contract with new ones, as they are stored, without those that ended before `oldest`."""
    kept = [each for each in before if each.since < new.since]
    ends = [*(each.since for each in kept[1:]), new.since]
    return [_written(each) for each, end in zip(kept, ends, strict=False) if end > oldest] + [_written(new)]


def timeline(contracts: Iterable[Sequence[Rates]], building: str | None) -> tuple[Rates, ...]:
    """What counts in a building from each instant on, of several contracts, of which the newest comes first.

    A contract for the building comes before one for all buildings, and a contract without prices does not count.
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


def _written(rates: Rates) -> dict[str, Any]:
    return {
        "since": rates.since // MILLISECOND,
        "prices": [[begins // MILLISECOND, price] for begins, price in rates.prices],
        "hourly": rates.hourly,
        "building": rates.building,
    }


def _rates(said: object) -> Rates | None:
    if not isinstance(said, dict) or not _is_whole(said.get("since")) or not isinstance(said.get("prices"), list):
        return None
    pairs = [each for each in said["prices"] if isinstance(each, list) and len(each) == 2 and all(map(_is_whole, each))]  # noqa: PLR2004 - an instant and a price
    building = said.get("building")
    return Rates(
        since=said["since"] * MILLISECOND,
        prices=tuple(sorted((begins * MILLISECOND, price) for begins, price in pairs)),
        hourly=said.get("hourly") is True,
        building=building if isinstance(building, str) else None,
    )


def _is_whole(value: object) -> bool:
    return isinstance(value, int) and not isinstance(value, bool)
