"""What the finished sessions of a vehicle have saved, cost and delivered in each period, added up by the database."""

from functools import cache
from typing import Final, NamedTuple

from sqlalchemy import BigInteger, ColumnElement, cast, func, literal_column, select

from ..domain.calendar_periods import Resolution
from ..domain.clock import EARLIEST
from .database.calendar_months import month
from .database.compiled_statements import CompiledStatement
from .schema.tables import SESSION
from .vehicle_sessions import UNPLUGGED_SPAN
from .world_transaction import WorldTransaction


class Charged(NamedTuple):
    """The sums of the sessions that began in a period. Money is in 1/10,000 EUR; power flowed for `flowed_s`."""

    number: int
    sessions: int
    charged_wh: int
    flowed_s: int
    cost_e4: int
    savings_e4: int


def vehicle_savings(
    tx: WorldTransaction, vehicle: str, resolution: Resolution, *, plugged_from: int, plugged_before: int
) -> list[Charged]:
    """Returns the sums of a vehicle's unplugged sessions that began in a span of time, by period, the oldest first."""
    span = {"world": tx.world.n, "vehicle": vehicle, "now": tx.now, "from": plugged_from, "to": plugged_before}
    return [Charged(*row) for row in _sums(resolution).rows(tx.db, span)]


@cache
def _sums(resolution: Resolution) -> CompiledStatement:
    totals = (
        func.count(),
        *(
            cast(func.coalesce(func.sum(column), 0), BigInteger)
            for column in (
                SESSION.c.charged_wh,
                SESSION.c.flowing_s,
                SESSION.c.cost_e4,
                SESSION.c.actual_savings_e4,
            )
        ),
    )
    return CompiledStatement(
        select(_number(resolution).label("number"), *totals)
        .where(UNPLUGGED_SPAN)
        .group_by(_FIRST_COLUMN)
        .order_by(_FIRST_COLUMN)
    )


def _number(resolution: Resolution) -> ColumnElement[int]:
    """The number of the period in which a session began, as `calendar_periods` counts."""
    created_at = SESSION.c.created_at
    length = resolution.length
    if length is None:
        return month(created_at) // literal_column(str(resolution.months), BigInteger)
    return (created_at - literal_column(f"({EARLIEST})", BigInteger)) // literal_column(str(length), BigInteger)


_FIRST_COLUMN: Final[ColumnElement[int]] = literal_column("1")
