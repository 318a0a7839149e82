"""What the transactions of a period come to, for several periods in one statement."""

from collections.abc import Sequence
from typing import Any, Final, NamedTuple

import orjson
from sqlalchemy import BigInteger, ColumnElement, Select, bindparam, cast, func, literal_column, null, or_, union_all
from sqlalchemy.types import String

from ..domain.transactions import FEE, Kind
from .database.compiled_statements import CompiledStatement
from .database.json_values import element, elements
from .transaction_sources import ENTRIES, FEES, SESSIONS, Source
from .world_transaction import WorldTransaction, one_statement


class Period(NamedTuple):
    """The transactions made from `since` until before `until`, in one currency, of one fleet or of all."""

    fleet: str | None
    since: int
    until: int
    currency: str


class Sum(NamedTuple):
    """What transactions of one kind come to. Fees are a kind of their own, and all fees of a sum are `unit` high."""

    kind: str
    unit: int | None
    number: int
    total: int


@one_statement
def sums(tx: WorldTransaction, channel: str, periods: Sequence[Period]) -> list[list[Sum]]:
    """Returns what has been charged, given back and adjusted in each period; only what has succeeded by now counts.

    That is what invoices have (CHARGE-105).
    """
    listed = orjson.dumps([[place, *period] for place, period in enumerate(periods)]).decode()
    found: list[list[Sum]] = [[] for _ in periods]
    named = {"world": tx.world.n, "channel": channel, "now": tx.now, "periods": listed}
    for place, kind, unit, number, total in _SUMS.rows(tx.db, named):
        found[place].append(Sum(kind, unit, number, int(total)))
    return found


_PERIODS: Final = elements("periods", "period")
_PLACE: Final = element(_PERIODS, 0, int)
_FLEET: Final = element(_PERIODS, 1, str)
_SINCE: Final = element(_PERIODS, 2, int)
_UNTIL: Final = element(_PERIODS, 3, int)
_CURRENCY: Final = element(_PERIODS, 4, str)


def _sums_of(
    source: Source, kind: ColumnElement[str], unit: ColumnElement[Any], *conditions: ColumnElement[bool]
) -> Select[Any]:
    total = cast(func.sum(source.amount), BigInteger)
    in_period = (
        source.instant >= _SINCE,
        source.instant < _UNTIL,
        source.columns["settles_at"] <= bindparam("now"),
        source.columns["currency"] == _CURRENCY,
    )
    columns = (_PLACE.label("place"), kind.label("kind"), unit.label("unit"))
    return (
        source.rows(*in_period, *conditions)
        .with_only_columns(*columns, func.count().label("number"), total.label("total"))
        .select_from(_PERIODS)
        .group_by(*(literal_column(str(n)) for n in (1, 2, 3)))
    )


def _word(text: str) -> ColumnElement[str]:
    return literal_column(f"'{text}'", String)


_NO_UNIT: Final = cast(null(), BigInteger)
_SESSION: Final = _word(Kind.CHARGE)
_SUMS: Final = CompiledStatement(
    union_all(
        _sums_of(SESSIONS, _SESSION, _NO_UNIT, SESSIONS.columns["fleet"] == _FLEET),
        _sums_of(SESSIONS, _SESSION, _NO_UNIT, _FLEET.is_(None)),
        _sums_of(FEES, _word(FEE), FEES.amount, or_(FEES.columns["fleet"] == _FLEET, _FLEET.is_(None))),
        _sums_of(ENTRIES, ENTRIES.columns["kind"], _NO_UNIT, or_(ENTRIES.columns["fleet"] == _FLEET, _FLEET.is_(None))),
    )
    .subquery("found")
    .select()
)
