"""How many people, stations and sessions a scenario draws."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

GENERATOR: Final = 2
"""The number of the generator. A world that another one has drawn is not continued, and its template is not copied.

What is drawn of public sessions depends on it.
"""
_WEEK: Final = 7


@dataclass(frozen=True, slots=True)
class TownSize:
    """How many people, stations and sessions a town has.

    `users` and `drivers` have a vehicle and a card each; `smart_vehicles` of the drivers' vehicles charge at home by
    an optimiser's plan. `sessions` are those that are wished for a day, by channel; a few find no vehicle that can be
    there. `reservations` are for one day. A world that `goes_on` is planned further as its clock goes on, for
    `coming_days` after the day that it shows; another one ends after them.
    """

    fleets: int
    drivers: int
    stations: int
    cities: int
    users: int
    smart_vehicles: int
    sessions: Mapping[str, int]
    past_days: int
    coming_days: int
    reservations: int
    goes_on: bool = False

    def days(self) -> range:
        """The days of a world, counted from its Monday: the past ones, its week, and the coming ones."""
        return range(-self.past_days, _WEEK + self.coming_days)

    @property
    def days_ahead(self) -> int | None:
        """The days that are planned after the one that a world's clock shows; None if the world ends."""
        return self.coming_days if self.goes_on else None

    @property
    def sessions_a_day(self) -> int:
        """The sessions that are wished for a day: public ones, and one at home for each smart vehicle."""
        return sum(self.sessions.values()) + self.smart_vehicles
