"""What a town wishes for on a day, before it is known who charges where: sessions and reservations, in time order."""

from collections.abc import Iterator
from random import Random
from typing import Final, NamedTuple, TypeAlias

from ..domain.channels import HOME, Channel
from ..domain.clock import HOUR
from ..scenario.population import GENERATOR
from . import reservation_draws, wishes
from .day_inputs import HOURS, DayInputs, is_weekend
from .reservation_draws import Booking
from .wishes import HomeWish, Wish

_KINDS: Final = ("street", "destination", "work", "dc", "hpc")
_UP_TO: Final = (40, 54, 68, 82, 100)
"""The percentage of sessions at stations of each kind and of those before it."""
_AT_HOME: Final = 0.48
"""The probability that a vehicle with smart charging is plugged in at home on a day."""


class Demand(NamedTuple):
    """A session, or a reservation with its session if it is kept. The key is unique in the world.

    `at` orders the demands of a day: it is the time of the day in UTC, if the place's clock is an hour ahead.
    """

    at: int
    key: str
    channel: Channel
    wish: Wish | HomeWish | Booking


Demands: TypeAlias = list[Demand]


def demands(inputs: DayInputs, day: int) -> Demands:
    """The demands of a day, in order."""
    return sorted(_unordered(inputs, day))


def _unordered(inputs: DayInputs, day: int) -> Iterator[Demand]:
    habits, weekend = inputs.catalogue.habits, is_weekend(day)
    for name, count in inputs.size.sessions.items():
        rng = Random(f"{inputs.seed}/{GENERATOR}/{name}/{day}")
        for n in range(count):
            kind = rng.choices(_KINDS, cum_weights=_UP_TO)[0]
            wished = wishes.wish(rng, habits, kind, weekend=weekend)
            yield Demand(wished.local - HOUR, f"{name}/{day}/{n}", inputs.channels[name], wished)
    rng = Random(f"{inputs.seed}/home/{day}")
    for n in range(len(inputs.town.smart_vehicles)):
        if rng.random() < _AT_HOME:
            at_home = wishes.home_wish(rng, habits, weekend=weekend)
            yield Demand(at_home.local - HOUR, f"home/{day}/{n}", HOME, at_home)
    if inputs.reserving is None:
        return
    reserved = inputs.size.reservations
    for n in range(reserved):
        hour = (HOURS * n + HOURS // 2) // reserved
        # Every second one is sure: where there is one an hour, one is confirmed at every instant.
        outcomes = reservation_draws.UNSURE if n % 2 else reservation_draws.SURE
        booking = reservation_draws.booking(inputs, day, hour, outcomes)
        yield Demand(booking.comes_at - inputs.dawn(day), booking.key, inputs.reserving, booking)
