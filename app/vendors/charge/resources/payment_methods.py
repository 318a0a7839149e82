"""Payment methods: listed, created, retrieved and updated, attached to drivers and fleets and detached from them."""

from collections.abc import Collection, Mapping
from dataclasses import replace
from functools import partial
from typing import Annotated, Any, Final, Literal

import orjson
from fastapi import APIRouter, Depends, Query
from starlette.requests import Request
from starlette.responses import Response

from ....domain import models
from ....domain.clock import millis
from ....domain.ids import prefixed_id
from ....domain.payment_cards import assumed, renewed
from ....operations import payment_methods as operations
from ....store import payment_methods
from ....store.payment_methods import PaymentMethodRecord
from ....store.world_transaction import WorldTransaction, one_statement
from ....web.routing import OperationRoute
from ..auth import ChargeWorld
from ..changes import answer_change
from ..details import inner
from ..errors import ChargeError, not_found
from ..expand import Expandable
from ..inputs import (
    DEFAULT_LIMIT,
    Expand,
    Limit,
    PageToken,
    QueryInput,
    Reference,
    WrittenQuery,
    body_of,
    given,
)
from ..owners import OWNER_REFUSALS, NamedOwner, owner_of
from ..pagination import PageRequest
from ..payment_details import CreatePaymentMethod, UpdatePaymentMethod, changed_details, new_payment_method
from ..reads import answer_list, answer_query
from ..vendor import CHANNEL
from .accounts import own_account

KIND: Final = "payment_method"
_PATH: Final = "/v1/payment_methods"
_FILTERS: Final = {"driver": "driver", "fleet": "fleet", "type": "kind"}
"""The column for each filter."""
_SCOPE_INVALID: Final = "payment_method_scope_invalid"

router = APIRouter(route_class=OperationRoute)


class OfOwner(QueryInput):
    """The query of a retrieve: the owner whose payment method it has to be."""

    driver: Reference | None = None
    fleet: Reference | None = None


class ListPaymentMethods(OfOwner):
    """The query of a list."""

    type: Literal["card", "bank_account", "wallet"] | None = None
    limit: Limit = DEFAULT_LIMIT
    page: PageToken | None = None


@router.get("/payment_methods")
async def list_payment_methods(
    request: Request,
    world: ChargeWorld,
    written: WrittenQuery,
    expand: Expand,
    query: Annotated[ListPaymentMethods, Query()],
) -> Response:
    """Payment methods, newest first."""
    _refuse_two_owners(query)
    asked = PageRequest(world, _PATH, written, query.page, query.limit)
    wanted = asked.query(_FILTERS)
    rows = partial(payment_methods.payment_methods, channel=CHANNEL.name, query=wanted)
    return await answer_list(request, world, expand, KIND, asked, rows, partial(show, seed=world.world.seed))


@router.post("/payment_methods")
async def create_payment_method(
    request: Request, world: ChargeWorld, body: Annotated[CreatePaymentMethod, Depends(body_of(CreatePaymentMethod))]
) -> Response:
    """Creates a payment method."""
    return await answer_change(request, world, _create, body)


@router.get("/payment_methods/{payment_method}")
async def retrieve_payment_method(
    request: Request, world: ChargeWorld, expand: Expand, query: Annotated[OfOwner, Query()], payment_method: str
) -> Response:
    """One payment method, which has to belong to the driver or fleet that the query names."""
    _refuse_two_owners(query)
    return await answer_query(request, world, expand, KIND, partial(_retrieved, payment_method, query))


@router.post("/payment_methods/{payment_method}")
async def update_payment_method(
    request: Request,
    world: ChargeWorld,
    payment_method: str,
    body: Annotated[UpdatePaymentMethod, Depends(body_of(UpdatePaymentMethod))],
) -> Response:
    """Changes a payment method."""
    return await answer_change(request, world, _update, payment_method, body)


@router.post("/payment_methods/{payment_method}/attach")
async def attach_payment_method(
    request: Request,
    world: ChargeWorld,
    payment_method: str,
    body: Annotated[NamedOwner, Depends(body_of(NamedOwner))],
) -> Response:
    """Attaches a payment method to a driver or a fleet."""
    return await answer_change(request, world, _attach, payment_method, body)


