"""Vehicles: listed, created, retrieved, updated and deleted, attached to drivers and fleets and detached from them."""

from collections.abc import Collection, Mapping
from dataclasses import replace
from functools import partial
from typing import Annotated, Any, Final, Literal

import orjson
from fastapi import APIRouter, Depends, Query
from pydantic import Field
from starlette.requests import Request
from starlette.responses import Response

from ....domain import models
from ....domain.clock import millis
from ....domain.ids import prefixed_id
from ....domain.parties import updated
from ....domain.vehicle_identity import drawn_plate, drawn_vin, maker, model_year
from ....operations import vehicles as operations
from ....store import vehicles
from ....store.vehicles import VehicleRecord
from ....store.world_transaction import WorldTransaction, one_statement
from ....vehicle_models import known_model
from ....web.routing import OperationRoute
from ..auth import ChargeWorld
from ..changes import answer_change
from ..details import inner, text
from ..expand import Expandable
from ..fields import Plug, References
from ..inputs import (
    DEFAULT_LIMIT,
    Expand,
    Input,
    Limit,
    Metadata,
    NoQuery,
    OnlyExpand,
    PageToken,
    QueryInput,
    Reference,
    Text,
    Whole,
    WrittenQuery,
    body_of,
    given,
)
from ..metadata import merged
from ..owners import OWNER_REFUSALS, NamedOwner, owner_of
from ..pagination import PageRequest
from ..reads import answer_list, answer_object
from ..references import check_policies
from ..vendor import CHANNEL

KIND: Final = "vehicle"
_PATH: Final = "/v1/vehicles"
_FILTERS: Final = {"driver": "driver", "fleet": "fleet"}
"""The column for each filter."""
_UNKNOWN: Final = "Unknown"
_USUAL_YEAR: Final = 2024
"""The model year of a drawn VIN where the model is unknown."""
_COLUMNS: Final = {"battery_capacity": "battery_wh", "charging_standard": "plug", "status": "status"}
"""The columns of the members that an update replaces."""

router = APIRouter(route_class=OperationRoute)

Capacity = Annotated[Whole, Field(ge=1, le=10_000_000)]


class ListVehicles(QueryInput):
    """The query of a list."""

    driver: Reference | None = None
    fleet: Reference | None = None
    limit: Limit = DEFAULT_LIMIT
    page: PageToken | None = None


class Information(Input):
    """Make, model and year; a body states any of them."""

    make: Text = ""
    model: Text = ""
    year: Text = ""


class _VehicleFields(Input):
    """What a create and an update have in common."""

    information: Information = Field(default_factory=Information)
    registration_plate: Text = ""
    metadata: Metadata = Field(default_factory=dict)
    policy_ids: References = Field(default_factory=list)


class CreateVehicle(_VehicleFields):
    """The body that creates a vehicle."""

    battery_capacity: Capacity
    charging_standard: Plug
    vin: Text


class UpdateVehicle(_VehicleFields):
    """The body that changes a vehicle; what it leaves out is kept."""

    battery_capacity: Capacity = 1
    charging_standard: Plug = "CCS"
    status: Literal["active", "inactive", "retired"] = "active"


@router.get("/vehicles")
async def list_vehicles(
    request: Request,
    world: ChargeWorld,
    written: WrittenQuery,
    expand: Expand,
    query: Annotated[ListVehicles, Query()],
) -> Response:
    """Vehicles, newest first."""
    asked = PageRequest(world, _PATH, written, query.page, query.limit)
    wanted = asked.query(_FILTERS)
    shown = partial(show, seed=world.world.seed)
    return await answer_list(request, world, expand, KIND, asked, partial(vehicles.vehicles, query=wanted), shown)


@router.post("/vehicles")
async def create_vehicle(
    request: Request, world: ChargeWorld, body: Annotated[CreateVehicle, Depends(body_of(CreateVehicle))]
) -> Response:
    """Creates a vehicle."""
    return await answer_change(request, world, _create, body)


@router.get("/vehicles/{vehicle}")
async def retrieve_vehicle(request: Request, world: ChargeWorld, expand: OnlyExpand, vehicle: str) -> Response:
    """One vehicle."""
    return await answer_object(request, world, expand, KIND, vehicle)


@router.post("/vehicles/{vehicle}")
async def update_vehicle(
    request: Request, world: ChargeWorld, vehicle: str, body: Annotated[UpdateVehicle, Depends(body_of(UpdateVehicle))]
) -> Response:
    """Changes a vehicle."""
    return await answer_change(request, world, _update, vehicle, body)


@router.delete("/vehicles/{vehicle}")
async def delete_vehicle(request: Request, world: ChargeWorld, _query: NoQuery, vehicle: str) -> Response:
    """Deletes a vehicle."""
    return await answer_change(request, world, _delete, vehicle)


@router.post("/vehicles/{vehicle}/attach")
async def attach_vehicle(
    request: Request, world: ChargeWorld, vehicle: str, body: Annotated[NamedOwner, Depends(body_of(NamedOwner))]
) -> Response:
    """Attaches a vehicle to a driver or a fleet."""
    return await answer_change(request, world, _attach, vehicle, body)


@router.post("/vehicles/{vehicle}/detach")
async def detach_vehicle(
    request: Request, world: ChargeWorld, vehicle: str, body: Annotated[NamedOwner, Depends(body_of(NamedOwner))]
) -> Response:
    """Detaches a vehicle from a driver or a fleet."""
    return await answer_change(request, world, _detach, vehicle, body)


