"""The rows of a world as an export has them: an object each, by the names of the columns, readable by people.

The values that a column may have follow from its type, and from what a scenario may write there.
"""

import re
from collections.abc import Callable, Mapping
from functools import cache
from typing import Annotated, Any, Final

import orjson
from pydantic import (
    AfterValidator,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    ValidationError,
    create_model,
    model_validator,
)

from ..domain import models
from ..domain.clock import DAY, EARLIEST, NEVER, instant, micros
from ..domain.ids import canonical
from ..domain.reservation_plans import joined_types
from ..domain.sessions import power_plan
from ..domain.station_view import CONNECTOR_TYPES
from ..scenario import messages, objects, parties
from ..scenario.parts import Location, Part, Share
from ..store.database.compiled_statements import Row
from ..store.schema.table_catalogue import CATALOGUE, ColumnDescription, ColumnType, TableDescription
from ..store.schema.table_of import without_none
from . import earlier
from .curves import stored_curve, stored_plan

_TEXT: Final = 500
_UNSTORABLE: Final = re.compile("[\0\ud800-\udfff]")
_REASON: Final = 512
_INTEGER: Final = (1 << 31) - 1
_LONG: Final = 1 << 60
"""The sum of five amounts of money fits into an integer of JSON and of every database."""
_FIRST: Final = EARLIEST + 365 * DAY
_MOST_IDS: Final = 1_000
_LINKABLE: Final = r'^[^\x00-\x1f\x7f"%<>\[\\\]^`{|}]*$'
"""An operator's name, which becomes a part of a URL."""


class BadEntryError(Exception):
    """A part of an export has a fault; `where` are the steps that lead to it."""

    def __init__(self, where: Location, reason: str) -> None:
        super().__init__(reason)
        self.where = where
        self.reason = reason


class Strict(BaseModel):
    """A part of an export: values are not converted, and no member may be added."""

    model_config = ConfigDict(strict=True, extra="forbid", frozen=True, allow_inf_nan=False, defer_build=True)


class _Owned(Strict):
    """A document; the UUID of one that has an owner may be in capitals. Other ids may be anything, such as keys."""

    @model_validator(mode="before")
    @classmethod
    def _id_in_lower_case(cls, entry: Any) -> Any:  # noqa: ANN401 - any JSON value
        is_owned = isinstance(entry, dict) and entry.get("owner") is not None and isinstance(entry.get("id"), str)
        return {**entry, "id": canonical(entry["id"])} if is_owned else entry


def line(kind: TableDescription, row: Row) -> bytes:
    """A row as one line of JSON."""
    values = list(row)
    for place, how in _WRITTEN_OTHERWISE[kind.name]:
        values[place] = how(values[place])
    return orjson.dumps(dict(zip(_COLUMNS[kind.name], values, strict=True)))


def read(form: type[Strict], entry: object, where: Location) -> Row:
    """The row of an entry in the form of its kind. BadEntryError says what is wrong at `where`."""
    return tuple(checked(form, entry, where).__dict__.values())


def checked(form: type[Strict], part: object, where: Location) -> Any:  # noqa: ANN401 - an instance of the form
    """The part as an instance of its form. Raises BadEntryError."""
    try:
        return form.model_validate(part)
    except ValidationError as error:
        fault = error.errors(include_url=False, include_input=False)[0]
        reason = messages.reason(fault)[:_REASON]
        raise BadEntryError((*where, *fault["loc"]), reason) from error


def text(value: str | None) -> str | None:
    """A text that every database can hold."""
    if value is not None and (len(value) > _TEXT or _UNSTORABLE.search(value)):
        raise ValueError(f"a text has up to {_TEXT} characters, without NUL and without half of a surrogate pair")
    return value


def at(value: object) -> int:
    """The instant that is written there; null is the one that never comes."""
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


def _connector_types(value: str) -> str:
    """The connector types of a reservation, as they are stored."""
    types = value.split(",")
    if not set(types) <= {*CONNECTOR_TYPES.values()} or joined_types({*types}) != value:
        raise ValueError("it is 'CCS', 'CHAdeMO' or 'Type2', or several of them in the order CHAdeMO,CCS,Type2")
    return value


def _words(*words: str) -> Any:  # noqa: ANN401 - an annotation
    return Annotated[str, Field(pattern=f"^({'|'.join(words)})$")]


def _scenario_type(part: type[BaseModel], name: str) -> Any:  # noqa: ANN401 - an annotation
    """The type of a field in scenarios; that one may be left out there says nothing of an export."""
    field = part.model_fields[name]
    return Annotated[without_none(field.annotation)[0], Field(), *field.metadata]


def _id_list(value: object) -> str:
    """A list of ids as it is stored."""
    if not isinstance(value, list) or len(value) > _MOST_IDS:
        raise ValueError(f"this is a list of up to {_MOST_IDS} ids")
    for each in value:
        if not isinstance(each, str) or text(each) != each:
            raise ValueError("an id is text")
    return orjson.dumps(value).decode()


