"""The price zones of countries."""

from collections.abc import Mapping
from typing import Final

_ZONES: Final[Mapping[str, str]] = {
    **{country: country for country in ("AT", "BE", "CH", "EE", "HU", "PT", "RO")},
    "DE": "DE_LU",
    "LU": "DE_LU",
    "GB": "UK",
    "IT": "IT_NORD",
    "SE": "SE_3",
}


def zone_of(country: str) -> str | None:
    """The zone of a country; None if Podero has none for it."""
    return _ZONES.get(country)
