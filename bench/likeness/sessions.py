"""The simulated sessions and the published statistics, in a form in which they can be compared.

The only module of the benchmark that imports the application.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path
from typing import Any, Final

import yaml

from app.domain.clock import DAY, HOUR, MINUTE, instant
from app.domain.models import Connector, Outcome, Session, Station
from app.domain.sessions import power_plan
from app.domain.smart_charging import Market
from app.generate.catalogue import catalogue
from app.generate.day_inputs import DayInputs
from app.generate.day_plan import DayPlanner
from app.generate.people import town
from app.main import VENDORS
from app.scenario.population import TownSize
from app.scenario.scenarios import read
from app.scenario.terms import channels_of
from app.worlds.vendor import reserving_channel

from . import distributions

WEEKS: Final = 4
_PUBLISHED: Final = Path(__file__).resolve().parents[1] / "published.yaml"
MONDAY: Final = instant("2026-03-02T00:00:00Z")
_TIMES: Final = 10
"""How much larger than the scenario the town is, so that its fixed number of reservations has little weight."""
_GROWING: Final = ("drivers", "stations", "users", "smart_vehicles")
_FRIDAY: Final = 4

Classes = Mapping[str, Sequence["Visit"]]
"""Sessions by the published class that they are compared with."""


@dataclass(frozen=True, slots=True)
class Visit:
    """A session with its place; `booked` is whether it was reserved."""

    session: Session
    station: Station
    connector: Connector
    booked: bool

    @property
    def charged(self) -> bool:
        """Whether the session delivered energy and was completed, as all published sessions."""
        return self.session.outcome is Outcome.COMPLETED and self.session.energy_wh > 0

    def local(self, at: int) -> tuple[bool, int]:
        """Whether an instant is on a weekend in local time, and its hour of the day."""
        day, time = divmod(at - MONDAY + self.station.utc_offset_minutes * MINUTE, DAY)
        return day % 7 > _FRIDAY, time // HOUR


def _energy_kwh(visit: Visit) -> float:
    return visit.session.energy_wh / 1000


def _stay_hours(visit: Visit) -> float:
    return (visit.session.unplugged_at - visit.session.created_at) / HOUR


def _peak_kw(visit: Visit) -> float:
    return power_plan.peak(power_plan.unpacked(visit.session.plan))


FIGURES: Final[Mapping[str, Callable[[Visit], float]]] = {
    "energy_kwh": _energy_kwh,
    "stay_hours": _stay_hours,
    "stay_minutes": lambda visit: 60 * _stay_hours(visit),
    "soc_start": lambda visit: visit.session.soc_start,
    "soc_end": lambda visit: visit.session.soc_end,
    "peak_kw": _peak_kw,
    "mean_to_peak": lambda visit: _energy_kwh(visit) / _stay_hours(visit) / _peak_kw(visit),
}
"""The figures of a session that charged."""
EVENTS: Final[Mapping[str, Callable[[Session], int]]] = {
    "start": lambda session: session.created_at,
    "unplug": lambda session: session.unplugged_at,
}
"""The instants that are counted by the hour."""
_DAYS: Final = {"weekdays": (False,), "weekends": (True,), "all days": (False, True)}
"""The days of a histogram: whether they are on a weekend."""


@cache
def published() -> dict[str, dict[str, Any]]:
    """The published statistics by class."""
    content: dict[str, dict[str, Any]] = yaml.safe_load(_PUBLISHED.read_bytes())
    return content


def distribution(figure: Mapping[str, Any]) -> distributions.Distribution:
    """The distribution that was fitted to a published figure."""
    parameters = dict(figure["law"])
    return distributions.BY_NAME[parameters.pop("name")](**parameters)


def quantiles(figure: Mapping[str, Any]) -> dict[float, float]:
    """The published values by the share that lies below them."""
    return dict(zip(figure["at"], figure["values"], strict=True))


def visits(seed: int, weeks: int = WEEKS) -> list[Visit]:
    """All sessions of the first weeks in the scenario `town`, ten times as large."""
    numbers = _population()
    people = town(numbers, seed, catalogue())
    channels, reserving = channels_of(VENDORS), reserving_channel(VENDORS)
    planner = DayPlanner(DayInputs(people, numbers, catalogue(), channels, reserving, seed, Market(seed, MONDAY)))
    stations = {station.id: station for station in people.stations}
    connectors = {(connector.station, connector.id): connector for connector in people.connectors}
    return [
        Visit(it, stations[it.station], connectors[it.station, it.connector], entry.reservation is not None)
        for day in range(7 * weeks)
        for entry in planner.day(day)
        if (it := entry.session)
    ]


def classes(some: Sequence[Visit]) -> Classes:
    """The sessions by class; alternating current at a fast charging site belongs to none."""
    return {
        name: [
            visit
            for visit in some
            if visit.station.kind in facts["kinds"] and facts["current"] == ("AC" if visit.connector.phases else "DC")
        ]
        for name, facts in published().items()
    }


def measured(some: Sequence[Visit], figure: str) -> list[float]:
    """A figure of those sessions that charged."""
    return [FIGURES[figure](visit) for visit in some if visit.charged]


def hours(some: Sequence[Visit], event: str, days: str) -> list[int]:
    """The number of events in each local hour of those days."""
    counts = [0] * 24
    for visit in some:
        weekend, hour = visit.local(EVENTS[event](visit.session))
        counts[hour] += weekend in _DAYS[days]
    return counts


def _population() -> TownSize:
    numbers = read("town", VENDORS).scenario.population
    assert numbers is not None
    sessions = {channel: _TIMES * count for channel, count in numbers.sessions.items()}
    return replace(numbers, sessions=sessions, **{name: _TIMES * getattr(numbers, name) for name in _GROWING})
