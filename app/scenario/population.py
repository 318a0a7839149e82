"""How many people, stations and sessions a scenario draws."""

from dataclasses import dataclass
from typing import Annotated, Final

from pydantic import Field

FEWEST_STATIONS: Final = 10
"""Among ten stations there is one of every kind (`generate.stations.KINDS`)."""
_MANY, _DAYS = 1_000_000, 3_650
_WEEK: Final = 7


@dataclass(frozen=True, slots=True)
class Population:
    """How many of what, and how often; who finds the connector taken stays away."""

    fleets: Annotated[int, Field(ge=1, le=_MANY, description="Companies.")]
    drivers: Annotated[int, Field(ge=2, le=_MANY, description="Charge's drivers; each has a car and a card.")]
    stations: Annotated[int, Field(ge=FEWEST_STATIONS, le=_MANY, description="Public stations.")]
    cities: Annotated[int, Field(ge=1, le=_MANY, description="Towns that all this is spread over.")]
    cariqa_users: Annotated[int, Field(ge=2, le=_MANY, description="Cariqa's users; each has a car and a card.")]
    podero_cars: Annotated[int, Field(ge=1, le=_MANY, description="How many of the drivers' cars Podero knows.")]
    charge_sessions: Annotated[int, Field(ge=0, le=_MANY, description="Sessions that are tried at Charge a day.")]
    cariqa_sessions: Annotated[int, Field(ge=0, le=_MANY, description="Sessions that are tried at Cariqa a day.")]
    past_days: Annotated[int, Field(ge=0, le=_DAYS, description="Days before the week in which the clock starts.")]
    coming_days: Annotated[int, Field(ge=0, le=_DAYS, description="Days after that week.")]
    reservations: Annotated[int, Field(ge=0, le=24, description="Reservations that are made for a day.")] = 24

    def days(self) -> range:
        """The days that a world has, counted from its Monday: so many before it, its week, and so many after that."""
        return range(-self.past_days, _WEEK + self.coming_days)

    @property
    def sessions_a_day(self) -> int:
        """Public sessions that are tried a day, and one at home for every car that Podero knows."""
        return self.charge_sessions + self.cariqa_sessions + self.podero_cars
