"""Accounts: created, retrieved and updated. Every world has one of its own, which is its first (CHARGE-044)."""

from collections.abc import Collection, Mapping
from typing import Annotated, Any, Final, Literal

import orjson
from fastapi import APIRouter, Depends
from pydantic import Field
from starlette.requests import Request
from starlette.responses import Response

from ....domain.clock import millis
from ....domain.json_values import filled
from ....domain.models import ACTIVE, Document
from ....operations.documents import change_document, create_document, known_document
from ....store import documents
from ....store.accounts import accounts_by_id
from ....store.sessions import take_number
from ....store.world_transaction import WorldTransaction, one_statement
from ....web.routing import OperationRoute
from ..auth import ChargeWorld
from ..changes import answer_change
from ..details import inner, whole
from ..expand import Expandable
from ..fields import Address, CurrencyCode, Email, Flag
from ..inputs import Input, Metadata, OnlyExpand, Reference, Text, body_of, given
from ..metadata import merged
from ..reads import answer_object
from ..references import check_default_payment_method
from ..vendor import NAME

KIND: Final = "account"
_CURRENCY: Final = "eur"
_PREFERENCES: Final[Mapping[str, Any]] = {
    "billing_cycle": "monthly",
    "default_currency": _CURRENCY,
    "default_payment_method": None,
    "notifications": True,
    "report_frequency": "weekly",
    "reporting_enabled": True,
}
_BILLING_DETAILS: Final[Mapping[str, Any]] = {"billing_address": None}
_DEFAULTS: Final[Mapping[str, Any]] = {
    "billing_details": {},
    "business_type": None,
    "contact": {},
    "default_currency": _CURRENCY,
    "description": None,
    "email": "sandbox@wattif.example",
    "metadata": {},
    "metric_system": "metric",
    "name": "",
    "opening": {},
    "plan": "professional",
    "preferences": {},
    "registration_number": None,
    "status": ACTIVE,
    "type": "business",
}
"""What an account has that says nothing else (CHARGE-042)."""

router = APIRouter(route_class=OperationRoute)


class AccountPreferences(Input):
    """The preferences that a body states; those that it leaves out are kept."""

    billing_cycle: Text = ""
    default_currency: CurrencyCode = ""
    default_payment_method: Reference | None = None
    notifications: Flag = True
    report_frequency: Text = ""
    reporting_enabled: Flag = True


class BillingDetails(Input):
    """Where an account is billed."""

    billing_address: Address | None = None


class Contact(Input):
    """The person to turn to; what is left out is kept."""

    email: Email = ""
    name: Text = ""
    phone: Text | None = None


class CreateAccount(Input):
    """The body that creates an account."""

    name: Text
    email: Email
    type: Literal["individual", "business"]
    default_currency: CurrencyCode = ""
    metric_system: Literal["metric", "imperial"] = "metric"
    plan: Text = ""
    preferences: AccountPreferences = Field(default_factory=AccountPreferences)
    metadata: Metadata = Field(default_factory=dict)


class UpdateAccount(Input):
    """The body that changes an account; what it leaves out is kept (CHARGE-045)."""

    name: Text = ""
    email: Email = ""
    default_currency: CurrencyCode = ""
    metric_system: Literal["metric", "imperial"] = "metric"
    plan: Text = ""
    billing_details: BillingDetails = Field(default_factory=BillingDetails)
    business_type: Text | None = None
    contact: Contact = Field(default_factory=Contact)
    description: Text | None = None
    registration_number: Text | None = None
    preferences: AccountPreferences = Field(default_factory=AccountPreferences)
    metadata: Metadata = Field(default_factory=dict)


@router.post("/accounts")
async def create_account(
    request: Request, world: ChargeWorld, body: Annotated[CreateAccount, Depends(body_of(CreateAccount))]
) -> Response:
    """Creates an account."""
    return await answer_change(request, world, _create, body)


