"""Fleets: listed, created, retrieved, updated and deleted."""

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
from ....domain.json_values import filled
from ....domain.parties import updated
from ....operations import fleets as operations
from ....store import fleets
from ....store.fleets import FleetRecord
from ....store.world_transaction import WorldTransaction, one_statement
from ....web.routing import OperationRoute
from ..auth import ChargeWorld
from ..changes import answer_change
from ..details import inner, number, text, whole
from ..expand import Expandable
from ..fields import Address, CurrencyCode, Email, Flag, References, Timezone
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
from .accounts import own_account

KIND: Final = "fleet"
_PATH: Final = "/v1/fleets"
_FILTERS: Final = {"driver": "driver", "vehicle": "vehicle"}
"""The column for each filter."""
_DETAILS: Final = ("address", "description", "metric_system", "phone", "timezone")
_WH_IN_KWH: Final = 1000
_PREFERENCES: Final[Mapping[str, Any]] = {
    "billing_cycle": "monthly",
    "default_currency": "eur",
    "default_payment_method": None,
    "notifications": True,
    "report_frequency": "weekly",
}
"""The preferences of a fleet that has stated none (CHARGE-042)."""

MetricSystem = Literal["international_system", "us_customary_system", "imperial_system"]

router = APIRouter(route_class=OperationRoute)


class ListFleets(QueryInput):
    """The query of a list."""

    driver: Reference | None = None
    vehicle: Reference | None = None
    status: Literal["active", "suspended", "archived"] | None = None
    limit: Limit = DEFAULT_LIMIT
    page: PageToken | None = None


class FleetPreferences(Input):
    """The preferences that a body states; those that it leaves out are kept."""

    billing_cycle: Text = ""
    default_currency: CurrencyCode = ""
    default_payment_method: Reference | None = None
    notifications: Flag = True
    report_frequency: Text = ""


class _FleetFields(Input):
    """What a create and an update have in common."""

    email: Email | None = None
    address: Address | None = None
    description: Text | None = None
    metric_system: MetricSystem = "international_system"
    phone: Text | None = None
    timezone: Timezone = "UTC"
    preferences: FleetPreferences = Field(default_factory=FleetPreferences)
    metadata: Metadata = Field(default_factory=dict)
    policy_ids: References = Field(default_factory=list)


class CreateFleet(_FleetFields):
    """The body that creates a fleet."""

    name: Text


class UpdateFleet(_FleetFields):
    """The body that changes a fleet; what it leaves out is kept."""

    name: Text = ""
    status: Literal["active", "suspended", "archived"] = "active"


@router.get("/fleets")
async def list_fleets(
    request: Request, world: ChargeWorld, written: WrittenQuery, expand: Expand, query: Annotated[ListFleets, Query()]
) -> Response:
    """Fleets, newest first."""
    asked = PageRequest(world, _PATH, written, query.page, query.limit)
    wanted = asked.query(_FILTERS, query.status)
    rows = partial(fleets.fleets, channel=CHANNEL.name, query=wanted)
    return await answer_list(request, world, expand, KIND, asked, rows, show_in_list)


@router.post("/fleets")
async def create_fleet(
    request: Request, world: ChargeWorld, body: Annotated[CreateFleet, Depends(body_of(CreateFleet))]
) -> Response:
    """Creates a fleet."""
    return await answer_change(request, world, _create, body)


@router.get("/fleets/{fleet}")
async def retrieve_fleet(request: Request, world: ChargeWorld, expand: OnlyExpand, fleet: str) -> Response:
    """One fleet."""
    return await answer_object(request, world, expand, KIND, fleet)


@router.post("/fleets/{fleet}")
async def update_fleet(
    request: Request, world: ChargeWorld, fleet: str, body: Annotated[UpdateFleet, Depends(body_of(UpdateFleet))]
) -> Response:
    """Changes a fleet."""
    return await answer_change(request, world, _update, fleet, body)


@router.delete("/fleets/{fleet}")
async def delete_fleet(request: Request, world: ChargeWorld, _query: NoQuery, fleet: str) -> Response:
    """Deletes a fleet."""
    return await answer_change(request, world, _delete, fleet)


