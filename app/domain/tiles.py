"""Map tiles: the earth in Web Mercator, cut into 2^z columns from west to east and 2^z rows from north to south.

The tiles of a zoom are a partition: a point on a boundary is in the tile to the east or to the south of it. The first
and the last row reach to the poles, and 180 degrees of longitude is in the last column.
"""

from dataclasses import dataclass
from functools import lru_cache
from math import asinh, atan, degrees, floor, pi, radians, sinh, tan
from typing import Final

HIGHEST_ZOOM: Final = 22
"""The highest zoom of a tile; a tile of it is ten metres wide at the equator."""
_DEEPER: Final = 2
CELLS: Final = 2**_DEEPER
"""How many cells a tile has side by side. A cell is the tile of that name two zooms deeper."""
_POLE, _HALF_TURN, _TURN = 90.0, 180.0, 360.0


@dataclass(frozen=True, slots=True)
class Tile:
    """The tile in column `x` and row `y`, both counted from 0, of the zoom `z`."""

    x: int
    y: int
    z: int

    def __str__(self) -> str:
        """`z/x/y`, as tiles are named in addresses."""
        return f"{self.z}/{self.x}/{self.y}"

    @property
    def exists(self) -> bool:
        return 0 <= self.z <= HIGHEST_ZOOM and 0 <= self.x < 2**self.z and 0 <= self.y < 2**self.z

    def cell(self, n: int) -> "Tile":
        """The cell of that number, counted from 0 by rows from the north, and within a row from the west."""
        row, column = divmod(n, CELLS)
        return Tile(self.x * CELLS + column, self.y * CELLS + row, self.z + _DEEPER)

    def edges(self) -> "Edges":
        """Where the tile and its cells begin and end."""
        return _edges(self)


@dataclass(frozen=True, slots=True)
class Edges:
    """The boundaries of a tile's cells in degrees, the outer ones included: to the south, and to the east.

    A point at a latitude is in the tile if it is above the last latitude and not above the first; one at a longitude,
    if it is before the last longitude and not before the first.
    """

    latitudes: tuple[float, ...]
    longitudes: tuple[float, ...]


def tile_at(latitude: float, longitude: float, z: int) -> Tile:
    """The tile of a zoom in which a point is."""
    last = 2**z - 1
    x = floor((longitude + _HALF_TURN) / _TURN * 2**z)
    y = floor((1 - asinh(tan(radians(latitude))) / pi) / 2 * 2**z)
    return Tile(min(x, last), min(max(y, 0), last), z)


@lru_cache(maxsize=4096)
def _edges(tile: Tile) -> Edges:
    deep, side = tile.z + _DEEPER, range(CELLS + 1)
    return Edges(
        tuple([_latitude(tile.y * CELLS + step, deep) for step in side]),
        tuple([_longitude(tile.x * CELLS + step, deep) for step in side]),
    )


def _latitude(row: int, z: int) -> float:
    """Where a row of a zoom begins in the north."""
    if row == 0:
        return _POLE
    if row == 2**z:
        return -_POLE - 1
    return degrees(atan(sinh(pi * (1 - 2 * row / 2**z))))


def _longitude(column: int, z: int) -> float:
    """Where a column of a zoom begins in the west."""
    return _HALF_TURN + 1 if column == 2**z else column / 2**z * _TURN - _HALF_TURN
