"""What a scenario says that cannot be, although each part of it could: found before anything is made."""

from collections.abc import Iterator
from itertools import chain
from typing import Final

from ..domain import reservations
from ..domain.channels import HOME
from ..domain.clock import millis
from ..domain.exclusivity import collisions
from ..domain.models import Connector, Session, Vehicle
from ..domain.sessions import view
from ..domain.sessions.start import fits
from ..domain.smart_charging import Market
from . import conversion
from .channels import CHANNELS
from .objects import Location, Objects, PlacedReservation, PlacedSession

Fault = tuple[Location, str]

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


def contradictions(own: Objects, others: Objects, market: Market) -> list[Fault]:
    """What a scenario's own objects say that cannot be, in a world that holds the others as well."""
    whole = together(own, others)
    found = [*_twice(own, others), *_unknown(own, whole)]
    if found:
        return found
    plugs = {
        (place.id, each.id): conversion.connector(place, each) for place in whole.stations for each in place.connectors
    }
    cars = {car.id: conversion.vehicle(car) for car in whole.vehicles}
    for n, placed in enumerate(own.sessions):
        plug, car = plugs.get((placed.station, placed.connector)), cars[placed.vehicle]
        found += _of("sessions", n, chain(_unsuited(placed, plug, car), _untimely(placed)))
    for n, booked in enumerate(own.reservations):
        found += _of("reservations", n, _unresolved(booked))
    return found or [*_overlapping(own, whole, market)]


def together(own: Objects, others: Objects) -> Objects:
    """The objects of two files in one world; a scenario's own come first."""
    return own.model_copy(update={kind: [*getattr(own, kind), *getattr(others, kind)] for kind in Objects.model_fields})


def _of(kind: str, n: int, faults: Iterator[Fault]) -> Iterator[Fault]:
    return ((("objects", kind, n, *where), reason) for where, reason in faults)


def _twice(own: Objects, others: Objects) -> Iterator[Fault]:
    """Names that two things have."""
    taken = {name for _, name in _names(others)}
    for where, name in _names(own):
        if name in taken:
            yield where, f"{name[-1]} is there already"
        taken.add(name)


def _names(objects: Objects) -> Iterator[tuple[Location, tuple[str, ...]]]:
    for kind in Objects.model_fields:
        for n, each in enumerate(getattr(objects, kind)):
            for field in ("id", "uuid"):
                if hasattr(each, field):
                    yield ("objects", kind, n, field), (kind, field, getattr(each, field))
    for n, place in enumerate(objects.stations):
        for m, plug in enumerate(place.connectors):
            where = ("objects", "stations", n, "connectors", m)
            yield (*where, "id"), (place.id, plug.id)
            yield (*where, "evse_id"), ("evse", plug.evse_id)


def _unknown(own: Objects, whole: Objects) -> Iterator[Fault]:
    """Names of nothing."""
    known = {kind: {each.id for each in getattr(whole, kind)} for kind in Objects.model_fields}
    for kind, references in _REFERENCES.items():
        for n, each in enumerate(getattr(own, kind)):
            for field, named in references.items():
                name = getattr(each, field)
                if name is not None and name not in known[named]:
                    yield ("objects", kind, n, field), f"there is no {name} among the {named}"


def _unsuited(placed: PlacedSession, plug: Connector | None, car: Vehicle) -> Iterator[Fault]:
    if plug is None:
        yield ("connector",), f"{placed.station} has no {placed.connector}"
    elif not fits(car, plug):
        yield ("connector",), f"{plug.standard} does not fit the car, whose inlet is {car.plug}"
    for payer in CHANNELS[placed.channel].payers:
        if getattr(placed, payer) is None:
            yield (), f"a session of the channel {placed.channel} needs a {payer}"
    if placed.at_home and (placed.channel != HOME.name or car.org is None):
        yield ("at_home",), "only a Podero car, by the channel home, has an optimiser at home"
    if placed.stopped is not None and placed.channel == HOME.name:
        yield ("stopped",), "no vendor sells a session of the channel home, so none can end it"


def _untimely(placed: PlacedSession) -> Iterator[Fault]:
    for name in ("started", "unplugged", "stopped", "cancelled", "faulted"):
        at = getattr(placed, name)
        if at is not None and at < placed.created:
            yield (name,), f"{millis(at)} is before {millis(placed.created)}, when the session is created"
        if at is not None and at > placed.created + view.LONGEST:
            yield (name,), f"{millis(at)} is more than seven days after the session's creation"
    if placed.cancelled is not None and placed.cancelled >= placed.started:
        yield ("cancelled",), f"power flows from {millis(placed.started)} on; from then on it can be stopped"
    if placed.silent is not None and placed.silent.until <= placed.silent.since:
        yield ("silent", "until"), f"the station is silent only from {millis(placed.silent.since)} on"


def _unresolved(booked: PlacedReservation) -> Iterator[Fault]:
    if not booked.created <= booked.resolves <= booked.created + reservations.LONGEST:
        yield ("resolves",), f"{millis(booked.resolves)} is not within thirty days of the reservation's creation"
    if booked.confirms < booked.created:
        yield ("confirms",), f"there is no reservation before {millis(booked.created)}"
    for window in ("ideal", "reserved"):
        begin, end = getattr(booked, f"{window}_start"), getattr(booked, f"{window}_end")
        if end <= begin:
            yield (f"{window}_end",), f"the window begins at {millis(begin)}"
    if (booked.failed_reason is not None) != (booked.outcome == reservations.FAILED):
        yield ("outcome",), "a reservation that fails has a failed_reason, and no other has one"


def _overlapping(own: Objects, whole: Objects, market: Market) -> Iterator[Fault]:
    """Sessions that cannot come about as they are placed, or at the same time."""
    made: list[tuple[int, Session]] = []
    for n, placed in enumerate(whole.sessions):
        try:
            made.append((n, conversion.session(whole, market, placed, n)))
        except conversion.MisplacedError as error:
            yield ("objects", "sessions", n, error.field), str(error)
    for collision in collisions([session for _, session in made]):
        (earlier, before), (later, _) = made[collision.earlier], made[collision.later]
        # Of a pair with a magic session, the other one is the scenario's.
        ours = later if later < len(own.sessions) else earlier
        until = millis(before.unplugged_at)
        yield ("objects", "sessions", ours, "created"), f"{before.id} has the same {collision.kind} until {until}"
