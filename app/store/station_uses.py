"""Public stations with what is known of their connectors at an instant: pages by age or by place, or single ones.

Each aspect of a page (the stations, their connectors with the last visits, their reservations) is one statement.
"""

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass
from functools import cache
from itertools import groupby
from operator import attrgetter
from typing import Any, Final

import orjson
from sqlalchemy import Column, ColumnElement, and_, bindparam, exists, func, not_, or_, select, text

from ..domain import models
from ..domain.areas import Area
from ..domain.clock import LATEST
from ..domain.reservations import LONGEST
from ..domain.station_view import (
    AVAILABLE,
    FORESEEN,
    HOME,
    ConnectorUse,
    ReservedWindow,
    StationUse,
    connector_statuses,
)
from . import keyset_pages
from .database.compiled_statements import CompiledStatement
from .database.id_lists import is_in
from .keyset_pages import PageQuery, Position
from .schema.entity_mapping import EntityMapping, EntityQuery
from .schema.partial_indexes import LATITUDE, LONGITUDE
from .schema.tables import CONNECTOR, RESERVATION, SESSION, STATION
from .world_transaction import WorldTransaction


@dataclass(frozen=True, slots=True)
class StationQuery:
    """The stations that a page has: of those with these ids, if any are named, and with a free connector or none.

    With an area, a page has the stations in it, the first place first.
    """

    page: PageQuery
    ids: Collection[str] | None = None
    available: bool | None = None
    area: Area | None = None


@dataclass(frozen=True, slots=True)
class ListedStation:
    """A row of a list of stations. `created_at` and `n` are its place, the greatest first.

    In a list by place, `created_at` is not an instant, but the greater, the earlier the place.
    """

    use: StationUse
    created_at: int
    n: int


def station_page(tx: WorldTransaction, query: StationQuery) -> list[ListedStation]:
    """Returns the stations of a page, and the one after it if there is one."""
    rows = _by_age(tx, query) if query.area is None else _by_place(tx, query, query.area)
    found: list[ListedStation] = []
    page, wanted = query.page, query.page.limit + 1
    while True:
        batch = rows(page)
        found += [row for row in batch if query.available is None or _is_available(row.use, tx.now) == query.available]
        if len(batch) < wanted or len(found) >= wanted:
            return found[:wanted]
        after = Position(batch[-1].created_at, batch[-1].n)
        page = PageQuery(page.filters, page.status, page.limit, after, page.newer)


def station_uses(tx: WorldTransaction, ids: Collection[str]) -> dict[str, StationUse]:
    """Returns the public stations with these ids."""
    found = _BY_IDS.all(tx.db, {"world": tx.world.n, "now": tx.now, "ids": _listed(ids)})
    return {use.station.id: use for use in _used(tx, found)}


def _by_age(tx: WorldTransaction, query: StationQuery) -> Callable[[PageQuery], list[ListedStation]]:
    """A function that reads a page of the list by age, newest first."""
    statement = _page(query.ids is not None, query.available, newer=query.page.newer)
    named = {"ids": _listed(query.ids or ()), "since": tx.now - LONGEST}

    def rows(page: PageQuery) -> list[ListedStation]:
        found = statement.all(tx.db, keyset_pages.parameters(tx, page, None) | named)
        return [ListedStation(use, use.station.created_at, use.station.n) for use in _used(tx, found)]

    return rows


def _by_place(tx: WorldTransaction, query: StationQuery, area: Area) -> Callable[[PageQuery], list[ListedStation]]:
    """A function that reads a page of the list by place, the first place first."""
    places = _places(tx, query, area)

    def rows(page: PageQuery) -> list[ListedStation]:
        ahead = places
        if page.after is not None:
            after = (page.after.created_at, page.after.n)
            ahead = [place for place in places if (place[:2] > after if page.newer else place[:2] < after)]
        some = ahead[::-1][: page.limit + 1] if page.newer else ahead[: page.limit + 1]
        uses = station_uses(tx, [station for *_, station in some])
        return [ListedStation(uses[station], place, n) for place, n, station in some if station in uses]

    return rows


def _places(tx: WorldTransaction, query: StationQuery, area: Area) -> list[tuple[int, int, str]]:
    """The place, number and id of each station in an area, the first place first; places fall."""
    box = area.box()
    named = {"south": box.south, "north": box.north, "west": box.west, "east": box.east}
    where = {"world": tx.world.n, "now": tx.now, **named}
    among = None if query.ids is None else frozenset(query.ids)
    found = []
    for n, station, latitude, longitude in _IN_BOX.rows(tx.db, where):
        place_mm = area.place_mm(latitude, longitude)
        if place_mm is not None and (among is None or station in among):
            found.append((LATEST - place_mm, n, station))
    return sorted(found, reverse=True)


