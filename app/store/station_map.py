"""Public stations by place: around a point, and on the tiles of a map, with what a map filters by."""

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from functools import cache
from types import MappingProxyType
from typing import Any, Final, NamedTuple, TypeAlias, TypeVar

import orjson
from sqlalchemy import (
    ColumnElement,
    Float,
    FromClause,
    Select,
    and_,
    bindparam,
    case,
    exists,
    func,
    join,
    literal_column,
    select,
    text,
)

from ..domain.areas import Area
from ..domain.reservations import HELD_BEFORE
from ..domain.station_prices import FAST, FAST_KW, SLOW, TURBO, TURBO_KW, price
from ..domain.station_view import HOME, StationUse
from ..domain.tiles import CELLS, Tile
from .database.compiled_statements import CompiledStatement
from .database.id_lists import is_in
from .schema.partial_indexes import LATITUDE, LONGITUDE
from .schema.tables import CONNECTOR, STATION
from .station_pages import HAS_FREE
from .station_uses import IS_THERE, station_uses
from .user_sessions import NumberedPage
from .world_transaction import WorldTransaction

Page = TypeVar("Page", bound=NumberedPage)
Place: TypeAlias = tuple[int, str]
"""A station and where it is in the order of an area, in mm."""
Span: TypeAlias = tuple[float, float, float, float]
"""South, north, west and east in degrees; the south and the east are outside."""


@dataclass(frozen=True, slots=True)
class MapFilter:
    """Which stations a map shows: those for which all of this is true.

    `operators`, `standards` and `speeds` name some values, of which a station has one; without any, all are shown. A
    price is that of `station_prices.price`; a station is shown if one of its connectors costs no more than `most`.
    """

    free: bool = False
    partners: bool = False
    operators: Collection[str] = ()
    standards: Collection[str] = ()
    speeds: Collection[str] = ()
    most: Decimal | None = None

    @property
    def shows_all(self) -> bool:
        """Whether there is no condition, so that the index of places is all that is read."""
        return self == _UNFILTERED


_UNFILTERED: Final = MapFilter()


class Cluster(NamedTuple):
    """The stations in a cell of a tile, which `Tile.cell` counts: their number, and the box around them, in degrees.

    `station` is the id of the station if it is the only one.
    """

    cell: int
    stations: int
    south: float
    north: float
    west: float
    east: float
    station: str


def places_around(tx: WorldTransaction, area: Area, wanted: MapFilter, span: Span | None = None) -> list[Place]:
    """Returns the stations in an area, or in the part of it that is in a span, in no order."""
    found = []
    for station, latitude, longitude in _rows(tx, _PLACES, span or span_of_area(area), wanted):
        place_mm = area.place_mm(latitude, longitude)
        if place_mm is not None:
            found.append((place_mm, station))
    return found


def page_of_places(
    tx: WorldTransaction, found: Collection[Place], choose: Callable[[int], Page]
) -> tuple[Page, list[StationUse]]:
    """Returns a page of some stations, the first place first; those at one place are in the order of ids.

    `choose` returns the page for a given number of stations.
    """
    page = choose(len(found))
    ids = [station for _, station in sorted(found)[page.offset : page.offset + page.size]]
    uses = station_uses(tx, ids, with_virtual=True)
    return page, [uses[station] for station in ids]


def stations_around(
    tx: WorldTransaction, area: Area, wanted: MapFilter, choose: Callable[[int], Page]
) -> tuple[Page, list[StationUse]]:
    """Returns a page of the stations in an area, as `page_of_places` does it."""
    return page_of_places(tx, places_around(tx, area, wanted), choose)


def clusters_in(tx: WorldTransaction, tile: Tile, wanted: MapFilter, span: Span | None = None) -> list[Cluster]:
    """Returns the clusters of a tile, or of the part of it that is in a span, by their cells."""
    edges = tile.edges()
    cells = {f"south{n}": edge for n, edge in enumerate(edges.latitudes[1:-1])}
    cells |= {f"east{n}": edge for n, edge in enumerate(edges.longitudes[1:-1])}
    return sorted(map(Cluster._make, _rows(tx, _CLUSTERS, span or span_of_tile(tile), wanted, cells)))


def stations_in(tx: WorldTransaction, tile: Tile, wanted: MapFilter, span: Span | None = None) -> list[str]:
    """Returns the ids of the stations in a tile, or in the part of it that is in a span, in order."""
    return sorted(station for station, _, _ in _rows(tx, _PLACES, span or span_of_tile(tile), wanted))


def slice_end(tx: WorldTransaction, span: Span, stations: int) -> float | None:
    """Returns the latitude up to which a span has about that many stations; None if all of it has no more."""
    found = _SLICE_END.first(tx.db, {"world": tx.world.n, **_named(span), "stations": stations})
    return None if found is None else found[0]


def partner_operators(tx: WorldTransaction) -> list[str]:
    """Returns the names of the operators that have partner stations, in order."""
    return sorted(operator for (operator,) in _PARTNERS.rows(tx.db, {"world": tx.world.n, "now": tx.now}))


def span_of_tile(tile: Tile) -> Span:
    edges = tile.edges()
    return edges.latitudes[-1], edges.latitudes[0], edges.longitudes[0], edges.longitudes[-1]


def span_of_area(area: Area) -> Span:
    """The span around an area. Its south is outside a span, so that it is a little larger."""
    box = area.box()
    return box.south, box.north, box.west, box.east + _MARGIN


_Search: TypeAlias = Callable[[Sequence[str]], CompiledStatement]
"""A statement about the stations in a span, compiled for the filters that are in use."""
_Group: TypeAlias = Callable[[Select[Any]], Select[Any]]
_SIDES: Final = ("south", "north", "west", "east")
_NO_CELLS: Final[Mapping[str, float]] = MappingProxyType({})


