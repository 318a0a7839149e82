"""What vendors show of the users of a town and of their cards. Each text is JSON under a vendor's names."""

from typing import Any, Final

import orjson

from ..domain.models import Station
from .catalogue import City
from .draws import Draws

_GERMAN: Final = frozenset({"DE", "AT", "CH"})
_HOUSE_NUMBERS: Final = 120
ALPHA_3: Final = {
    "DE": "DEU",
    "AT": "AUT",
    "CH": "CHE",
    "FR": "FRA",
    "BE": "BEL",
    "NL": "NLD",
    "LU": "LUX",
    "IT": "ITA",
    "ES": "ESP",
    "PT": "PRT",
    "DK": "DNK",
    "SE": "SWE",
    "NO": "NOR",
    "FI": "FIN",
    "PL": "POL",
    "CZ": "CZE",
    "HU": "HUN",
    "GB": "GBR",
    "IE": "IRL",
    "EE": "EST",
    "SI": "SVN",
}
_ADDRESS_PARTS: Final = 4


def customer(draws: Draws, city: City, name: str, card: str) -> str:
    """The details of a user who charges in public, lives in that city and pays by that card."""
    first, last = _names(name)
    return _text(
        {
            "billing_details": {
                "account_type": "personal",
                "city": city.city,
                "company_name": None,
                "country": city.country.lower(),
                "first_name": first,
                "last_name": last,
                "line1": f"{draws.choice(city.streets)} {1 + draws.below(_HOUSE_NUMBERS)}",
                "postal_code": city.postal_code,
                "tax_id": _tax_id(draws) if city.country == "IT" else None,
                "vat_id": None,
            },
            "custom_properties": {"external_id": f"customer-{draws.text('99999')}"} if draws.below(2) else None,
            "default_payment_method": card,
            "locale": "de" if city.country in _GERMAN else "en",
        }
    )


def owner(draws: Draws, city: City, name: str, home: Station) -> str:
    """The details of the owner of a smart vehicle, with the address of the home."""
    first, last = _names(name)
    street, number, postal_code, town = home.address.rsplit(", ", _ADDRESS_PARTS - 1)
    return _text(
        {
            "country": ALPHA_3[city.country],
            "external_user_id": f"customer_{draws.text('99999')}",
            "first_name": first,
            "is_onboarded": True,
            "last_name": last,
            "latitude": float(home.latitude),
            "longitude": float(home.longitude),
            "role": "user",
            "street_add_info": None,
            "street_and_number": f"{street} {number}",
            "town": town,
            "zip_code": postal_code,
        }
    )


def card(draws: Draws, name: str) -> str:
    """The details of a card of that person."""
    brand, last4 = draws.choice(("visa", "mastercard")), draws.text("9999")
    return _text({"card": {"brand": brand, "cardholder_name": name, "last4": last4}})


def _names(name: str) -> tuple[str, str]:
    first, _, last = name.partition(" ")
    return first, last


def _tax_id(draws: Draws) -> str:
    """A number in the form of Italy's, of a day that no month has."""
    return draws.text("AAAAAA99A00Z999A")


def _text(details: dict[str, Any]) -> str:
    return orjson.dumps(details).decode()
