"""The rows of a world as an archive has them: an object each, by the names of the columns, readable by people.

What a column may hold follows from the column; where a scenario may place such a thing, from what it may say of it.
"""

import re
from collections.abc import Callable, Mapping
from functools import cache
from itertools import pairwise
from math import expm1
from typing import Annotated, Any, Final

import orjson
from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field, ValidationError, create_model

from ..domain import models
from ..domain.clock import DAY, EARLIEST, HOUR, NEVER, instant, micros
from ..domain.sessions import power_plan
from ..domain.sessions.view import LONGEST
from ..scenario import objects
from ..scenario.objects import Location, Share
from ..store.database.compiled_statements import Row
from ..store.schema.table_catalogue import CATALOGUE, ColumnDescription, ColumnType, TableDescription

_TEXT: Final = 255
_UNSTORABLE: Final = re.compile("[\0\ud800-\udfff]")
_REASON: Final = 512
_INTEGER: Final = (1 << 31) - 1
_LONG: Final = 1 << 60
"""Five amounts of money add up to what JSON and every database can still hold."""
_FIRST: Final = EARLIEST + 365 * DAY
_PLAN_ROWS: Final = 500
_PLAN_HOURS: Final = LONGEST / HOUR
_PLAN_KWH: Final = 100_000
_ROUNDING: Final = 1e-6
"""Hours and kWh that rounding may take or give."""
_STEEPEST: Final = 700
"""Beyond its exponential there is no number."""
_CURVE_KW: Final = 100_000
_CURVE_GAP: Final = 0.001
_LINKABLE: Final = r'^[^\x00-\x1f\x7f"%<>\[\\\]^`{|}]*$'
"""What can be said of an operator, whose name becomes a part of an address."""


class BadEntryError(Exception):
    """A part of an archive that cannot be: the steps that lead to it, and why."""

    def __init__(self, where: Location, reason: str) -> None:
        super().__init__(reason)
        self.where = where
        self.reason = reason


class Strict(BaseModel):
    """A part of an archive: nothing is taken for what it is not, and nothing may be added."""

    model_config = ConfigDict(strict=True, extra="forbid", frozen=True, allow_inf_nan=False)


def written(kind: TableDescription, row: Row) -> bytes:
    """A row as one line of JSON."""
    values = list(row)
    for place, how in _WRITTEN_OTHERWISE[kind.name]:
        values[place] = how(values[place])
    return orjson.dumps(dict(zip(_COLUMNS[kind.name], values, strict=True)))


def read(kind: TableDescription, entry: object, where: Location) -> Row:
    """The row that an entry is. BadEntryError says what is wrong with the one to which the steps lead."""
    return tuple(checked(_form(kind.name), entry, where).__dict__.values())


def checked(form: type[Strict], part: object, where: Location) -> Any:  # noqa: ANN401 - an instance of the form
    """The part in its form. Raises BadEntryError."""
    try:
        return form.model_validate(part)
    except ValidationError as error:
        fault = error.errors(include_url=False, include_input=False, include_context=False)[0]
        reason = str(fault["msg"]).removeprefix("Value error, ")[:_REASON]
        raise BadEntryError((*where, *fault["loc"]), reason) from error


def text(value: str | None) -> str | None:
    """What every database can hold."""
    if value is not None and (len(value) > _TEXT or _UNSTORABLE.search(value)):
        raise ValueError(f"a text has up to {_TEXT} characters, and neither NUL nor half of one is among them")
    return value


def at(value: object) -> int:
    """The instant that is written so; null is the one that never comes."""
    if value is None:
        return NEVER
    if not isinstance(value, str):
        raise ValueError("an instant is RFC 3339, in quotes")  # noqa: TRY004 - what pydantic reports
    named = instant(value)
    if not _FIRST <= named <= NEVER:
        raise ValueError("an instant lies in the years 2 to 9999")
    return named


At = Annotated[int, BeforeValidator(at)]


def _moment(named: int | None) -> str | None:
    return None if named is None or named == NEVER else micros(named)


def _up_to(most: int) -> AfterValidator:
    def bounded(value: int | None) -> int | None:
        if value is not None and not -most <= value <= most:
            raise ValueError(f"no number is greater than {most}")
        return value

    return AfterValidator(bounded)


def _numbers(value: object, size: int) -> list[float]:
    """A list of so many finite numbers."""
    if not isinstance(value, list) or len(value) != size:
        raise ValueError(f"it is a list of lists of {size} numbers each")
    for number in value:
        if type(number) not in {int, float} or not abs(number) < _LONG:
            raise ValueError(f"it is a list of lists of {size} numbers each, none of them endless")
    return value


def _plan(value: object) -> bytes:
    """A plan as it is stored: time and energy never fall, and power ends with the last row."""
    if not isinstance(value, list) or not 0 < len(value) <= _PLAN_ROWS:
        raise ValueError(f"a plan is a list of 1 to {_PLAN_ROWS} rows [hour, kWh, kW, growth of kW]")
    rows = [_numbers(row, 4) for row in value]
    if not 0 <= rows[0][0] <= rows[-1][0] <= _PLAN_HOURS + _ROUNDING or not 0 <= rows[0][1] <= rows[-1][1] <= _PLAN_KWH:
        raise ValueError("a plan begins with hour and energy, and ends within seven days")
    if rows[-1][2] != 0 or any(row[2] < 0 for row in rows):
        raise ValueError("the power of a plan is never negative, and 0 in its last row")
    for (hour, energy, power, growth), (next_hour, next_energy, *_) in pairwise(rows):
        if next_hour < hour:
            raise ValueError("the hours of a plan never fall")
        if not energy + _delivered(power, growth, next_hour - hour) <= next_energy + _ROUNDING:
            raise ValueError("the energy of a plan never falls, and is no less than its power has delivered")
    return power_plan.packed(tuple((float(t), float(e), float(p), float(m)) for t, e, p, m in rows))


