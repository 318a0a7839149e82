"""Values that a scenario writes as text: a tariff in a line, and degrees on the globe."""

import re
from decimal import Decimal
from functools import lru_cache
from typing import Annotated, Final

from pydantic import AfterValidator, WithJsonSchema

from ..domain.pricing import tariff

_PRICE: Final = r"\d{1,7}(\.\d{1,6})?"
_ITEM: Final = rf"((kwh|hour|session|starting|blocking|cap)={_PRICE}|grace=\d{{1,5}})"
_TARIFF: Final = re.compile(rf"[a-z]{{3}} vat={_PRICE}( {_ITEM})*", re.ASCII)
_EVERYTHING: Final = 100


@lru_cache(maxsize=1024)
def _tariff(value: str) -> str:
    names = [item.partition("=")[0] for item in value.split(" ")]
    twice = next((name for n, name in enumerate(names) if name and name in names[:n]), None)
    if twice is not None:
        raise ValueError(f"{twice!r} is here for the second time, in {value!r}")
    if _TARIFF.fullmatch(value) is None:
        wrong = next((item for item in value.split(" ")[2:] if re.fullmatch(_ITEM, item, re.ASCII) is None), None)
        place = "" if wrong is None else f": {wrong!r} is wrong"
        raise ValueError(f"{value!r} is not a tariff such as 'eur vat=19 kwh=0.453'{place}")
    if tariff(value).vat > _EVERYTHING:
        raise ValueError(f"VAT is at most {_EVERYTHING} percent, in {value!r}")
    return value


def _degrees(most: int) -> AfterValidator:
    """Degrees on the globe, which go from -`most` to `most`."""

    def on_the_globe(value: str) -> str:
        if abs(Decimal(value)) > most:
            raise ValueError(f"{value!r} is not on the globe, where degrees go from -{most} to {most}")
        return value

    return AfterValidator(on_the_globe)


TariffLine = Annotated[
    str,
    AfterValidator(_tariff),
    WithJsonSchema({"type": "string", "pattern": f"^{_TARIFF.pattern}$", "examples": ["eur vat=19 kwh=0.453"]}),
]
Latitude = Annotated[str, _degrees(90)]
Longitude = Annotated[str, _degrees(180)]
