"""What the parts of a scenario have in common: ids, numbers, and what is free for a vendor to show."""

import re
from itertools import pairwise
from typing import Annotated, Final

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field, ValidationInfo, WithJsonSchema

from ..domain.ids import canonical
from ..domain.json_values import object_text, parts
from ..domain.sessions.power_plan import Point
from .instants import TIMESTAMP, Week

_UUID: Final = "^[0-9A-Fa-f]{8}-([0-9A-Fa-f]{4}-){3}[0-9A-Fa-f]{12}$"
_LEAST_KW: Final = 0.001
_MOST_KW: Final = 10_000
_DATED: Final = re.compile(TIMESTAMP)
MOST_WH: Final = 10_000_000

FleetId = Annotated[str, Field(pattern="^flt_[A-Za-z0-9]{1,64}$")]
DriverId = Annotated[str, Field(pattern="^drv_[A-Za-z0-9]{1,64}$")]
UserId = Annotated[str, Field(pattern="^[A-Za-z0-9_-]{1,255}$"), AfterValidator(canonical)]
CardId = Annotated[str, Field(pattern="^pm_[A-Za-z0-9]{1,64}$")]
VehicleId = Annotated[str, Field(pattern="^veh_[A-Za-z0-9]{1,64}$")]
StationId = Annotated[str, Field(pattern="^chst_[A-Za-z0-9]{1,64}$")]
Uuid = Annotated[str, Field(pattern=_UUID), AfterValidator(canonical)]
UserReference = Annotated[str, AfterValidator(canonical)]
SessionId = Annotated[str, Field(pattern="^cs_[A-Za-z0-9]{32}$")]
ReservationId = Annotated[str, Field(pattern="^res_[A-Za-z0-9]{32}$")]
TransactionId = Annotated[str, Field(pattern="^txn_[A-Za-z0-9]{32}$")]
DocumentId = UserId
PolicyIds = list[Annotated[str, Field(pattern="^pol_[A-Za-z0-9]{1,64}$")]]
EvseId = Annotated[str, Field(pattern="^[A-Z]{2}[*]?[A-Z0-9]{3}[*]?E[A-Z0-9*]+$", max_length=48)]
Currency = Annotated[str, Field(pattern="^[a-z]{3}$")]
Share = Annotated[float, Field(ge=0, le=1)]
Power = Annotated[float, Field(ge=_LEAST_KW, le=_MOST_KW)]
Status = Annotated[str, Field(pattern="^[a-z][a-z_]{0,31}$")]
"""A status, in the words of the vendor that shows it."""


def _free(value: object, info: ValidationInfo[Week | None]) -> str:
    text, week = object_text(value), info.context
    if week is not None and not week.dated:
        for part, _ in parts(value):
            if isinstance(part, str) and _DATED.fullmatch(part):
                raise ValueError(f"a clock that starts `now` has no date, and {part!r} would not move with it")
    return text


Details = Annotated[str, BeforeValidator(_free), WithJsonSchema({"type": "object"})]
"""A JSON object, as its text. It has no instants in a scenario that starts `now`, because they would not move."""


def curve(points: list[Point]) -> list[Point]:
    """The points of a curve on direct current. Raises ValueError for what is none."""
    shares = [share for share, _ in points]
    if (shares[0], shares[-1]) != (0, 1) or any(after <= before for before, after in pairwise(shares)):
        raise ValueError("a curve goes from 0, empty, to 1, full, and each point lies after the one before")
    if not all(_LEAST_KW <= power <= _MOST_KW for _, power in points):
        raise ValueError(f"a vehicle takes from {_LEAST_KW} to {_MOST_KW:,} kW until it is full")
    return points


class Part(BaseModel):
    """A part of a scenario. A name that it does not have is a fault."""

    model_config = ConfigDict(extra="forbid", frozen=True, allow_inf_nan=False, defer_build=True)


Location = tuple[str | int, ...]
"""The steps that lead to a part of a scenario."""
