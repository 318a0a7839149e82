"""The tiles of a map are those of Web Mercator, and each point of the earth is in one tile of each zoom."""

from math import cos, floor, log, nextafter, pi, radians, tan

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.domain.tiles import CELLS, Tile, tile_at

LATITUDES = st.floats(-90, 90, allow_subnormal=False)
LONGITUDES = st.floats(-180, 180, allow_subnormal=False)
ZOOMS = st.integers(0, 20)


def holds(tile: Tile, latitude: float, longitude: float) -> bool:
    """Whether a point is between the outer edges of a tile."""
    edges = tile.edges()
    north, south = edges.latitudes[0], edges.latitudes[-1]
    return south < latitude <= north and edges.longitudes[0] <= longitude < edges.longitudes[-1]


@pytest.mark.parametrize(
    ("latitude", "longitude", "z", "x", "y"),
    [
        (52.5176, 13.4166, 14, 8802, 5373),
        (49.630383, 8.368902, 14, 8572, 5582),
        (48.8698, 2.3319, 10, 518, 352),
        (0.0, 0.0, 1, 1, 1),
        (-33.8688, 151.2093, 12, 3768, 2457),
        (51.5, -0.1, 0, 0, 0),
    ],
)
def test_a_point_is_in_the_tile_of_the_usual_formula(latitude: float, longitude: float, z: int, x: int, y: int) -> None:
    """x = floor((lon + 180) / 360 * 2^z), y = floor((1 - ln(tan lat + 1 / cos lat) / pi) / 2 * 2^z)."""
    angle = radians(latitude)

    assert tile_at(latitude, longitude, z) == Tile(x, y, z)
    assert x == floor((longitude + 180) / 360 * 2**z)
    assert y == floor((1 - log(tan(angle) + 1 / cos(angle)) / pi) / 2 * 2**z)


@pytest.mark.parametrize("z", [0, 1, 13, 22])
def test_poles_and_the_date_line_are_in_the_outer_tiles(z: int) -> None:
    """The first and the last row reach to the poles, and 180 degrees is in the last column."""
    last = 2**z - 1

    assert tile_at(90, 0, z).y == tile_at(85.2, 0, z).y == 0
    assert tile_at(-90, 0, z).y == tile_at(-85.2, 0, z).y == last
    assert (tile_at(0, -180, z).x, tile_at(0, 180, z).x) == (0, last)
    for latitude in (90.0, 85.2, -85.2, -90.0):
        for longitude in (-180.0, 180.0):
            assert holds(tile_at(latitude, longitude, z), latitude, longitude)


def test_a_point_on_an_edge_is_in_the_tile_to_the_south_or_the_east() -> None:
    """The tiles of a zoom do not overlap, and leave nothing between them."""
    north_west, south_east = Tile(0, 0, 1), Tile(1, 1, 1)

    assert holds(south_east, 0.0, 0.0)
    assert not holds(north_west, 0.0, 0.0)
    assert holds(north_west, nextafter(0, 1), nextafter(0, -1))


@given(LATITUDES, LONGITUDES, ZOOMS)
def test_a_tile_has_its_points_between_its_edges(latitude: float, longitude: float, z: int) -> None:
    """The tile that the formula gives, or where rounding is in the way one beside it, holds the point."""
    found = tile_at(latitude, longitude, z)
    near = [Tile(found.x + aside, found.y + below, z) for aside in (-1, 0, 1) for below in (-1, 0, 1)]

    assert sum(tile.exists and holds(tile, latitude, longitude) for tile in near) == 1


@given(LATITUDES, LONGITUDES, ZOOMS)
def test_the_cells_of_a_tile_are_tiles_two_zooms_deeper(latitude: float, longitude: float, z: int) -> None:
    """A cell has the edges of the tile that it is, and its number counts rows of four."""
    tile = tile_at(latitude, longitude, z)
    cells = [tile.cell(n) for n in range(CELLS * CELLS)]

    assert [(cell.x - 4 * tile.x, cell.y - 4 * tile.y) for cell in cells] == [
        (column, row) for row in range(4) for column in range(4)
    ]
    assert {cell.z for cell in cells} == {z + 2}
    for n, cell in enumerate(cells):
        row, column = divmod(n, CELLS)
        assert cell.edges().latitudes[0] == tile.edges().latitudes[row]
        assert cell.edges().longitudes[0] == tile.edges().longitudes[column]
