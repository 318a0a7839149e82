"""The features of map tiles: single stations, and below `SINGLE` clusters of those that are near one another."""

from collections.abc import Iterable, Iterator, Sequence
from typing import Any, Final, TypeAlias

from .....domain import station_view
from .....domain.currencies import decimals
from .....domain.policies import operator_slug
from .....domain.station_prices import lowest_price, tariff_at
from .....domain.station_view import StationUse
from .....domain.tiles import Tile
from .....store.map_slices import are_wide, clusters_by_slices
from .....store.station_map import Cluster, MapFilter, clusters_in, stations_in
from .....store.station_uses import station_uses
from .....store.world_transaction import WorldTransaction
from .....web.world_access import WorldAccess
from ...amounts import price
from .shown import station_speed, station_status

SINGLE: Final = 13
"""The first zoom at which every station is shown by itself (CARIQA-040)."""
_PLACES: Final = 6
_Place: TypeAlias = str | tuple[Tile, Cluster]
"""The id of a station that is shown by itself, or a cluster with its cell."""
_PRICE_TYPES: Final = {"kwh": "charging_price", "minute": "time_price"}


async def features(world: WorldAccess, tiles: Sequence[Tile], wanted: MapFilter) -> list[dict[str, Any]]:
    """The features of some tiles, in their order."""
    if wanted.shows_all or tiles[0].z >= SINGLE or not await world.ask(are_wide, tiles):
        return await world.ask(_features, tiles, wanted)
    async with world.view() as view:
        found = [each for tile in tiles for each in _told(tile, await clusters_by_slices(view, tile, wanted))]
        return await view.ask(_shown, found)


def _features(tx: WorldTransaction, tiles: Sequence[Tile], wanted: MapFilter) -> list[dict[str, Any]]:
    return _shown(tx, [each for tile in tiles for each in _places(tx, tile, wanted)])


def _shown(tx: WorldTransaction, found: Sequence[_Place]) -> list[dict[str, Any]]:
    uses = station_uses(tx, [each for each in found if isinstance(each, str)], with_virtual=True)
    return [_single(uses[each], tx.now) if isinstance(each, str) else _cluster(*each) for each in found]


def _places(tx: WorldTransaction, tile: Tile, wanted: MapFilter) -> Iterable[_Place]:
    return stations_in(tx, tile, wanted) if tile.z >= SINGLE else _told(tile, clusters_in(tx, tile, wanted))


def _told(tile: Tile, clusters: Iterable[Cluster]) -> Iterator[_Place]:
    for cluster in clusters:
        yield cluster.station if cluster.stations == 1 else (tile.cell(cluster.cell), cluster)


def _cluster(cell: Tile, cluster: Cluster) -> dict[str, Any]:
    """A cluster, which stands in the middle of its stations, and comes apart one zoom deeper (CARIQA-040)."""
    middle = ((cluster.south + cluster.north) / 2, (cluster.west + cluster.east) / 2)
    return {
        "type": "Feature",
        "cluster_id": str(cell),
        "geometry": {"type": "Point", "coordinates": [f"{degrees:.{_PLACES}f}" for degrees in middle]},
        "properties": {"count": cluster.stations, "expansion_zoom": cell.z - 1},
    }


def _single(use: StationUse, now: int) -> dict[str, Any]:
    """A station; its price is left out if it has none (CARIQA-042)."""
    station = use.station
    shown: dict[str, Any] = {
        "type": "Feature",
        "station_id": station.id,
        "geometry": {"type": "Point", "coordinates": [station.latitude, station.longitude]},
        "properties": {
            "count": 1,
            "speed": station_speed(use),
            "status": station_status(station_view.connector_conditions(use, now)),
            "operator_id": operator_slug(station.operator),
        },
        "custom_properties": {"is_partner": station.is_partner},
    }
    lowest = lowest_price(tariff_at(each.connector, now) for each in use.connectors)
    if lowest is not None:
        shown["price_properties"] = {
            "price": price(lowest.amount, decimals(lowest.currency)),
            "type": _PRICE_TYPES[lowest.per],
            "currency": lowest.currency,
        }
    return shown
