"""Heat pumps: listed, registered, retrieved and updated."""

from functools import lru_cache
from typing import Annotated, Any, Final, Literal
from uuid import UUID

import orjson
from fastapi import APIRouter, Depends, Query
from pydantic import Field
from starlette.requests import Request
from starlette.responses import Response

from ....domain.clock import DAY, HOUR, WEEK
from ....domain.devices import HEAT_PUMP
from ....domain.heat_pumps import Change, HeatPump, state, use
from ....domain.models import Document, User
from ....store.world_transaction import WorldTransaction
from ....web.responses import json_answer
from ....web.routing import OperationRoute
from ..auth import PoderoWorld
from ..changes import answer_change
from ..details import inner, number
from ..devices import DeviceInput, closing, opening, stored
from ..heat_pump_model import InstalledPump, installed, with_earlier
from ..inputs import IncludeDeleted, Moment, Text, body_of
from ..members import PoderoMember
from ..owned_devices import DeviceKind, Resolve, Shown, Written, heard_device

router = APIRouter(route_class=OperationRoute)

Degrees = Annotated[float, Field(ge=-50, le=100)]
_USUAL_WATER: Final = 48.0
_STATE: Final = (
    "current_power_consumption_w",
    "outdoor_temperature",
    "indoor_actual_temperature",
    "indoor_target_temperature",
    "inlet_temperature",
    "outlet_temperature",
    "dhw_temperature",
    "dhw_target_temperature",
    "operational_mode",
    "consumption_last_day_kwh",
    "consumption_last_week_kwh",
    "consumption_last_month_kwh",
)
"""What is told of its state. It is null while nothing has been heard of the heat pump (PODERO-050, PODERO-051)."""
_READING: Final = "reading"
"""The member with a state that does not change: that of a heat pump which the documentation shows."""


class HeatPumpInput(DeviceInput):
    """What callers write of a heat pump. What a body leaves out is kept."""

    indoor_target_temperature_offset: Annotated[float, Field(ge=-10, le=10)] | None = None
    dhw_standard_temperature: Degrees | None = None
    is_hot_water_heating_enabled: bool = False
    is_space_heating_enabled: bool = False
    is_pool_heating_enabled: bool = False
    is_space_cooling_enabled: bool = False
    heating_policy_name: Annotated[Text, Field(max_length=100)] | None = None
    maximum_temperature_limit: Degrees | None = None
    minimum_temperature_limit: Degrees | None = None
    minimum_dhw_temperature_limit: Degrees | None = None
    is_heating_policy_enabled: bool = False
    away_mode_start: Moment | None = None
    away_mode_end: Moment | None = None
    is_away_mode_enabled: bool = False
    away_mode_minimum_temperature_limit: Degrees | None = None
    away_mode_minimum_dhw_temperature_limit: Degrees | None = None
    optimization_level: Literal["Low", "Mid", "Max"] = "Mid"


_WRITTEN: Final = {
    name: field.default for name, field in HeatPumpInput.model_fields.items() if name not in DeviceInput.model_fields
}
"""The fields of a heat pump that callers write, with their defaults."""


@router.get("/org/{org_id}/users/{user_id}/heat-pumps")
async def list_heat_pumps(
    request: Request, world: PoderoWorld, member: PoderoMember, query: Annotated[IncludeDeleted, Query()]
) -> Response:
    """The heat pumps of a user, the newest first."""
    return json_answer(request, await world.ask(_HEAT_PUMPS.listed, member, query))


@router.post("/org/{org_id}/users/{user_id}/heat-pumps")
async def register_heat_pump(
    request: Request,
    world: PoderoWorld,
    member: PoderoMember,
    body: Annotated[HeatPumpInput, Depends(body_of(HeatPumpInput))],
) -> Response:
    """Registers a heat pump of a user."""
    return await answer_change(request, world, _HEAT_PUMPS.register, request, member, body)


@router.get("/org/{org_id}/users/{user_id}/heat-pumps/{heat_pump_id}")
async def retrieve_heat_pump(
    request: Request,
    world: PoderoWorld,
    member: PoderoMember,
    *,
    heat_pump_id: UUID,
    query: Annotated[IncludeDeleted, Query()],
) -> Response:
    """One heat pump, with the actions that are pending."""
    shown = await world.ask(_HEAT_PUMPS.retrieved, request, member, str(heat_pump_id), query)
    return json_answer(request, shown)


@router.put("/org/{org_id}/users/{user_id}/heat-pumps/{heat_pump_id}")
async def update_heat_pump(
    request: Request,
    world: PoderoWorld,
    member: PoderoMember,
    *,
    heat_pump_id: UUID,
    body: Annotated[HeatPumpInput, Depends(body_of(HeatPumpInput))],
) -> Response:
    """Changes a heat pump; what the body leaves out is kept."""
    return await answer_change(request, world, _HEAT_PUMPS.update, request, member, str(heat_pump_id), body)


def show(tx: WorldTransaction, document: Document, owner: User, resolve: Resolve | None = None) -> Shown:
    """A heat pump as Podero shows it, with its pending actions if `resolve` is there."""
    device, written = heard_device(document, tx.now), orjson.loads(document.body)
    pump = installed(tx, document, owner)
    mode, told = _state(pump, written)
    return {
        **opening(device, owner, tx.now),
        "current_mode": mode,
        **{name: written.get(name, usual) for name, usual in _WRITTEN.items()},
        **told,
        **closing(device, None if resolve is None else resolve(device), is_detail=resolve is not None),
    }


def _state(pump: InstalledPump, written: Shown) -> tuple[str | None, Shown]:
    """The mode of a heat pump and its state, as they were told last."""
    at, reading = pump.until, inner(written, _READING)
    if at is None:
        return None, {name: reading.get(name) for name in _STATE}
    water_target = number(written, "dhw_standard_temperature") or _USUAL_WATER
    mode, values = _told(pump.pump, pump.changes, pump.since, at, water_target)
    told = dict(zip(_STATE, values, strict=True))
    return mode, {name: reading.get(name, value) for name, value in told.items()}


@lru_cache(maxsize=4096)
def _told(
    pump: HeatPump, changes: tuple[Change, ...], since: int, at: int, water_target: float
) -> tuple[str | None, tuple[Any, ...]]:
    """The mode and the state that a heat pump told at an instant, which stay the same until it tells them again."""
    settings = next(each.settings for each in reversed(changes) if each.since <= at)
    it = state(pump, settings, at, water_target=water_target)
    consumption = (use(pump, changes, max(at - span, since), at) for span in (DAY, WEEK, 30 * DAY))
    values = (
        it.power_w,
        it.outdoor,
        it.indoor,
        it.indoor_target,
        it.inlet,
        it.outlet,
        it.water,
        it.water_target,
        it.activity,
        *(round(each.energy / HOUR / 1000, 1) for each in consumption),
    )
    return it.mode, values


def _after(before: Written | None, body: DeviceInput, now: int) -> Written:
    """What is written of a heat pump after a body, with the settings that it ends."""
    changed = stored(body, before or {})
    return changed if before is None else with_earlier(before, changed, now)


_HEAT_PUMPS: Final = DeviceKind(HEAT_PUMP, show, _after)
