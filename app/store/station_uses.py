"""Public stations with what is known of their connectors at an instant: pages by age or by place, or single ones.

Each aspect of a page (the stations, their connectors with the last visits, their reservations) is one statement.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass, fields
from functools import cache
from itertools import groupby
from operator import attrgetter
from typing import Any, Final, NamedTuple

import orjson
from sqlalchemy import Column, ColumnElement, and_, bindparam, exists, func, not_, select, text

from ..domain.areas import Area
from ..domain.clock import LATEST
from ..domain.models import Connector, Station
from ..domain.reservations import HELD_BEFORE
from ..domain.station_view import FORESEEN, HOME, ConnectorUse, Hold, StationUse
from . import keyset_pages
from .database.compiled_statements import CompiledStatement
from .database.id_lists import is_in
from .keyset_pages import PageQuery
from .schema.entity_mapping import EntityMapping, EntityQuery
from .schema.partial_indexes import HAS_CONNECTOR, LATITUDE, LONGITUDE
from .schema.tables import CONNECTOR, RESERVATION, SESSION, STATION
from .stations import IS_PUBLIC
from .world_transaction import WorldTransaction


@dataclass(frozen=True, slots=True)
class StationQuery:
    """The stations that a page has: of those with these ids, if any are named, with a free connector or without one.

    With an area, a page has the stations in it, the first place first.
    """

    page: PageQuery
    ids: Collection[str] | None = None
    available: bool | None = None
    area: Area | None = None


@dataclass(frozen=True, slots=True)
class ListedStation:
    """A row of a list of stations. `created_at` and `n` are its place in it, the greatest first.

    In a list by place, `created_at` is not an instant: the earlier the place, the greater it is.
    """

    use: StationUse
    created_at: int
    n: int


class _Held(NamedTuple):
    """What a reservation that holds a connector says of the time."""

    station: str
    connector: str
    confirms_at: int
    reserved_start: int
    resolves_at: int

    def hold(self) -> Hold:
        since = max(self.confirms_at, self.reserved_start - HELD_BEFORE)
        return Hold(self.station, self.connector, since, self.resolves_at)


def station_page(tx: WorldTransaction, query: StationQuery) -> list[ListedStation]:
    """Returns the stations of a page, and the one after it if there is one."""
    if query.area is not None:
        return _ranked(tx, query.page, _in_area(tx, query, query.area))
    if query.ids is not None:
        where = {"world": tx.world.n, "ids": _listed(query.ids), **_moments(tx)}
        return _ranked(tx, query.page, _among(query.available).rows(tx.db, where))
    statement = _page(query.available, newer=query.page.newer)
    found = statement.all(tx.db, keyset_pages.parameters(tx, query.page, None) | _moments(tx))
    return [ListedStation(use, use.station.created_at, use.station.n) for use in _used(tx, found)]


def station_uses(tx: WorldTransaction, ids: Collection[str], *, with_virtual: bool = False) -> dict[str, StationUse]:
    """Returns the public stations with these ids, and with `with_virtual` also those that only one vendor shows."""
    statement = _BY_IDS_WITH_VIRTUAL if with_virtual else _BY_IDS
    found = statement.all(tx.db, {"world": tx.world.n, "now": tx.now, "ids": _listed(ids)})
    return {use.station.id: use for use in _used(tx, found)}


def _ranked(tx: WorldTransaction, page: PageQuery, rows: Sequence[Any]) -> list[ListedStation]:
    """The stations of a page out of the places of all that the list has: a number, another one, and the id."""
    ranked = sorted(rows, reverse=not page.newer)
    if page.after is not None:
        after = (page.after.created_at, page.after.n)
        ranked = [row for row in ranked if (row[:2] > after if page.newer else row[:2] < after)]
    some = ranked[: page.limit + 1]
    uses = station_uses(tx, [station for _, _, station in some])
    return [ListedStation(uses[station], place, n) for place, n, station in some]


def _in_area(tx: WorldTransaction, query: StationQuery, area: Area) -> list[tuple[int, int, str]]:
    """The place, the number and the id of each station in an area."""
    box = area.box()
    where = {"south": box.south, "north": box.north, "west": box.west, "east": box.east}
    rows = _in_box(query.available).rows(tx.db, {"world": tx.world.n, **_moments(tx), **where})
    among = None if query.ids is None else frozenset(query.ids)
    found = []
    for n, station, latitude, longitude in rows:
        place_mm = area.place_mm(latitude, longitude)
        if place_mm is not None and (among is None or station in among):
            found.append((LATEST - place_mm, n, station))
    return found


def _used(tx: WorldTransaction, stations: Sequence[Station]) -> list[StationUse]:
    """The stations with their connectors, and the reservations that hold these."""
    if not stations:
        return []
    where = {"world": tx.world.n, "ids": _listed([each.id for each in stations]), **_moments(tx)}
    # Sorted here, because databases differ in how they order texts.
    connectors = _by_station(sorted(_CONNECTORS.all(tx.db, where), key=_CONNECTOR_KEY), "connector.station")
    held = [each.hold() for each in _HELD.all(tx.db, where | {"held_by": tx.now + FORESEEN + HELD_BEFORE})]
    holds = _by_station(sorted(held, key=attrgetter("station", "since", "connector")), "station")
    return [StationUse(each, connectors.get(each.id, ()), holds.get(each.id, ())) for each in stations]


def _by_station(rows: Sequence[Any], station: str) -> dict[str, list[Any]]:
    """Rows, which are sorted by that attribute, by the ids of their stations."""
    return {key: list(group) for key, group in groupby(rows, attrgetter(station))}


def _moments(tx: WorldTransaction) -> dict[str, int]:
    """The parameters of the conditions about now; a reservation whose window begins by `held_by` holds a connector."""
    return {"now": tx.now, "held_by": tx.now + HELD_BEFORE}


def _listed(ids: Collection[str]) -> str:
    return orjson.dumps(list(ids)).decode()


@cache
def _page(available: bool | None, *, newer: bool) -> EntityQuery[Station]:  # noqa: FBT001 - a key of the cache
    statement = select().where(IS_PUBLIC, *_is_available(available))
    return EntityQuery(STATION.mapping, keyset_pages.page(statement, STATION, (), newer=newer))


@cache
def _among(available: bool | None) -> CompiledStatement:  # noqa: FBT001 - a key of the cache
    """The instant of creation, the number and the id of each station among some."""
    columns = select(STATION.c.created_at, STATION.c.n, STATION.c.id)
    return CompiledStatement(columns.where(*_IS_AMONG, *_is_available(available)))


@cache
def _in_box(available: bool | None) -> CompiledStatement:  # noqa: FBT001 - a key of the cache
    """The number, id, latitude and longitude of each station in a box."""
    return CompiledStatement(
        select(STATION.c.n, STATION.c.id, text(LATITUDE), text(LONGITUDE)).where(
            STATION.in_world,
            text(f"{LATITUDE} BETWEEN :south AND :north"),
            text(f"{LONGITUDE} BETWEEN :west AND :east"),
            IS_PUBLIC,
            IS_THERE,
            *_is_available(available),
        )
    )


def _is_available(available: bool | None) -> tuple[ColumnElement[bool], ...]:  # noqa: FBT001 - the filter's value
    """The condition that a station has a free connector, or that it has none. It is that of `connector_statuses`."""
    if available is None:
        return ()
    return (HAS_FREE,) if available else (not_(HAS_FREE),)


def _last_visit(column: Column[int]) -> ColumnElement[int]:
    """A column of the last session at a connector that has begun: no earlier one is plugged in now."""
    return (
        select(column)
        .where(
            SESSION.c.world == CONNECTOR.c.world,
            SESSION.c.station == CONNECTOR.c.station,
            SESSION.c.connector == CONNECTOR.c.id,
            SESSION.c.created_at <= bindparam("now"),
        )
        .order_by(SESSION.c.created_at.desc())
        .limit(1)
        .correlate(CONNECTOR.table)
        .scalar_subquery()
    )


def _is_now(since: Column[int], until: Column[int]) -> ColumnElement[bool]:
    return and_(since <= bindparam("now"), until > bindparam("now"))


_CONNECTOR_KEY: Final = attrgetter("connector.station", "connector.id")
_HOLDS: Final = and_(
    HAS_CONNECTOR,
    RESERVATION.c.session.is_(None),
    RESERVATION.c.confirms_at <= bindparam("now"),
    RESERVATION.c.reserved_start <= bindparam("held_by"),
    RESERVATION.c.resolves_at > bindparam("now"),
)
"""True of a confirmed reservation that holds its connector, by the instants of `_moments`."""
HAS_FREE: Final = and_(
    STATION.c.online,
    not_(_is_now(STATION.c.silent_from, STATION.c.silent_until)),
    exists(
        select(CONNECTOR.c.id)
        .where(
            CONNECTOR.c.world == STATION.c.world,
            CONNECTOR.c.station == STATION.c.id,
            CONNECTOR.c.in_service,
            not_(_is_now(CONNECTOR.c.broken_from, CONNECTOR.c.broken_until)),
            func.coalesce(_last_visit(SESSION.c.unplugged_at), 0) <= bindparam("now"),
            not_(
                exists(
                    select(RESERVATION.c.n)
                    .where(
                        RESERVATION.c.world == CONNECTOR.c.world,
                        RESERVATION.c.station == CONNECTOR.c.station,
                        RESERVATION.c.connector == CONNECTOR.c.id,
                        _HOLDS,
                    )
                    .correlate(CONNECTOR.table)
                )
            ),
        )
        .correlate(STATION.table)
    ),
)
IS_THERE: Final = func.coalesce(STATION.c.created_at, 0) <= bindparam("now")
"""True of a station that has been created. It uses no index, so that those of ids and places are used."""
_HAS_ID: Final = (STATION.in_world, is_in(STATION.c.id, "ids"), IS_THERE)
_IS_AMONG: Final = (*_HAS_ID, IS_PUBLIC)
_BY_IDS: Final = EntityQuery(STATION.mapping, select().where(*_IS_AMONG))
_BY_IDS_WITH_VIRTUAL: Final = EntityQuery(STATION.mapping, select().where(*_HAS_ID, STATION.c.kind != HOME))
_CONNECTORS: Final = EntityQuery(
    EntityMapping(
        ConnectorUse,
        {each.name: CONNECTOR.c[each.name] for each in fields(Connector)}
        | {"plugged_in_at": _last_visit(SESSION.c.created_at), "unplugged_at": _last_visit(SESSION.c.unplugged_at)},
    ),
    select().where(CONNECTOR.in_world, is_in(CONNECTOR.c.station, "ids")),
)
_HELD: Final = EntityQuery(
    EntityMapping(_Held, dict(RESERVATION.c)),
    select().where(RESERVATION.in_world, is_in(RESERVATION.c.station, "ids"), _HOLDS),
)