@router.get("/accounts/{account}")
async def retrieve_account(request: Request, world: ChargeWorld, expand: OnlyExpand, account: str) -> Response:
    """One account."""
    return await answer_object(request, world, expand, KIND, account)


@router.post("/accounts/{account}")
async def update_account(
    request: Request, world: ChargeWorld, account: str, body: Annotated[UpdateAccount, Depends(body_of(UpdateAccount))]
) -> Response:
    """Changes an account."""
    return await answer_change(request, world, _update, account, body)


def show(account: Document, now: int, in_wallets: int = 0) -> dict[str, Any]:
    """An account as Charge shows it at `now`; `in_wallets` is what its wallets hold."""
    said = filled(orjson.loads(account.body), _DEFAULTS)
    email, name = said["email"], said["name"] or account.id
    touched_at = account.touched_at if account.created_at < account.touched_at <= now else account.created_at
    return {
        "id": account.id,
        "object": KIND,
        "billing_details": filled(said["billing_details"], _BILLING_DETAILS),
        "business_type": said["business_type"],
        "contact": {"email": email, "name": name, "phone": None, **said["contact"]},
        "created": millis(account.created_at),
        "default_currency": said["default_currency"],
        "description": said["description"],
        "email": email,
        "metadata": said["metadata"],
        "metric_system": said["metric_system"],
        "name": name,
        "plan": said["plan"],
        "preferences": filled(said["preferences"], _PREFERENCES),
        "registration_number": said["registration_number"],
        "status": said["status"],
        "type": said["type"],
        "updated": millis(touched_at),
        "wallet_balance": whole(said["opening"], "wallet_balance", 0) + in_wallets,
    }


@one_statement
def shown_by_id(tx: WorldTransaction, ids: Collection[str]) -> dict[str, dict[str, Any]]:
    """The accounts with these ids."""
    return {
        each.account.id: show(each.account, tx.now, each.totals.in_wallets)
        for each in accounts_by_id(tx, NAME, KIND, ids)
    }


EXPANDABLE: Final = Expandable(KIND, shown_by_id, {"preferences.default_payment_method": "payment_method"})


def own_account(tx: WorldTransaction) -> dict[str, Any] | None:
    """The account of the world as it is shown; None in a world that has none."""
    own = documents.first_document(tx, NAME, KIND)
    return None if own is None else show(own, tx.now)


def default_currency(tx: WorldTransaction) -> str:
    """The currency of new fleets and drivers."""
    own = own_account(tx)
    return _CURRENCY if own is None else str(own["default_currency"])


def _create(tx: WorldTransaction, body: CreateAccount) -> dict[str, Any]:
    said = {name: value for name, value in given(body).items() if name not in {"preferences", "metadata"}}
    preferences = given(body.preferences)
    check_default_payment_method(tx, preferences, None)
    said["preferences"] = {"default_currency": said.get("default_currency", _CURRENCY)} | preferences
    said["metadata"] = merged({}, body.metadata)
    made = create_document(tx, NAME, KIND, "acct", take_number(tx), said)
    return shown_by_id(tx, [made.id])[made.id]


def _update(tx: WorldTransaction, account_id: str, body: UpdateAccount) -> dict[str, Any]:
    account = known_document(tx, NAME, KIND, account_id)
    before, said = orjson.loads(account.body), given(body)
    if "preferences" in said:
        preferences = given(body.preferences)
        check_default_payment_method(tx, preferences, None)
        said["preferences"] = {**inner(before, "preferences"), **preferences}
    if "billing_details" in said:
        address = body.billing_details.billing_address
        said["billing_details"] = {"billing_address": None if address is None else address.model_dump()}
    if "contact" in said:
        said["contact"] = {**show(account, tx.now)["contact"], **given(body.contact)}
    said["metadata"] = merged(inner(before, "metadata"), body.metadata)
    change_document(tx, account, {**before, **said})
    return shown_by_id(tx, [account_id])[account_id]
