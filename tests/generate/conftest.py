"""The scenario `town`, drawn and planned for forty days, without a database."""

from dataclasses import dataclass
from typing import Final

import pytest

from app.domain.clock import instant
from app.domain.models import Reservation, Session
from app.generate.day_plan import DayPlanner
from app.generate.people import Town
from app.scenario.population import TownSize
from tests.served import planner, read

MONDAY: Final = instant("2026-03-02T00:00:00Z")
PAST, COMING = 20, 20


@dataclass(frozen=True, slots=True)
class Lived:
    """A town with its sessions and reservations by day; day 0 is the world's first Monday."""

    town: Town
    sessions: dict[int, list[Session]]
    reservations: dict[int, list[Reservation]]

    @property
    def every_session(self) -> list[Session]:
        return [session for day in self.sessions.values() for session in day]

    @property
    def every_reservation(self) -> list[Reservation]:
        return [reservation for day in self.reservations.values() for reservation in day]


def size() -> TownSize:
    """The size of the scenario `town`."""
    numbers = read("town").scenario.population

    assert numbers is not None

    return numbers


def town_planner(seed: int = 1, monday: int = MONDAY) -> DayPlanner:
    """The planner of the scenario `town`, which has not planned a day."""
    return planner(size(), seed, monday)


@pytest.fixture(scope="session")
def lived() -> Lived:
    """Forty days of the scenario `town`."""
    plans = town_planner()
    days = {day: plans.day(day) for day in range(-PAST, COMING)}
    return Lived(
        plans.inputs.town,
        {day: [entry.session for entry in entries if entry.session] for day, entries in days.items()},
        {day: [entry.reservation for entry in entries if entry.reservation] for day, entries in days.items()},
    )
