"""To whom invoices are written: the members of a user's billing details, and which of them an invoice needs."""

import json
from collections.abc import Mapping
from types import MappingProxyType
from typing import Any, Final

from .models import User

MEMBER: Final = "billing_details"
"""The member of a user's details that has them."""
PERSONAL: Final = "personal"
BUSINESS: Final = "business"
NONE: Final[Mapping[str, str | None]] = MappingProxyType(
    {
        "country": None,
        "city": None,
        "tax_id": None,
        "account_type": PERSONAL,
        "company_name": None,
        "vat_id": None,
        "line1": None,
        "postal_code": None,
        "first_name": None,
        "last_name": None,
    }
)
"""The billing details of a user who has given none."""
_COUNTRY_OF_RULES: Final = "IT"
"""The country at whose stations an invoice needs more than an address."""
_ITALIAN: Final = {"it", "ita", "italia", "italy"}
_ADDRESS: Final = ("country", "city", "line1", "postal_code")
_NAMES: Final = {PERSONAL: ("first_name", "last_name"), BUSINESS: ("company_name",)}
_ITALIAN_NUMBER: Final = {PERSONAL: "tax_id", BUSINESS: "vat_id"}
_SOMEWHERE: Final = {"country": "DE", "city": "Berlin", "line1": "Lindenallee 1", "postal_code": "10115"}


def of_user(user: User) -> dict[str, str | None]:
    """The billing details of a user. Where only is known that there are some, they have the user's name."""
    stored = _stored(user)
    if stored is not None:
        return {name: _text(stored.get(name), empty) for name, empty in NONE.items()}
    if not user.has_billing_data:
        return dict(NONE)
    first, _, last = user.name.strip().partition(" ")
    return {**NONE, **_SOMEWHERE, "first_name": first or None, "last_name": last.strip() or first or None}


def missing(details: Mapping[str, str | None], station_country: str) -> list[str]:
    """The members that an invoice for a session at a station in that country needs, and that are not there.

    Anywhere an address needs a street and a postal code. At stations in Italy it has to be complete, with the names of
    a person or the name of a company; an Italian person needs a tax number there, an Italian company its VAT number.
    """
    needed: tuple[str, ...] = ("line1", "postal_code")
    if station_country.upper() == _COUNTRY_OF_RULES:
        account = BUSINESS if details["account_type"] == BUSINESS else PERSONAL
        needed = (*_ADDRESS, *_NAMES[account])
        if (details["country"] or "").strip().lower() in _ITALIAN:
            needed += (_ITALIAN_NUMBER[account],)
    return [name for name in needed if not details[name]]


def addressee(user: User) -> str:
    """To whom an invoice is written, a line each: a person, or a company with its VAT number; empty if nothing says."""
    if _stored(user) is None:
        return user.name
    details = of_user(user)
    if details["account_type"] == BUSINESS and details["company_name"]:
        number = details["vat_id"]
        return details["company_name"] + (f"\nVAT number {number}" if number else "")
    return " ".join(filter(None, (details["first_name"], details["last_name"]))) or user.name


def _stored(user: User) -> dict[str, Any] | None:
    found = json.loads(user.details).get(MEMBER) if user.details != "{}" else None
    return found if isinstance(found, dict) else None


def _text(value: Any, empty: str | None) -> str | None:  # noqa: ANN401 - any JSON value
    return value if isinstance(value, str) else empty
