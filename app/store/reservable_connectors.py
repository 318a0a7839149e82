"""The connectors that can be reserved around a point, and the spans of time in which each is taken."""

from collections.abc import Iterator, Sequence
from itertools import groupby
from operator import attrgetter
from typing import Final, NamedTuple

import orjson
from sqlalchemy import BigInteger, and_, bindparam, select, text

from ..domain.areas import Circle
from ..domain.clock import NEVER
from ..domain.json_values import member
from ..domain.models import Connector
from ..domain.planned_days import Span
from ..domain.reservation_plans import Place
from ..domain.reservations import HELD_BEFORE, held_from
from ..domain.sessions import view
from .database.id_lists import is_in
from .schema.entity_mapping import EntityMapping, EntityQuery, JoinedQuery
from .schema.partial_indexes import HAS_CONNECTOR, LATITUDE, LONGITUDE
from .schema.tables import CONNECTOR, RESERVATION, SESSION, STATION
from .stations import IS_PUBLIC
from .world_transaction import WorldTransaction

_FIRST_PART, _GROWTH = 8, 8
"""How many stations are looked at first, and how many times as many after them."""


class _Found(NamedTuple):
    """A station, and the time in which it is silent."""

    id: str
    latitude: str
    longitude: str
    details: str
    silent_from: int
    silent_until: int


class _Plugged(NamedTuple):
    """When a vehicle is plugged in."""

    created_at: int
    unplugged_at: int


class _Beside(NamedTuple):
    """A connector beside one of its sessions, or none."""

    connector: Connector
    taken: _Plugged | None


def places_near(tx: WorldTransaction, area: Circle, span: Span, *, but_for: int) -> Iterator[list[Place]]:
    """Yields the connectors in service at public stations in an area, those of the nearest station first.

    They come in parts, each of which takes two statements. A place is taken by sessions, by other reservations than the
    number `but_for`, and by outages; those that lie outside of the span may be left out.
    """
    stations = _stations_in(tx, area)
    first, size = 0, _FIRST_PART
    while first < len(stations):
        yield _places_at(tx, stations[first : first + size], span, but_for)
        first, size = first + size, size * _GROWTH


def _stations_in(tx: WorldTransaction, area: Circle) -> list[_Found]:
    """The stations in the area, sorted by their distance, and then by their ids."""
    box = area.box()
    where = {"south": box.south, "north": box.north, "west": box.west, "east": box.east}
    found = []
    for station in _IN_BOX.all(tx.db, {"world": tx.world.n, "now": tx.now, **where}):
        place_mm = area.place_mm(float(station.latitude), float(station.longitude))
        if place_mm is not None and _is_reservable(station.details):
            found.append((place_mm, station.id, station))
    return [station for _, _, station in sorted(found)]


def _is_reservable(details: str) -> bool:
    """Whether the station's capabilities say so; those that are not given do."""
    return "reservable" not in details or member(details, "capabilities", "reservable") is not False


def _places_at(tx: WorldTransaction, stations: Sequence[_Found], span: Span, but_for: int) -> list[Place]:
    since, until = span
    listed = orjson.dumps([station.id for station in stations]).decode()
    where = {"world": tx.world.n, "stations": listed, "since": since, "until": until, "begun": since - view.LONGEST}
    reserved: dict[tuple[str | None, str | None], list[Span]] = {}
    for each in _RESERVED.all(tx.db, where):
        if each.n != but_for:
            reserved.setdefault((each.station, each.connector), []).append((held_from(each), each.resolves_at))
    at_station: dict[str, list[Place]] = {}
    for (station, _), rows in groupby(_PLUGGED.all(tx.db, where), key=attrgetter("connector.station", "connector.id")):
        connector, plugged = _one_connector(rows)
        taken = (
            *plugged,
            *reserved.get((station, connector.id), ()),
            *_outage(connector.broken_from, connector.broken_until),
        )
        at_station.setdefault(station, []).append(Place(connector, taken))
    # Sorted here, because databases differ in how they order texts.
    return [
        Place(place.connector, (*place.taken, *_outage(station.silent_from, station.silent_until)))
        for station in stations
        for place in sorted(at_station.get(station.id, ()), key=attrgetter("connector.id"))
    ]


def _one_connector(rows: Iterator[_Beside]) -> tuple[Connector, list[Span]]:
    """A connector, and the spans in which vehicles are plugged into it."""
    first = next(rows)
    every = [first, *rows]
    return first.connector, [(row.taken.created_at, row.taken.unplugged_at) for row in every if row.taken is not None]


def _outage(since: int, until: int) -> list[Span]:
    return [] if since == NEVER else [(since, until)]


_IN_BOX: Final = EntityQuery(
    EntityMapping(_Found, dict(STATION.c)),
    select().where(
        STATION.in_world,
        text(f"{LATITUDE} BETWEEN :south AND :north"),
        text(f"{LONGITUDE} BETWEEN :west AND :east"),
        IS_PUBLIC,
        STATION.c.online,
        STATION.c.created_at <= bindparam("now"),
    ),
)
_IS_PLUGGED: Final = and_(
    SESSION.c.world == CONNECTOR.c.world,
    SESSION.c.station == CONNECTOR.c.station,
    SESSION.c.connector == CONNECTOR.c.id,
    SESSION.c.created_at > bindparam("begun"),
    SESSION.c.created_at < bindparam("until"),
    SESSION.c.unplugged_at > bindparam("since"),
)
_PLUGGED: Final = JoinedQuery(
    _Beside,
    {"connector": CONNECTOR.mapping, "taken": EntityMapping(_Plugged, dict(SESSION.c))},
    select()
    .select_from(CONNECTOR.table.outerjoin(SESSION.table, _IS_PLUGGED))
    .where(CONNECTOR.in_world, CONNECTOR.c.in_service, is_in(CONNECTOR.c.station, "stations"))
    .order_by(CONNECTOR.c.station, CONNECTOR.c.id),
)
_RESERVED: Final = RESERVATION.query(
    is_in(RESERVATION.c.station, "stations"),
    HAS_CONNECTOR,
    RESERVATION.c.resolves_at > bindparam("since"),
    RESERVATION.c.reserved_start < bindparam("until", type_=BigInteger()) + HELD_BEFORE,
    RESERVATION.c.session.is_(None),
)
