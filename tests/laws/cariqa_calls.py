"""Random calls of Cariqa's API: bodies and queries, mostly valid, for the objects that a world has."""

from random import Random
from typing import Any, Final

Body = dict[str, Any]

CARDS: Final = ("visa", "visa", "mastercard", "declined", "authentication_required", "fails_later")
_STANDARDS: Final = ("IEC_62196_T2", "IEC_62196_T2_COMBO", "CHADEMO")


def user(chance: Random) -> Body:
    """The body of a create or an update of a user."""
    members: Body = {
        "email": chance.choice((None, "a@company.example", "b@company.example")),
        "locale": chance.choice(("en", "de")),
        "custom_properties": chance.choice((None, {"external_id": None}, {"external_id": f"ext-{chance.random()}"})),
    }
    return {name: value for name, value in members.items() if chance.random() < 0.7}


def billing_details(chance: Random) -> Body:
    """The body of an update of billing details; some are of no use for an invoice."""
    members: Body = {
        "country": chance.choice(("de", "DE", "it", None)),
        "city": chance.choice(("Berlin", "")),
        "tax_id": chance.choice((None, "RSSMRA80A01H501U")),
        "account_type": chance.choice(("personal", "business")),
        "company_name": chance.choice(("", "Company")),
        "vat_id": chance.choice((None, "DE123456789")),
        "first_name": chance.choice(("Max", "Max", None)),
        "last_name": "Example",
    }
    kept = {name: value for name, value in members.items() if chance.random() < 0.8}
    return {"line1": "Street 1", "postal_code": "10243", **kept}


def map_filter(chance: Random) -> Body:
    """A filter of the map."""
    members: Body = {
        "only_available": "true",
        "only_partners": "true",
        "max_price": chance.choice(("0.3", "0.5", "1", "")),
        "power_groups": chance.sample(("slow", "fast", "turbo"), 2),
        "connector_types": chance.sample(_STANDARDS, 2),
    }
    return {name: value for name, value in members.items() if chance.random() < 0.3}


EVENTS: Final = {
    "refund": "session",
    "payment_fails": "session",
    "unplug": "session",
    "vehicle_full": "session",
    "connector_fault": "evse",
    "card_declined": "payment_method",
    "maintenance": "evse",
    "unconfirmed": "evse",
    "price_change": "evse",
}
"""What can happen, and to what."""


def event(chance: Random, name: str) -> Body:
    """The members of an event besides its name and id."""
    more: Body = {"refund": {"amount": chance.choice((1, 50, 10**6))}, "price_change": {"prices": {"kwh": "0.49"}}}
    found = dict(more.get(name, {}))
    if name in {"maintenance", "unconfirmed"}:
        found["for"] = chance.choice(("PT10M", "PT3H"))
    if chance.random() < 0.2:
        found["at"] = "+PT30M"
    return found
