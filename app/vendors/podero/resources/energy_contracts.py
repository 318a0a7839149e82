"""Energy contracts of a user: listed, registered and updated. Their prices are what charging at home costs."""

from collections.abc import Mapping, Sequence
from typing import Annotated, Any, Final, Self
from uuid import UUID

import orjson
from fastapi import APIRouter, Depends
from pydantic import Field, ValidationError, model_validator
from pydantic_core import PydanticCustomError
from starlette.requests import Request
from starlette.responses import Response

from ....domain.clock import MILLISECOND, instant
from ....domain.energy_contracts import LONGEST_LIST, Rates, constant
from ....domain.errors import UnknownObjectError
from ....domain.models import Document
from ....domain.smart_charging import consumer_price
from ....operations import energy_contracts as operations
from ....operations.documents import known_document
from ....operations.energy_prices import CONTRACT, contracts_of
from ....operations.members import known_member
from ....store.world_transaction import WorldTransaction
from ....web.responses import json_answer
from ....web.routing import OperationRoute
from ..auth import PoderoWorld
from ..changes import answer_change
from ..inputs import Id, Input, Moment, Text, body_of, one_of
from ..members import Member, PoderoMember
from ..vendor import NAME
from .buildings import known_building

KIND: Final = CONTRACT
_HOURLY: Final = "spot_hourly"
_EURO: Final = "EUR"
_MEMBERS: Final = (
    *("energy_contract_type", "energy_prices", "building_id", "meter_id", "supplier", "currency_energy_price"),
    "energy_price_includes_external_components",
)
_LOWEST, _HIGHEST = -10, 1_000
"""A price in EUR per kWh: spot prices may be negative (PODERO-028)."""

router = APIRouter(route_class=OperationRoute)


class Price(Input):
    """A price per kWh, and from when on it holds."""

    price: Annotated[float, Field(ge=_LOWEST, le=_HIGHEST)]
    timestamp: Moment | None = None


class WriteEnergyContract(Input):
    """The body that registers a contract, or that changes one; what it leaves out is kept."""

    energy_contract_type: Annotated[str, one_of(_HOURLY, "monthly", "yearly")] | None = None
    energy_prices: Annotated[list[Price], Field(max_length=LONGEST_LIST)] | None = None
    building_id: Id | None = None
    meter_id: Annotated[Text, Field(max_length=19)] | None = None
    supplier: Annotated[Text, Field(max_length=100)] | None = None
    currency_energy_price: Annotated[Text, Field(max_length=3)] | None = None
    energy_price_includes_external_components: bool | None = None

    @model_validator(mode="after")
    def _prices_have_their_instants(self) -> Self:
        """Refuses one of several prices that has no instant: only a constant price needs none."""
        prices = self.energy_prices or ()
        lacking = next((n for n, each in enumerate(prices) if each.timestamp is None), None)
        if len(prices) > 1 and lacking is not None:
            reason = PydanticCustomError("missing", "Field required")
            place = ("energy_prices", lacking, "timestamp")
            raise ValidationError.from_exception_data("body", [{"type": reason, "loc": place, "input": None}])
        return self


@router.get("/org/{org_id}/users/{user_id}/energy-contracts")
async def list_energy_contracts(request: Request, world: PoderoWorld, member: PoderoMember) -> Response:
    """All contracts of a user, newest first."""
    return json_answer(request, [show(each) for each in await world.ask(_contracts, member)])


@router.post("/org/{org_id}/users/{user_id}/energy-contracts")
async def create_energy_contract(
    request: Request,
    world: PoderoWorld,
    member: PoderoMember,
    body: Annotated[WriteEnergyContract, Depends(body_of(WriteEnergyContract))],
) -> Response:
    """Registers a contract."""
    return await answer_change(request, world, _create, member, body)


@router.put("/org/{org_id}/users/{user_id}/energy-contracts/{energy_contract_id}")
async def update_energy_contract(
    request: Request,
    world: PoderoWorld,
    *,
    member: PoderoMember,
    energy_contract_id: UUID,
    body: Annotated[WriteEnergyContract, Depends(body_of(WriteEnergyContract))],
) -> Response:
    """Changes a contract."""
    return await answer_change(request, world, _update, member, str(energy_contract_id), body)


def show(document: Document) -> dict[str, Any]:
    """A contract as Podero shows it."""
    body = orjson.loads(document.body)
    return {
        "energy_contract_type": body.get("energy_contract_type"),
        "energy_prices": [
            {"price": each["price"], "timestamp": each.get("timestamp")} for each in body.get("energy_prices") or ()
        ],
        "id": document.id,
        "building": body.get("building_id"),
        "meter_id": body.get("meter_id"),
        "supplier": body.get("supplier"),
        "currency_energy_price": body.get("currency_energy_price"),
        "energy_price_includes_external_components": body.get("energy_price_includes_external_components"),
    }


def _contracts(tx: WorldTransaction, member: Member) -> Sequence[Document]:
    return contracts_of(tx, NAME, known_member(tx, *member).id)


def _create(tx: WorldTransaction, member: Member, body: WriteEnergyContract) -> dict[str, Any]:
    owner = known_member(tx, *member)
    content = _content(tx, member, body, dict.fromkeys(_MEMBERS))
    return show(operations.create_contract(tx, NAME, owner.id, content, _rates(content, tx.now)))


def _update(tx: WorldTransaction, member: Member, contract_id: str, body: WriteEnergyContract) -> dict[str, Any]:
    owner = known_member(tx, *member)
    before = known_document(tx, NAME, KIND, contract_id)
    if before.owner != owner.id:
        raise UnknownObjectError(KIND, contract_id)
    content = _content(tx, member, body, orjson.loads(before.body))
    return show(operations.change_contract(tx, before, content, _rates(content, tx.now)))


def _content(
    tx: WorldTransaction, member: Member, body: WriteEnergyContract, before: Mapping[str, Any]
) -> dict[str, Any]:
    """What is kept of a contract: what was before, and what a body changes of it. Refuses an unknown building."""
    if body.building_id is not None:
        known_building(tx, member, str(body.building_id))
    return {**before, **body.model_dump(mode="json", exclude_unset=True)}


def _rates(content: Mapping[str, Any], now: int) -> Rates:
    """The prices that count, from now on. Those in another currency than EUR do not (PODERO-027)."""
    is_hourly = content.get("energy_contract_type") == _HOURLY
    written = content.get("energy_prices") or []
    currency = content.get("currency_energy_price")
    if currency is not None and currency.upper() != _EURO:
        written = []
    is_net = content.get("energy_price_includes_external_components") is False
    prices = [(each.get("timestamp"), _millionths(each["price"], is_net=is_net)) for each in written]
    if len(prices) == 1:
        return Rates(now, constant(prices[0][1]), building=content.get("building_id"))
    by_instant = {instant(at) // MILLISECOND * MILLISECOND: price for at, price in reversed(prices) if at}
    return Rates(now, tuple(sorted(by_instant.items())), is_hourly, content.get("building_id"))


def _millionths(price: float, *, is_net: bool) -> int:
    rounded = round(price * 1_000_000)
    return consumer_price(rounded) if is_net else rounded
