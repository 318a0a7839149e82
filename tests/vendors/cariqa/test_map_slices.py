"""A search of a wide part of the map runs in slices, and answers what one query would."""

from typing import Any

import pytest

from app.domain.tiles import Tile
from app.store import map_slices, station_map
from tests.conftest import Sandbox
from tests.vendors.cariqa.stations import Body, found, read

pytestmark = pytest.mark.own_server

FILTERS: list[Body] = [
    {"only_available": "true"},
    {"only_partners": "true"},
    {"max_price": "0.5"},
    {"power_groups": ["fast", "turbo"]},
    {"connector_types": ["IEC_62196_T2"]},
    {"only_available": "true", "only_partners": "true", "power_groups": ["slow"]},
]


def cut(monkeypatch: pytest.MonkeyPatch, stations: int) -> None:
    """Has slices of about that many stations, and more than that searched in slices."""
    for name in ("_STATIONS", "_WIDE"):
        monkeypatch.setattr(map_slices, name, stations)


@pytest.mark.parametrize("wanted", FILTERS, ids="+".join)
@pytest.mark.parametrize("stations", [1, 3, 10])
def test_slices_of_a_tile_add_up(
    untouched: Sandbox, monkeypatch: pytest.MonkeyPatch, wanted: dict[str, Any], stations: int
) -> None:
    """Clusters that lie in several slices are put together: count, place and single stations."""
    tiles = [Tile(0, 0, 0), Tile(33, 21, 6)]
    asked = [{"x": tile.x, "y": tile.y, "z": tile.z, **wanted} for tile in tiles]
    whole = [found(read(untouched, "tile", **each)) for each in asked]
    cut(monkeypatch, stations)

    assert [found(read(untouched, "tile", **each)) for each in asked] == whole
    assert whole[0]["features"]


@pytest.mark.parametrize("wanted", [{"only_available": "true"}, {"connector_types": ["IEC_62196_T2"]}], ids=str)
def test_slices_of_an_area_add_up(untouched: Sandbox, monkeypatch: pytest.MonkeyPatch, wanted: dict[str, Any]) -> None:
    """The pages of a search around a point are the same: number, order and stations."""
    asked = {"latitude": 50, "longitude": 10, "distance": 900_000, "page_size": 7, **wanted}
    whole = [found(read(untouched, "around", **asked, page=page)) for page in (1, 2)]
    cut(monkeypatch, 4)

    assert [found(read(untouched, "around", **asked, page=page)) for page in (1, 2)] == whole
    assert whole[0]["count"] > 7


def test_slice_has_few_stations(untouched: Sandbox, monkeypatch: pytest.MonkeyPatch) -> None:
    """Each slice is a query of its own, between which other requests are served."""
    counts = []

    def counted(*args: Any) -> Any:  # noqa: ANN401 - as of the function that is counted
        clusters = station_map.clusters_in(*args)
        counts.append(sum(each.stations for each in clusters))
        return clusters

    cut(monkeypatch, 5)
    monkeypatch.setattr(map_slices, "clusters_in", counted)
    found(read(untouched, "tile", x=0, y=0, z=0, connector_types=["IEC_62196_T2"]))

    assert len(counts) > 5
    assert max(counts) <= 6
