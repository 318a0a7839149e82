"""Stations: around a point, one with its details, on the tiles of a map, and the operators that are partners."""

from functools import partial
from typing import Annotated, Any, Final

from fastapi import APIRouter, Query
from starlette.requests import Request
from starlette.responses import Response

from .....domain.errors import UnknownObjectError
from .....domain.station_view import StationUse
from .....store.map_slices import is_wide, places_by_slices
from .....store.station_map import page_of_places, partner_operators, stations_around
from .....store.station_uses import station_uses
from .....store.stations import connector_of_evse
from .....store.world_transaction import WorldTransaction
from .....web.app_context import context_of
from .....web.responses import json_answer
from .....web.routing import OperationRoute
from ...auth import CariqaWorld
from ...file_links import FileLinks
from ...pagination import answer_page
from .inputs import GetMapTile, GetStationDetails, ListStationsAround
from .map_tiles import features
from .shown import show

_STATION: Final = "station"

router = APIRouter(route_class=OperationRoute)


@router.get("/stations/around/")
async def list_stations_around(
    request: Request, world: CariqaWorld, query: Annotated[ListStationsAround, Query()]
) -> Response:
    """The stations around a point, the nearest first (CARIQA-038)."""
    links = FileLinks.of(world.world, context_of(request).links.origin(request))
    area, wanted = query.area(), query.wanted()

    def shown(use: StationUse, now: int) -> dict[str, Any]:
        return show(use, now, links)

    if wanted.shows_all or not await world.ask(is_wide, area):
        listing = partial(stations_around, area=area, wanted=wanted)
        return await answer_page(request, world, query, listing, shown)
    async with world.view() as view:
        listing = partial(page_of_places, found=await places_by_slices(view, area, wanted))
        return await answer_page(request, view, query, listing, shown)


@router.get("/stations/details/")
async def get_station_details(
    request: Request, world: CariqaWorld, query: Annotated[GetStationDetails, Query()]
) -> Response:
    """One station, by its id or by the EVSE id of a connector (CARIQA-039)."""
    links = FileLinks.of(world.world, context_of(request).links.origin(request))
    use = await world.ask(_station, query.id, is_evse=query.type == "evse_id")
    return json_answer(request, show(use, world.now, links))


@router.get("/stations/partners/")
async def list_partners(request: Request, world: CariqaWorld) -> Response:
    """The operators that have partner stations, by their names (CARIQA-046)."""
    links = FileLinks.of(world.world, context_of(request).links.origin(request))
    names = await world.ask(partner_operators)
    return json_answer(request, [{"name": name, "logo_url": links.logo(name)} for name in names])


@router.get("/stations/tile/")
async def get_map_tile(request: Request, world: CariqaWorld, query: Annotated[GetMapTile, Query()]) -> Response:
    """Map tiles, with stations and clusters of stations (CARIQA-040, CARIQA-041)."""
    found = await features(world, query.tiles(), query.wanted())
    return json_answer(request, {"type": "FeatureCollection", "features": found})


def _station(tx: WorldTransaction, named: str, *, is_evse: bool) -> StationUse:
    """Finds a public station. Raises UnknownObjectError."""
    station = named
    if is_evse:
        connector = connector_of_evse(tx, named)
        station = "" if connector is None else connector.station
    found = station_uses(tx, [station], with_virtual=True).get(station)
    if found is None:
        raise UnknownObjectError(_STATION, named)
    return found
