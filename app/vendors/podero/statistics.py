"""Savings and statistics of devices, as Podero shows them: sums by period, and what was asked for."""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Annotated, Any, Final, Self

from pydantic import BaseModel, ConfigDict, Field, model_validator
from starlette.requests import Request

from ...domain.calendar_periods import Period, Resolution
from ...domain.clock import DAY, millis_if_any
from .inputs import check_order, no_number


class Word(StrEnum):
    """The documented resolutions."""

    DAY = "1DAY"
    WEEK = "1WEEK"
    MONTH = "1MONTH"
    QUARTER = "1QUARTER"
    YEAR = "1YEAR"


RESOLUTIONS: Final[Mapping[str, Resolution]] = {word: Resolution[word.name] for word in Word}
_UNITS: Final = {"savings": "EUR", "consumption": "Wh"}
_EPOCH: Final = datetime(1970, 1, 1)  # noqa: DTZ001 - offsets are taken off first
_E4: Final = 10_000


Moment = Annotated[
    datetime, no_number("datetime_from_date_parsing", "Input should be a valid datetime or date, {error}")
]


class Range(BaseModel):
    """The query of savings: an instant, or a day, in each of `from` and `to`. Whole UTC days count (PODERO-044)."""

    model_config = ConfigDict(frozen=True)

    from_: Moment = Field(alias="from")
    to: Moment
    resolution: Word = Word.MONTH

    @model_validator(mode="after")
    def _days_are_in_order(self) -> Self:
        check_order(_utc_day(self.from_), _utc_day(self.to))
        return self

    def span(self) -> tuple[int, int]:
        """The beginning of the first day and the end of the last, in microseconds."""
        return _utc_day(self.from_) * DAY, (_utc_day(self.to) + 1) * DAY

    def asked(self, request: Request) -> dict[str, str]:
        """The parameters as they were sent, and the default of the one that was not."""
        sent = request.query_params
        return {"from": sent["from"], "to": sent["to"], "resolution": self.resolution}


def answered(now: int, asked: Mapping[str, str], data: Sequence[dict[str, Any]]) -> dict[str, Any]:
    """The body of an answer (PODERO-045). `asked` are the query's parameters as they were sent, or their defaults."""
    metadata = {"requested_at": millis_if_any(now), "query": dict(asked), "units": _UNITS, "error": None}
    return {"metadata": metadata, "data": data}


def row(
    resolution: str,
    period: Period,
    savings: dict[str, Any] | None,
    consumption: dict[str, Any] | None,
    *,
    heat_pump: dict[str, Any] | None = None,
    electric_vehicle: dict[str, Any] | None = None,
) -> dict[str, Any]:
    """The sums of a period; what belongs to another type of device is null."""
    return {
        "resolution": resolution,
        "period": {"start_period": millis_if_any(period.since), "end_period": millis_if_any(period.until)},
        "savings": savings,
        "consumption": consumption,
        "heat_pump": heat_pump,
        "electric_vehicle": electric_vehicle,
        "inverter": None,
    }


def savings(saved_e4: int, usual_cost_e4: int) -> dict[str, Any]:
    """Savings in EUR, and as a percentage of what it would have cost without an optimiser."""
    share = 100 * saved_e4 / usual_cost_e4 if usual_cost_e4 else 0.0
    return {"total": saved_e4 / _E4, "percentage": round(share, 1)}


def _utc_day(at: datetime) -> int:
    """The number of the day of an instant; one without an offset is in UTC."""
    offset = at.utcoffset() or timedelta()
    return (at.replace(tzinfo=None) - _EPOCH - offset) // timedelta(days=1)
