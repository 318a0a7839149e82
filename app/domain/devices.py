"""Kinds of devices at home, as documents name them, and the words for their links to their manufacturers' clouds."""

from typing import Final

ELECTRIC_VEHICLE: Final = "electric_vehicle"
HEAT_PUMP: Final = "heat_pump"
INVERTER: Final = "inverter"
WALLBOX: Final = "wallbox"
DEVICES: Final = (ELECTRIC_VEHICLE, HEAT_PUMP, INVERTER, WALLBOX)
LINKED: Final = "linked"
LOST: Final = "lost"
"""The statuses of a device's document: LINKED until LOST, and then LINKED again."""
