"""Searches of the map in slices, because a filter looks at every station; others are served between two slices."""

from collections.abc import AsyncIterator, Callable, Iterable, Sequence
from typing import Any, Concatenate, Final, ParamSpec, Protocol, TypeVar

from ..domain.areas import Area
from ..domain.tiles import Tile
from .station_map import (
    Cluster,
    MapFilter,
    Place,
    Span,
    clusters_in,
    places_around,
    slice_end,
    span_of_area,
    span_of_tile,
)
from .world_transaction import WorldTransaction

Arguments = ParamSpec("Arguments")
Answer = TypeVar("Answer")
Found = TypeVar("Found")

_STATIONS: Final = 1_000
"""About how many stations a slice has, which takes some milliseconds."""


class Asked(Protocol):
    """One state of a world, in which queries run."""

    async def ask(
        self,
        query: Callable[Concatenate[WorldTransaction, Arguments], Answer],
        *args: Arguments.args,
        **kwargs: Arguments.kwargs,
    ) -> Answer:
        """Runs a query; others are served before it."""


def are_wide(tx: WorldTransaction, tiles: Sequence[Tile]) -> bool:
    """Whether a tile has more stations than a slice."""
    return any(slice_end(tx, span_of_tile(tile), _STATIONS) is not None for tile in tiles)


def is_wide(tx: WorldTransaction, area: Area) -> bool:
    """Whether the box around an area has more stations than a slice."""
    return slice_end(tx, span_of_area(area), _STATIONS) is not None


async def clusters_by_slices(view: Asked, tile: Tile, wanted: MapFilter) -> list[Cluster]:
    """Returns the clusters of a tile, by their cells, as `clusters_in` does."""
    found: dict[int, Cluster] = {}
    async for some in _slices(view, span_of_tile(tile), lambda tx, span: clusters_in(tx, tile, wanted, span)):
        for each in some:
            before = found.get(each.cell)
            found[each.cell] = each if before is None else _joined(before, each)
    return sorted(found.values())


async def places_by_slices(view: Asked, area: Area, wanted: MapFilter) -> list[Place]:
    """Returns the stations in an area, in no order, as `places_around` does."""
    slices = _slices(view, span_of_area(area), lambda tx, span: places_around(tx, area, wanted, span))
    return [place async for some in slices for place in some]


async def _slices(
    view: Asked, span: Span, query: Callable[[WorldTransaction, Span], Iterable[Found]]
) -> AsyncIterator[Iterable[Found]]:
    """Runs a query for each slice of a span, from south to north."""
    south, north, west, east = span
    end: float | None = south
    while end is not None:
        end, some = await view.ask(_slice, (end, north, west, east), query)
        yield some


def _slice(
    tx: WorldTransaction, span: Span, query: Callable[[WorldTransaction, Span], Iterable[Any]]
) -> tuple[float | None, Iterable[Any]]:
    south, north, west, east = span
    end = slice_end(tx, span, _STATIONS)
    return end, query(tx, (south, north if end is None else end, west, east))


def _joined(one: Cluster, other: Cluster) -> Cluster:
    return Cluster(
        one.cell,
        one.stations + other.stations,
        min(one.south, other.south),
        max(one.north, other.north),
        min(one.west, other.west),
        max(one.east, other.east),
        min(one.station, other.station),
    )