def show(record: VehicleRecord, now: int, seed: int) -> dict[str, Any]:
    """A vehicle as Charge shows it at `now`, in a world with that seed.

    One that has no plate, number or model year of its own has those that follow from its id (CHARGE-058).
    """
    vehicle = record.vehicle
    details = orjson.loads(vehicle.details)
    known = known_model(vehicle.make, vehicle.model)
    coded_year = _USUAL_YEAR if known is None else known.year
    year = _UNKNOWN if known is None else str(known.year)
    return {
        "id": vehicle.id,
        "object": KIND,
        "battery_capacity": vehicle.battery_wh,
        "charging_standard": vehicle.plug,
        "created": millis(vehicle.created_at),
        "drivers": record.drivers.ids.split(),
        "fleet": vehicle.fleet,
        "information": {"make": vehicle.make, "model": vehicle.model, "year": text(details, "year", year)},
        "metadata": inner(details, "metadata"),
        "policy_ids": list(vehicle.policy_ids),
        "registration_plate": text(details, "registration_plate", "") or drawn_plate(seed, vehicle.id),
        "status": vehicle.status,
        "telemetry": telemetry_id(vehicle.id, details, seed),
        "updated": millis(updated(vehicle, now)),
        "vin": text(details, "vin", "") or drawn_vin(seed, vehicle.id, vehicle.make, coded_year),
    }


def telemetry_id(vehicle_id: str, details: Mapping[str, Any], seed: int) -> str:
    """The id of a vehicle's telemetry."""
    return text(details, "telemetry", "") or prefixed_id("vtel", seed, "telemetry", vehicle_id)


@one_statement
def shown_by_id(tx: WorldTransaction, ids: Collection[str]) -> dict[str, dict[str, Any]]:
    """The vehicles with these ids."""
    seed = tx.world.seed
    return {record.vehicle.id: show(record, tx.now, seed) for record in vehicles.vehicles_by_id(tx, ids)}


REFUSALS: Final = OWNER_REFUSALS
EXPANDABLE: Final = Expandable(KIND, shown_by_id, {"drivers": "driver", "fleet": "fleet"})


def _create(tx: WorldTransaction, body: CreateVehicle) -> dict[str, Any]:
    """Creates a vehicle (CHARGE-068); make and year that the body leaves out are those of the VIN (CHARGE-058)."""
    sent, coded_year = given(body.information), model_year(body.vin)
    details = {"vin": body.vin}
    if coded_year is not None:
        details["year"] = str(coded_year)
    made = operations.create_vehicle(
        tx,
        make=sent.get("make") or maker(body.vin) or _UNKNOWN,
        model=sent.get("model") or _UNKNOWN,
        plug=body.charging_standard,
        battery_wh=body.battery_capacity,
        policy_ids=body.policy_ids,
        details=_details(tx, body, details),
    )
    return shown_by_id(tx, [made.id])[made.id]


def _update(tx: WorldTransaction, vehicle_id: str, body: UpdateVehicle) -> dict[str, Any]:
    """Changes a vehicle, which does not get another battery while it charges (CHARGE-059)."""
    sent = given(body)

    def changed(vehicle: models.Vehicle) -> models.Vehicle:
        fields = {column: sent[name] for name, column in _COLUMNS.items() if name in sent}
        fields |= {name: said for name, said in given(body.information).items() if name != "year"}
        if "policy_ids" in sent:
            fields["policy_ids"] = tuple(body.policy_ids)
        before = orjson.loads(vehicle.details)
        if "battery_capacity" in sent:
            # The odometer goes on counting with the battery by which it has counted so far.
            before["opening"] = {"battery_capacity": vehicle.battery_wh, **inner(before, "opening")}
        return replace(vehicle, **fields, details=_details(tx, body, before))

    operations.change_vehicle(tx, vehicle_id, changed, CHANNEL)
    return shown_by_id(tx, [vehicle_id])[vehicle_id]


def _details(tx: WorldTransaction, body: CreateVehicle | UpdateVehicle, before: Mapping[str, Any]) -> str:
    """The details of a vehicle with what the body changes. Refuses a policy that is not there."""
    check_policies(tx, body.policy_ids)
    details = {**before, **{name: said for name, said in given(body.information).items() if name == "year"}}
    if body.registration_plate:
        details["registration_plate"] = body.registration_plate
    details["metadata"] = merged(inner(before, "metadata"), body.metadata)
    return orjson.dumps(details).decode()


def _delete(tx: WorldTransaction, vehicle_id: str) -> dict[str, Any]:
    """Deletes a vehicle that is not in use (CHARGE-060)."""
    operations.delete_vehicle(tx, vehicle_id, CHANNEL)
    return {"id": vehicle_id, "object": KIND, "deleted": True}


def _attach(tx: WorldTransaction, vehicle_id: str, body: NamedOwner) -> dict[str, Any]:
    operations.attach_vehicle(tx, vehicle_id, owner_of(body, "owner_scope_invalid"), CHANNEL)
    return shown_by_id(tx, [vehicle_id])[vehicle_id]


def _detach(tx: WorldTransaction, vehicle_id: str, body: NamedOwner) -> dict[str, Any]:
    operations.detach_vehicle(tx, vehicle_id, owner_of(body, "owner_scope_invalid"), CHANNEL)
    return shown_by_id(tx, [vehicle_id])[vehicle_id]
