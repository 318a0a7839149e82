"""Kinds of devices at home, as documents name them, and the words for their links to their manufacturers' clouds."""

from typing import Final

from .ids import uuid_text

ELECTRIC_VEHICLE: Final = "electric_vehicle"
HEAT_PUMP: Final = "heat_pump"
INVERTER: Final = "inverter"
WALLBOX: Final = "wallbox"
DEVICES: Final = (ELECTRIC_VEHICLE, HEAT_PUMP, INVERTER, WALLBOX)
LINKED: Final = "linked"
LOST: Final = "lost"
"""The statuses of a device's document: LINKED until LOST, and then LINKED again."""


def home_wallbox_id(seed: int, station: str, owner: str) -> str:
    """The id of the wallbox that a station at home is for a user, unless a document names another one."""
    return uuid_text(seed, WALLBOX, f"{station}/{owner}")
