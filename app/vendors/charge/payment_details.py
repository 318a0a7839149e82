"""Cards, bank accounts and wallets in the bodies of payment methods, and what is kept of them: never a whole number."""

from collections.abc import Mapping
from typing import Annotated, Any, ClassVar, Final, Literal, NamedTuple

from pydantic import Field

from ...domain.ids import prefixed_id
from ...domain.models import Card
from ...domain.payment_cards import Expiry, behaviour, has_check_digit, is_expired, kept
from .errors import ChargeError
from .fields import Address, Country, CurrencyCode, Email
from .inputs import Input, Text, Whole, given

INVALID: Final = "payment_method_invalid_input"
_LAST: Final = 4
_MOST: Final = 2_000_000_000

Month = Annotated[Whole, Field(ge=1, le=12)]
Year = Annotated[Whole, Field(ge=2000, le=9999)]


class CardInput(Input):
    """A card as it is typed in; neither its number nor its check code is kept."""

    number: Annotated[str, Field(strict=True, pattern=r"^[0-9]{12,19}$")]
    exp_month: Month
    exp_year: Year
    cvc: Annotated[str, Field(strict=True, pattern=r"^[0-9]{3,4}$")] = ""


class BankAccountInput(Input):
    """A bank account as it is typed in; its number is not kept (CHARGE-062)."""

    account_number: Annotated[str, Field(strict=True, pattern=r"^[A-Z0-9]{4,34}$")]
    bank_name: Text
    country: Country
    currency: CurrencyCode


class WalletInput(Input):
    """A wallet (CHARGE-062)."""

    currency: CurrencyCode
    balance: Annotated[Whole, Field(ge=0, le=_MOST)] = 0


class MethodBillingDetails(Input):
    """Who is billed, and where."""

    address: Address | None = None
    email: Email | None = None
    name: Text | None = None
    phone: Text | None = None


class CreatePaymentMethod(Input):
    """The body that creates a payment method: its type, and the member that is named after the type."""

    error_code: ClassVar[str | None] = INVALID

    type: Literal["card", "bank_account", "wallet"]
    card: CardInput | None = None
    bank_account: BankAccountInput | None = None
    wallet: WalletInput | None = None
    billing_details: MethodBillingDetails | None = None


class CardChange(Input):
    """When a card expires; what is left out is kept."""

    exp_month: Month = 1
    exp_year: Year = 2000


class BankAccountChange(Input):
    """What may be changed of a bank account; what is left out is kept."""

    bank_name: Text = ""
    currency: CurrencyCode = ""


class UpdatePaymentMethod(Input):
    """The body that changes a payment method; what it leaves out is kept."""

    error_code: ClassVar[str | None] = INVALID

    card: CardChange = Field(default_factory=CardChange)
    bank_account: BankAccountChange = Field(default_factory=BankAccountChange)
    billing_details: MethodBillingDetails | None = None


class NewPaymentMethod(NamedTuple):
    """How a payment method behaves, and what is kept and shown of it."""

    behaviour: Card
    details: dict[str, Any]


def new_payment_method(
    body: CreatePaymentMethod, seed: int, now: int, billing_details: Mapping[str, Any] | None
) -> NewPaymentMethod:
    """What a body makes at `now` in a world with that seed; `billing_details` are for one that says nothing of them.

    A card behaves as its number says (CHARGE-065).

    Raises ChargeError for what cannot be a payment method.
    """
    members = {"card": body.card, "bank_account": body.bank_account, "wallet": body.wallet}
    for name, member in members.items():
        if (name in body.model_fields_set) != (name == body.type) or (member is None and name == body.type):
            message = f"A payment method of type {body.type} has the member {body.type}, and no other one like it."
            raise ChargeError(400, message, code=INVALID, param=name)
    details: dict[str, Any] = {"billing_details": billing_details}
    if "billing_details" in body.model_fields_set:
        named = body.billing_details
        details["billing_details"] = None if named is None else named.model_dump()
    if body.card is not None:
        details["card"] = _card(body.card, seed, now)
        return NewPaymentMethod(behaviour(body.card.number), details)
    if body.bank_account is not None:
        details["bank_account"] = _bank_account(body.bank_account, seed)
    if body.wallet is not None:
        details["wallet"] = _wallet(body.wallet)
    return NewPaymentMethod(Card.GOOD, details)


def changed_details(body: UpdatePaymentMethod, kind: str, shown: Mapping[str, Any]) -> dict[str, Any]:
    """What a body changes of a payment method of that kind, which is shown so. Raises ChargeError."""
    sent = given(body)
    for name in ("card", "bank_account"):
        if name in sent and name != kind:
            raise ChargeError(400, f"This payment method is no {name.replace('_', ' ')}.", code=INVALID, param=name)
    details: dict[str, Any] = {}
    if "card" in sent:
        details["card"] = {**(shown["card"] or {}), **given(body.card)}
    if "bank_account" in sent:
        details["bank_account"] = {**(shown["bank_account"] or {}), **given(body.bank_account)}
    if "billing_details" in sent:
        details["billing_details"] = _changed_billing_details(body.billing_details, shown["billing_details"])
    return details


def _changed_billing_details(
    named: MethodBillingDetails | None, shown: Mapping[str, Any] | None
) -> dict[str, Any] | None:
    """Billing details after a change; null removes them."""
    if named is None:
        return None
    before, after = shown or MethodBillingDetails().model_dump(), named.model_dump()
    return {name: after[name] if name in named.model_fields_set else before.get(name) for name in after}


def _card(card: CardInput, seed: int, now: int) -> dict[str, Any]:
    """What is kept of a card (CHARGE-066), which must not have expired (CHARGE-069)."""
    if not has_check_digit(card.number):
        raise ChargeError(400, "The card number is incorrect.", code=INVALID, param="card.number")
    expires = Expiry(card.exp_year, card.exp_month)
    if is_expired(expires, now):
        raise ChargeError(400, "The card has expired.", code=INVALID, param="card.exp_year")
    return kept(card.number, expires, seed)


def _bank_account(account: BankAccountInput, seed: int) -> dict[str, Any]:
    return {
        "bank_name": account.bank_name,
        "country": account.country,
        "currency": account.currency,
        "fingerprint": prefixed_id("fp", seed, "bank_account", f"{account.country}/{account.account_number}"),
        "last4": account.account_number[-_LAST:],
        "status": "pending",
    }


def _wallet(wallet: WalletInput) -> dict[str, Any]:
    return {"balance": wallet.balance, "currency": wallet.currency, "status": "active"}