def _used(tx: WorldTransaction, stations: Sequence[models.Station]) -> list[StationUse]:
    """The stations with their connectors and reserved windows."""
    if not stations:
        return []
    where = {"world": tx.world.n, "now": tx.now, "ids": _listed([each.id for each in stations])}
    # Sorted here, because databases differ in how they order texts.
    by_id = sorted(_CONNECTORS.all(tx.db, where), key=attrgetter("connector.station", "connector.id"))
    connectors = _grouped(by_id, attrgetter("connector.station"))
    span = {"since": tx.now - LONGEST, "soon": tx.now + FORESEEN}
    windows = _grouped(_WINDOWS.all(tx.db, where | span), attrgetter("station"))
    return [StationUse(each, connectors.get(each.id, ()), windows.get(each.id, ())) for each in stations]


def _grouped(rows: Sequence[Any], station_of: Callable[[Any], str]) -> dict[str, list[Any]]:
    """Rows, which are in the order of their stations, by the ids of these."""
    return {station: list(group) for station, group in groupby(rows, station_of)}


def _is_available(use: StationUse, now: int) -> bool:
    return AVAILABLE in connector_statuses(use, now)


def _listed(ids: Collection[str]) -> str:
    return orjson.dumps(list(ids)).decode()


@cache
def _page(has_ids: bool, available: bool | None, *, newer: bool) -> EntityQuery[models.Station]:  # noqa: FBT001 - a key of the cache
    statement = select().where(STATION.c.kind != HOME)
    if has_ids:
        statement = statement.where(is_in(STATION.c.id, "ids"))
    if available is not None:
        # Which connector a reservation keeps is decided by `connector_statuses`; this only leaves out most others.
        statement = statement.where(_FREE if available else or_(not_(_FREE), _IS_RESERVED))
    return EntityQuery(STATION.mapping, keyset_pages.page(statement, STATION, (), newer=newer))


def _last_visit(column: Column[int]) -> ColumnElement[int]:
    """A column of the last session at a connector that has begun: no later one is plugged in now."""
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


_FREE: Final = and_(
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
        )
        .correlate(STATION.table)
    ),
)
"""True of a station with a connector that works and is not plugged in; it may be reserved."""
_IS_KEPT: Final = and_(
    RESERVATION.c.created_at > bindparam("since"),
    RESERVATION.c.confirms_at <= bindparam("now"),
    RESERVATION.c.resolves_at > bindparam("now"),
    RESERVATION.c.reserved_end > bindparam("now"),
)
"""True of a confirmed reservation."""
_IS_RESERVED: Final = exists(
    select(RESERVATION.c.n)
    .where(RESERVATION.c.world == STATION.c.world, RESERVATION.c.station == STATION.c.id, _IS_KEPT)
    .where(RESERVATION.c.reserved_start <= bindparam("now"))
    .correlate(STATION.table)
)
_BY_IDS: Final = STATION.query(
    STATION.c.kind != HOME, STATION.c.created_at <= bindparam("now"), is_in(STATION.c.id, "ids")
)
_CONNECTORS: Final = EntityQuery(
    EntityMapping(
        ConnectorUse,
        {
            **{name: CONNECTOR.c[name] for name in models.Connector.__dataclass_fields__},
            "plugged_in_at": _last_visit(SESSION.c.created_at),
            "unplugged_at": _last_visit(SESSION.c.unplugged_at),
        },
    ),
    select().where(CONNECTOR.in_world, is_in(CONNECTOR.c.station, "ids")).order_by(CONNECTOR.c.station, CONNECTOR.c.id),
)
_WINDOWS: Final = EntityQuery(
    EntityMapping(ReservedWindow, dict(RESERVATION.c)),
    select()
    .where(RESERVATION.in_world, is_in(RESERVATION.c.station, "ids"), _IS_KEPT)
    .where(RESERVATION.c.reserved_start <= bindparam("soon"))
    .order_by(RESERVATION.c.station, RESERVATION.c.reserved_start, RESERVATION.c.n),
)
_IN_BOX: Final = CompiledStatement(
    select(STATION.c.n, STATION.c.id, text(LATITUDE), text(LONGITUDE)).where(
        STATION.in_world,
        text(f"{LATITUDE} BETWEEN :south AND :north"),
        text(f"{LONGITUDE} BETWEEN :west AND :east"),
        STATION.c.kind != HOME,
        STATION.c.created_at <= bindparam("now"),
    )
)
