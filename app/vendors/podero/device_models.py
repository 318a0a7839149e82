"""The types of devices in Podero's words, and the models that generated people and the connect page have."""

from collections.abc import Mapping
from typing import Final

from ...domain.devices import ELECTRIC_VEHICLE, HEAT_PUMP, INVERTER, WALLBOX

KINDS: Final[Mapping[str, str]] = {"ev": ELECTRIC_VEHICLE, "hp": HEAT_PUMP, "iv": INVERTER, "wb": WALLBOX}
"""The kinds of devices, by the short forms that onboarding sessions and secrets of cues have."""
TYPES: Final[Mapping[str, Mapping[str, str]]] = {
    ELECTRIC_VEHICLE: {"short_name": "ev", "long_name": "Electric Vehicle"},
    HEAT_PUMP: {"short_name": "hp_atw", "long_name": "Heat Pump (Air-to-Water)"},
    INVERTER: {"short_name": "inverter", "long_name": "Solar Inverter"},
    WALLBOX: {"short_name": "wb", "long_name": "Wallbox"},
}
"""The types, by the kinds of devices."""
MODELS: Final[Mapping[str, tuple[tuple[str, str], ...]]] = {
    HEAT_PUMP: (("Nibe", "S-Series"), ("Vaillant", "aroTHERM plus"), ("Daikin", "Altherma 3")),
    INVERTER: (("Fronius", "Symo GEN24 10.0 Plus"), ("SMA", "Sunny Tripower 8.0"), ("Kostal", "Plenticore 10")),
    WALLBOX: (("go-e", "Charger Gemini"), ("Keba", "KeContact P30")),
}
"""Manufacturers and models, by the kinds of devices. Those of vehicles are in the catalogue."""
