"""Pages of public stations: by age, or by place in an area.

A page by age is one statement. Of an area, one statement reads the places, and another the stations of the page;
if too few of these have a free connector and that is asked for, one looks for others, and one more reads them.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from functools import cache
from operator import attrgetter
from typing import Final, TypeAlias

import orjson
from sqlalchemy import Column, ColumnElement, and_, bindparam, exists, func, not_, select, text

from ..domain.areas import Area
from ..domain.clock import LATEST
from ..domain.station_view import AVAILABLE, StationUse, connector_statuses
from . import keyset_pages
from .database.compiled_statements import CompiledStatement
from .keyset_pages import PageQuery
from .schema.partial_indexes import LATITUDE, LONGITUDE
from .schema.tables import CONNECTOR, RESERVATION, SESSION, STATION
from .station_uses import IS_AMONG, IS_THERE, StationUseQuery, holds, last_visit, moments, station_uses
from .stations import IS_PUBLIC
from .world_transaction import WorldTransaction, one_statement

_LOOKED_AT: Final = 4
"""How many times as many stations are read as a page needs, while those with a free connector are looked for."""
_Place: TypeAlias = tuple[int, int, str]
"""Where a station is in a list, the greatest first: two numbers, and its id."""


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


def station_page(tx: WorldTransaction, query: StationQuery) -> list[ListedStation]:
    """Returns the stations of a page, and the one after it if there is one."""
    if query.area is not None:
        places = _beyond(query.page, _in_area(tx, query, query.area))
        return _free(tx, places, query.page.limit + 1) if query.available else _listed(tx, places, query.page.limit + 1)
    if query.ids is not None:
        where = {"world": tx.world.n, "ids": orjson.dumps(list(query.ids)).decode(), **moments(tx)}
        found = [(place, n, station) for place, n, station in _among(query.available).rows(tx.db, where)]
        return _listed(tx, _beyond(query.page, found), query.page.limit + 1)
    return newest_stations(tx, query)


@one_statement
def newest_stations(tx: WorldTransaction, query: StationQuery) -> list[ListedStation]:
    """Returns the stations of a page by age, and the one after it if there is one."""
    statement = _page(query.available, newer=query.page.newer)
    found = statement.all(tx.db, keyset_pages.parameters(tx, query.page, None) | moments(tx))
    listed = [ListedStation(use, use.station.created_at, use.station.n) for use in found]
    return sorted(listed, key=_BY_AGE, reverse=not query.page.newer)


def _beyond(page: PageQuery, places: Sequence[_Place]) -> list[_Place]:
    """The places of all that the list has beyond the beginning of a page, in its order."""
    ranked = sorted(places, reverse=not page.newer)
    if page.after is None:
        return ranked
    after = (page.after.created_at, page.after.n)
    return [each for each in ranked if (each[:2] > after if page.newer else each[:2] < after)]


def _listed(tx: WorldTransaction, places: Sequence[_Place], count: int) -> list[ListedStation]:
    """The stations at the first places."""
    some = places[:count]
    uses = station_uses(tx, [station for _, _, station in some]) if some else {}
    return [ListedStation(uses[station], place, n) for place, n, station in some]


def _free(tx: WorldTransaction, places: Sequence[_Place], count: int) -> list[ListedStation]:
    """The stations at the first places that have a free connector.

    Where most stations have one, the first places are enough, and the others need not be looked at.
    """
    first = _listed(tx, places, _LOOKED_AT * count)
    free = [each for each in first if AVAILABLE in connector_statuses(each.use, tx.now)][:count]
    rest = places[len(first) :]
    if len(free) == count or not rest:
        return free
    where = {"world": tx.world.n, "ids": orjson.dumps([each[-1] for each in rest]).decode(), **moments(tx)}
    others = {station for _, _, station in _among(available=True).rows(tx.db, where)}
    return free + _listed(tx, [each for each in rest if each[-1] in others], count - len(free))


def _in_area(tx: WorldTransaction, query: StationQuery, area: Area) -> list[_Place]:
    """The place, the number and the id of each station in an area."""
    box = area.box()
    where = {"south": box.south, "north": box.north, "west": box.west, "east": box.east}
    # Which stations have a free connector is looked at later, as far as the page needs it.
    statement = _in_box(None if query.available else query.available)
    rows = statement.rows(tx.db, {"world": tx.world.n, **moments(tx), **where})
    among = None if query.ids is None else frozenset(query.ids)
    found = []
    for n, station, latitude, longitude in rows:
        place_mm = area.place_mm(latitude, longitude)
        if place_mm is not None and (among is None or station in among):
            found.append((LATEST - place_mm, n, station))
    return found


@cache
def _page(available: bool | None, *, newer: bool) -> StationUseQuery:  # noqa: FBT001 - a key of the cache
    statement = select(STATION.table).where(IS_PUBLIC, *_is_available(available))
    return StationUseQuery(keyset_pages.page(statement, STATION, (), newer=newer).subquery("page"))


@cache
def _among(available: bool | None) -> CompiledStatement:  # noqa: FBT001 - a key of the cache
    """The instant of creation, the number and the id of each station among some."""
    columns = select(STATION.c.created_at, STATION.c.n, STATION.c.id)
    return CompiledStatement(columns.where(*IS_AMONG, *_is_available(available)))


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


def _is_now(since: Column[int], until: Column[int]) -> ColumnElement[bool]:
    return and_(since <= bindparam("now"), until > bindparam("now"))


_BY_AGE: Final = attrgetter("created_at", "n")
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
            func.coalesce(last_visit(SESSION.c.unplugged_at), 0) <= bindparam("now"),
            not_(
                exists(
                    select(RESERVATION.c.n)
                    .where(
                        RESERVATION.c.world == CONNECTOR.c.world,
                        RESERVATION.c.station == CONNECTOR.c.station,
                        RESERVATION.c.connector == CONNECTOR.c.id,
                        holds("held_by"),
                    )
                    .correlate(CONNECTOR.table)
                )
            ),
        )
        .correlate(STATION.table)
    ),
)