@router.post("/payment_methods/{payment_method}/detach")
async def detach_payment_method(
    request: Request,
    world: ChargeWorld,
    payment_method: str,
    body: Annotated[NamedOwner, Depends(body_of(NamedOwner))],
) -> Response:
    """Detaches a payment method from a driver or a fleet."""
    return await answer_change(request, world, _detach, payment_method, body)


def show(record: PaymentMethodRecord, now: int, seed: int) -> dict[str, Any]:
    """A payment method as Charge shows it at `now`, in a world with that seed; a wallet with what it holds then."""
    method = record.method
    details = orjson.loads(method.details)
    wallet = inner(details, "wallet")
    if wallet:
        held = {} if record.held is None else {"balance": record.held.balance}
        wallet = {"fingerprint": prefixed_id("fp", seed, "wallet", method.id), **wallet, **held}
    return {
        "id": method.id,
        "object": KIND,
        "bank_account": inner(details, "bank_account") or None,
        "billing_details": inner(details, "billing_details") or None,
        "card": {**assumed(method.id, renewed(now), seed), **inner(details, "card")} if method.kind == "card" else None,
        "created": millis(method.created_at),
        "driver": method.driver,
        "fleet": method.fleet,
        "type": method.kind,
        "wallet": dict(sorted(wallet.items())) or None,
    }


@one_statement
def shown_by_id(tx: WorldTransaction, ids: Collection[str]) -> dict[str, dict[str, Any]]:
    """The payment methods with these ids, without those of other vendors' customers (CHARGE-067)."""
    found = payment_methods.payment_methods_by_id(tx, CHANNEL.name, ids)
    return {each.method.id: show(each, tx.now, tx.world.seed) for each in found}


REFUSALS: Final = OWNER_REFUSALS
EXPANDABLE: Final = Expandable(KIND, shown_by_id, {"driver": "driver", "fleet": "fleet"})


def _refuse_two_owners(query: OfOwner) -> None:
    if query.driver is not None and query.fleet is not None:
        raise ChargeError(400, "Name a driver or a fleet, not both.", code=_SCOPE_INVALID, param="fleet")


def _retrieved(method_id: str, query: OfOwner, tx: WorldTransaction) -> dict[str, Any]:
    shown = shown_by_id(tx, (method_id,)).get(method_id)
    if shown is None:
        raise not_found(KIND)
    for owner, named in given(query).items():
        if shown[owner] != named:
            message = f"The payment method does not belong to this {owner}."
            raise ChargeError(404, message, code="payment_method_scope_not_found", param=owner)
    return shown


def _create(tx: WorldTransaction, body: CreatePaymentMethod) -> dict[str, Any]:
    made = new_payment_method(body, tx.world.seed, tx.now, _billing_details_of(own_account(tx)))
    method = operations.create_payment_method(
        tx, kind=body.type, card=made.behaviour, details=orjson.dumps(made.details).decode()
    )
    return show(PaymentMethodRecord(method, None), tx.now, tx.world.seed)


def _billing_details_of(account: Mapping[str, Any] | None) -> dict[str, Any] | None:
    """The billing details of a payment method that says nothing of them: the account's (CHARGE-061)."""
    if account is None:
        return None
    contact = account["contact"]
    return {
        "address": account["billing_details"]["billing_address"],
        **{name: contact[name] for name in ("email", "name", "phone")},
    }


def _update(tx: WorldTransaction, method_id: str, body: UpdatePaymentMethod) -> dict[str, Any]:
    def changed(method: models.PaymentMethod) -> models.PaymentMethod:
        shown = show(PaymentMethodRecord(method, None), tx.now, tx.world.seed)
        details = changed_details(body, method.kind, shown)
        return replace(method, details=orjson.dumps({**orjson.loads(method.details), **details}).decode())

    operations.change_payment_method(tx, method_id, changed)
    return shown_by_id(tx, [method_id])[method_id]


def _attach(tx: WorldTransaction, method_id: str, body: NamedOwner) -> dict[str, Any]:
    operations.attach_payment_method(tx, method_id, owner_of(body, _SCOPE_INVALID))
    return shown_by_id(tx, [method_id])[method_id]


def _detach(tx: WorldTransaction, method_id: str, body: NamedOwner) -> dict[str, Any]:
    """Takes a payment method from its owner, also while it is to pay for a session (CHARGE-071)."""
    operations.detach_payment_method(tx, method_id, owner_of(body, _SCOPE_INVALID))
    return shown_by_id(tx, [method_id])[method_id]
