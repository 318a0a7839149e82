"""Who charges where: each demand is matched with a person whose vehicle can be there with the charge that it needs."""

from collections.abc import Iterator, Sequence
from random import Random
from typing import Final, NamedTuple, Protocol, TypeAlias

from ..domain import smart_charging
from ..domain.channels import Channel
from ..domain.clock import DAY, MILLISECOND, MINUTE, NEVER
from ..domain.models import Connector, Session, Station
from ..domain.sessions.start import begin, fits
from . import reservation_draws, session_draws
from .day_entry import DayEntry
from .day_inputs import DayInputs, Person, session_ids, with_smart
from .demands import Demand
from .reservation_draws import Booking
from .routines import Place, Routine, regular
from .waypoints import Waypoint, arrival
from .wishes import HomeWish, Wish, latest_begin

_TRIES: Final = 16
"""The people who are asked before a demand is given up."""
_STAYS_AWAY: Final = 0.5
"""The probability that someone who has charged in another city charges there again."""
_TRAVELS_WITH: Final = 0.5
"""The state of charge with which people set out for another city."""

Spot: TypeAlias = tuple[Station, Connector]


class Match(NamedTuple):
    """A session, the person, and where the vehicle is when it is unplugged."""

    session: Session
    person: Person
    after: Waypoint


class Whereabouts(Protocol):
    """Where vehicles are, and what is taken."""

    def before(self, person: Person) -> Waypoint:
        """Where the person's vehicle was unplugged last."""

    def is_free(self, connector: Connector, at: int) -> bool:
        """Whether no vehicle is plugged into the connector at an instant."""

    def take(self, match: Match) -> bool:
        """Keeps a session in mind; returns False if it is not possible, because of what comes after it."""


