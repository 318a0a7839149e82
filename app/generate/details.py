"""What a vendor shows of the people and things of a town, and no simulation asks about.

Each text is JSON under the vendor's names. No number belongs to a person: telephones ring nowhere, plates and VINs are
drawn, and the makers' part of a VIN is not in use.
"""

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, Final, NamedTuple

import orjson

from ..domain.clock import DAY, EARLIEST, MILLISECOND
from ..domain.models import Station
from .catalogue import Catalogue, City
from .draws import Draws

if TYPE_CHECKING:
    from ..vehicle_models import VehicleModel

YEARS: Final = 2 * 365 * DAY
"""How long before a world's first day its people and things begin to be there."""
_AFTER_ANOTHER: Final = 30 * DAY
"""Within which time drivers get their vehicles and cards."""
_HOUSE_NUMBERS: Final = 120
_VIN: Final = "0123456789ABCDEFGHJKLMNPRSTUVWXYZ"
_VALUES: Final = dict(zip(_VIN, map(int, "012345678912345678123457923456789"), strict=True))
_WEIGHTS: Final = (8, 7, 6, 5, 4, 3, 2, 10, 0, 9, 8, 7, 6, 5, 4, 3, 2)
"""ISO 3779's check digit, the ninth sign of a VIN: the values of signs, and the weights of places."""
_YEARS: Final = "ABCDEFGHJKLMNPRSTVWXY123456789"
_FIRST_YEAR: Final = 2010
"""The signs for model years, from 2010 on."""
_AMENITIES: Final[dict[str, list[str]]] = {
    "hpc": ["cafe", "restrooms", "wifi"],
    "dc": ["restrooms"],
    "destination": ["restrooms", "wifi"],
}
_DAYS: Final = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
_OPEN_AT_WORK: Final = [{"day": day, "from": "05:00", "until": "23:00"} for day in _DAYS]


class Country(NamedTuple):
    """A country's time zone, and the pattern of its registration plates."""

    timezone: str
    plate: str


def created_at(begin: int, draws: Draws, since: float = 0.0, until: float = 1.0) -> int:
    """An instant in the two years before a world's first day, which is `begin`, between two shares of that time."""
    span = min(YEARS, begin - EARLIEST)
    share = since + (until - since) * draws.share()
    return begin - span + int(span * share) // MILLISECOND * MILLISECOND


def created_after(other: int, begin: int, draws: Draws) -> int:
    """An instant in the month after something else was created, before a world's first day."""
    span = min(_AFTER_ANOTHER, begin - other)
    return other + int(span * draws.share()) // MILLISECOND * MILLISECOND


def fleet(draws: Draws, city: City, catalogue: Catalogue) -> str:
    """The details of a fleet with its head office in that city."""
    return _text(
        {
            "address": _address(draws, city),
            "description": None,
            "metadata": {},
            "metric_system": "imperial_system" if city.country == "GB" else "international_system",
            "phone": _phone(draws, city),
            "preferences": {
                "billing_cycle": "monthly",
                "default_currency": catalogue.prices["currency"][city.country],
                "default_payment_method": None,
                "notifications": True,
                "report_frequency": "weekly",
            },
            "timezone": COUNTRIES[city.country].timezone,
        }
    )


def driver(draws: Draws, city: City, catalogue: Catalogue, card: str, stations: Sequence[Station]) -> str:
    """The details of a driver of that city, who pays by that card and prefers these stations."""
    operators = dict.fromkeys(station.operator.lower().replace(" ", "_") for station in stations)
    return _text(
        {
            "license_number": draws.text("A9999999AA9"),
            "metadata": {},
            "phone": _phone(draws, city),
            "preferences": {
                "charging_speed": draws.choice(("fast", "fast", "normal")),
                "currency": catalogue.prices["currency"][city.country],
                "default_payment_method": card,
                "max_price_per_kwh": None,
                "notifications": draws.below(4) > 0,
                "preferred_charging_stations": [station.id for station in stations],
                "preferred_cpos": list(operators),
            },
        }
    )


