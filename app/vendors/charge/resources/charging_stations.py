"""Charging stations: listed by age, around a point or along a route, and retrieved."""

import re
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache, partial
from typing import Annotated, Any, Final, Literal, TypeVar, cast

import orjson
from fastapi import APIRouter, Query
from pydantic import AfterValidator, BeforeValidator, Field
from pydantic_core import PydanticCustomError
from starlette.requests import Request
from starlette.responses import Response

from ....domain import station_view
from ....domain.areas import Area, Circle, Corridor, Overlap
from ....domain.clock import instant, millis
from ....domain.models import Station
from ....domain.ocpi_prices import price_components
from ....domain.parties import is_there
from ....domain.policies import operator_slug
from ....domain.pricing import currency
from ....domain.station_prices import tariff_at
from ....domain.station_view import StationUse
from ....store import parties
from ....store.station_uses import ListedStation, StationQuery, station_page, station_uses
from ....store.world_transaction import WorldTransaction
from ....web.routing import OperationRoute
from ..auth import ChargeWorld
from ..details import inner, texts
from ..errors import ChargeError
from ..expand import Expandable
from ..inputs import DEFAULT_LIMIT, Expand, Limit, NoQuery, PageToken, QueryInput, Reference, WrittenQuery
from ..pagination import PageRequest
from ..reads import answer_list, answer_object

Value = TypeVar("Value")

_PATH: Final = "/v1/charging_stations"
_KIND: Final = "charging_station"
_NUMBER: Final = re.compile(r"-?[0-9]{1,16}(\.[0-9]{1,32})?([eE][+-]?[0-9]{1,3})?", re.ASCII)
_POINT: Final = re.compile(
    r"-?([0-8]?[0-9](\.[0-9]{1,15})?|90(\.0{1,15})?),-?((1[0-7][0-9]|[0-9]{1,2})(\.[0-9]{1,15})?|180(\.0{1,15})?)",
    re.ASCII,
)
_CIRCLE: Final = ("latitude", "longitude", "radius")
_ROUTE: Final = ("origin", "destination")
_MOST_METRES: Final = 1_000_000
_POLE, _HALF_TURN = 90, 180
_CAPABILITIES: Final[dict[str, Any]] = {
    "24_7_access": True,
    "amenities": [],
    "payment_methods": ["credit_card", "rfid"],
    "requires_membership": False,
    "reservable": True,
}
"""The capabilities of a station that does not say them (CHARGE-079)."""

router = APIRouter(route_class=OperationRoute)


def _number_of(value: object) -> float:
    """Takes ASCII digits only: Python's `float` reads more than that as a number."""
    if not _NUMBER.fullmatch(str(value)):
        raise PydanticCustomError("number", "must be a number, such as 48.8698")
    return float(str(value))


def _point(text: str) -> str:
    if not _POINT.fullmatch(text):
        raise PydanticCustomError("point", "must be a latitude and a longitude, such as 48.8698,2.3319")
    return text


def _numbers(point: str) -> tuple[float, float]:
    latitude, _, longitude = point.partition(",")
    return float(latitude), float(longitude)


Point = Annotated[str, AfterValidator(_point)]
Number = Annotated[float, BeforeValidator(_number_of)]


class ListStations(QueryInput):
    """The query of a list."""

    available: Literal["true", "false"] | None = None
    destination: Point | None = None
    driver: Reference | None = None
    latitude: Annotated[Number, Field(ge=-_POLE, le=_POLE)] | None = None
    longitude: Annotated[Number, Field(ge=-_HALF_TURN, le=_HALF_TURN)] | None = None
    origin: Point | None = None
    radius: Annotated[Number, Field(gt=0, le=_MOST_METRES)] | None = None
    limit: Limit = DEFAULT_LIMIT
    page: PageToken | None = None

    def area(self) -> Area | None:
        """Where to look; None is everywhere. Refuses half a circle and half a route (CHARGE-074)."""
        circle = route = None
        if self._all_or_none(_CIRCLE):
            circle = Circle(cast("float", self.latitude), cast("float", self.longitude), cast("float", self.radius))
        if self._all_or_none(_ROUTE):
            route = Corridor(_numbers(str(self.origin)), _numbers(str(self.destination)))
        return Overlap(route, circle) if route and circle else route or circle

    def _all_or_none(self, names: Collection[str]) -> bool:
        """Whether these parameters are there."""
        missing = [name for name in names if getattr(self, name) is None]
        if missing and len(missing) < len(names):
            raise ChargeError(400, f"{', '.join(names)} go together; {missing[0]} is missing.", param=missing[0])
        return not missing


@router.get("/charging_stations")
async def list_stations(
    request: Request,
    world: ChargeWorld,
    expand: Expand,
    written: WrittenQuery,
    query: Annotated[ListStations, Query()],
) -> Response:
    """Stations: newest first, or the nearest first around a point, or in the order in which a route passes them."""
    asked = PageRequest(world, _PATH, written, query.page, query.limit)
    page = asked.query()
    available = None if query.available is None else query.available == "true"
    wanted = StationQuery(page, None, available, query.area())
    rows = partial(station_page, query=wanted)
    if query.driver is not None:
        rows = partial(_preferred, query=wanted, driver_id=query.driver)
    return await answer_list(request, world, expand, _KIND, asked, rows, show_in_list)


@router.get("/charging_stations/{charging_station}")
async def retrieve_station(request: Request, world: ChargeWorld, _query: NoQuery, charging_station: str) -> Response:
    """One station."""
    return await answer_object(request, world, (), _KIND, charging_station)


