"""The town that comes with Wattif, drawn and lived in for some weeks, without a database."""

from dataclasses import dataclass
from typing import Final

import pytest

from app.domain.clock import instant
from app.domain.models import Reservation, Session
from app.domain.smart_charging import Market
from app.generate.catalogue import catalogue
from app.generate.day_plan import Scenery, day_of
from app.generate.people import Town, town
from app.scenario.population import Population
from app.scenario.scenarios import read

MONDAY: Final = instant("2026-03-02T00:00:00Z")
PAST, COMING = 20, 20


@dataclass(frozen=True, slots=True)
class Lived:
    """A town, and what happened there day by day; day 0 is the world's first Monday, which begins the future."""

    town: Town
    sessions: dict[int, list[Session]]
    reservations: dict[int, list[Reservation]]

    @property
    def every_session(self) -> list[Session]:
        return [session for day in self.sessions.values() for session in day]

    @property
    def every_reservation(self) -> list[Reservation]:
        return [reservation for day in self.reservations.values() for reservation in day]


def population() -> Population:
    """The numbers of the scenario `town`."""
    numbers = read("town").scenario.population

    assert numbers is not None

    return numbers


def scenery(seed: int = 1, monday: int = MONDAY) -> Scenery:
    """What the days of the scenario `town` are drawn from, with nothing drawn yet."""
    numbers = population()
    return Scenery(town(numbers, seed, catalogue()), numbers, catalogue(), seed, Market(seed, monday))


@pytest.fixture(scope="session")
def lived() -> Lived:
    """Forty days of the scenario `town`."""
    place = scenery()
    days = {day: day_of(place, day) for day in range(-PAST, COMING)}
    return Lived(
        place.town,
        {day: [draft.session for draft in drafts if draft.session] for day, drafts in days.items()},
        {day: [draft.reservation for draft in drafts if draft.reservation] for day, drafts in days.items()},
    )
