"""Electric vehicles: listed, registered, read and updated, and boosted."""

from collections.abc import Mapping
from dataclasses import replace
from functools import partial
from typing import Annotated, Any, Final
from uuid import UUID

from fastapi import APIRouter, Depends, Query
from pydantic import AfterValidator, Field
from pydantic_core import PydanticCustomError
from starlette.requests import Request
from starlette.responses import Response

from ....domain.charge_policy import ChargePolicy, DayRule, minute_of_day
from ....domain.devices import ELECTRIC_VEHICLE
from ....domain.errors import UnknownObjectError
from ....domain.models import DELETED, User
from ....operations import boosts, device_links, documents
from ....operations import electric_vehicles as operations
from ....operations.energy_contracts import count_anew
from ....operations.members import known_member
from ....store.owned_vehicles import OwnedVehicle, vehicles_of
from ....store.vehicle_sessions import VehicleRef
from ....store.world_transaction import WorldTransaction
from ....web.responses import json_answer
from ....web.routing import OperationRoute
from ..auth import PoderoWorld
from ..changes import answer_change
from ..cues import resolution_url
from ..details import inner
from ..devices import DeviceInput, stored
from ..electric_vehicles import device_of, show, written_of
from ..homes import address_of
from ..inputs import IncludeDeleted, body_of, given
from ..members import Member, PoderoMember
from ..vendor import NAME

KIND: Final = ELECTRIC_VEHICLE
_PATH: Final = "/org/{org_id}/users/{user_id}/electric-vehicles"
_ONE: Final = f"{_PATH}/{{electric_vehicle_id}}"

router = APIRouter(route_class=OperationRoute)


def clock_time(value: str) -> str:
    """Refuses what is no time of the day."""
    try:
        minute_of_day(value)
    except ValueError:
        raise PydanticCustomError("time_of_day", "Input should be a time of the day in the form HH:MM") from None
    return value


ClockTime = Annotated[str, AfterValidator(clock_time)]
Percent = Annotated[int, Field(ge=0, le=100)]


class VehicleInput(DeviceInput):
    """What callers write of a vehicle: what they write of any device, and the daily policy (PODERO-037)."""

    is_charge_policy_enabled: bool = False
    charge_deadline_at: ClockTime = "07:00"
    minimum_charge_limit: Percent = 80
    charge_target_min: Percent = 50


_POLICY: Final = ("is_charge_policy_enabled", "charge_deadline_at", "minimum_charge_limit", "charge_target_min")
"""The members of a body that are kept in the policy."""


@router.get(_PATH)
async def list_electric_vehicles(
    request: Request, world: PoderoWorld, member: PoderoMember, query: Annotated[IncludeDeleted, Query()]
) -> Response:
    """The vehicles of a user, newest first."""
    return json_answer(request, await world.ask(_listed, member, include_deleted=query.include_deleted))


@router.post(_PATH)
async def register_electric_vehicle(
    request: Request,
    world: PoderoWorld,
    member: PoderoMember,
    body: Annotated[VehicleInput, Depends(body_of(VehicleInput, is_optional=True))],
) -> Response:
    """Registers a vehicle, which every vendor knows from then on."""
    return await answer_change(request, world, _registered, member, body)


@router.get(_ONE)
async def get_electric_vehicle(
    request: Request,
    world: PoderoWorld,
    member: PoderoMember,
    electric_vehicle_id: UUID,
    query: Annotated[IncludeDeleted, Query()],
) -> Response:
    """One vehicle."""
    vehicle = str(electric_vehicle_id)
    shown = await world.ask(_shown, request, member, vehicle, include_deleted=query.include_deleted)
    return json_answer(request, shown)


@router.put(_ONE)
async def update_electric_vehicle(
    request: Request,
    world: PoderoWorld,
    member: PoderoMember,
    electric_vehicle_id: UUID,
    body: Annotated[VehicleInput, Depends(body_of(VehicleInput))],
) -> Response:
    """Changes a vehicle; what the body leaves out is kept."""
    return await answer_change(request, world, _updated, request, member, str(electric_vehicle_id), body)


@router.post(f"{_ONE}/boost")
async def boost_electric_vehicle(
    request: Request, world: PoderoWorld, member: PoderoMember, electric_vehicle_id: UUID
) -> Response:
    """Has a vehicle charge at once, or when it is plugged in the next time."""
    return await answer_change(request, world, _boosted, member, str(electric_vehicle_id))


