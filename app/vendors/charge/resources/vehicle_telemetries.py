"""The telemetry of a vehicle, which follows from its sessions and is stored nowhere."""

from collections.abc import Collection, Mapping
from functools import partial
from typing import Any, Final

import orjson
from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import Response

from ....domain import telemetry
from ....domain.clock import MILLISECOND, millis
from ....domain.ids import draw
from ....domain.telemetry import Whereabouts
from ....operations.vehicles import known_vehicle
from ....store.whereabouts import whereabouts
from ....store.world_transaction import WorldTransaction
from ....web.routing import OperationRoute
from ..auth import ChargeWorld
from ..details import inner, text, whole
from ..expand import Expandable
from ..inputs import OnlyExpand
from ..reads import answer_query
from .vehicles import telemetry_id

KIND: Final = "vehicle_telemetry"
_FIRMWARE: Final = "v1.2.3"
_MOST_KM: Final = 60_000
"""The most that a vehicle has driven before the world begins, if nothing else is said."""
_PERCENT: Final = 100
_ROUNDING: Final = 1e-9

router = APIRouter(route_class=OperationRoute)


@router.get("/vehicles/{vehicle}/telemetry")
async def retrieve_vehicle_telemetry(
    request: Request, world: ChargeWorld, expand: OnlyExpand, vehicle: str
) -> Response:
    """What a vehicle reports of itself."""
    return await answer_query(request, world, expand, KIND, partial(_retrieved, vehicle))


def show(around: Whereabouts, now: int, seed: int) -> dict[str, Any]:
    """The telemetry of a vehicle as Charge shows it at `now`, in a world with that seed.

    Each part is as the vehicle has reported it the last time (CHARGE-064), wherever it was then (CHARGE-070).
    """
    vehicle = around.vehicle
    details = orjson.loads(vehicle.details)
    opening = inner(details, "opening")
    reports = inner(opening, "reports")

    def reported_at(part: str) -> int:
        drawn = telemetry.drawn_second(seed, part, vehicle.id) // MILLISECOND
        return telemetry.reported_at(around, now, whole(reports, part, drawn) * MILLISECOND)

    battery_at, located_at, counted_at = (reported_at(part) for part in ("battery", "location", "odometer"))
    battery, place = telemetry.battery(around, battery_at), telemetry.place(around, located_at)
    return {
        "id": telemetry_id(vehicle.id, details, seed),
        "object": KIND,
        "battery": {
            "capacity": vehicle.battery_wh,
            "level": int(battery.soc * _PERCENT + _ROUNDING),
            "range": telemetry.range_km(vehicle, battery.soc) * 1000,
            "status": battery.status,
            "temperature": battery.temperature,
            "updated": millis(battery_at),
        },
        "firmware_version": text(opening, "firmware_version", _FIRMWARE),
        "location": {
            "latitude": None if place is None else place.latitude,
            "longitude": None if place is None else place.longitude,
            "updated": millis(located_at),
        },
        "odometer": {
            "unit": "KMS",
            "updated": millis(counted_at),
            "value": _odometer_km(opening, vehicle.id, seed)
            + telemetry.driven_km(around, counted_at, whole(opening, "battery_capacity", vehicle.battery_wh)),
        },
        "vehicle": vehicle.id,
    }


def _odometer_km(opening: Mapping[str, Any], vehicle_id: str, seed: int) -> int:
    """What the odometer showed before the first session."""
    return whole(opening, "odometer", int(draw(seed, "odometer", vehicle_id) * _MOST_KM))


def _retrieved(vehicle_id: str, tx: WorldTransaction) -> dict[str, Any]:
    return show(whereabouts(tx, known_vehicle(tx, vehicle_id)), tx.now, tx.world.seed)


def _shown_by_id(_tx: WorldTransaction, _ids: Collection[str]) -> dict[str, dict[str, Any]]:
    """None: telemetry is retrieved by its vehicle, and no object is expanded into it."""
    return {}


EXPANDABLE: Final = Expandable(KIND, _shown_by_id, {"vehicle": "vehicle"})
