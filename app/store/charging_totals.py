"""What sessions settled in a period have cost and delivered, summed up by the database."""

from dataclasses import dataclass
from functools import cache

import orjson
from sqlalchemy import bindparam, func, select

from ..domain.charging_summary import GroupBy, GroupCurrency, Totals
from ..domain.pricing import currency
from .database.compiled_statements import CompiledStatement
from .database.id_lists import is_in
from .keyset_pages import equals
from .schema import partial_indexes
from .schema.tables import SESSION
from .world_transaction import WorldTransaction


@dataclass(frozen=True, slots=True)
class Period:
    """The transactions from `start` to before `end`: of a fleet, of some vehicles, or of all if these are empty."""

    start: int
    end: int
    fleet: str | None = None
    vehicles: tuple[str, ...] = ()


def session_totals(
    tx: WorldTransaction, channel: str, period: Period, group_by: GroupBy
) -> list[tuple[GroupCurrency, Totals]]:
    """Returns the totals of a channel's sessions that were settled in a period, in parts of a group and a tariff.

    Most sessions are settled promptly, so they are found by their end; the others have an index of their own.
    """
    named = {
        "world": tx.world.n,
        "channel": channel,
        "start": period.start,
        "end": period.end,
        "ended": period.start - partial_indexes.PROMPTLY,
        "fleet": period.fleet,
        "vehicles": orjson.dumps(period.vehicles).decode(),
    }
    return [
        (GroupCurrency(group or "", currency(tariff)), Totals(int(count), int(energy_wh), int(amount)))
        for is_late in (False, True)
        for group, tariff, count, energy_wh, amount in _totals(
            group_by, has_fleet=period.fleet is not None, has_vehicles=bool(period.vehicles), is_late=is_late
        ).rows(tx.db, named)
    ]


@cache
def _totals(group_by: GroupBy, *, has_fleet: bool, has_vehicles: bool, is_late: bool) -> CompiledStatement:
    c = SESSION.c
    cost = c.kwh_cost + c.time_cost + c.session_cost + c.starting_cost + c.blocking_cost
    statement = select(c[group_by], c.tariff, func.count(), func.sum(c.energy_wh), func.sum(cost)).where(
        SESSION.in_world,
        equals(c.channel, bindparam("channel"), in_index=False),
        c.settled_at >= bindparam("start"),
        c.settled_at < bindparam("end"),
    )
    if is_late:
        statement = statement.where(partial_indexes.SETTLES_LATE)
    else:
        statement = statement.where(
            c.settled_at <= c.ended_at + partial_indexes.PROMPTLY,
            c.ended_at >= bindparam("ended"),
            c.ended_at < bindparam("end"),
        )
    if has_fleet:
        statement = statement.where(equals(c.fleet, bindparam("fleet"), in_index=False))
    if has_vehicles:
        statement = statement.where(is_in(c.vehicle, "vehicles"))
    return CompiledStatement(statement.group_by(c[group_by], c.tariff))
