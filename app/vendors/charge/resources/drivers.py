"""Drivers: listed, created, retrieved, updated and deleted, attached to fleets and detached from them."""

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
from ....domain.errors import DriverAttachmentError
from ....domain.json_values import filled
from ....domain.parties import updated
from ....operations import drivers as operations
from ....store import drivers
from ....store.drivers import DriverRecord
from ....store.world_transaction import WorldTransaction, one_statement
from ....web.refusals import Table
from ....web.routing import OperationRoute
from ..auth import ChargeWorld
from ..changes import answer_change
from ..details import inner, text, whole
from ..errors import ChargeError
from ..expand import Expandable
from ..fields import CurrencyCode, Email, Flag, Price, References, Texts
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
    WrittenQuery,
    body_of,
    given,
)
from ..metadata import merged
from ..pagination import PageRequest
from ..reads import answer_list, answer_object
from ..references import check_default_payment_method, check_policies
from ..vendor import CHANNEL
from .accounts import default_currency

KIND: Final = "driver"
_PATH: Final = "/v1/drivers"
_FILTERS: Final = {"fleet": "fleet", "vehicle": "vehicle"}
"""The column for each filter."""
_PREFERENCES: Final[Mapping[str, Any]] = {
    "charging_speed": "fast",
    "currency": "eur",
    "default_payment_method": None,
    "max_price_per_kwh": None,
    "notifications": True,
    "preferred_charging_stations": [],
    "preferred_cpos": [],
}
"""The preferences of a driver who has stated none (CHARGE-042)."""

router = APIRouter(route_class=OperationRoute)


class ListDrivers(QueryInput):
    """The query of a list."""

    fleet: Reference | None = None
    vehicle: Reference | None = None
    limit: Limit = DEFAULT_LIMIT
    page: PageToken | None = None


class DriverPreferences(Input):
    """The preferences that a body states; those that it leaves out are kept."""

    charging_speed: Text = ""
    currency: CurrencyCode = ""
    default_payment_method: Reference | None = None
    max_price_per_kwh: Price | None = None
    notifications: Flag = True
    preferred_charging_stations: References = Field(default_factory=list)
    preferred_cpos: Texts = Field(default_factory=list)


class _DriverFields(Input):
    """What a create and an update have in common."""

    phone: Text | None = None
    license_number: Text | None = None
    preferences: DriverPreferences = Field(default_factory=DriverPreferences)
    metadata: Metadata = Field(default_factory=dict)
    policy_ids: References = Field(default_factory=list)


class CreateDriver(_DriverFields):
    """The body that creates a driver."""

    name: Text
    email: Email


class UpdateDriver(_DriverFields):
    """The body that changes a driver; what it leaves out is kept."""

    name: Text = ""
    email: Email = ""
    status: Literal["active", "suspended", "archived"] = "active"


class NamedFleet(Input):
    """The fleet to which a driver is attached, or which the driver leaves."""

    fleet: Reference


@router.get("/drivers")
async def list_drivers(
    request: Request,
    world: ChargeWorld,
    written: WrittenQuery,
    expand: Expand,
    query: Annotated[ListDrivers, Query()],
) -> Response:
    """Drivers, newest first."""
    asked = PageRequest(world, _PATH, written, query.page, query.limit)
    wanted = asked.query(_FILTERS)
    return await answer_list(
        request, world, expand, KIND, asked, partial(drivers.drivers, channel=CHANNEL.name, query=wanted), show
    )


@router.post("/drivers")
async def create_driver(
    request: Request, world: ChargeWorld, body: Annotated[CreateDriver, Depends(body_of(CreateDriver))]
) -> Response:
    """Creates a driver."""
    return await answer_change(request, world, _create, body)


@router.get("/drivers/{driver}")
async def retrieve_driver(request: Request, world: ChargeWorld, expand: OnlyExpand, driver: str) -> Response:
    """One driver."""
    return await answer_object(request, world, expand, KIND, driver)


@router.post("/drivers/{driver}")
async def update_driver(
    request: Request, world: ChargeWorld, driver: str, body: Annotated[UpdateDriver, Depends(body_of(UpdateDriver))]
) -> Response:
    """Changes a driver."""
    return await answer_change(request, world, _update, driver, body)


@router.delete("/drivers/{driver}")
async def delete_driver(request: Request, world: ChargeWorld, _query: NoQuery, driver: str) -> Response:
    """Deletes a driver."""
    return await answer_change(request, world, _delete, driver)


@router.post("/drivers/{driver}/attach")
async def attach_driver(
    request: Request, world: ChargeWorld, driver: str, body: Annotated[NamedFleet, Depends(body_of(NamedFleet))]
) -> Response:
    """Attaches a driver to a fleet."""
    return await answer_change(request, world, _attach, driver, body.fleet)


