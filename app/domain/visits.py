"""Visits: what a session means for the vehicle, the driver and the user that come to a station, and drive on from it.

One visit leads on to another if the vehicle, or the person, can have come from the one to the other (`drives`).
"""

from typing import NamedTuple, TypeAlias

from .drives import distance_km, is_drivable, is_in_time, lead_on
from .exclusivity import DRIVER, USER, VEHICLE
from .models import Session, Station, Vehicle

Traveller: TypeAlias = tuple[str, str]
"""A vehicle, a driver or a user: its kind and its id."""


class Visit(NamedTuple):
    """A session, by its number and id, as a visit to a station at these degrees.

    `touched_at` is later than `created_at` if a call or an event has changed it.
    """

    n: int
    id: str
    vehicle: str
    driver: str | None
    user: str | None
    created_at: int
    unplugged_at: int
    touched_at: int
    soc_start: float
    soc_end: float
    latitude: str
    longitude: str

    @classmethod
    def of(cls, session: Session, station: Station) -> "Visit":
        """The visit of a session at that station."""
        return cls(
            session.n,
            session.id,
            session.vehicle,
            session.driver,
            session.user,
            session.created_at,
            session.unplugged_at,
            session.touched_at,
            session.soc_start,
            session.soc_end,
            station.latitude,
            station.longitude,
        )


def travellers(visit: Visit | Session) -> tuple[Traveller, ...]:
    """Those who come and drive on: the vehicle, the driver and the user."""
    named = ((VEHICLE, visit.vehicle), (DRIVER, visit.driver), (USER, visit.user))
    return tuple([(kind, name) for kind, name in named if name is not None])


def person_leads_on(earlier: Visit, later: Visit) -> bool:
    """Whether a person can have come from one visit to the other in time."""
    return is_in_time(distance_km(earlier, later), later.created_at - earlier.unplugged_at)


def vehicle_leads_on(vehicle: Vehicle, earlier: Visit, later: Visit) -> bool:
    """Whether the vehicle can have come from one visit to the other in time, without charging in between.

    A vehicle that always arrives with the same state of charge only has to be unplugged before.
    """
    if vehicle.arrives_with is not None:
        return earlier.unplugged_at <= later.created_at
    return lead_on(vehicle, earlier, later, distance_km(earlier, later))


def vehicle_detours(vehicle: Vehicle, earlier: Visit, later: Visit) -> bool:
    """Whether the vehicle can have come in time to where a caller starts it, or back, with no more than it left with.

    A caller may start it where its battery does not reach. On such a way it may have charged elsewhere.
    """
    span = later.created_at - earlier.unplugged_at
    return person_leads_on(earlier, later) and is_drivable(
        vehicle, left_with=earlier.soc_end, arrives_with=later.soc_start, km=0.0, span=span
    )
