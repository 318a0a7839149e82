"""What happens in a town on one day. Day *d* depends on nothing but (seed, *d*), so it can be made at any time.

Every day is drafted as if nobody were in anybody's way; then whoever would find connector, car or driver taken stays
away. Days are counted from the world's first Monday; nobody stays longer than 20 hours, so only the day before can be
in the way. A big town has ten thousand sessions a day: a day comes in slices, and others are served between any two.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from random import Random
from typing import Final

from ..domain import reservations, smart_charging
from ..domain.channels import HOME, Channel
from ..domain.clock import DAY, HOUR, MILLISECOND, MINUTE, NEVER
from ..domain.exclusivity import Occupancy
from ..domain.ids import prefixed_id, uuid_text
from ..domain.models import Connector, Reservation, Session, Station, Vehicle
from ..domain.sessions.start import Buyer, SessionIds, begin, fits
from ..scenario.channels import CARIQA, CHARGE
from ..scenario.population import Population
from . import behaviour, session_draws
from .catalogue import Catalogue, drawn
from .people import Town

_SLICE: Final = 25
"""So many drafts take about three milliseconds, to draw as well as to save."""
_KINDS: Final = ("street", "destination", "work", "dc", "hpc")
_UP_TO: Final = (40, 54, 68, 82, 100)
"""Where people charge: the percentage that does so at this kind of place or one before it."""
_AT_HOME: Final = 0.48
_HOURS: Final = 24
_SURE: Final = {reservations.COMPLETED: 7, reservations.EXPIRED: 3}
_UNSURE: Final = {
    reservations.COMPLETED: 1,
    reservations.EXPIRED: 1,
    reservations.CANCELLED: 2,
    reservations.FAILED: 1,
}
_FAILURES: Final = ("no_available_connectors", "payment_failed", "other")
_FLEXIBLE: Final = 0.4
_TYPES: Final = {"IEC_62196_T2_COMBO": "CCS", "CHADEMO": "CHAdeMO", "IEC_62196_T2": "Type2"}
"""Charge's names for OCPI's connector standards."""


@dataclass(frozen=True, slots=True)
class Draft:
    """A session as it would be if nothing were in the way, a reservation, or a reservation with its session."""

    session: Session | None
    reservation: Reservation | None = None


@dataclass(frozen=True, slots=True)
class Scenery:
    """What days are drawn from."""

    town: Town
    population: Population
    catalogue: Catalogue
    seed: int
    market: smart_charging.Market
    leaving: dict[int, Occupancy] = field(default_factory=dict)
    """By day, until when everything is taken that its drafts hold."""

    @property
    def monday(self) -> int:
        return self.market.monday


def day_of(scenery: Scenery, day: int) -> list[Draft]:
    """What happens on one day, in the order in which it begins."""
    return [draft for some in slices_of(scenery, day) for draft in some]


def slices_of(scenery: Scenery, day: int) -> Iterator[list[Draft]]:
    """The same in slices, which are always the same ones; empty ones come first, while the day is drawn."""
    if day - 1 not in scenery.leaving:
        for _ in _drawn(scenery, day - 1, {}):
            yield []
    occupancy = scenery.leaving[day - 1].copy()
    by_hour: dict[int, list[Draft]] = {}
    for _ in _drawn(scenery, day, by_hour):
        yield []
    for hour in sorted(by_hour):
        drafts = sorted(by_hour.pop(hour), key=_begins)
        for first in range(0, len(drafts), _SLICE):
            yield [_settled(draft, occupancy) for draft in drafts[first : first + _SLICE]]


def _drawn(scenery: Scenery, day: int, by_hour: dict[int, list[Draft]]) -> Iterator[None]:
    """Draws the day into the hours in which its drafts begin, with a rest after every slice."""
    leaving = Occupancy()
    for n, draft in enumerate(_drafts(scenery, day), start=1):
        by_hour.setdefault(_begins(draft)[0] // HOUR, []).append(draft)
        if draft.session is not None:
            leaving.take(draft.session)
        if n % _SLICE == 0:
            yield
    scenery.leaving.pop(day - 2, None)
    scenery.leaving[day] = leaving


def _drafts(scenery: Scenery, day: int) -> Iterator[Draft]:
    """What everybody would do on that day."""
    population = scenery.population
    for channel, count in ((CHARGE, population.charge_sessions), (CARIQA, population.cariqa_sessions)):
        rng = Random(f"{scenery.seed}/{channel.name}/{day}")
        for n in range(count):
            session = _public(scenery, rng, day, f"{channel.name}/{day}/{n}", channel)
            if session:
                yield Draft(session)
    rng = Random(f"{scenery.seed}/home/{day}")
    for n, car in enumerate(scenery.town.podero_cars):
        if rng.random() < _AT_HOME and (n or day < 0):
            yield Draft(_at_home(scenery, rng, day, f"home/{day}/{n}", car))
    for n in range(population.reservations):
        hour = (_HOURS * n + _HOURS // 2) // population.reservations
        draft = _reserved(scenery, day, hour, _UNSURE if n % 2 else _SURE)
        if draft:
            yield draft


def _settled(draft: Draft, occupancy: Occupancy) -> Draft:
    """The draft as it comes about: without its session, if something that the session needs is taken."""
    if draft.session is None:
        return draft
    if not occupancy.is_free(draft.session):
        return Draft(None, draft.reservation and reservations.unfulfilled(draft.reservation))
    occupancy.take(draft.session)
    return draft


def _begins(draft: Draft) -> tuple[int, str]:
    first = draft.session or draft.reservation
    return (first.created_at, first.id) if first else (0, "")


def _public(scenery: Scenery, rng: Random, day: int, key: str, channel: Channel) -> Session | None:
    """A session somewhere in town, or None if the car drawn does not fit the plug drawn."""
    kind = rng.choices(_KINDS, cum_weights=_UP_TO)[0]
    who = _somebody(scenery.town, rng, day, channel)
    place = _somewhere(scenery.town, rng, day, kind, who.vehicle)
    if place is None:
        return None
    station, connector = place
    habit = scenery.catalogue.habits["classes"][kind]
    created_at = scenery.monday + behaviour.start_of(rng, habit, day, station.utc_offset_minutes)
    course = session_draws.public(rng, habit, who.vehicle, connector, channel=who.channel, created_at=created_at)
    course = session_draws.with_mishaps(rng, scenery.catalogue.habits["failures"], course, channel)
    session = begin(_names(scenery.seed, key), who, station, connector, course)
    return _with_smart(scenery, session, who.vehicle, station)


def _with_smart(scenery: Scenery, session: Session, vehicle: Vehicle, station: Station) -> Session:
    if vehicle.org is None:
        return session
    return session.with_smart(smart_charging.summary_away(scenery.market, session, vehicle, station.utc_offset_minutes))


def _at_home(scenery: Scenery, rng: Random, day: int, key: str, car: Vehicle) -> Session:
    town = scenery.town
    station = town.homes[car.id]
    connector = town.plugs[station.id][0]
    habit = scenery.catalogue.habits["classes"]["home"]
    plugged_at = scenery.monday + behaviour.start_of(rng, habit, day, station.utc_offset_minutes)
    stay = session_draws.at_home(
        rng,
        habit,
        car,
        connector,
        market=scenery.market,
        plugged_at=plugged_at,
        utc_offset_minutes=station.utc_offset_minutes,
    )
    party = Buyer(HOME, car, driver=car.driver)
    session = begin(_names(scenery.seed, key), party, station, connector, stay.course)
    seen = smart_charging.summary(scenery.market, session, car, stay.wish, at_once=stay.at_once, hoped=stay.hoped)
    return session.with_smart(seen)


def _reserved(scenery: Scenery, day: int, hour: int, outcomes: Mapping[str, int]) -> Draft | None:
    """The reservation for a window that begins in that hour of the day, with the session it is for.

    Every second one is sure to be confirmed for two hours and a half: where there is one an hour, some always is.
    """
    key = f"reservation/{day}/{hour}"
    rng = Random(f"{scenery.seed}/{key}")
    who = _somebody(scenery.town, rng, day, CHARGE)
    place = _somewhere(scenery.town, rng, day, rng.choice(("hpc", "dc", "street")), who.vehicle)
    place = place or _somewhere(scenery.town, rng, day, "street", who.vehicle)
    if place is None or who.driver is None or who.payment_method is None:
        return None
    station, connector = place
    ideal_start = scenery.monday + day * DAY + hour * HOUR + rng.randrange(30 * MINUTE // MILLISECOND) * MILLISECOND
    reserved_start = ideal_start + rng.randrange(30_000) * MILLISECOND
    reserved_end = reserved_start + 2 * HOUR + rng.randrange(30_000) * MILLISECOND
    created_at = ideal_start - rng.randrange(2 * HOUR // MILLISECOND, DAY // MILLISECOND) * MILLISECOND
    confirms_at = ideal_start - 30 * MINUTE - rng.randrange(120_000) * MILLISECOND
    outcome = drawn(rng, outcomes)
    reservation = Reservation(
        n=0,
        id=prefixed_id("res", scenery.seed, "reservation", key),
        driver=who.driver,
        vehicle=who.vehicle.id,
        payment_method=who.payment_method,
        station=station.id,
        connector_type=_TYPES[connector.standard],
        created_at=created_at,
        confirms_at=confirms_at,
        resolves_at=reserved_end,
        touched_at=NEVER,
        outcome=outcome,
        failed_reason=None,
        confirmed_at=confirms_at,
        ideal_start=ideal_start,
        ideal_end=ideal_start + 2 * HOUR,
        reserved_start=reserved_start,
        reserved_end=reserved_end,
        earliest_start=ideal_start - 15 * MINUTE if rng.random() < _FLEXIBLE else None,
        latest_end=reserved_end + HOUR if rng.random() < _FLEXIBLE else None,
        latitude=round(float(station.latitude), 4),
        longitude=round(float(station.longitude), 4),
        radius=1500,
        currency=connector.tariff[:3],
        fee=rng.choice((0, 500, 1200)),
        free_until_before=1800,
        session=None,
    )
    return _with_outcome(scenery, rng, key, reservation, visit=(who, station, connector))


def _with_outcome(
    scenery: Scenery,
    rng: Random,
    key: str,
    reservation: Reservation,
    *,
    visit: tuple[Buyer, Station, Connector],
) -> Draft:
    if reservation.outcome == reservations.FAILED:
        failed = replace(
            reservation, station=None, confirms_at=NEVER, confirmed_at=NEVER, failed_reason=rng.choice(_FAILURES)
        )
        return Draft(None, replace(failed, resolves_at=reservation.confirms_at))
    if reservation.outcome == reservations.CANCELLED:
        span = reservation.reserved_start - reservation.created_at
        cancelled_at = reservation.created_at + int(span * rng.uniform(0.1, 0.9)) // MILLISECOND * MILLISECOND
        unassigned = cancelled_at < reservation.confirms_at
        confirmed_at = NEVER if unassigned else reservation.confirmed_at
        return Draft(
            None, replace(reservation, resolves_at=cancelled_at, confirms_at=confirmed_at, confirmed_at=confirmed_at)
        )
    if reservation.outcome == reservations.EXPIRED:
        return Draft(None, reservation)
    who, station, connector = visit
    created_at = reservation.reserved_start + rng.randrange(600_000) * MILLISECOND
    habit = scenery.catalogue.habits["classes"][station.kind]
    wish = session_draws.public(rng, habit, who.vehicle, connector, channel=who.channel, created_at=created_at)
    settles_after = rng.randrange(5_000, 90_000) * MILLISECOND
    leaves = min(wish.unplugs_at or NEVER, reservation.reserved_end)
    course = wish._replace(unplugs_at=leaves, settles_after=settles_after)
    session = begin(_names(scenery.seed, key), who, station, connector, course)
    return Draft(_with_smart(scenery, session, who.vehicle, station), reservation)


def _somebody(town: Town, rng: Random, day: int, channel: Channel) -> Buyer:
    """Somebody who charges through that vendor; samples do so only in the past."""
    if channel.buyer == "user":
        n = rng.randrange(0 if day < 0 else 1, len(town.users))
        card = town.users_cards[n]
        return Buyer(channel, town.users_cars[n], user=town.users[n].id, payment_method=card.id)
    n = rng.randrange(0 if day < 0 else 1, len(town.drivers))
    driver, car = town.drivers[n], town.drivers_cars[n]
    return Buyer(
        channel, car, driver=driver.id, fleet=car.fleet or driver.fleet, payment_method=town.drivers_cards[n].id
    )


def _somewhere(town: Town, rng: Random, day: int, kind: str, vehicle: Vehicle) -> tuple[Station, Connector] | None:
    """A connector of that kind that fits the car, if the station drawn has one; the sample station only in the past."""
    stations = town.by_kind[kind]
    first = 1 if day >= 0 and stations[0] is town.sample_station else 0
    station = stations[rng.randrange(first, len(stations))]
    fitting = [plug for plug in town.plugs[station.id] if fits(vehicle, plug)]
    return (station, rng.choice(fitting)) if fitting else None


def _names(seed: int, key: str) -> SessionIds:
    return SessionIds(0, prefixed_id("cs", seed, "session", key), uuid_text(seed, "session", key))