_TYPES: Final[Mapping[ColumnType, Any]] = {
    ColumnType.INSTANT: At,
    ColumnType.LONG: Annotated[int, Field(ge=0)],
    ColumnType.INTEGER: Annotated[int, Field(ge=0)],
    ColumnType.NUMBER: float,
    ColumnType.TEXT: str,
    ColumnType.JSON: Annotated[str, BeforeValidator(_id_list)],
    ColumnType.FLAG: bool,
}
_BOUNDS: Final = {
    ColumnType.LONG: _up_to(_LONG),
    ColumnType.INTEGER: _up_to(_INTEGER),
    ColumnType.TEXT: AfterValidator(text),
}
_PLACED: Final[Mapping[str, type[BaseModel]]] = {
    "fleets": parties.ScenarioFleet,
    "drivers": parties.ScenarioDriver,
    "attachments": Part,
    "users": parties.User,
    "payment_methods": parties.ScenarioPaymentMethod,
    "vehicles": parties.ScenarioVehicle,
    "stations": objects.ScenarioStation,
    "connectors": objects.ScenarioConnector,
    "sessions": objects.PlacedSession,
    "reservations": objects.PlacedReservation,
    "documents": objects.PlacedDocument,
}
"""What scenarios write for each kind."""
_POWER: Final = Annotated[float, Field(ge=0.1, le=10_000)]
_NARROWER: Final[Mapping[str, Any]] = {
    "attachments.kind": _words(models.TO_FLEET, models.TO_VEHICLE),
    "documents.id": str,
    "payment_methods.card": _words(*models.Card),
    "vehicles.ac_kw": _POWER,
    "stations.operator": Annotated[str, Field(pattern=_LINKABLE)],
    "connectors.power_kw": _POWER,
    "reservations.connector_type": Annotated[str, AfterValidator(_connector_types)],
    "sessions.country": _scenario_type(objects.ScenarioStation, "country"),
    "sessions.tariff": _scenario_type(objects.ScenarioConnector, "tariff"),
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
"""Columns whose values differ from what a scenario may write or from their type."""
_STORED_OTHERWISE: Final[Mapping[str, Any]] = {
    "vehicles.dc": Annotated[Any, BeforeValidator(stored_curve)],
    "sessions.plan": Annotated[Any, BeforeValidator(stored_plan)],
}


def _writing(kind: TableDescription) -> list[tuple[int, Callable[[Any], Any]]]:
    """The places in a row whose values are written differently than stored, and the function that writes each."""
    found: list[tuple[int, Callable[[Any], Any]]] = []
    for place, column in enumerate(kind.columns):
        if column.type is ColumnType.INSTANT:
            found.append((place, _moment))
        elif column.type is ColumnType.BYTES:
            found.append((place, power_plan.unpacked))
        elif column.type is ColumnType.JSON:
            found.append((place, lambda text: text and orjson.Fragment(text)))
    return found


def _type_of(kind: TableDescription, column: ColumnDescription, words: tuple[str, ...] | None) -> Any:  # noqa: ANN401 - an annotation
    where, placed = f"{kind.name}.{column.name}", _PLACED[kind.name]
    if where in _STORED_OTHERWISE:
        return _STORED_OTHERWISE[where]
    may_be = _words(*words) if words is not None else _NARROWER.get(where)
    if may_be is None and column.name in placed.model_fields and column.type is not ColumnType.INSTANT:
        may_be = _scenario_type(placed, column.name)
    may_be = Annotated[may_be or _TYPES[column.type], _BOUNDS.get(column.type)]
    return may_be | None if column.optional else may_be


@cache
def form(name: str, channels: tuple[str, ...], vendors: tuple[str, ...]) -> type[Strict]:
    """The form of the entries of that kind, whose sessions are sold by these channels, and documents by these vendors.

    It is made when the first is read, so that no start waits for it. A column with a default may be missing, because
    earlier releases lack some; `earlier` gives rows their places in lists, and knows the members that are gone.
    """
    kind = KINDS[name]
    words = {"sessions.channel": channels, "documents.vendor": vendors}
    fields: dict[str, Any] = {
        column.name: (
            _type_of(kind, column, words.get(f"{kind.name}.{column.name}")),
            Field(default=earlier.default_of(kind, column)),
        )
        for column in kind.columns
    }
    if (gone := earlier.GONE.get(name)) is not None:
        fields[gone] = (Annotated[str, _BOUNDS[ColumnType.TEXT]] | None, None)
    return create_model(kind.name, __base__=_Owned if name == "documents" else Strict, **fields)


KINDS: Final = {kind.name: kind for kind in CATALOGUE}
"""The kinds of rows by their names, in the order in which an export lists them."""
_COLUMNS: Final = {kind.name: [column.name for column in kind.columns] for kind in CATALOGUE}
_WRITTEN_OTHERWISE: Final = {kind.name: _writing(kind) for kind in CATALOGUE}