@router.delete(f"{_ONE}/boost")
async def cancel_electric_vehicle_boost(
    request: Request, world: PoderoWorld, member: PoderoMember, electric_vehicle_id: UUID
) -> Response:
    """Disarms a boost for the next session; an ongoing one goes on."""
    return await answer_change(request, world, _disarmed, member, str(electric_vehicle_id))


def known(tx: WorldTransaction, member: Member, vehicle: str, *, include_deleted: bool = False) -> OwnedVehicle:
    """The vehicle of a member. Raises UnknownObjectError if the member or the vehicle is not there."""
    return _known(tx, member, vehicle, include_deleted=include_deleted)[1]


def _known(tx: WorldTransaction, member: Member, vehicle: str, *, include_deleted: bool) -> tuple[User, OwnedVehicle]:
    owner = known_member(tx, member.org, member.user)
    ref = VehicleRef(org=member.org, owner=member.user, uuid=vehicle)
    found = operations.known_owned_vehicle(tx, ref, NAME, KIND)
    is_deleted = written_of(found.document).get("deleted_at") is not None
    if found.vehicle.status == DELETED or (is_deleted and not include_deleted):
        raise UnknownObjectError(KIND, vehicle)
    return owner, found


def _listed(tx: WorldTransaction, member: Member, *, include_deleted: bool) -> list[dict[str, Any]]:
    owner = known_member(tx, member.org, member.user)
    found = vehicles_of(tx, member.org, member.user, NAME, KIND)
    return [
        show(tx, each, owner)
        for each in found
        if each.vehicle.status != DELETED and (include_deleted or written_of(each.document).get("deleted_at") is None)
    ]


def _shown(
    tx: WorldTransaction, request: Request, member: Member, vehicle: str, *, include_deleted: bool
) -> dict[str, Any]:
    owner, found = _known(tx, member, vehicle, include_deleted=include_deleted)
    return show(tx, found, owner, resolve=partial(resolution_url, request, KIND), is_detail=True)


def _registered(tx: WorldTransaction, member: Member, body: VehicleInput) -> dict[str, Any]:
    owner = known_member(tx, member.org, member.user)
    model = inner(body.model_dump(), "device_model")
    made = operations.register_vehicle(
        tx, owner, address_of(owner), make=model.get("manufacturer"), model=model.get("model")
    )
    document = device_links.vehicle_document(tx, NAME, made)
    documents.change_document(tx, document, _kept(body, {}))
    if any(name in body.model_fields_set for name in (*_POLICY, "is_smart_optimization_active")):
        operations.change_policy(tx, made, lambda before: _policy(body, before))
    return show(tx, known(tx, member, made.uuid, include_deleted=True), owner, is_detail=True)


def _updated(
    tx: WorldTransaction, request: Request, member: Member, vehicle: str, body: VehicleInput
) -> dict[str, Any]:
    found = known(tx, member, vehicle, include_deleted=True)
    before = found.document or device_links.vehicle_document(tx, NAME, found.vehicle)
    documents.change_document(tx, before, _kept(body, written_of(before)))
    operations.change_policy(tx, found.vehicle, lambda policy: _policy(body, policy))
    if "building_id" in body.model_fields_set:
        count_anew(tx, member.user)
    return _shown(tx, request, member, vehicle, include_deleted=True)


def _boosted(tx: WorldTransaction, member: Member, vehicle: str) -> None:
    found = known(tx, member, vehicle)
    boosts.boost_vehicle(tx, found.vehicle, is_linked=device_of(tx, found).is_authenticated)


def _disarmed(tx: WorldTransaction, member: Member, vehicle: str) -> None:
    boosts.disarm_vehicle(tx, known(tx, member, vehicle).vehicle)


def _kept(body: VehicleInput, before: Mapping[str, Any]) -> dict[str, Any]:
    """What is kept in the vehicle's document: what no policy has."""
    return {name: value for name, value in stored(body, before).items() if name not in _POLICY}


def _policy(body: VehicleInput, before: ChargePolicy) -> ChargePolicy:
    """The policy with what a body changes of it."""
    said = given(body)
    daily = DayRule(
        percent=said.get("minimum_charge_limit", before.daily.percent),
        minute=minute_of_day(said["charge_deadline_at"]) if "charge_deadline_at" in said else before.daily.minute,
    )
    return replace(
        before,
        enabled=said.get("is_charge_policy_enabled", before.enabled),
        optimises=said.get("is_smart_optimization_active", before.optimises),
        daily=daily,
        least=said.get("charge_target_min", before.least),
    )
