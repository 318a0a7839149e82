"""What begins, ends or changes in a span of time, however many sessions there are: whatever of it comes first.

Four instants of a session are sought, each in an index: creation, end, settlement and unplugging. Most payments arrive
and most cars leave soon after the end (`PROMPTLY`), so those are found by the end; the others have small indexes.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import chain
from typing import Final, TypeAlias

from sqlalchemy import Column, ColumnElement, TextClause, bindparam, select

from ..world import entities, reservations
from ..world.transitions import Facts
from . import conditions, rows, tables
from .moment import Moment
from .prepared import Prepared, Row
from .tables import columns, table

Condition: TypeAlias = ColumnElement[bool] | TextClause

_SESSION: Final = table(tables.Session).c
_RESERVATION: Final = table(tables.Reservation).c


@dataclass(frozen=True, slots=True)
class Span:
    """The sessions and reservations to which something happens after `after`, up to `until`; others may be among them.

    `until` is what was asked for, or earlier where more happens before it than was wanted.
    """

    sessions: list[Facts]
    reservations: list[entities.Reservation]
    after: int
    until: int


def in_span(moment: Moment, after: int, until: int, count: int) -> Span:
    """A span that begins after an instant, and ends when `count` things have happened, or at another instant."""
    given = {"world": moment.world.n, "after": after, "until": until, "count": count}

    def first(statement: Prepared, at: int, **more: object) -> Sequence[Row]:
        """The rows that come first; nobody looks beyond the last of them if there may be more."""
        found = statement.rows(moment.db, {**given, **more})
        if len(found) == count:
            given["until"] = found[-1][at]
        return found

    begun = [first(_BEGUN, _CREATED_AT, channel=channel.value) for channel in entities.Channel]
    ended, booked = first(_ENDED, _ENDED_AT), first(_BOOKED, _BOOKED_AT)
    given |= {"since": after - conditions.PROMPTLY, "unresolved": after - reservations.LONGEST}
    changed = [statement.rows(moment.db, given) for statement in _CHANGED]
    moved = [statement.rows(moment.db, given) for statement in _MOVED]
    sessions = {row[0]: row for row in chain(ended, *begun, *changed)}
    bookings = {row[0]: row for row in chain(booked, *moved)}
    return Span(
        [Facts(*row) for row in sessions.values()],
        [entities.Reservation(*row) for row in bookings.values()],
        after,
        given["until"],
    )


def facts(moment: Moment, shown_id: str) -> Facts | None:
    """The session that a vendor shows under that id, planned ones too."""
    found = _of_shown_id(moment, shown_id, _FACTS_BY_ID, _FACTS_BY_UUID)
    return None if found is None else Facts(*found)


def session(moment: Moment, shown_id: str) -> entities.Session | None:
    """The same with all that is known of it."""
    found = _of_shown_id(moment, shown_id, _SESSION_BY_ID, _SESSION_BY_UUID)
    return None if found is None else rows.whole_session(found)


def reservation(moment: Moment, reservation_id: str) -> entities.Reservation | None:
    """The reservation of that id, planned ones too."""
    found = _RESERVATION_BY_ID.first(moment.db, {"world": moment.world.n, "id": reservation_id})
    return None if found is None else entities.Reservation(*found)


def _of_shown_id(moment: Moment, shown_id: str, by_id: Prepared, by_uuid: Prepared) -> Row | None:
    named = {"world": moment.world.n, "id": shown_id}
    return by_id.first(moment.db, named) or by_uuid.first(moment.db, named)


_FACTS: Final = [
    *(_SESSION[name] for name in ("n", "id", "uuid", "channel")),
    _SESSION.at_home.is_not(None).label("is_poderos"),
    *(_SESSION[name] for name in ("created_at", "ended_at", "unplugged_at", "settled_at", "outcome", "reason")),
]
_CREATED_AT, _ENDED_AT = Facts._fields.index("created_at"), Facts._fields.index("ended_at")
_BOOKED_AT: Final = columns(tables.Reservation, "n").index(_RESERVATION.created_at)


def _first(instant: Column[int], *conditions: Condition) -> Prepared:
    """The first sessions of which an instant is in the span."""
    here = (_SESSION.world == bindparam("world"), instant > bindparam("after"), instant <= bindparam("until"))
    return Prepared(select(*_FACTS).where(*here, *conditions).order_by(instant).limit(bindparam("count")))


_JUST_ENDED: Final = (_SESSION.ended_at > bindparam("since"), _SESSION.ended_at <= bindparam("after"))
_BEGUN: Final = _first(_SESSION.created_at, _SESSION.channel == bindparam("channel"))
_ENDED: Final = _first(_SESSION.ended_at)
_CHANGED: Final = [
    _first(_SESSION.settled_at, *_JUST_ENDED),
    _first(_SESSION.unplugged_at, *_JUST_ENDED),
    _first(_SESSION.settled_at, conditions.SETTLES_LATE),
    _first(_SESSION.unplugged_at, conditions.LEAVES_LATE),
]


def _first_booked(instant: Column[int], *conditions: Condition) -> Prepared:
    """The first reservations of which an instant is in the span."""
    here = (_RESERVATION.world == bindparam("world"), instant > bindparam("after"), instant <= bindparam("until"))
    shown = select(*columns(tables.Reservation, "n")).where(*here, *conditions)
    return Prepared(shown.order_by(instant).limit(bindparam("count")))


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
    conditions.SHOWN_BY_UUID,
)
_FACTS_BY_ID: Final = Prepared(select(*_FACTS).where(*_NAMED))
_FACTS_BY_UUID: Final = Prepared(select(*_FACTS).where(*_NAMED_BY_UUID).limit(1))
_SESSION_BY_ID: Final = Prepared(select(*columns(tables.Session, "n")).where(*_NAMED))
_SESSION_BY_UUID: Final = Prepared(select(*columns(tables.Session, "n")).where(*_NAMED_BY_UUID).limit(1))
_RESERVATION_BY_ID: Final = Prepared(
    select(*columns(tables.Reservation, "n")).where(
        _RESERVATION.world == bindparam("world"), _RESERVATION.id == bindparam("id")
    )
)
