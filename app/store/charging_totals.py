"""What the transactions of a period have cost and delivered, added up by the database."""

from dataclasses import dataclass
from functools import cache
from typing import Any

import orjson
from sqlalchemy import BigInteger, Select, bindparam, cast, func, literal_column, union_all

from ..domain.charging_summary import Group, GroupBy, Totals
from .database.compiled_statements import CompiledStatement
from .database.id_lists import is_in
from .transaction_sources import SESSIONS, SOURCES, Source
from .world_transaction import WorldTransaction, one_statement


@dataclass(frozen=True, slots=True)
class Wanted:
    """The transactions made from `since` until before `until`: of a fleet and of vehicles, or else of all."""

    since: int
    until: int
    fleet: str | None = None
    vehicles: tuple[str, ...] = ()


@one_statement
def charging_totals(
    tx: WorldTransaction, channel: str, wanted: Wanted, group_by: GroupBy
) -> list[tuple[Group, Totals]]:
    """Returns the totals of a channel's transactions that have succeeded by now, by group, currency and kind."""
    statement = _totals(group_by, has_fleet=wanted.fleet is not None, has_vehicles=bool(wanted.vehicles))
    named = {
        "world": tx.world.n,
        "channel": channel,
        "now": tx.now,
        "since": wanted.since,
        "until": wanted.until,
        "of_fleet": wanted.fleet,
        "vehicles": orjson.dumps(wanted.vehicles).decode(),
    }
    return [
        (Group(name or "", currency), Totals.of(kind, int(count), int(energy_wh), int(amount)))
        for name, currency, kind, count, energy_wh, amount in statement.rows(tx.db, named)
    ]


@cache
def _totals(group_by: GroupBy, *, has_fleet: bool, has_vehicles: bool) -> CompiledStatement:
    parts = [_of(source, group_by, has_fleet=has_fleet, has_vehicles=has_vehicles) for source in SOURCES]
    return CompiledStatement(union_all(*parts).subquery("found").select())


def _of(source: Source, group_by: GroupBy, *, has_fleet: bool, has_vehicles: bool) -> Select[Any]:
    columns = source.columns
    conditions = [
        source.instant >= bindparam("since"),
        source.instant < bindparam("until"),
        columns["settles_at"] <= bindparam("now"),
    ]
    if has_fleet:
        conditions.append(func.coalesce(columns["fleet"], "") == bindparam("of_fleet"))
    if has_vehicles:
        conditions.append(is_in(columns["vehicle"], "vehicles"))
    energy = SESSIONS.table.c.energy_wh if source is SESSIONS else literal_column("0", BigInteger)
    return (
        source.rows(*conditions)
        .with_only_columns(
            columns[group_by].label("name"),
            columns["currency"].label("currency"),
            columns["kind"].label("kind"),
            func.count().label("count"),
            cast(func.sum(energy), BigInteger).label("energy_wh"),
            cast(func.sum(source.amount), BigInteger).label("amount"),
        )
        .group_by(*(literal_column(str(n)) for n in (1, 2, 3)))
    )
