"""What Podero takes: its list's path and query, checked by the vendor's own library, with the vendor's words."""

import re
from datetime import date, timedelta
from typing import Annotated, Any, Final
from uuid import UUID

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, ValidationError
from pydantic_core import PydanticCustomError
from starlette.requests import Request

from ...domain.clock import DAY
from .errors import PoderoError

_INTEGER: Final = re.compile(r"-?[0-9]{1,4000}", re.ASCII)
_NUMBER: Final = re.compile(r"\s*[-+]?[0-9.]+\s*", re.ASCII)
_MOST: Final = 2_147_483_647
_EPOCH: Final = date(1970, 1, 1)


def _integer(value: object) -> object:
    """Plain digits only: what else Python reads as a number is not one in a query."""
    if isinstance(value, str) and not _INTEGER.fullmatch(value):
        raise PydanticCustomError(
            "int_parsing", "Input should be a valid integer, unable to parse string as an integer"
        )
    return value


def _date(value: object) -> object:
    """Not a bare number, which pydantic would take for seconds since the epoch."""
    if isinstance(value, str) and _NUMBER.fullmatch(value):
        raise PydanticCustomError(
            "date_from_datetime_parsing",
            "Input should be a valid date or datetime, {error}",
            {"error": "input is too short"},
        )
    return value


Day = Annotated[date, BeforeValidator(_date)]


class Car(BaseModel):
    """The path of a car."""

    model_config = ConfigDict(frozen=True)

    org_id: UUID
    user_id: UUID
    electric_vehicle_id: UUID


class ListSessions(BaseModel):
    """The query of GET …/sessions: inclusive UTC days."""

    model_config = ConfigDict(frozen=True)

    from_: Day = Field(alias="from")
    to: Day
    limit: Annotated[int, BeforeValidator(_integer), Field(ge=1, le=200)] = 50
    offset: Annotated[int, BeforeValidator(_integer), Field(ge=0, le=_MOST)] = 0

    def span(self) -> tuple[int, int]:
        """From the first day's beginning to the last day's end."""
        return (self.from_ - _EPOCH) // timedelta(days=1) * DAY, ((self.to - _EPOCH) // timedelta(days=1) + 1) * DAY


def list_sessions(request: Request) -> tuple[Car, ListSessions]:
    """The call's parameters, or 422 with all that is wrong with them."""
    faults: list[dict[str, Any]] = []
    car = _validated(Car, "path", dict(request.path_params), faults)
    asked = _validated(ListSessions, "query", dict(request.query_params.multi_items()), faults)
    if isinstance(asked, ListSessions) and asked.from_ > asked.to:
        faults.append({"type": "value_error", "loc": ["query", "to"], "msg": "Value error, to is before from"})
    if faults or not isinstance(car, Car) or not isinstance(asked, ListSessions):
        raise PoderoError(422, faults)
    return car, asked


def _validated(
    model: type[BaseModel], place: str, values: dict[str, Any], faults: list[dict[str, Any]]
) -> BaseModel | None:
    try:
        return model.model_validate(values)
    except ValidationError as error:
        found = error.errors(include_url=False, include_input=False)
        faults.extend({**fault, "loc": [place, *fault["loc"]]} for fault in found)
        return None
