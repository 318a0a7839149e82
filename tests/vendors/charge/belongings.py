"""Calls with which tests create vehicles and payment methods."""

from typing import Any, Final

from tests.conftest import Sandbox
from tests.vendors.charge.parties import Object, made

VEHICLES: Final = "/v1/vehicles"
METHODS: Final = "/v1/payment_methods"
VIN: Final = "YV1XZK5V0S1234567"
"""Of a Volvo of 2025."""
GOOD_NUMBER: Final = "4242424242424242"


def new_vehicle(sandbox: Sandbox, world: str = "default", **said: object) -> Object:
    """A vehicle that has just been created."""
    body = {"battery_capacity": 82_000, "charging_standard": "CCS", "vin": VIN} | said
    return made(sandbox, VEHICLES, body, world)


def card(number: str = GOOD_NUMBER, *, good_through: tuple[int, int] = (12, 2030), **said: object) -> dict[str, Any]:
    """The body that creates a card with that number, which is good through a month of a year."""
    month, year = good_through
    return {"type": "card", "card": {"number": number, "exp_month": month, "exp_year": year, "cvc": "987"}} | said


def new_card(sandbox: Sandbox, number: str = GOOD_NUMBER, world: str = "default", **said: Any) -> Object:  # noqa: ANN401 - as of `card`
    """A card that has just been created."""
    return made(sandbox, METHODS, card(number, **said), world)