def vehicle(draws: Draws, city: City, model: "VehicleModel") -> str:
    """The details of a vehicle that is registered in that city."""
    return _text(
        {
            "metadata": {},
            "registration_plate": draws.text(COUNTRIES[city.country].plate),
            "vin": vin(draws, model.year),
            "year": str(model.year),
        }
    )


def card(draws: Draws, city: City, name: str, email: str | None) -> str:
    """The details of a card of that person."""
    return _text(
        {
            "billing_details": {
                "address": _address(draws, city),
                "email": email,
                "name": name,
                "phone": _phone(draws, city),
            },
            "card": {
                "brand": draws.choice(("visa", "mastercard")),
                "fingerprint": f"fp_{draws.text('AAAAAAAAAAAAAAAA')}",
                "last4": draws.text("9999"),
            },
        }
    )


def station(kind: str) -> str:
    """The details of a public station of that kind; what they leave out is as usual."""
    at_work = kind == "work"
    found: dict[str, Any] = {"capabilities": {"24_7_access": not at_work, "amenities": _AMENITIES.get(kind, [])}}
    if at_work:
        found["opening_hours"] = _OPEN_AT_WORK
    return _text(found)


def vin(draws: Draws, year: int) -> str:
    """A vehicle identification number with the check digit and the model year that it has to have."""
    signs = f"ZZZ{draws.text('AAAAA', _VIN)}0{vin_year(year)}W{draws.text('999999')}"
    return f"{signs[:8]}{vin_check(signs)}{signs[9:]}"


def vin_check(signs: str) -> str:
    """The check digit of a vehicle identification number; what stands in its place does not count."""
    total = sum(_VALUES[sign] * weight for sign, weight in zip(signs, _WEIGHTS, strict=True) if weight)
    return "0123456789X"[total % 11]


def vin_year(year: int) -> str:
    """The sign of a model year."""
    return _YEARS[(year - _FIRST_YEAR) % len(_YEARS)]


def _address(draws: Draws, city: City) -> dict[str, str | None]:
    return {
        "city": city.city,
        "country": city.country,
        "line1": f"{draws.choice(city.streets)} {1 + draws.below(_HOUSE_NUMBERS)}",
        "line2": None,
        "postal_code": city.postal_code,
        "state": None,
    }


def _phone(draws: Draws, city: City) -> str | None:
    """A number that is kept for fiction; None where a country has none."""
    return city.phone.format(draws.below(100)) if city.phone else None


def _text(details: dict[str, Any]) -> str:
    return orjson.dumps(details).decode()


COUNTRIES: Final = {
    "DE": Country("Europe/Berlin", "B-AA 9999"),
    "AT": Country("Europe/Vienna", "W 99999A"),
    "CH": Country("Europe/Zurich", "ZH 999999"),
    "FR": Country("Europe/Paris", "AA-999-AA"),
    "BE": Country("Europe/Brussels", "2-AAA-999"),
    "NL": Country("Europe/Amsterdam", "AA-999-A"),
    "LU": Country("Europe/Luxembourg", "AA 9999"),
    "IT": Country("Europe/Rome", "AA 999 AA"),
    "ES": Country("Europe/Madrid", "9999 AAA"),
    "PT": Country("Europe/Lisbon", "AA-99-AA"),
    "DK": Country("Europe/Copenhagen", "AA 99 999"),
    "SE": Country("Europe/Stockholm", "AAA 99A"),
    "NO": Country("Europe/Oslo", "AA 99999"),
    "FI": Country("Europe/Helsinki", "AAA-999"),
    "PL": Country("Europe/Warsaw", "AA 99999"),
    "CZ": Country("Europe/Prague", "9A9 9999"),
    "HU": Country("Europe/Budapest", "AA AA-999"),
    "GB": Country("Europe/London", "AA99 AAA"),
    "IE": Country("Europe/Dublin", "999-D-99999"),
    "EE": Country("Europe/Tallinn", "999 AAA"),
    "SI": Country("Europe/Ljubljana", "LJ AA-999"),
}
