"""What tells one vehicle from another: its identification number (VIN, ISO 3779) and its registration plate."""

import re
from collections.abc import Mapping
from typing import Final

from .ids import draw

_VIN: Final = re.compile("[A-HJ-NPR-Z0-9]{17}")
_MAKERS: Final[Mapping[str, str]] = {
    "5YJ": "Tesla",
    "7SA": "Tesla",
    "JN1": "Nissan",
    "KMH": "Hyundai",
    "KNA": "Kia",
    "LPS": "Polestar",
    "LRW": "Tesla",
    "LSJ": "MG",
    "SJN": "Nissan",
    "TMA": "Hyundai",
    "TMB": "Skoda",
    "U5Y": "Kia",
    "UU1": "Dacia",
    "VF1": "Renault",
    "VF3": "Peugeot",
    "VSS": "Cupra",
    "VXK": "Opel",
    "W0V": "Opel",
    "W1N": "Mercedes-Benz",
    "WAU": "Audi",
    "WBA": "BMW",
    "WBY": "BMW",
    "WF0": "Ford",
    "WVG": "Volkswagen",
    "WVW": "Volkswagen",
    "XP7": "Tesla",
    "YSM": "Polestar",
    "YV1": "Volvo",
    "YV4": "Volvo",
    "ZFA": "Fiat",
}
"""The first three characters of a VIN, which name its maker (ISO 3780), of those whose models the catalogue has."""
_CODES: Final = {make: code for code, make in reversed(tuple(_MAKERS.items()))}
_YEARS: Final = "ABCDEFGHJKLMNPRSTVWXY123456789"
"""The tenth character of a VIN from 2010 on, where a maker codes the model year there; the codes repeat after 2039."""
_FIRST_YEAR: Final = 2010
_YEAR_AT: Final = 9
_LETTERS: Final = "ABCDEFGHJKLMNPRSTUVWXYZ"
"""Without I and O, which are mistaken for digits."""
_UNKNOWN_MAKER: Final = "ZZZ"


def maker(vin: str) -> str | None:
    """The maker that a VIN names; None if it is unknown, or if the text is no VIN."""
    return _MAKERS.get(vin[:3]) if _VIN.fullmatch(vin) else None


def model_year(vin: str) -> int | None:
    """The model year that a VIN codes; None if it codes none, or if the text is no VIN."""
    if not _VIN.fullmatch(vin) or vin[_YEAR_AT] not in _YEARS:
        return None
    return _FIRST_YEAR + _YEARS.index(vin[_YEAR_AT])


def drawn_vin(seed: int, vehicle: str, make: str, year: int) -> str:
    """A VIN for a vehicle that has none, from the seed and the vehicle's id."""
    serial = int(draw(seed, "vin", vehicle) * 10**8)
    coded = _YEARS[(year - _FIRST_YEAR) % len(_YEARS)]
    return f"{_CODES.get(make, _UNKNOWN_MAKER)}ZZZEV{serial // 10**7}{coded}{serial % 10**7:07d}"


def drawn_plate(seed: int, vehicle: str) -> str:
    """A registration plate such as `AB-123-CD` for a vehicle that has none, from the seed and the vehicle's id."""
    number = int(draw(seed, "plate", vehicle) * len(_LETTERS) ** 4 * 1000)
    letters, digits = divmod(number, 1000)
    named = []
    for _ in range(4):
        letters, letter = divmod(letters, len(_LETTERS))
        named.append(_LETTERS[letter])
    return f"{named[0]}{named[1]}-{digits:03d}-{named[2]}{named[3]}"
