"""Estimations: what a session would deliver and cost; created, and retrieved until they expire."""

from collections.abc import Collection, Mapping
from typing import Annotated, Any, ClassVar, Final

import orjson
from fastapi import APIRouter, Depends
from pydantic import Field
from starlette.requests import Request
from starlette.responses import Response

from ....domain.clock import HOUR, millis
from ....domain.errors import NoConnectorFitsError
from ....domain.estimates import ENERGY, CostLine, Estimate
from ....domain.json_values import filled
from ....domain.models import Document
from ....domain.pricing import currency, tariff
from ....operations.documents import create_document
from ....operations.estimates import estimate_at
from ....store import documents
from ....store.sessions import take_number
from ....store.world_transaction import WorldTransaction, one_statement
from ....web.refusals import Table
from ....web.routing import OperationRoute
from ..auth import ChargeWorld
from ..changes import answer_change
from ..errors import ChargeError
from ..expand import Expandable
from ..fields import CurrencyCode
from ..inputs import Input, OnlyExpand, Reference, Whole, body_of
from ..reads import answer_object
from ..vendor import CHANNEL, NAME

_KIND: Final = "estimation"
_INVALID: Final = "estimation_validation_error"
_VALID_FOR: Final = HOUR
_VALID: Final = "valid"
_EXPIRED: Final = "expired"
_EMPTY: Final[Mapping[str, Any]] = {
    "battery_level": 0,
    "battery_target_level": 100,
    "charging_station": None,
    "cost_breakdown": [],
    "currency": "eur",
    "estimated_duration": 0,
    "estimated_energy_kwh": 0,
    "estimated_total_cost": 0,
    "vehicle": None,
}
"""What the estimation of a scenario shows that says nothing else."""
_PERCENT: Final = 100
_WH: Final = 1000

router = APIRouter(route_class=OperationRoute)


class CreateEstimation(Input):
    """The body that asks for an estimation; each fault of it has the code (CHARGE-090)."""

    error_code: ClassVar[str | None] = _INVALID

    battery_level: Annotated[Whole, Field(ge=0, le=_PERCENT)]
    battery_target_level: Annotated[Whole, Field(ge=1, le=_PERCENT)]
    charging_station: Reference
    vehicle: Reference
    currency: CurrencyCode | None = None


@router.post("/estimations")
async def create_estimation(
    request: Request, world: ChargeWorld, body: Annotated[CreateEstimation, Depends(body_of(CreateEstimation))]
) -> Response:
    """Estimates a session."""
    if body.battery_target_level <= body.battery_level:
        raise _invalid("Invalid battery_target_level: must be more than battery_level.", "battery_target_level")
    return await answer_change(request, world, _create, body)


@router.get("/estimations/{estimation}")
async def retrieve_estimation(request: Request, world: ChargeWorld, expand: OnlyExpand, estimation: str) -> Response:
    """One estimation, as it was made."""
    return await answer_object(request, world, expand, _KIND, estimation)


def show(estimation: Document) -> dict[str, Any]:
    """An estimation as Charge shows it: `id`, `object`, then by the alphabet."""
    body = filled(orjson.loads(estimation.body), _EMPTY)
    return {
        "id": estimation.id,
        "object": _KIND,
        "battery_level": body["battery_level"],
        "battery_target_level": body["battery_target_level"],
        "charging_station": body["charging_station"],
        "cost_breakdown": body["cost_breakdown"],
        "created": millis(estimation.created_at),
        "currency": body["currency"],
        "estimated_duration": body["estimated_duration"],
        "estimated_energy_kwh": body["estimated_energy_kwh"],
        "estimated_total_cost": body["estimated_total_cost"],
        "valid_until": millis(estimation.second_at),
        "vehicle": body["vehicle"],
    }


@one_statement
def shown_by_id(tx: WorldTransaction, ids: Collection[str]) -> Mapping[str, dict[str, Any]]:
    """The estimations with these ids that have not expired (CHARGE-089)."""
    found = documents.documents_by_id(tx, NAME, _KIND, ids)
    return {each.id: show(each) for each in found if tx.now < each.second_at}


EXPANDABLE: Final = Expandable(_KIND, shown_by_id, {"charging_station": "charging_station", "vehicle": "vehicle"})
REFUSALS: Final[Table[ChargeError]] = {NoConnectorFitsError: lambda error: _invalid(str(error), "charging_station")}


def _create(tx: WorldTransaction, body: CreateEstimation) -> dict[str, Any]:
    made = estimate_at(
        tx,
        CHANNEL,
        body.charging_station,
        body.vehicle,
        soc=body.battery_level / _PERCENT,
        target=body.battery_target_level / _PERCENT,
    )
    sold_in = currency(made.tariff)
    if body.currency not in {None, sold_in}:
        raise _invalid(f"Invalid currency: the station sells in {sold_in} only.", "currency")
    stages = [(_EXPIRED, tx.now + _VALID_FOR)]
    estimation = create_document(
        tx, NAME, _KIND, "est", take_number(tx), _body(body, made), status=_VALID, stages=stages
    )
    return show(estimation)


def _body(asked: CreateEstimation, made: Estimate) -> dict[str, Any]:
    return {
        "battery_level": asked.battery_level,
        "battery_target_level": asked.battery_target_level,
        "charging_station": asked.charging_station,
        "cost_breakdown": [_line(line, made.tariff) for line in made.lines],
        "currency": currency(made.tariff),
        "estimated_duration": made.seconds,
        "estimated_energy_kwh": made.energy_wh / _WH,
        "estimated_total_cost": made.total,
        "vehicle": asked.vehicle,
    }


def _line(line: CostLine, sold: str) -> dict[str, Any]:
    """A line of the breakdown; only that of energy shows the tax, as on Charge's page (CHARGE-088)."""
    return {
        "cost": line.cost,
        "description": line.description,
        "quantity": line.quantity,
        "tax_percent": f"{tariff(sold).vat.normalize():f}%" if line.type == ENERGY else None,
        "type": line.type,
        "unit": line.unit,
        "unit_price": line.unit_price,
    }


def _invalid(message: str, param: str) -> ChargeError:
    return ChargeError(400, message, code=_INVALID, param=param)
