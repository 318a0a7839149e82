"""Where transactions come from: sessions that cost something, fees of reservations, and documents.

Each source has the columns of a transaction, the conditions of its rows, and how it is narrowed to a driver or a fleet.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from sqlalchemy import (
    BigInteger,
    ColumnElement,
    Select,
    and_,
    bindparam,
    case,
    cast,
    func,
    literal_column,
    null,
    or_,
    select,
    type_coerce,
)
from sqlalchemy.types import String

from ..domain.clock import NEVER
from ..domain.reservations import CANCELLED, COMPLETED, EXPIRED
from ..domain.transactions import DOCUMENT, Kind
from .attachments import fleet_of
from .database.json_values import member
from .schema.entity_table import EntityTable
from .schema.tables import DOCUMENT as DOCUMENTS
from .schema.tables import RESERVATION, SESSION

_SECOND: Final = literal_column("1000000", BigInteger)
_NEVER: Final = literal_column(str(NEVER), BigInteger)
_NO_TEXT: Final = cast(null(), String)


@dataclass(frozen=True, slots=True)
class Source:
    """A table that transactions come from, at an `instant` of each row that meets the `conditions`.

    `columns` are the fields of `Transaction`.
    """

    table: EntityTable[Any]
    columns: Mapping[str, ColumnElement[Any]]
    conditions: tuple[ColumnElement[bool], ...]
    instant: ColumnElement[int]

    @property
    def amount(self) -> ColumnElement[int]:
        return self.columns["amount"]

    def rows(self, *conditions: ColumnElement[bool]) -> Select[Any]:
        """The transactions of a world that meet the conditions."""
        shown = (column.label(name) for name, column in self.columns.items())
        return select(*shown).where(self.table.in_world, *self.conditions, *conditions)


def _word(text: str) -> ColumnElement[str]:
    return literal_column(f"'{text}'", String)


def _number(of: EntityTable[Any], kind: int) -> ColumnElement[int]:
    """A number that is unique among the transactions of all sources."""
    return of.c.n * literal_column("4", BigInteger) + literal_column(str(kind), BigInteger)


def _sessions() -> Source:
    c = SESSION.c
    amount = c.kwh_cost + c.time_cost + c.session_cost + c.starting_cost + c.blocking_cost
    return Source(
        SESSION,
        {
            "n": _number(SESSION, 0),
            "created_at": c.ended_at,
            "settles_at": c.settled_at,
            "kind": _word(Kind.CHARGE),
            "name": c.transaction,
            "amount": amount,
            "currency": func.substr(c.tariff, literal_column("1"), literal_column("3"), type_=String),
            "session": c.id,
            "reservation": _NO_TEXT,
            "driver": c.driver,
            "fleet": c.fleet,
            "vehicle": c.vehicle,
            "payment_method": c.payment_method,
        },
        # A function of the channel keeps SQLite from reading an index by channel instead of the one by the end.
        (func.coalesce(c.channel, "") == bindparam("channel"), amount > literal_column("0")),
        c.ended_at,
    )


def _fees() -> Source:
    """The fees of reservations, due when they are resolved, as `reservations.fee_due_at` says (CHARGE-103)."""
    c = RESERVATION.c
    is_late = c.resolves_at > c.reserved_start - c.free_until_before * _SECOND
    cancelled_late = and_(c.outcome == _word(CANCELLED), is_late, c.confirms_at < c.resolves_at)
    is_due = or_(c.outcome.in_((_word(COMPLETED), _word(EXPIRED))), cancelled_late)
    of_session = select(SESSION.c.id).where(SESSION.c.world == c.world, SESSION.c.n == c.session)
    return Source(
        RESERVATION,
        {
            "n": _number(RESERVATION, 1),
            "created_at": c.resolves_at,
            "settles_at": case((c.resolves_at < c.fee_fails_from, c.resolves_at), else_=_NEVER),
            "kind": _word(Kind.CHARGE),
            "name": _NO_TEXT,
            "amount": c.fee,
            "currency": c.currency,
            "session": of_session.correlate(RESERVATION.table).scalar_subquery(),
            "reservation": c.id,
            "driver": c.driver,
            "fleet": fleet_of(RESERVATION),
            "vehicle": c.vehicle,
            "payment_method": c.payment_method,
        },
        (c.fee > literal_column("0"), c.payment_method.is_not(None), is_due),
        c.resolves_at,
    )


def _documents() -> Source:
    c = DOCUMENTS.c
    body = type_coerce(c.body, String)
    return Source(
        DOCUMENTS,
        {
            "n": _number(DOCUMENTS, 2),
            "created_at": c.created_at,
            "settles_at": c.created_at,
            "kind": member(body, "kind"),
            "name": c.id,
            "amount": member(body, "amount", int),
            "currency": member(body, "currency"),
            "session": member(body, "session"),
            "reservation": member(body, "reservation"),
            "driver": member(body, "driver"),
            "fleet": c.owner,
            "vehicle": member(body, "vehicle"),
            "payment_method": member(body, "payment_method"),
        },
        (c.vendor == bindparam("channel"), c.kind == _word(DOCUMENT)),
        c.created_at,
    )


SESSIONS: Final = _sessions()
FEES: Final = _fees()
ENTRIES: Final = _documents()
"""Refunds and adjustments."""
SOURCES: Final = (SESSIONS, FEES, ENTRIES)
