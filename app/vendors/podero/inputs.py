"""Inputs of Podero's lists: a limit and an offset."""

import re
from typing import Annotated, Final

from pydantic import BeforeValidator, Field
from pydantic_core import PydanticCustomError

_INTEGER: Final = re.compile(r"-?[0-9]{1,4000}", re.ASCII)
_MOST: Final = 2_147_483_647


def _integer(value: object) -> object:
    """Takes ASCII digits only: Python's `int` reads more than that as a number."""
    if isinstance(value, str) and not _INTEGER.fullmatch(value):
        raise PydanticCustomError(
            "int_parsing", "Input should be a valid integer, unable to parse string as an integer"
        )
    return value


Limit = Annotated[int, BeforeValidator(_integer), Field(ge=1, le=200)]
Offset = Annotated[int, BeforeValidator(_integer), Field(ge=0, le=_MOST)]
