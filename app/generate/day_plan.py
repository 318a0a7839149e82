"""What happens in a town on one day. Day *d* depends on (seed, *d*) only, so that it can be made at any time.

A day is drawn as if every connector, vehicle, driver and user were free; then each session that needs a busy one is
left out. Days are counted from the world's first Monday. A planned session lasts at most 20 hours; one that a caller
starts at most seven days. So only planned sessions of the day before can overlap with a day's. A big town has ten
thousand sessions a day: a day comes in slices, so that other requests are served between two of them.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from random import Random
from typing import Final

from ..domain import reservations, smart_charging
from ..domain.channels import HOME, Channel
from ..domain.clock import HOUR
from ..domain.exclusivity import Occupancy
from ..domain.models import Reservation, Session, Vehicle
from ..domain.sessions.start import Buyer, begin
from . import behaviour, reservation_draws, session_draws
from .day_inputs import HOURS, DayInputs, buyer, fitting_connector, session_ids, with_smart

_SLICE: Final = 25
"""Drawing 25 entries takes about 3 ms, and saving them as long."""
_KINDS: Final = ("street", "destination", "work", "dc", "hpc")
_UP_TO: Final = (40, 54, 68, 82, 100)
"""The percentage of sessions at stations of each kind and of those before it."""
_AT_HOME: Final = 0.48
"""The probability that a vehicle with smart charging is plugged in at home on a day."""


@dataclass(frozen=True, slots=True)
class DayEntry:
    """A session, a reservation, or a reservation with its session."""

    session: Session | None
    reservation: Reservation | None = None

    def without_session(self) -> "DayEntry":
        """The entry as it takes place where something that its session needs is busy."""
        return DayEntry(None, self.reservation and reservations.unfulfilled(self.reservation))


@dataclass(frozen=True, slots=True)
class DayPlanner:
    """Plans the days of a town. It remembers what the day before keeps busy, so days in order are planned fastest."""

    inputs: DayInputs
    _occupancy: dict[int, Occupancy] = field(default_factory=dict, init=False)
    """By day: until when its sessions hold connectors, vehicles and buyers."""

    def day(self, day: int) -> list[DayEntry]:
        """The entries of one day, in the order in which they begin."""
        return [entry for some in self.slices(day) for entry in some]

    def slices(self, day: int) -> Iterator[list[DayEntry]]:
        """The entries of one day in slices, which are always the same; while the day is drawn, slices are empty."""
        if day - 1 not in self._occupancy:
            for _ in self._draw(day - 1, {}):
                yield []
        occupancy = self._occupancy[day - 1].copy()
        by_hour: dict[int, list[DayEntry]] = {}
        for _ in self._draw(day, by_hour):
            yield []
        for hour in sorted(by_hour):
            entries = sorted(by_hour.pop(hour), key=_begins)
            for first in range(0, len(entries), _SLICE):
                yield [_as_it_takes_place(entry, occupancy) for entry in entries[first : first + _SLICE]]

    def _draw(self, day: int, by_hour: dict[int, list[DayEntry]]) -> Iterator[None]:
        """Draws the day into the hours in which its entries begin, with a pause after each slice."""
        occupancy = Occupancy()
        for n, entry in enumerate(_entries(self.inputs, day), start=1):
            by_hour.setdefault(_begins(entry)[0] // HOUR, []).append(entry)
            if entry.session is not None:
                occupancy.take(entry.session)
            if n % _SLICE == 0:
                yield
        self._occupancy.pop(day - 2, None)
        self._occupancy[day] = occupancy


def _entries(inputs: DayInputs, day: int) -> Iterator[DayEntry]:
    """The day as if every connector, vehicle, driver and user were free."""
    size = inputs.size
    for name, count in size.sessions.items():
        rng = Random(f"{inputs.seed}/{name}/{day}")
        for n in range(count):
            session = _public(inputs, rng, day, f"{name}/{day}/{n}", inputs.channels[name])
            if session:
                yield DayEntry(session)
    rng = Random(f"{inputs.seed}/home/{day}")
    for n, vehicle in enumerate(inputs.town.smart_vehicles):
        # The first vehicle is a sample: it has past sessions, and no planned ones that could be in a caller's way.
        if rng.random() < _AT_HOME and (n or day < 0):
            yield DayEntry(_at_home(inputs, rng, day, f"home/{day}/{n}", vehicle))
    if inputs.reserving is None:
        return
    for n in range(size.reservations):
        hour = (HOURS * n + HOURS // 2) // size.reservations
        # Every second one is sure: where there is one an hour, one is confirmed at every instant.
        outcomes = reservation_draws.UNSURE if n % 2 else reservation_draws.SURE
        drawn = reservation_draws.reservation(inputs, inputs.reserving, day, hour, outcomes)
        if drawn:
            yield DayEntry(session=drawn[1], reservation=drawn[0])


def _as_it_takes_place(entry: DayEntry, occupancy: Occupancy) -> DayEntry:
    """The entry as it takes place: without its session, if something that the session needs is busy."""
    if entry.session is None:
        return entry
    if not occupancy.is_free(entry.session):
        return entry.without_session()
    occupancy.take(entry.session)
    return entry


def _begins(entry: DayEntry) -> tuple[int, str]:
    first = entry.session or entry.reservation
    return (first.created_at, first.id) if first else (0, "")


def _public(inputs: DayInputs, rng: Random, day: int, key: str, channel: Channel) -> Session | None:
    """A session at a public station, or None if no connector there fits the vehicle."""
    kind = rng.choices(_KINDS, cum_weights=_UP_TO)[0]
    who = buyer(inputs.town, rng, day, channel)
    where = fitting_connector(inputs.town, rng, day, kind, who.vehicle)
    if where is None:
        return None
    station, connector = where
    habit = inputs.catalogue.habits["classes"][kind]
    created_at = inputs.monday + behaviour.start_of(rng, habit, day, station.utc_offset_minutes)
    draft = session_draws.public(rng, habit, who.vehicle, connector, channel=channel, created_at=created_at)
    draft = session_draws.with_failures(rng, inputs.catalogue.habits["failures"], draft, channel)
    session = begin(session_ids(inputs.seed, key), who, station, connector, draft)
    return with_smart(inputs, session, who.vehicle, station)


def _at_home(inputs: DayInputs, rng: Random, day: int, key: str, vehicle: Vehicle) -> Session:
    station = inputs.town.homes[vehicle.id]
    connector = inputs.town.connectors_of[station.id][0]
    habit = inputs.catalogue.habits["classes"]["home"]
    plugged_at = inputs.monday + behaviour.start_of(rng, habit, day, station.utc_offset_minutes)
    stay = session_draws.at_home(
        rng,
        habit,
        vehicle,
        connector,
        market=inputs.market,
        plugged_at=plugged_at,
        utc_offset_minutes=station.utc_offset_minutes,
    )
    who = Buyer(HOME, vehicle, driver=vehicle.driver)
    session = begin(session_ids(inputs.seed, key), who, station, connector, stay.draft)
    market, goal = inputs.market, stay.goal
    smart = smart_charging.summary(market, session, vehicle, goal, at_once=stay.at_once, hoped=stay.optimised)
    return session.with_smart(smart)
