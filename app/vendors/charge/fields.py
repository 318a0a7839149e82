"""Types of fields that several resources have in common (CHARGE-043)."""

from typing import Annotated, Final, Literal

from pydantic import AfterValidator, Field
from pydantic_core import PydanticCustomError

from .inputs import Input, Reference, Text

_MOST_NAMED: Final = 100
_DEAREST: Final = 1_000_000


def _shortest(value: float) -> float:
    """25 as it was written, and not 25.0."""
    return int(value) if value.is_integer() else value


def _distinct(values: list[str]) -> list[str]:
    if len(set(values)) < len(values):
        raise PydanticCustomError("distinct", "must not hold a value twice")
    return values


Email = Annotated[str, Field(strict=True, max_length=500, pattern=r"^[!-?A-~]+@[!-?A-~]+$")]
CurrencyCode = Annotated[str, Field(strict=True, pattern=r"^[a-z]{3}$")]
Timezone = Annotated[str, Field(strict=True, max_length=64, pattern=r"^[A-Za-z0-9_+-]+(/[A-Za-z0-9_+-]+)*$")]
Flag = Annotated[bool, Field(strict=True)]
Number = Annotated[float, Field(strict=True, allow_inf_nan=False), AfterValidator(_shortest)]
Price = Annotated[Number, Field(ge=0, le=_DEAREST)]
Plug = Literal["CCS", "CHAdeMO", "Type2"]
Country = Annotated[str, Field(strict=True, pattern=r"^[A-Z]{2}$")]
Distinct = AfterValidator(_distinct)
"""Of a list of texts, each of which it holds once."""
References = Annotated[list[Reference], Field(max_length=_MOST_NAMED)]
Texts = Annotated[list[Text], Field(max_length=_MOST_NAMED)]


class Address(Input):
    """A postal address; what it leaves out is null."""

    city: Text | None = None
    country: Country | None = None
    line1: Text | None = None
    line2: Text | None = None
    postal_code: Text | None = None
    state: Text | None = None
