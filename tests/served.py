"""Scenarios and day plans as a server of all vendors makes them, for tests that need no server."""

from pathlib import Path
from typing import Any, Final

from app.domain.smart_charging import Market
from app.generate.catalogue import catalogue
from app.generate.day_inputs import DayInputs
from app.generate.day_plan import DayPlanner
from app.generate.people import town
from app.main import VENDORS
from app.scenario import language, scenarios
from app.scenario.population import TownSize
from app.scenario.scenarios import Read
from app.worlds.vendor import reserving_channel

CHANNELS: Final = language.language(VENDORS).channels
RESERVING: Final = reserving_channel(VENDORS)


def read(name: str, folder: Path | None = None, monday: int | None = None) -> Read:
    """Returns a scenario. Raises BadScenarioError."""
    return scenarios.read(name, VENDORS, folder, monday)


def check(name: str, folder: Path | None = None) -> list[str]:
    """Returns the faults of a scenario."""
    return scenarios.check(name, VENDORS, folder)


def schema() -> dict[str, Any]:
    """Returns the JSON Schema of scenarios."""
    return language.schema(VENDORS)


def planner(size: TownSize, seed: int, monday: int) -> DayPlanner:
    """Returns the planner of a town, which has planned nothing yet."""
    people, market = town(size, seed, catalogue()), Market(seed, monday)
    return DayPlanner(DayInputs(people, size, catalogue(), CHANNELS, RESERVING, seed, market))
