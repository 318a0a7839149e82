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


def card(number: str = GOOD_NUMBER, **changed: object) -> dict[str, Any]:
    """The body that creates a card with that number."""
    return {"type": "card", "card": {"number": number, "exp_month": 12, "exp_year": 2030, "cvc": "987"} | changed}


def new_card(sandbox: Sandbox, number: str = GOOD_NUMBER, world: str = "default", **changed: object) -> Object:
    """A card that has just been created."""
    return made(sandbox, METHODS, card(number, **changed), world)