def show(use: StationUse, now: int) -> dict[str, Any]:
    """A station as Charge shows it at `now`: `id`, `object`, then by the alphabet, as in its documentation."""
    station, said = use.station, _said(use.station.details)
    statuses = station_view.connector_statuses(use, now)
    return {
        "id": station.id,
        "object": _KIND,
        "address": _address(station.address, station.city, station.country) | said.address,
        "availability": {
            "connectors_available": statuses.count(station_view.AVAILABLE) + said.unlisted_available,
            "connectors_total": len(statuses) + said.unlisted,
            "opening_hours": said.opening_hours,
            "range": _range(use, said, statuses, now),
        },
        "capabilities": said.capabilities,
        "connectors": [
            {
                "id": each.connector.id,
                "power": _number(each.connector.power_kw),
                "status": status,
                "type": station_view.CONNECTOR_TYPES[each.connector.standard],
            }
            for each, status in zip(use.connectors, statuses, strict=True)
        ],
        "created": millis(station.created_at),
        "location": {"latitude": float(station.latitude), "longitude": float(station.longitude)},
        "name": station.name,
        "operator": station.operator,
        "operator_contact": said.operator_contact or _contact(station),
        "pricing": _pricing(tuple([tariff_at(each.connector, now) for each in use.connectors])),
        "status": station_view.station_status(use, statuses, now),
        "updated": millis(station_view.updated(use, now)),
    }


def show_in_list(row: ListedStation, now: int) -> dict[str, Any]:
    """A station as a row of a list."""
    return show(row.use, now)


def shown_by_id(tx: WorldTransaction, ids: Collection[str]) -> Mapping[str, dict[str, Any]]:
    """The public stations with these ids; the wallboxes of homes are private (CHARGE-073)."""
    return {station: show(use, tx.now) for station, use in station_uses(tx, ids).items()}


EXPANDABLE: Final = Expandable(_KIND, shown_by_id, {})


def _preferred(tx: WorldTransaction, query: StationQuery, driver_id: str) -> list[ListedStation]:
    """The stations of a page of those that a driver prefers; an unknown driver prefers none (CHARGE-007)."""
    return station_page(tx, replace(query, ids=_favourites(tx, driver_id)))


def _favourites(tx: WorldTransaction, driver_id: str) -> Collection[str]:
    """The ids of the stations that a driver prefers."""
    driver = parties.driver(tx, driver_id)
    if driver is None or not is_there(driver, tx.now):
        return ()
    return texts(inner(orjson.loads(driver.details), "preferences"), "preferred_charging_stations")


@dataclass(frozen=True, slots=True)
class _Said:
    """What a station says of itself; a member of another type than it should have counts as not said.

    `unlisted` connectors are counted and not listed (CHARGE-076). Each span of `range` is beside its end.
    """

    address: dict[str, Any]
    capabilities: dict[str, Any]
    opening_hours: list[Any]
    operator_contact: str
    range: Sequence[tuple[int, dict[str, str]]]
    unlisted: int
    unlisted_available: int


@lru_cache(maxsize=4096)
def _said(details: str) -> _Said:
    said = orjson.loads(details)
    unlisted: dict[str, Any] = _member(said, "opening", {})
    written: list[dict[str, str]] = _member(said, "range", [])
    try:
        spans = [(instant(each["until"]), each) for each in written]
    except (KeyError, TypeError, ValueError):
        spans = []
    return _Said(
        _member(said, "address", {}),
        _CAPABILITIES | _member(said, "capabilities", {}),
        _member(said, "opening_hours", []),
        _member(said, "operator_contact", ""),
        spans,
        _member(unlisted, "connectors_total", 0),
        _member(unlisted, "connectors_available", 0),
    )


def _member(said: Mapping[str, Any], name: str, default: Value) -> Value:
    """A member of the default's type, else the default."""
    value = said.get(name)
    return value if isinstance(value, type(default)) else default


@lru_cache(maxsize=4096)
def _address(written: str, city: str, country: str) -> dict[str, Any]:
    """The address of a station that has it in one line only: street, number, postal code, town (CHARGE-079)."""
    street, _, rest = written.partition(", ")
    number, _, rest = rest.partition(", ")
    postal_code, _, _ = rest.partition(", ")
    return {
        "city": city,
        "country": country,
        "line1": f"{number} {street}".strip(),
        "line2": None,
        "postal_code": postal_code or None,
        "state": None,
    }


def _contact(station: Station) -> str:
    """How to reach the operator of a station that does not say it (CHARGE-079)."""
    return station.phone or f"support@{operator_slug(station.operator).replace('_', '-') or 'operator'}.example"


@lru_cache(maxsize=4096)
def _pricing(tariffs: Sequence[str]) -> list[dict[str, Any]]:
    """The prices of a station's connectors, each once (CHARGE-077)."""
    prices = dict.fromkeys((currency(each), price) for each in tariffs for price in price_components(each))
    return [
        {"currency": code, "price": each.price, "step_size": each.step_size, "tax": "vat", "type": each.type}
        for code, each in prices
    ]


def _range(use: StationUse, said: _Said, statuses: Sequence[str], now: int) -> list[dict[str, str]]:
    """When a connector is free: what the station says until that is over, then what is foreseen (CHARGE-078)."""
    spans = [span for until, span in said.range if until > now]
    if spans:
        return spans
    span = station_view.free_span(use, statuses, now)
    return [] if span is None else [{"from": millis(span[0]), "until": millis(span[1])}]


def _number(value: float) -> float:
    """A number as it is written in JSON: 150, and not 150.0."""
    return int(value) if value.is_integer() else value
