"""Checks between the parts of a scenario: names, times, connectors and payers. They run before a world is made."""

from collections.abc import Iterator, Mapping
from itertools import chain
from typing import Final

from ..domain import reservations
from ..domain.channels import HOME, Channels
from ..domain.clock import millis
from ..domain.exclusivity import collisions
from ..domain.models import Connector, Session, Vehicle
from ..domain.sessions import view
from ..domain.sessions.start import fits
from ..domain.smart_charging import Market
from . import conversion, stored_json
from .objects import Objects, PlacedDocument, PlacedReservation, PlacedSession, ScenarioConnector
from .parties import Managed, User
from .parts import Location
from .terms import Terms, key_terms

Fault = tuple[Location, str]

_REFERENCES: Final = {
    "drivers": {"fleet": "fleets", "fleets": "fleets"},
    "users": {"driver": "drivers", "vehicle": "vehicles"},
    "payment_methods": {"driver": "drivers", "fleet": "fleets", "user": "users"},
    "vehicles": {"fleet": "fleets", "driver": "drivers", "drivers": "drivers", "home": "stations"},
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
"""The fields by which each kind of object names others, and the kind that they name."""


def contradictions(own: Objects, others: Objects, channels: Channels, market: Market) -> list[Fault]:
    """Returns the faults of a scenario's own objects, in a world that holds the others as well."""
    whole = together(own, others)
    found = [*_duplicates(own, others), *_unknown(own, whole), *_misowned(own, whole)]
    if found:
        return found
    connectors = {
        (station.id, each.id): conversion.connector(station, each)
        for station in whole.stations
        for each in station.connectors
    }
    vehicles = {vehicle.id: conversion.vehicle(vehicle) for vehicle in whole.vehicles}
    for n, placed in enumerate(own.sessions):
        connector, vehicle = connectors.get((placed.station, placed.connector)), vehicles[placed.vehicle]
        found += _of("sessions", n, chain(_unsuited(placed, connector, vehicle, channels), _untimely(placed)))
    for n, booked in enumerate(own.reservations):
        found += _of("reservations", n, _unresolved(booked))
    for n, station in enumerate(own.stations):
        for m, each in enumerate(station.connectors):
            found += _of("stations", n, ((("connectors", m, *at), why) for at, why in _undated(each)))
    for kind in ("fleets", "drivers", "users", "vehicles", "documents"):
        for n, each in enumerate(getattr(own, kind)):
            found += _of(kind, n, _disordered(each))
    return found or [*_overlapping(own, whole, channels, market)]


def unshowable(vendors: tuple[Terms, ...], objects: Objects) -> Iterator[Fault]:
    """Details and bodies of documents with members that a vendor could not show."""
    for kind in Objects.model_fields:
        for n, each in enumerate(getattr(objects, kind)):
            document = (each.vendor, each.kind) if isinstance(each, PlacedDocument) else None
            form = stored_json.MEMBERS if isinstance(each, User) and each.org is not None else kind
            column = "details" if document is None else "body"
            if (text := getattr(each, column, None)) is not None:
                for where, reason in stored_json.faults(vendors, form, text, document=document):
                    yield ("objects", kind, n, column, *where), reason


def unusable_keys(vendors: tuple[Terms, ...], keys: Mapping[str, str | tuple[str, str]]) -> Iterator[Fault]:
    """Keys that cannot be chosen, and those that are there twice. A vendor's placeholder is allowed in its place."""
    seen: set[str] = set()
    for _, term in key_terms(vendors):
        key = keys.get(term.name)
        if key is None or key == term.placeholder:
            continue
        texts = (key,) if isinstance(key, str) else key
        for n, text in enumerate(texts):
            where = ("keys", term.name) if isinstance(key, str) else ("keys", term.name, n)
            fault = term.form.fault(text)
            if fault is not None:
                yield where, fault
        if texts[0] in seen:
            yield ("keys", term.name), "this key is here for the second time"
        seen.add(texts[0])


def unknown_samples(
    vendors: tuple[Terms, ...], sample: Mapping[str, Mapping[str, str | None]], objects: Objects
) -> Iterator[Fault]:
    """Sample ids that no object has."""
    for vendor in vendors:
        given = sample[vendor.name]
        station = next((given.get(term.name) for term in vendor.sample if term.names == "station"), None)
        known = _ids(objects, station)
        for term in vendor.sample:
            name = given.get(term.name)
            named = known.get(term.names) if term.document is None else _documents(objects, vendor.name, term.document)
            if named is not None and name is not None and name not in named:
                yield ("sample", vendor.name, term.name), f"there is no {name} among the objects"


def _documents(objects: Objects, vendor: str, kind: str) -> set[str | None]:
    """The ids of a vendor's documents of a kind."""
    return {each.id for each in objects.documents if (each.vendor, each.kind) == (vendor, kind)}


def _ids(objects: Objects, station: str | None) -> Mapping[str | None, set[str | None]]:
    """The ids that each kind of sample may have, where its connector is one of that station's."""
    connectors = [(each.id, connector) for each in objects.stations for connector in each.connectors]
    users: set[str | None] = {user.id for user in objects.users if user.org is None}
    members = [user for user in objects.users if user.org is not None]
    methods: set[str | None] = {method.id for method in objects.payment_methods}
    return {
        "station": {each.id for each in objects.stations},
        "connector": {connector.id for owner, connector in connectors if owner == station},
        "evse": {conversion.evse_id(at, each) for at in objects.stations for each in at.connectors},
        "driver": {driver.id for driver in objects.drivers},
        "vehicle": {vehicle.id for vehicle in objects.vehicles},
        "payment_method": methods,
        "fleet": {fleet.id for fleet in objects.fleets},
        "user": users,
        "users_payment_method": methods,
        "active_user": users,
        "organisation": {*(vehicle.org for vehicle in objects.vehicles), *(user.org for user in members)},
        "owner": {*(vehicle.owner for vehicle in objects.vehicles), *(user.id for user in members)},
        "smart_vehicle": {conversion.vehicle(vehicle).uuid for vehicle in objects.vehicles},
    }


def together(own: Objects, others: Objects) -> Objects:
    """The objects of two files in one world, the first file's first."""
    return own.model_copy(update={kind: [*getattr(own, kind), *getattr(others, kind)] for kind in Objects.model_fields})


def _of(kind: str, n: int, faults: Iterator[Fault]) -> Iterator[Fault]:
    return ((("objects", kind, n, *where), reason) for where, reason in faults)


def _duplicates(own: Objects, others: Objects) -> Iterator[Fault]:
    """Ids that two objects have."""
    taken = {name for _, name in _names(others)}
    for where, name in _names(own):
        if name in taken:
            yield where, f"{name[-1]} is there already"
        taken.add(name)


def _names(objects: Objects) -> Iterator[tuple[Location, tuple[str, ...]]]:
    for kind in Objects.model_fields:
        for n, each in enumerate(getattr(objects, kind)):
            for field in ("id", "uuid"):
                if getattr(each, field, None) is not None:
                    within = (each.vendor, each.kind) if kind == "documents" else ()
                    yield ("objects", kind, n, field), (kind, field, *within, getattr(each, field))
    for n, station in enumerate(objects.stations):
        for m, connector in enumerate(station.connectors):
            where = ("objects", "stations", n, "connectors", m)
            yield (*where, "id"), (station.id, connector.id)
            yield (*where, "evse_id"), ("evse", conversion.evse_id(station, connector))
    for kind, first, others in (("drivers", "fleet", "fleets"), ("vehicles", "driver", "drivers")):
        for n, each in enumerate(getattr(objects, kind)):
            for name in conversion.attached(getattr(each, first), getattr(each, others)):
                yield ("objects", kind, n, others), (kind, each.id, name)


def _unknown(own: Objects, whole: Objects) -> Iterator[Fault]:
    """References to objects that do not exist."""
    known = {kind: {each.id for each in getattr(whole, kind)} for kind in Objects.model_fields}
    for kind, references in _REFERENCES.items():
        for n, each in enumerate(getattr(own, kind)):
            for field, named in references.items():
                value = getattr(each, field)
                for name in value if isinstance(value, list) else [value]:
                    if name is not None and name not in known[named]:
                        yield ("objects", kind, n, field), f"there is no {name} among the {named}"


def _misowned(own: Objects, whole: Objects) -> Iterator[Fault]:
    """Vehicles whose owner is a user of another organisation, or of none."""
    org_of = {each.owner: each.org for each in reversed(whole.vehicles)} | {each.id: each.org for each in whole.users}
    for n, vehicle in enumerate(own.vehicles):
        if vehicle.owner is not None and vehicle.org != org_of[vehicle.owner]:
            yield ("objects", "vehicles", n, "owner"), f"{vehicle.owner} is no user of that organisation"


def _undated(it: ScenarioConnector) -> Iterator[Fault]:
    """Prices that change without an instant or without a price, and a span that ends before it begins."""
    if (it.next_tariff is None) != (it.next_tariff_at is None):
        yield ("next_tariff",), "prices change to `next_tariff` at `next_tariff_at`; both are there or none"
    if it.unconfirmed is not None and it.unconfirmed.until <= it.unconfirmed.since:
        yield ("unconfirmed", "until"), f"this is not after {millis(it.unconfirmed.since)}"


def _unsuited(
    placed: PlacedSession, connector: Connector | None, vehicle: Vehicle, channels: Channels
) -> Iterator[Fault]:
    if connector is None:
        yield ("connector",), f"{placed.station} has no {placed.connector}"
    elif not fits(vehicle, connector):
        yield ("connector",), f"{connector.standard} does not fit the vehicle, whose inlet is {vehicle.plug}"
    for payer in channels[placed.channel].payers:
        if getattr(placed, payer) is None:
            yield (), f"a session of the channel {placed.channel} needs a {payer}"
    if placed.at_home and (placed.channel != HOME.name or vehicle.org is None):
        yield ("at_home",), "this is for a vehicle with `org`, `owner` and `home`, by the channel home"
    if placed.stopped is not None and placed.channel == HOME.name:
        yield ("stopped",), "a session of the channel home is not sold, so that no vendor can end it"


def _untimely(placed: PlacedSession) -> Iterator[Fault]:
    for name in ("started", "unplugged", "stopped", "cancelled", "faulted"):
        at = getattr(placed, name)
        if at is not None and at < placed.created:
            yield (name,), f"{millis(at)} is before {millis(placed.created)}, when the session is created"
        if at is not None and at > placed.created + view.LONGEST:
            yield (name,), f"{millis(at)} is more than seven days after the session's creation"
    if placed.unplugged is not None and placed.unplugged < placed.started:
        yield (
            ("unplugged",),
            f"power flows from {millis(placed.started)} on; a session that ends before is `cancelled`",
        )
    if placed.cancelled is not None and placed.cancelled >= placed.started:
        yield (
            ("cancelled",),
            f"power flows from {millis(placed.started)} on; from then on it can only be stopped",
        )
    if placed.silent is not None and placed.silent.until <= placed.silent.since:
        yield ("silent", "until"), f"the station is silent only from {millis(placed.silent.since)} on"


def _unresolved(booked: PlacedReservation) -> Iterator[Fault]:
    if not booked.created <= booked.resolves <= booked.created + reservations.LONGEST:
        yield ("resolves",), f"{millis(booked.resolves)} is not within thirty days of the reservation's creation"
    if booked.confirms < booked.created:
        yield ("confirms",), f"this is before {millis(booked.created)}, when the reservation is created"
    for window in ("ideal", "reserved"):
        begin, end = getattr(booked, f"{window}_start"), getattr(booked, f"{window}_end")
        if end <= begin:
            yield (f"{window}_end",), f"the window begins at {millis(begin)}"
    if (booked.failed_reason is not None) != (booked.outcome == reservations.FAILED):
        yield ("outcome",), "a reservation has a failed_reason if it fails, and else none"


def _disordered(each: Managed | User | PlacedDocument) -> Iterator[Fault]:
    """Changes of a thing that lie before its creation, or before one another."""
    stages = each.stages if isinstance(each, PlacedDocument) else ()
    for where, at, before in (
        (("updated",), each.updated, each.created),
        *((("stages", n, "at"), stage.at, each.created) for n, stage in enumerate(stages)),
        *((("stages", n, "at"), stages[n].at, stages[n - 1].at) for n in range(1, len(stages))),
    ):
        if at is not None and before is not None and at < before:
            yield where, f"{millis(at)} is before {millis(before)}"


def _overlapping(own: Objects, whole: Objects, channels: Channels, market: Market) -> Iterator[Fault]:
    """Sessions that contradict themselves, or that need one connector, vehicle or driver at one time."""
    made: list[tuple[int, Session]] = []
    for n, placed in enumerate(whole.sessions):
        try:
            made.append((n, conversion.session(whole, channels, market, placed, n)))
        except conversion.MisplacedError as error:
            yield ("objects", "sessions", n, error.field), str(error)
    for collision in collisions([session for _, session in made]):
        (earlier, before), (later, _) = made[collision.earlier], made[collision.later]
        # Of a pair with a magic session, the other one is the scenario's.
        ours = later if later < len(own.sessions) else earlier
        until = millis(before.unplugged_at)
        yield ("objects", "sessions", ours, "created"), f"{before.id} has the same {collision.kind} until {until}"
