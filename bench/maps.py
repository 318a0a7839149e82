"""Cariqa's map of a hundred thousand stations: around points, on tiles with hundreds inside, and the whole world."""

from collections.abc import Iterator
from typing import Any, Final
from urllib.parse import urlencode

from app.domain.tiles import tile_at

from . import lists
from .default_world import World
from .loads import TEN, Target
from .servers import MeasureFailedError
from .table import Row

_POINTS: Final = ((44.0, 2.0), (48.8, 2.3), (52.5, 13.4))
_METRES: Final = 100_000
_MOST_INSIDE: Final = 1_000
_ZOOM: Final = 8
"""A tile of it is 150 km wide and less in Europe."""
_STATIONS: Final = "/api/v1/stations"
_FULL_MAP_MS: Final = 200


def rows(world: World, stations: int) -> Iterator[Row]:
    """The rows for a world that has at least that many stations."""
    yield lists.slowest("Cariqa: stations around a point", [_around(world, *point, stations) for point in _POINTS])
    yield lists.slowest("Cariqa: a map tile", [_tile(world, *point, stations) for point in _POINTS])
    whole = _target(world, "tile", {"x": 0, "y": 0, "z": 0}, f"{stations:,} stations")
    if _count(whole) < stations:
        raise MeasureFailedError(f"the map of the world has {_count(whole)} stations")
    yield lists.slowest("Cariqa: the map of the world", [whole], _FULL_MAP_MS)


def _around(world: World, latitude: float, longitude: float, stations: int) -> Target:
    """The ten nearest stations. Raises MeasureFailedError if more are inside than the bar is about."""
    where = {"latitude": latitude, "longitude": longitude, "distance": _METRES, "page_size": TEN}
    inside = int(_target(world, "around", where, "").json()["count"])
    _check(inside)
    return _target(world, "around", where, f"{inside} of {stations:,} inside")


def _tile(world: World, latitude: float, longitude: float, stations: int) -> Target:
    """The tile with a point. Raises MeasureFailedError if more are inside than the bar is about."""
    tile = tile_at(latitude, longitude, _ZOOM)
    where = {"x": tile.x, "y": tile.y, "z": tile.z}
    inside = _count(_target(world, "tile", where, ""))
    _check(inside)
    return _target(world, "tile", where, f"{inside} of {stations:,} inside")


def _count(target: Target) -> int:
    """The number of stations for which the features of tiles stand."""
    return sum(feature["properties"]["count"] for feature in target.json()["features"])


def _check(inside: int) -> None:
    if not TEN <= inside <= _MOST_INSIDE:
        raise MeasureFailedError(f"{inside} stations are inside")


def _target(world: World, name: str, query: dict[str, Any], title: str) -> Target:
    path = f"{_STATIONS}/{name}/?{urlencode(query)}"
    return Target(title, world.server, path, world.cariqa_token, rows=None)