def _delivered(power: float, growth: float, hours: float) -> float:
    if abs(growth) * hours > _STEEPEST:
        raise ValueError("the power of a plan grows beyond all measure")
    return power * expm1(growth * hours) / growth if growth else power * hours


def _curve(value: object) -> str:
    """What a car takes of direct current, as it is stored."""
    if not isinstance(value, list) or not 1 < len(value) <= _PLAN_ROWS:
        raise ValueError(f"a curve is a list of 2 to {_PLAN_ROWS} points [state of charge, kW]")
    points = [_numbers(point, 2) for point in value]
    if not all(0 <= share <= 1 and 0 <= power <= _CURVE_KW for share, power in points):
        raise ValueError("a state of charge is from 0 to 1, and no power negative")
    if any(after - before < _CURVE_GAP for (before, _), (after, _) in pairwise(points)):
        raise ValueError("each point of a curve lies after the one before")
    return orjson.dumps(value).decode()


def _words(*words: str) -> Any:  # noqa: ANN401 - an annotation
    return Annotated[str, Field(pattern=f"^({'|'.join(words)})$")]


def _said(part: type[BaseModel], name: str) -> Any:  # noqa: ANN401 - an annotation
    """What a scenario may say there."""
    field = part.model_fields[name]
    return Annotated[field.annotation, Field(), *field.metadata]


_TYPES: Final[Mapping[ColumnType, Any]] = {
    ColumnType.INSTANT: At,
    ColumnType.LONG: Annotated[int, Field(ge=0)],
    ColumnType.INTEGER: Annotated[int, Field(ge=0)],
    ColumnType.NUMBER: float,
    ColumnType.TEXT: str,
    ColumnType.FLAG: bool,
}
_BOUNDS: Final = {
    ColumnType.LONG: _up_to(_LONG),
    ColumnType.INTEGER: _up_to(_INTEGER),
    ColumnType.TEXT: AfterValidator(text),
}
_PLACED: Final[Mapping[str, type[BaseModel]]] = {
    "fleets": objects.Fleet,
    "drivers": objects.Driver,
    "users": objects.User,
    "payment_methods": objects.PaymentMethod,
    "vehicles": objects.Car,
    "stations": objects.Place,
    "connectors": objects.Plug,
    "sessions": objects.PlacedSession,
    "reservations": objects.PlacedReservation,
}
"""What a scenario places of each kind."""
_POWER: Final = Annotated[float, Field(ge=0.1, le=10_000)]
_NARROWER: Final[Mapping[str, Any]] = {
    "payment_methods.card": _words(*models.Card),
    "vehicles.ac_kw": _POWER,
    "stations.operator": Annotated[str, Field(pattern=_LINKABLE)],
    "connectors.power_kw": _POWER,
    "sessions.channel": _said(objects.PlacedSession, "channel"),
    "sessions.country": _said(objects.Place, "country"),
    "sessions.tariff": _said(objects.Plug, "tariff"),
    "sessions.outcome": _words(*models.Outcome),
    "sessions.reason": _words(*models.Reason),
    "sessions.limit_wh": Annotated[int, Field(ge=1, le=_INTEGER)],
    "sessions.energy_wh": Annotated[int, Field(ge=0, le=99_999_999)],
    "sessions.soc_start": Share,
    "sessions.soc_end": Share,
    "sessions.cost_e4": int,
    "sessions.expected_savings_e4": int,
    "sessions.actual_savings_e4": int,
}
"""Where a column may hold less, or more, than a scenario may say or its type allows."""
_STORED_OTHERWISE: Final[Mapping[str, Any]] = {
    "vehicles.dc": Annotated[Any, BeforeValidator(_curve)],
    "sessions.plan": Annotated[Any, BeforeValidator(_plan)],
}


def _writing(kind: TableDescription) -> list[tuple[int, Callable[[Any], Any]]]:
    """Where in a row stands what is written otherwise than it is stored, and how it is written."""
    found: list[tuple[int, Callable[[Any], Any]]] = []
    for place, column in enumerate(kind.columns):
        if column.type is ColumnType.INSTANT:
            found.append((place, _moment))
        elif column.type is ColumnType.BYTES:
            found.append((place, power_plan.unpacked))
        elif column.name == "dc":
            found.append((place, orjson.Fragment))
    return found


def _type_of(kind: TableDescription, column: ColumnDescription) -> Any:  # noqa: ANN401 - an annotation
    where, placed = f"{kind.name}.{column.name}", _PLACED[kind.name]
    if where in _STORED_OTHERWISE:
        return _STORED_OTHERWISE[where]
    may_be = _NARROWER.get(where)
    if may_be is None and column.name in placed.model_fields and column.type is not ColumnType.INSTANT:
        may_be = _said(placed, column.name)
    may_be = Annotated[may_be or _TYPES[column.type], _BOUNDS.get(column.type)]
    return may_be | None if column.optional else may_be


@cache
def _form(name: str) -> type[Strict]:
    """What the entries of the kind of that name are like; made when the first is read, so no start waits for it."""
    kind = next(kind for kind in CATALOGUE if kind.name == name)
    fields: dict[str, Any] = {column.name: (_type_of(kind, column), ...) for column in kind.columns}
    return create_model(kind.name, __base__=Strict, **fields)


_COLUMNS: Final = {kind.name: [column.name for column in kind.columns] for kind in CATALOGUE}
_WRITTEN_OTHERWISE: Final = {kind.name: _writing(kind) for kind in CATALOGUE}
