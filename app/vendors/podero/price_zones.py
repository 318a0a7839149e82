"""The price zones of countries."""

from collections.abc import Mapping
from typing import Final

_ZONES: Final[Mapping[str, str]] = {
    **{country: country for country in ("AT", "BE", "CH", "EE", "HU", "PT", "RO")},
    "GB": "UK",
    "IT": "IT_NORD",
    "SE": "SE_3",
}


def zone_of(country: str) -> str:
    """The zone of a country; one that Podero has no zone for is counted to the German one."""
    return _ZONES.get(country, "DE_LU")
