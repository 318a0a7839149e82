"""The account that every world has at Charge."""

from typing import Any, Final

import orjson

from ...domain.clock import year_before
from ...domain.ids import prefixed_id
from ...domain.models import ACTIVE, Document

ACCOUNT: Final = "account"
"""The kind of the documents that are accounts."""
_VENDOR: Final = "charge"
_EMAIL: Final = "sandbox@wattif.example"
_BODY: Final[dict[str, Any]] = {
    "billing_details": {
        "billing_address": {
            "city": "Berlin",
            "country": "DE",
            "line1": "Hauptstraße 1",
            "line2": None,
            "postal_code": "10115",
            "state": None,
        }
    },
    "business_type": None,
    "contact": {"email": _EMAIL, "name": "Sandbox", "phone": "+493023125000"},
    "default_currency": "eur",
    "description": None,
    "email": _EMAIL,
    "metadata": {},
    "metric_system": "metric",
    "name": "Sandbox account",
    "plan": "professional",
    "preferences": {
        "billing_cycle": "monthly",
        "default_currency": "eur",
        "default_payment_method": None,
        "notifications": True,
        "report_frequency": "weekly",
        "reporting_enabled": True,
    },
    "registration_number": None,
    "type": "business",
}


def first_documents(seed: int, monday: int) -> list[Document]:
    """The account of a world of that seed, which was there before the world's Monday."""
    return [
        Document(
            vendor=_VENDOR,
            kind=ACCOUNT,
            id=prefixed_id("acct", seed, ACCOUNT, 0),
            n=0,
            created_at=year_before(monday),
            body=orjson.dumps(_BODY).decode(),
            first=ACTIVE,
        )
    ]