class Matcher:
    """Matches the demands of a day.

    What it draws depends on the seed, on `stream` and on the day. Without `samples`, the first person of each channel
    and the sample station are left out. `taken` are the instants at which sessions of the day are created already: no
    two of them are created at the same instant, so that their order does not depend on when they are planned.
    """

    def __init__(
        self, inputs: DayInputs, day: int, whereabouts: Whereabouts, *, stream: str, samples: bool, taken: set[int]
    ) -> None:
        self._inputs = inputs
        self._dawn = inputs.dawn(day)
        self._rng = Random(f"{inputs.seed}/{stream}/{day}")
        self._whereabouts = whereabouts
        self._samples = samples
        self._taken = taken

    def entry(self, demand: Demand) -> DayEntry | None:
        """The entry that a demand becomes; None if none of the people who are asked can be there."""
        if isinstance(demand.wish, Booking):
            return self._booked(demand, demand.wish)
        match = self.match(demand.key, demand.channel, demand.wish)
        return None if match is None else DayEntry(match.session)

    def match(self, key: str, channel: Channel, wish: Wish | HomeWish) -> Match | None:
        """A session at a public station or at home, as wished for; None if none of the people can be there."""
        latest = self._dawn + latest_begin(wish.local)
        for person in self._asked(channel, _TRIES):
            before, vehicle = self._whereabouts.before(person), person.vehicle
            if before.at > latest or before.soc < wish.needs(vehicle):
                continue
            if wish.reaches(vehicle) < person.routine.weekly_soc:
                continue
            if isinstance(wish, HomeWish):
                match = self._at_home(key, person, before, wish)
            else:
                match = self._at_station(key, person, before, wish)
            if match is not None and self._whereabouts.take(match):
                self._taken.add(match.session.created_at)
                return match
        return None

    def _at_home(self, key: str, person: Person, before: Waypoint, wish: HomeWish) -> Match | None:
        vehicle = person.vehicle
        station = self._inputs.town.homes[vehicle.id]
        connector = self._inputs.town.connectors_of[station.id][0]
        plugged_at = self._created_at(wish.local, station)
        arrives = arrival(vehicle, before, person.routine.home, plugged_at)
        if arrives is None or not self._whereabouts.is_free(connector, plugged_at):
            return None
        stay = session_draws.at_home(
            wish,
            vehicle,
            connector,
            market=self._inputs.market,
            plugged_at=plugged_at,
            utc_offset_minutes=station.utc_offset_minutes,
            arrival=arrives,
        )
        if stay is None:
            return None
        session = begin(session_ids(self._inputs.seed, key), person.buyer, station, connector, stay.draft)
        smart = smart_charging.summary(
            self._inputs.market, session, vehicle, stay.goal, at_once=stay.at_once, hoped=stay.optimised
        )
        return _match(session.with_smart(smart), person, person.routine.home)

    def _at_station(self, key: str, person: Person, before: Waypoint, wish: Wish) -> Match | None:
        where = self._station(person, before, (wish.kind,))
        return None if where is None else self._session(key, person, before, where, wish)

    def _session(self, key: str, person: Person, before: Waypoint, where: Spot, wish: Wish | Booking) -> Match | None:
        """The session at a connector, if the vehicle can be there and the connector is free."""
        station, connector = where
        place, leaves_by = self._inputs.town.places[station.id], NEVER
        if isinstance(wish, Booking):
            created_at, leaves_by, wish = self._unique(wish.comes_at), wish.reserved_end, wish.wish
        else:
            created_at = self._created_at(wish.local, station)
        arrives = arrival(person.vehicle, before, place, created_at)
        if arrives is None or not self._whereabouts.is_free(connector, created_at):
            return None
        draft = session_draws.public(
            wish, person.vehicle, connector, channel=person.buyer.channel, created_at=created_at, arrival=arrives
        )
        if draft is None:
            return None
        draft = draft._replace(unplugs_at=min(draft.unplugs_at or NEVER, leaves_by))
        session = begin(session_ids(self._inputs.seed, key), person.buyer, station, connector, draft)
        return _match(with_smart(self._inputs, session, person.vehicle, station), person, place)

    def _booked(self, demand: Demand, booking: Booking) -> DayEntry | None:
        """A reservation, with its session if it is kept and the driver can be there."""
        seed = self._inputs.seed
        unused: DayEntry | None = None
        for person in self._asked(demand.channel, 2 * _TRIES):
            before = self._whereabouts.before(person)
            where = self._station(person, before, booking.kinds)
            if where is None:
                continue
            made = reservation_draws.reservation(seed, booking, person.buyer, *where)
            unused = unused or DayEntry(None, made)
            if booking.outcome != reservation_draws.KEPT:
                return unused
            match = self._session(demand.key, person, before, where, booking)
            if match is not None and self._whereabouts.take(match):
                self._taken.add(match.session.created_at)
                return DayEntry(match.session, made)
        return unused and unused.without_session()

    def _asked(self, channel: Channel, tries: int) -> Iterator[Person]:
        """Draws the people who are asked, one after another; none where the only one is the sample."""
        people, first = self._inputs.people[channel.name], 0 if self._samples else 1
        others = len(people) - first
        for _ in range(tries if others else 0):
            yield people[first + int(self._rng.random() * others)]

    def _station(self, person: Person, before: Waypoint, kinds: Sequence[str]) -> Spot | None:
        """Where the person charges next: at a station of the first of these kinds that there is."""
        city = self._city(person.routine, before)
        for kind in kinds:
            some = self._inputs.town.stations_at.get((city, kind), ())
            if some and not self._samples and some[0] is self._inputs.sample_station:
                some = some[1:]
            if not some:
                continue
            station = some[regular(self._rng, len(some), person.routine.number, city)]
            fitting = [each for each in self._inputs.town.connectors_of[station.id] if fits(person.vehicle, each)]
            if fitting:
                return station, self._rng.choice(fitting)
        return None

    def _city(self, routine: Routine, before: Waypoint) -> int:
        here, home = before.place.city, routine.home.city
        if here != home:
            return here if self._rng.random() < _STAYS_AWAY else home
        if routine.travels and before.soc > _TRAVELS_WITH and self._rng.random() < routine.travels:
            return self._inputs.trips.destination(self._rng, home)
        return home

    def _created_at(self, local: int, station: Station) -> int:
        """The instant of a local time of the day, within the day in UTC."""
        return self._unique(self._dawn + (local - station.utc_offset_minutes * MINUTE) % DAY)

    def _unique(self, at: int) -> int:
        while at in self._taken:
            at += MILLISECOND
        return at


def _match(session: Session, person: Person, place: Place) -> Match:
    return Match(session, person, Waypoint(session.unplugged_at, place, session.soc_end))
