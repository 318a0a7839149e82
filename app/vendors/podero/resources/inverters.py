"""Solar inverters: listed, registered, retrieved and updated."""

from typing import Annotated, Final
from uuid import UUID

import orjson
from fastapi import APIRouter, Depends, Query
from pydantic import Field
from starlette.requests import Request
from starlette.responses import Response

from ....domain.devices import INVERTER
from ....domain.inverters import Inverter, flow
from ....domain.models import Document, User
from ....store.world_transaction import WorldTransaction
from ....web.responses import json_answer
from ....web.routing import OperationRoute
from ..auth import PoderoWorld
from ..changes import answer_change
from ..details import inner, number
from ..devices import DeviceInput, closing, opening, stored
from ..errors import PoderoError
from ..inputs import IncludeDeleted, body_of
from ..members import PoderoMember
from ..owned_devices import DeviceKind, Resolve, Shown, Written, heard_at, heard_device, place_of

router = APIRouter(route_class=OperationRoute)

_STATE: Final = (
    "current_power_to_grid_w",
    "current_solar_production_w",
    "household_consumption_w",
    "solar_surplus_w",
    "battery_charge_level_percent",
    "battery_charge_discharge_power_w",
)
"""What is told of its state. It is null while nothing has been heard of the inverter (PODERO-050)."""
_READING: Final = "reading"
_USUAL_KW: Final = 8.0
"""The rating of an inverter that is linked and of which none is known."""
_PERCENT: Final = 100

Charge = Annotated[int, Field(ge=0, le=100)]


class InverterInput(DeviceInput):
    """What callers write of an inverter. What a body leaves out is kept."""

    solar_power_rating_kw: Annotated[float, Field(ge=0, le=1_000)] | None = None
    battery_capacity_kwh: Annotated[float, Field(ge=0, le=10_000)] | None = None
    is_battery_connected: bool = False
    min_battery_charge: Charge = 0
    max_battery_charge: Charge = 100


_WRITTEN: Final = {
    name: field.default for name, field in InverterInput.model_fields.items() if name not in DeviceInput.model_fields
}
"""The fields of an inverter that callers write, with their defaults."""


@router.get("/org/{org_id}/users/{user_id}/inverters")
async def list_inverters(
    request: Request, world: PoderoWorld, member: PoderoMember, query: Annotated[IncludeDeleted, Query()]
) -> Response:
    """The inverters of a user, the newest first."""
    return json_answer(request, await world.ask(_INVERTERS.listed, member, query))


@router.post("/org/{org_id}/users/{user_id}/inverters")
async def register_inverter(
    request: Request,
    world: PoderoWorld,
    member: PoderoMember,
    body: Annotated[InverterInput, Depends(body_of(InverterInput))],
) -> Response:
    """Registers an inverter of a user."""
    return await answer_change(request, world, _INVERTERS.register, request, member, body)


@router.get("/org/{org_id}/users/{user_id}/inverters/{inverter_id}")
async def retrieve_inverter(
    request: Request,
    world: PoderoWorld,
    member: PoderoMember,
    *,
    inverter_id: UUID,
    query: Annotated[IncludeDeleted, Query()],
) -> Response:
    """One inverter, with the actions that are pending."""
    shown = await world.ask(_INVERTERS.retrieved, request, member, str(inverter_id), query)
    return json_answer(request, shown)


@router.put("/org/{org_id}/users/{user_id}/inverters/{inverter_id}")
async def update_inverter(
    request: Request,
    world: PoderoWorld,
    member: PoderoMember,
    *,
    inverter_id: UUID,
    body: Annotated[InverterInput, Depends(body_of(InverterInput))],
) -> Response:
    """Changes an inverter; what the body leaves out is kept."""
    return await answer_change(request, world, _INVERTERS.update, request, member, str(inverter_id), body)


def show(tx: WorldTransaction, document: Document, owner: User, resolve: Resolve | None = None) -> Shown:
    """An inverter as Podero shows it, with its pending actions if `resolve` is there."""
    device, written = heard_device(document, tx.now), orjson.loads(document.body)
    return {
        **opening(device, owner, tx.now),
        **{name: written.get(name, usual) for name, usual in _WRITTEN.items()},
        **_state(tx, document, owner, written),
        **closing(device, None if resolve is None else resolve(device), is_detail=resolve is not None),
    }


def _state(tx: WorldTransaction, document: Document, owner: User, written: Written) -> Shown:
    """The state of an inverter as it was told last (PODERO-052)."""
    at, reading = heard_at(document, tx.now), inner(written, _READING)
    if at is None:
        return {name: reading.get(name) for name in _STATE}
    inverter = _inverter(tx, document, owner, written)
    it = flow(inverter, at)
    has_battery = inverter.battery_wh > 0
    values = (
        it.to_grid_w,
        it.production_w,
        it.household_w,
        it.surplus_w,
        round(_PERCENT * it.battery_wh / inverter.battery_wh) if has_battery else None,
        it.battery_w if has_battery else None,
    )
    return {name: reading.get(name, value) for name, value in zip(_STATE, values, strict=True)}


def _inverter(tx: WorldTransaction, document: Document, owner: User, written: Written) -> Inverter:
    rating_kw, battery_wh = number(written, "solar_power_rating_kw"), 0
    if written.get("is_battery_connected"):
        battery_wh = round(1000 * (number(written, "battery_capacity_kwh") or 0.0))
    least, most = (written.get(name, _WRITTEN[name]) for name in ("min_battery_charge", "max_battery_charge"))
    return Inverter(
        id=document.id,
        seed=tx.world.seed,
        place=place_of(written, owner),
        rating_w=round(1000 * (_USUAL_KW if rating_kw is None else rating_kw)),
        battery_wh=battery_wh,
        least_wh=battery_wh * least // _PERCENT,
        most_wh=battery_wh * most // _PERCENT,
    )


def _after(before: Written | None, body: DeviceInput, _now: int) -> Written:
    """What is written of an inverter after a body, if its battery makes sense (PODERO-053)."""
    written = stored(body, before or {})
    least, most = (written.get(name, _WRITTEN[name]) for name in ("min_battery_charge", "max_battery_charge"))
    if written.get("is_battery_connected") and not written.get("battery_capacity_kwh"):
        raise _fault("battery_capacity_kwh", "a connected battery has a capacity")
    if least > most:
        raise _fault("min_battery_charge", "min_battery_charge is more than max_battery_charge")
    return written


def _fault(member: str, sentence: str) -> PoderoError:
    fault = {"type": "value_error", "loc": ["body", "payload", member], "msg": f"Value error, {sentence}"}
    return PoderoError(422, [fault])


_INVERTERS: Final = DeviceKind(INVERTER, show, _after)
