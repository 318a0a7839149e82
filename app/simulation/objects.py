"""Hand-placed objects as a scenario writes them, each with what it may be."""

from collections.abc import Iterator
from typing import Annotated, Final, Literal

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field

from ..world import entities, reservations
from ..world.battery import Point
from ..world.clock import instant, millis
from ..world.tariffs import tariff
from ..world.timeline import LONGEST


def _instant(value: object) -> int:
    if not isinstance(value, str):
        raise ValueError(  # noqa: TRY004 - what pydantic reports
            "write the timestamp in quotes, such as '2026-04-01T01:53:58.446Z'"
        )
    return instant(value)


def _tariff(value: str) -> str:
    tariff(value)
    return value


Instant = Annotated[int, BeforeValidator(_instant)]


class Part(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Plug(Part):
    """A connector of a station."""

    id: str
    evse_id: str
    standard: str
    power_kw: float
    phases: int
    tariff: Annotated[str, AfterValidator(_tariff)]
    in_service: bool = True
    faults_after_s: int | None = None


class Place(Part):
    """A station with its connectors."""

    id: str
    name: str
    operator: str
    kind: str
    address: str
    city: str
    country: str
    latitude: str
    longitude: str
    phone: str | None = None
    is_partner: bool = False
    utc_offset_minutes: int = 0
    online: bool = True
    connectors: list[Plug] = Field(min_length=1)


class Car(Part):
    """A vehicle; `uuid`, `org` and `owner` are what Podero calls it, its organisation and its user."""

    id: str
    uuid: str
    make: str
    model: str
    plug: str = "CCS"
    battery_wh: int = Field(gt=0)
    ac_kw: float = 11.0
    ac_phases: int = 3
    dc: list[Point]
    charge_to: float = 0.8
    fleet: str | None = None
    driver: str | None = None
    org: str | None = None
    owner: str | None = None
    home: str | None = None


class PlacedSession(Part):
    """A session placed by hand: constant power from `started` until `energy_kwh` are in, or something ends it.

    It is sold through `channel`, at its connector's tariff; `settles_after_s` is null when the payment fails.
    `target_soc` matters where the car is one of Podero's, and `at_home` says the optimiser waited until `started`.
    """

    id: str
    uuid: str
    channel: entities.Channel
    station: str
    connector: str
    vehicle: str
    driver: str | None = None
    fleet: str | None = None
    user: str | None = None
    payment_method: str | None = None
    created: Instant
    started: Instant
    unplugged: Instant | None = None
    faulted: Instant | None = None
    power_kw: float = Field(gt=0)
    energy_kwh: float = Field(ge=0)
    limit_wh: int | None = None
    soc: float = Field(default=0.2, ge=0, le=1)
    settles_after_s: int | None = 30
    rating: int | None = Field(default=None, ge=1, le=5)
    at_home: bool = False
    target_soc: float = 0.8


class PlacedReservation(Part):
    """A reservation placed by hand; its status moves at `confirms` and `resolves`, it is assigned at `confirmed`."""

    id: str
    driver: str
    vehicle: str
    payment_method: str
    station: str | None = None
    connector_type: str
    created: Instant
    updated: Instant | None = None
    confirms: Instant
    resolves: Instant
    outcome: Literal["completed", "cancelled", "failed", "expired"]
    failed_reason: str | None = None
    confirmed: Instant | None = None
    ideal_start: Instant
    ideal_end: Instant
    reserved_start: Instant
    reserved_end: Instant
    latitude: float
    longitude: float
    radius: int = 1500
    currency: str = "eur"
    fee: int = 0
    free_until_before: int = 1800


class Objects(Part):
    """Things placed by hand, by kind."""

    fleets: list[entities.Fleet] = []
    drivers: list[entities.Driver] = []
    users: list[entities.User] = []
    payment_methods: list[entities.PaymentMethod] = []
    vehicles: list[Car] = []
    stations: list[Place] = []
    sessions: list[PlacedSession] = []
    reservations: list[PlacedReservation] = []


Where = tuple[str | int, ...]
"""The steps that lead to a part of a scenario."""


def contradictions(objects: Objects) -> Iterator[tuple[Where, str]]:
    """What the objects say that cannot be: names of nothing, names twice, sessions beyond the longest."""
    known = {kind: [each.id for each in getattr(objects, kind)] for kind in Objects.model_fields}
    for kind, ids in known.items():
        for n, name in enumerate(ids):
            if name in ids[:n]:
                yield ("objects", kind, n, "id"), f"{name} is there already"
    for kind, references in _REFERENCES.items():
        for n, each in enumerate(getattr(objects, kind)):
            for field, named in references.items():
                name = getattr(each, field)
                if name is not None and name not in known[named]:
                    yield ("objects", kind, n, field), f"there is no {name} among the {named}"
    for n, session in enumerate(objects.sessions):
        yield from (((*("objects", "sessions", n), *where), reason) for where, reason in _impossible(objects, session))
    for n, booked in enumerate(objects.reservations):
        yield from (((*("objects", "reservations", n), *where), reason) for where, reason in _unresolved(booked))


def _impossible(objects: Objects, session: PlacedSession) -> Iterator[tuple[Where, str]]:
    place = next((place for place in objects.stations if place.id == session.station), None)
    if place is not None and session.connector not in [plug.id for plug in place.connectors]:
        yield ("connector",), f"{session.station} has no {session.connector}"
    if session.started < session.created:
        yield ("started",), f"power cannot flow before {millis(session.created)}, when the session is created"
    if session.unplugged is not None and not session.created <= session.unplugged <= session.created + LONGEST:
        yield ("unplugged",), f"{millis(session.unplugged)} is not within seven days of the session's creation"


def _unresolved(booked: PlacedReservation) -> Iterator[tuple[Where, str]]:
    if not booked.created <= booked.resolves <= booked.created + reservations.LONGEST:
        yield ("resolves",), f"{millis(booked.resolves)} is not within thirty days of the reservation's creation"


_REFERENCES: Final = {
    "drivers": {"fleet": "fleets"},
    "users": {"driver": "drivers"},
    "payment_methods": {"driver": "drivers", "user": "users"},
    "vehicles": {"fleet": "fleets", "driver": "drivers", "home": "stations"},
    "sessions": {
        "station": "stations",
        "vehicle": "vehicles",
        "driver": "drivers",
        "fleet": "fleets",
        "user": "users",
        "payment_method": "payment_methods",
    },
    "reservations": {
        "driver": "drivers",
        "vehicle": "vehicles",
        "payment_method": "payment_methods",
        "station": "stations",
    },
}
"""What each kind of object names, and among what."""
