"""A week of a town, Monday to Sunday in UTC: its days, drawn one after another.

A week depends on the seed and its number only. Each vehicle begins it at home with the charge of its routine, and is
back there with it at the end: each session is followed by a drive to the next, and by one to the end of the week. The
sessions that last from a Sunday to a Monday are drawn first, from that Monday's number alone; so both weeks know them.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Final

from ..domain.clock import DAY
from ..domain.models import Connector, Session
from .day_entry import DayEntry
from .day_inputs import DayInputs, Person
from .demands import demands
from .matching import Match, Matcher
from .reservation_draws import Booking
from .waypoints import Waypoint, lead_on

DAYS: Final = 7
_PAUSE: Final = 25
"""Drawing 25 entries takes about 5 ms."""


@dataclass(slots=True)
class Turn:
    """The turn of two weeks: the sessions across a Monday 00:00 UTC, by the keys of their demands on the Sunday.

    `arrives` is when and how each of their vehicles comes, by its id; `after` is where it is when it is unplugged.
    """

    monday: int
    sessions: dict[str, Session] = field(default_factory=dict)
    arrives: dict[str, Waypoint] = field(default_factory=dict)
    after: dict[str, Waypoint] = field(default_factory=dict)
    busy: dict[tuple[str, str], Session] = field(default_factory=dict)

    def at_home(self, person: Person) -> Waypoint:
        """The vehicle as it is on each Monday 00:00, if it is not plugged in."""
        return Waypoint(self.monday, person.routine.home, person.routine.weekly_soc)

    def before(self, person: Person) -> Waypoint:
        """Where the vehicle is a day before, so that a session across the turn is possible in any week."""
        return self.at_home(person)._replace(at=self.monday - 2 * DAY)

    def is_free(self, connector: Connector, _at: int) -> bool:
        return (connector.station, connector.id) not in self.busy

    def take(self, match: Match) -> bool:
        """Keeps a session across the turn, if its vehicle has charged to what it has on a Monday."""
        session, person, after = match
        vehicle = person.vehicle.id
        goal = self.at_home(person)._replace(at=after.at + 2 * DAY)
        if session.unplugged_at <= self.monday or vehicle in self.after or not lead_on(person.vehicle, after, goal):
            return False
        self.after[vehicle] = after
        self.arrives[vehicle] = Waypoint(session.created_at, after.place, session.soc_start)
        self.busy[session.station, session.connector] = session
        return True


def draw_turn(inputs: DayInputs, week: int, turn: Turn) -> Iterator[None]:
    """Draws the sessions across the beginning of a week into its turn, with a pause after each few."""
    sunday = week * DAYS - 1
    matcher = Matcher(inputs, sunday, turn, stream="Turn", samples=week < 0, taken=set())
    for n, (_, key, channel, wish) in enumerate(demands(inputs, sunday)):
        # A reservation that lasts past midnight is left to the week, in which it passes unused.
        if not isinstance(wish, Booking) and wish.lasts_past_midnight:
            match = matcher.match(key, channel, wish)
            if match is not None:
                turn.sessions[key] = match.session
        if n % _PAUSE == 0:
            yield


class Week:
    """The days of a week between two turns. `drawn` of them are drawn."""

    def __init__(self, inputs: DayInputs, number: int, opening: Turn, closing: Turn) -> None:
        self.number = number
        self.drawn = 0
        self._inputs = inputs
        self._opening = opening
        self._closing = closing
        self._unplugged: dict[str, Waypoint] = {}
        self._free_at = {connector: session.unplugged_at for connector, session in opening.busy.items()}

    def draw(self) -> Iterator[list[DayEntry]]:
        """Draws the next day: yields its entries in no order, a few at a time."""
        day = self.number * DAYS + self.drawn
        self.drawn += 1
        taken: set[int] = set()
        found: list[DayEntry] = []
        if self.drawn == DAYS:
            found = [DayEntry(session) for session in self._closing.sessions.values()]
            taken = {session.created_at for session in self._closing.sessions.values()}
        matcher = Matcher(self._inputs, day, self, stream="Week", samples=day < 0, taken=taken)
        for demand in demands(self._inputs, day):
            if demand.key not in self._closing.sessions:
                entry = matcher.entry(demand)
                if entry is not None:
                    found.append(entry)
            if len(found) >= _PAUSE:
                yield found
                found = []
        yield found

    def before(self, person: Person) -> Waypoint:
        found = self._unplugged.get(person.vehicle.id)
        if found is None:
            found = self._opening.after.get(person.vehicle.id) or self._opening.at_home(person)
            self._unplugged[person.vehicle.id] = found
        return found

    def is_free(self, connector: Connector, at: int) -> bool:
        key = connector.station, connector.id
        later = self._closing.busy.get(key)
        return self._free_at.get(key, at) <= at and (later is None or at < later.created_at)

    def take(self, match: Match) -> bool:
        """Keeps a session, if its vehicle and connector are free for what comes at the end of the week."""
        session, person, after = match
        key = session.station, session.connector
        later = self._closing.busy.get(key)
        goal = self._closing.arrives.get(person.vehicle.id) or self._closing.at_home(person)
        ends_by = self._closing.monday if later is None else later.created_at
        if session.unplugged_at > ends_by or not lead_on(person.vehicle, after, goal):
            return False
        self._unplugged[person.vehicle.id] = after
        self._free_at[key] = session.unplugged_at
        return True