def show(record: FleetRecord, now: int) -> dict[str, Any]:
    """A fleet as Charge shows it at `now`, with totals that its opening totals begin."""
    fleet, totals = record.fleet, record.totals
    details = orjson.loads(fleet.details)
    opening = inner(details, "opening")
    sessions, energy_wh = map(int, totals.completed.split())
    energy_wh += round(number(opening, "total_energy_consumed_kwh", 0) * _WH_IN_KWH)
    return {
        "id": fleet.id,
        "object": KIND,
        "address": inner(details, "address") or None,
        "created": millis(fleet.created_at),
        "description": text(details, "description", None),
        "email": fleet.email,
        "metadata": inner(details, "metadata"),
        "metric_system": text(details, "metric_system", "international_system"),
        "name": fleet.name,
        "phone": text(details, "phone", None),
        "policy_ids": list(fleet.policy_ids),
        "preferences": filled(inner(details, "preferences"), _PREFERENCES),
        "status": fleet.status,
        "timezone": text(details, "timezone", "UTC"),
        "total_drivers": whole(opening, "total_drivers", 0) + totals.drivers,
        "total_energy_consumed_kwh": energy_wh / _WH_IN_KWH if energy_wh % _WH_IN_KWH else energy_wh // _WH_IN_KWH,
        "total_sessions": whole(opening, "total_sessions", 0) + sessions,
        "total_vehicles": whole(opening, "total_vehicles", 0) + totals.vehicles,
        "updated": millis(updated(fleet, now)),
        "wallet_balance": whole(opening, "wallet_balance", 0) + totals.in_wallets,
    }


def show_in_list(record: FleetRecord, now: int) -> dict[str, Any]:
    """A fleet as a row of a list, which has no metadata (CHARGE-046)."""
    row = show(record, now)
    del row["metadata"]
    return row


@one_statement
def shown_by_id(tx: WorldTransaction, ids: Collection[str]) -> dict[str, dict[str, Any]]:
    """The fleets with these ids."""
    return {record.fleet.id: show(record, tx.now) for record in fleets.fleets_by_id(tx, CHANNEL.name, ids)}


EXPANDABLE: Final = Expandable(KIND, shown_by_id, {"preferences.default_payment_method": "payment_method"})


def _create(tx: WorldTransaction, body: CreateFleet) -> dict[str, Any]:
    """Creates a fleet. Address, e-mail and currency are the account's where the body does not say them (CHARGE-047)."""
    account = own_account(tx)
    details: dict[str, Any] = {}
    email = body.email
    if account is not None:
        details["address"] = account["billing_details"]["billing_address"]
        details["preferences"] = {"default_currency": account["default_currency"]}
        email = account["email"] if "email" not in given(body) else body.email
    made = operations.create_fleet(
        tx, name=body.name, email=email, policy_ids=body.policy_ids, details=_details(tx, body, details, ())
    )
    return shown_by_id(tx, [made.id])[made.id]


def _update(tx: WorldTransaction, fleet_id: str, body: UpdateFleet) -> dict[str, Any]:
    sent = given(body)

    def changed(fleet: models.Fleet) -> models.Fleet:
        fields: dict[str, Any] = {name: sent[name] for name in ("name", "email", "status") if name in sent}
        if "policy_ids" in sent:
            fields["policy_ids"] = tuple(body.policy_ids)
        return replace(fleet, **fields, details=_details(tx, body, orjson.loads(fleet.details), (fleet.id,)))

    operations.change_fleet(tx, fleet_id, changed, CHANNEL)
    return shown_by_id(tx, [fleet_id])[fleet_id]


def _details(
    tx: WorldTransaction, body: CreateFleet | UpdateFleet, before: Mapping[str, Any], owners: Collection[str]
) -> str:
    """The details of a fleet with what the body changes. Refuses what the body names and is not there."""
    check_policies(tx, body.policy_ids)
    preferences = given(body.preferences)
    check_default_payment_method(tx, preferences, owners)
    sent = given(body)
    details = dict(before)
    details |= {name: sent[name] for name in _DETAILS if name in sent}
    if body.address is not None:
        details["address"] = body.address.model_dump()
    details["preferences"] = {**inner(before, "preferences"), **preferences}
    details["metadata"] = merged(inner(before, "metadata"), body.metadata)
    return orjson.dumps(details).decode()


def _delete(tx: WorldTransaction, fleet_id: str) -> dict[str, Any]:
    operations.delete_fleet(tx, fleet_id, CHANNEL)
    return {"id": fleet_id, "object": KIND, "deleted": True}
