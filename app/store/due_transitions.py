"""What begins, ends or changes in a span of time, however many sessions there are: whatever of it comes first.

Four instants of a session are sought, each in an index: creation, end, settlement and unplugging. Most payments arrive
and most cars leave soon after the end (`PROMPTLY`), so those are found by the end; the others have small indexes.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import chain
from typing import Final, TypeAlias

from sqlalchemy import Column, ColumnElement, TextClause, bindparam, select

from ..domain import models, reservations
from ..domain.sessions.lifecycle import SessionBoundaries
from . import rows
from .database.compiled_statements import CompiledStatement, Row
from .schema import partial_indexes, tables
from .schema.tables import columns, table
from .world_transaction import WorldTransaction

Condition: TypeAlias = ColumnElement[bool] | TextClause

_SESSION: Final = table(tables.Session).c
_RESERVATION: Final = table(tables.Reservation).c


@dataclass(frozen=True, slots=True)
class Span:
    """The sessions and reservations to which something happens after `after`, up to `until`; others may be among them.

    `until` is what was asked for, or earlier where more happens before it than was wanted.
    """

    sessions: list[SessionBoundaries]
    reservations: list[models.Reservation]
    after: int
    until: int


def in_span(tx: WorldTransaction, after: int, until: int, count: int) -> Span:
    """A span that begins after an instant, and ends when `count` things have happened, or at another instant."""
    given = {"world": tx.world.n, "after": after, "until": until, "count": count}

    def first(statement: CompiledStatement, at: int, **more: object) -> Sequence[Row]:
        """The rows that come first; nobody looks beyond the last of them if there may be more."""
        found = statement.rows(tx.db, {**given, **more})
        if len(found) == count:
            given["until"] = found[-1][at]
        return found

    begun = [first(_BEGUN, _CREATED_AT, channel=name) for name in tx.channels]
    ended, booked = first(_ENDED, _ENDED_AT), first(_BOOKED, _BOOKED_AT)
    given |= {"since": after - partial_indexes.PROMPTLY, "unresolved": after - reservations.LONGEST}
    changed = [statement.rows(tx.db, given) for statement in _CHANGED]
    moved = [statement.rows(tx.db, given) for statement in _MOVED]
    sessions = {row[0]: row for row in chain(ended, *begun, *changed)}
    bookings = {row[0]: row for row in chain(booked, *moved)}
    return Span(
        [_boundaries(tx, row) for row in sessions.values()],
        [models.Reservation(*row) for row in bookings.values()],
        after,
        given["until"],
    )


def facts(tx: WorldTransaction, shown_id: str) -> SessionBoundaries | None:
    """The session that a vendor shows under that id, planned ones too."""
    found = _of_shown_id(tx, shown_id, _FACTS_BY_ID, _FACTS_BY_UUID)
    return None if found is None else _boundaries(tx, found)


def session(tx: WorldTransaction, shown_id: str) -> models.Session | None:
    """The same with all that is known of it."""
    found = _of_shown_id(tx, shown_id, _SESSION_BY_ID, _SESSION_BY_UUID)
    return None if found is None else rows.whole_session(found)


def reservation(tx: WorldTransaction, reservation_id: str) -> models.Reservation | None:
    """The reservation of that id, planned ones too."""
    found = _RESERVATION_BY_ID.first(tx.db, {"world": tx.world.n, "id": reservation_id})
    return None if found is None else models.Reservation(*found)


def _boundaries(tx: WorldTransaction, row: Row) -> SessionBoundaries:
    n, session_id, uuid, channel, *rest = row
    return SessionBoundaries(n, session_id, uuid, tx.channels[channel], *rest)


def _of_shown_id(
    tx: WorldTransaction, shown_id: str, by_id: CompiledStatement, by_uuid: CompiledStatement
) -> Row | None:
    named = {"world": tx.world.n, "id": shown_id}
    return by_id.first(tx.db, named) or by_uuid.first(tx.db, named)


_FACTS: Final = [
    *(_SESSION[name] for name in ("n", "id", "uuid", "channel")),
    _SESSION.at_home.is_not(None).label("has_smart_charging"),
    *(_SESSION[name] for name in ("created_at", "ended_at", "unplugged_at", "settled_at", "outcome", "reason")),
]
_CREATED_AT, _ENDED_AT = SessionBoundaries._fields.index("created_at"), SessionBoundaries._fields.index("ended_at")
_BOOKED_AT: Final = columns(tables.Reservation, "n").index(_RESERVATION.created_at)


def _first(instant: Column[int], *conditions: Condition) -> CompiledStatement:
    """The first sessions of which an instant is in the span."""
    here = (_SESSION.world == bindparam("world"), instant > bindparam("after"), instant <= bindparam("until"))
    return CompiledStatement(select(*_FACTS).where(*here, *conditions).order_by(instant).limit(bindparam("count")))


_JUST_ENDED: Final = (_SESSION.ended_at > bindparam("since"), _SESSION.ended_at <= bindparam("after"))
_BEGUN: Final = _first(_SESSION.created_at, _SESSION.channel == bindparam("channel"))
_ENDED: Final = _first(_SESSION.ended_at)
_CHANGED: Final = [
    _first(_SESSION.settled_at, *_JUST_ENDED),
    _first(_SESSION.unplugged_at, *_JUST_ENDED),
    _first(_SESSION.settled_at, partial_indexes.SETTLES_LATE),
    _first(_SESSION.unplugged_at, partial_indexes.LEAVES_LATE),
]


def _first_booked(instant: Column[int], *conditions: Condition) -> CompiledStatement:
    """The first reservations of which an instant is in the span."""
    here = (_RESERVATION.world == bindparam("world"), instant > bindparam("after"), instant <= bindparam("until"))
    shown = select(*columns(tables.Reservation, "n")).where(*here, *conditions)
    return CompiledStatement(shown.order_by(instant).limit(bindparam("count")))


_UNRESOLVED: Final = (
    _RESERVATION.created_at > bindparam("unresolved"),
    _RESERVATION.created_at <= bindparam("until"),
)
_BOOKED: Final = _first_booked(_RESERVATION.created_at)
_MOVED: Final = [_first_booked(_RESERVATION[name], *_UNRESOLVED) for name in ("confirms_at", "resolves_at")]

_NAMED: Final = (_SESSION.world == bindparam("world"), _SESSION.id == bindparam("id"), _SESSION.channel == "charge")
_NAMED_BY_UUID: Final = (
    _SESSION.world == bindparam("world"),
    _SESSION.uuid == bindparam("id"),
    partial_indexes.SHOWN_BY_UUID,
)
_FACTS_BY_ID: Final = CompiledStatement(select(*_FACTS).where(*_NAMED))
_FACTS_BY_UUID: Final = CompiledStatement(select(*_FACTS).where(*_NAMED_BY_UUID).limit(1))
_SESSION_BY_ID: Final = CompiledStatement(select(*columns(tables.Session, "n")).where(*_NAMED))
_SESSION_BY_UUID: Final = CompiledStatement(select(*columns(tables.Session, "n")).where(*_NAMED_BY_UUID).limit(1))
_RESERVATION_BY_ID: Final = CompiledStatement(
    select(*columns(tables.Reservation, "n")).where(
        _RESERVATION.world == bindparam("world"), _RESERVATION.id == bindparam("id")
    )
)