@router.post("/drivers/{driver}/detach")
async def detach_driver(
    request: Request, world: ChargeWorld, driver: str, body: Annotated[NamedFleet, Depends(body_of(NamedFleet))]
) -> Response:
    """Detaches a driver from a fleet."""
    return await answer_change(request, world, _detach, driver, body.fleet)


def show(record: DriverRecord, now: int) -> dict[str, Any]:
    """A driver as Charge shows it at `now`."""
    driver = record.driver
    details = orjson.loads(driver.details)
    return {
        "id": driver.id,
        "object": KIND,
        "created": millis(driver.created_at),
        "email": driver.email,
        "fleets": record.belongings.fleets.split(),
        "license_number": text(details, "license_number", None),
        "metadata": inner(details, "metadata"),
        "name": driver.name,
        "phone": text(details, "phone", None),
        "policy_ids": list(driver.policy_ids),
        "preferences": filled(inner(details, "preferences"), _PREFERENCES),
        "status": driver.status,
        "updated": millis(updated(driver, now)),
        "vehicles": record.belongings.vehicles.split(),
        "wallet_balance": whole(inner(details, "opening"), "wallet_balance", 0) + record.belongings.in_wallets,
    }


@one_statement
def shown_by_id(tx: WorldTransaction, ids: Collection[str]) -> dict[str, dict[str, Any]]:
    """The drivers with these ids."""
    return {record.driver.id: show(record, tx.now) for record in drivers.drivers_by_id(tx, CHANNEL.name, ids)}


REFUSALS: Final[Table[ChargeError]] = {
    DriverAttachmentError: lambda error: ChargeError(
        409,
        f"The driver is {'already' if error.is_attached else 'not'} attached to the fleet.",
        code="driver_fleet_conflict",
        param="fleet",
    ),
}
"""A driver is attached to a fleet once (CHARGE-049)."""
EXPANDABLE: Final = Expandable(
    KIND,
    shown_by_id,
    {"fleets": "fleet", "preferences.default_payment_method": "payment_method", "vehicles": "vehicle"},
)


def _create(tx: WorldTransaction, body: CreateDriver) -> dict[str, Any]:
    details = {"preferences": {"currency": default_currency(tx)}}
    made = operations.create_driver(
        tx, name=body.name, email=body.email, policy_ids=body.policy_ids, details=_details(tx, body, details, ())
    )
    return shown_by_id(tx, [made.id])[made.id]


def _update(tx: WorldTransaction, driver_id: str, body: UpdateDriver) -> dict[str, Any]:
    sent = given(body)

    def changed(driver: models.Driver) -> models.Driver:
        [record] = drivers.drivers_by_id(tx, CHANNEL.name, [driver.id])
        owners = (driver.id, *record.belongings.fleets.split())
        fields: dict[str, Any] = {name: sent[name] for name in ("name", "email", "status") if name in sent}
        if "policy_ids" in sent:
            fields["policy_ids"] = tuple(body.policy_ids)
        return replace(driver, **fields, details=_details(tx, body, orjson.loads(driver.details), owners))

    operations.change_driver(tx, driver_id, changed, CHANNEL)
    return shown_by_id(tx, [driver_id])[driver_id]


def _details(
    tx: WorldTransaction, body: CreateDriver | UpdateDriver, before: Mapping[str, Any], owners: Collection[str]
) -> str:
    """The details of a driver with what the body changes. Refuses what the body names and is not there."""
    check_policies(tx, body.policy_ids)
    preferences = given(body.preferences)
    check_default_payment_method(tx, preferences, owners)
    sent = given(body)
    details = dict(before)
    details |= {name: sent[name] for name in ("phone", "license_number") if name in sent}
    details["preferences"] = {**inner(before, "preferences"), **preferences}
    details["metadata"] = merged(inner(before, "metadata"), body.metadata)
    return orjson.dumps(details).decode()


def _delete(tx: WorldTransaction, driver_id: str) -> dict[str, Any]:
    operations.delete_driver(tx, driver_id, CHANNEL)
    return {"id": driver_id, "object": KIND, "deleted": True}


def _attach(tx: WorldTransaction, driver_id: str, fleet_id: str) -> dict[str, Any]:
    operations.attach_driver(tx, driver_id, fleet_id, CHANNEL)
    return shown_by_id(tx, [driver_id])[driver_id]


def _detach(tx: WorldTransaction, driver_id: str, fleet_id: str) -> dict[str, Any]:
    operations.detach_driver(tx, driver_id, fleet_id, CHANNEL)
    return shown_by_id(tx, [driver_id])[driver_id]
