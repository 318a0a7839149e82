"""Types of fields that people, fleets and accounts have in common (CHARGE-304)."""

from typing import Annotated, Any, Final

from pydantic import AfterValidator, BeforeValidator, Field
from pydantic_core import PydanticCustomError

from .inputs import Input, Reference, Text

_MOST_NAMED: Final = 100
_DEAREST: Final = 1_000_000


def _number(value: Any) -> Any:  # noqa: ANN401 - what a body holds
    """Refuses what JSON does not write as a number, such as true, which Python takes for one."""
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise PydanticCustomError("number", "must be a number")
    return value


def _shortest(value: float) -> float:
    """25 as it was written, and not 25.0."""
    return int(value) if value.is_integer() else value


Email = Annotated[str, Field(strict=True, max_length=500, pattern=r"^[!-?A-~]+@[!-?A-~]+$")]
CurrencyCode = Annotated[str, Field(strict=True, pattern=r"^[a-z]{3}$")]
Timezone = Annotated[str, Field(strict=True, max_length=64, pattern=r"^[A-Za-z0-9_+-]+(/[A-Za-z0-9_+-]+)*$")]
Flag = Annotated[bool, Field(strict=True)]
Price = Annotated[float, BeforeValidator(_number), Field(ge=0, le=_DEAREST), AfterValidator(_shortest)]
References = Annotated[list[Reference], Field(max_length=_MOST_NAMED)]
Texts = Annotated[list[Text], Field(max_length=_MOST_NAMED)]


class Address(Input):
    """A postal address; what it leaves out is null."""

    city: Text | None = None
    country: Annotated[str, Field(strict=True, pattern=r"^[A-Z]{2}$")] | None = None
    line1: Text | None = None
    line2: Text | None = None
    postal_code: Text | None = None
    state: Text | None = None
