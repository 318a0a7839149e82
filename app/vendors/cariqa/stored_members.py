"""What Cariqa keeps as JSON, by kind: the types of the members that its operations read.

Scenarios and exports write this JSON by hand or from elsewhere; a file in which a member has another type is refused.
"""

from typing import Final, Literal

from pydantic import BaseModel

from ...scenario.stored_json import Members


class _CustomProperties(Members):
    external_id: str | None = None


class _BillingDetails(Members):
    account_type: Literal["personal", "business"] = "personal"
    city: str | None = None
    company_name: str | None = None
    country: str | None = None
    first_name: str | None = None
    last_name: str | None = None
    line1: str | None = None
    postal_code: str | None = None
    tax_id: str | None = None
    vat_id: str | None = None


class _User(Members):
    billing_details: _BillingDetails | None = None
    custom_properties: _CustomProperties | None = None
    default_payment_method: str | None = None
    locale: Literal["en", "de"] = "en"


class _SetupIntent(Members):
    client_secret: str | None = None
    number: int = 0
    payment_method: str | None = None


class _PaymentIntent(Members):
    payment_method: str
    session: str | None = None


FORMS: Final[dict[str, type[BaseModel]]] = {
    "users": _User,
    "documents.setup_intent": _SetupIntent,
    "documents.payment_intent": _PaymentIntent,
}
"""The forms of details by the kind of their rows, and those of documents by their kind.

The details of payment methods are read with care for what they lack.
"""
