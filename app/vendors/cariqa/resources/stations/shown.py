"""A station as Cariqa shows it at an instant."""

from collections.abc import Sequence
from functools import lru_cache
from typing import Any, Final

import orjson

from .....domain import station_view
from .....domain.clock import micros
from .....domain.station_prices import speed
from .....domain.station_view import StationUse
from ...file_links import FileLinks
from .prices import price_groups

_EVSE_STATUS: Final = {
    station_view.AVAILABLE: "AVAILABLE",
    station_view.OCCUPIED: "CHARGING",
    station_view.RESERVED: "RESERVED",
    station_view.BROKEN: "OUTOFORDER",
    station_view.WITHDRAWN: "INOPERATIVE",
    station_view.UNKNOWN: "UNKNOWN",
}
"""OCPI's words for the conditions of a connector (CARIQA-036)."""
_STATUSES: Final = (
    ("free", {station_view.AVAILABLE}),
    ("busy", {station_view.OCCUPIED, station_view.RESERVED}),
    ("unknown", {station_view.UNKNOWN}),
)
"""A station has the first of these statuses that fits one of its connectors, else it has an `error`."""
_WEEKDAYS: Final = {
    "mon": "MONDAY",
    "tue": "TUESDAY",
    "wed": "WEDNESDAY",
    "thu": "THURSDAY",
    "fri": "FRIDAY",
    "sat": "SATURDAY",
    "sun": "SUNDAY",
}
_AMENITIES: Final = frozenset(
    [
        "HOTEL",
        "RESTAURANT",
        "CAFE",
        "MALL",
        "SUPERMARKET",
        "SPORT",
        "RECREATION_AREA",
        "NATURE",
        "MUSEUM",
        "BUS_STOP",
        "TAXI_STAND",
        "TRAIN_STATION",
        "AIRPORT",
        "CARPOOL_PARKING",
        "FUEL_STATION",
        "WIFI",
    ]
)


def show(use: StationUse, now: int, links: FileLinks) -> dict[str, Any]:
    """A station: what is always there, then what may be left out."""
    station, conditions = use.station, station_view.connector_conditions(use, now)
    opening_times, amenities = _told(station.details)
    return {
        "id": station.id,
        "name": station.name,
        "address": station.address,
        "coordinates": {"latitude": station.latitude, "longitude": station.longitude},
        "opening_times": opening_times,
        "operator": {"name": station.operator, "contact": {"phone": station.phone}},
        "evses": [
            {"evse_id": each.connector.evse_id, "status": _EVSE_STATUS[condition]}
            for each, condition in zip(use.connectors, conditions, strict=True)
        ],
        "last_updated": micros(station_view.updated(use, now)),
        "price_groups": price_groups(use, now),
        "speed": station_speed(use),
        "status": station_status(conditions),
        "amenities": amenities,
        "is_partner": station.is_partner,
        "logo_url": links.logo(station.operator),
    }


def station_speed(use: StationUse) -> str:
    """How fast the fastest connector of a station is (CARIQA-015)."""
    return speed(max((each.connector.power_kw for each in use.connectors), default=0))


def station_status(conditions: Sequence[str]) -> str:
    """The status of a station, by the conditions of its connectors (CARIQA-037)."""
    found = frozenset(conditions)
    return next((status for status, fitting in _STATUSES if found & fitting), "error")


@lru_cache(maxsize=4096)
def _told(details: str) -> tuple[orjson.Fragment, orjson.Fragment]:
    """The opening times and the amenities that a station tells of itself (CARIQA-045), as JSON.

    A member of another type than it should have counts as not told.
    """
    told = orjson.loads(details)
    capabilities = told.get("capabilities")
    capable = capabilities if isinstance(capabilities, dict) else {}
    hours = [shown for each in _listed(told, "opening_hours") if (shown := _hours(each)) is not None]
    times = {"twentyfourseven": capable.get("24_7_access") is not False, "regular_hours": hours}
    words = [each.upper() for each in _listed(capable, "amenities") if isinstance(each, str)]
    amenities = [word for word in dict.fromkeys(words) if word in _AMENITIES]
    return orjson.Fragment(orjson.dumps(times)), orjson.Fragment(orjson.dumps(amenities))


def _listed(told: dict[str, Any], name: str) -> list[Any]:
    value = told.get(name)
    return value if isinstance(value, list) else []


def _hours(told: Any) -> dict[str, Any] | None:  # noqa: ANN401 - what JSON can hold
    """The hours of a weekday, which are told as `{"day": "mon", "from": "05:00", "until": "23:00"}`."""
    weekday = _WEEKDAYS.get(str(told.get("day"))) if isinstance(told, dict) else None
    if weekday is None:
        return None
    begin, end = told.get("from"), told.get("until")
    return {
        "weekday": weekday,
        "period_begin": begin if isinstance(begin, str) else None,
        "period_end": end if isinstance(end, str) else None,
    }