def _rows(
    tx: WorldTransaction, search: _Search, span: Span, wanted: MapFilter, cells: Mapping[str, float] = _NO_CELLS
) -> Sequence[Any]:
    where: dict[str, Any] = {"world": tx.world.n, "now": tx.now, **_named(span), **cells}
    used = [name for name in _CONDITIONS if getattr(wanted, name, False)]
    where |= {name: orjson.dumps(list(getattr(wanted, name))).decode() for name in used if name in _LISTS}
    if wanted.free:
        where["held_by"] = tx.now + HELD_BEFORE
    if wanted.most is not None:
        used.append(_TARIFFS)
        where[_TARIFFS] = orjson.dumps(_cheap(_SOLD(()).rows(tx.db, where), wanted.most)).decode()
    return search(tuple(used)).rows(tx.db, where)


def _named(span: Span) -> dict[str, float]:
    return dict(zip(_SIDES, span, strict=True))


def _cheap(tariffs: Iterable[tuple[str]], most: Decimal) -> list[str]:
    """The tariffs whose price is no higher; those without a price are among them."""
    prices = [(tariff, price(tariff)) for (tariff,) in tariffs]
    return [tariff for tariff, found in prices if found is None or found.amount <= most]


_INSIDE: Final = f"{LATITUDE} > :south AND {LATITUDE} <= :north AND {LONGITUDE} >= :west AND {LONGITUDE} < :east"


def _search(*columns: Any, of: FromClause = STATION.table, group: _Group | None = None) -> _Search:  # noqa: ANN401 - as SQLAlchemy takes them
    every = select(*columns).select_from(of).where(STATION.in_world, text(_INSIDE), STATION.c.kind != HOME, IS_THERE)

    @cache
    def compiled(used: Sequence[str]) -> CompiledStatement:
        found = every.where(*[_CONDITIONS[name] for name in used])
        return CompiledStatement(found if group is None else group(found))

    return compiled


def _by_cell(places: Select[Any]) -> Select[Any]:
    """Groups places by the cells of a tile.

    SQLite reads the places from an index alone, if nothing else stands in the statement that reads them.
    """
    place = places.cte("place").prefix_with("MATERIALIZED")
    row = _steps("place.latitude <= :south{}")
    column = _steps("place.longitude >= :east{}")
    extents = (function(place.c[name]) for name in ("latitude", "longitude") for function in (func.min, func.max))
    counted = select(text(f"({row}) * {CELLS} + {column} AS cell"), func.count(), *extents, func.min(place.c.id))
    return counted.select_from(place).group_by(text("cell"))  # type: ignore[return-value]


def _has_connector(*conditions: ColumnElement[bool]) -> ColumnElement[bool]:
    return exists(select(CONNECTOR.c.id).where(_AT_STATION, *conditions).correlate(STATION.table))


_MARGIN: Final = 1e-6
_TARIFFS: Final = "tariffs"
"""The tariffs that are no more expensive than `MapFilter.most`."""
_AT_STATION: Final = and_(CONNECTOR.c.world == STATION.c.world, CONNECTOR.c.station == STATION.c.id)
_HAS_CHANGED: Final = CONNECTOR.c.next_tariff_at <= bindparam("now")
_TARIFF: Final = case((_HAS_CHANGED, CONNECTOR.c.next_tariff), else_=CONNECTOR.c.tariff)
"""The tariff of a connector now, as `station_prices.tariff_at` gives it."""
_MOST_KW: Final = select(func.max(CONNECTOR.c.power_kw)).where(_AT_STATION).correlate(STATION.table).scalar_subquery()
_SPEED: Final = case((_MOST_KW >= TURBO_KW, TURBO), (_MOST_KW >= FAST_KW, FAST), else_=SLOW)
_CONDITIONS: Final = {
    "free": HAS_FREE,
    "partners": STATION.c.is_partner,
    "operators": is_in(STATION.c.operator, "operators"),
    "standards": _has_connector(is_in(CONNECTOR.c.standard, "standards")),
    "speeds": is_in(_SPEED, "speeds"),
    _TARIFFS: _has_connector(is_in(_TARIFF, _TARIFFS)),
}
"""What is true of the stations that a filter shows, by the names of its fields."""
_LISTS: Final = frozenset({"operators", "standards", "speeds"})


def _steps(is_beyond: str) -> str:
    """How many of the inner edges of a tile's cells a place is beyond."""
    return " + ".join(f"CASE WHEN {is_beyond.format(n)} THEN 1 ELSE 0 END" for n in range(CELLS - 1))


_PLACE: Final = (
    STATION.c.id,
    literal_column(LATITUDE, Float()).label("latitude"),
    literal_column(LONGITUDE, Float()).label("longitude"),
)
_PLACES: Final = _search(*_PLACE)
_CLUSTERS: Final = _search(*_PLACE, group=_by_cell)
_SOLD: Final = _search(_TARIFF, of=join(STATION.table, CONNECTOR.table, _AT_STATION), group=Select.distinct)
_SLICE_END: Final = CompiledStatement(
    select(literal_column(LATITUDE, Float()))
    .select_from(STATION.table)
    .where(STATION.in_world, text(_INSIDE))
    .order_by(text(LATITUDE))
    .limit(1)
    .offset(bindparam("stations"))
)
_PARTNERS: Final = CompiledStatement(
    select(STATION.c.operator)
    .distinct()
    .where(STATION.in_world, STATION.c.is_partner, STATION.c.kind != HOME, IS_THERE)
)
