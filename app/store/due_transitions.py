"""The sessions and reservations whose status changes in a span of time, earliest first, in a world of any size.

Four instants of a session are looked up, each in an index: creation, end, settlement and unplugging. Most sessions are
settled and unplugged soon after the end (`PROMPTLY`), so those are found by the end; the others have small indexes.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from operator import attrgetter
from typing import Any, Final, TypeAlias, TypeVar

from sqlalchemy import Column, ColumnElement, TextClause, bindparam, select

from ..domain import models, reservations
from ..domain.sessions.lifecycle import SessionBoundaries
from .schema import partial_indexes
from .schema.entity_mapping import EntityMapping, EntityQuery
from .schema.entity_table import EntityTable
from .schema.tables import RESERVATION, SESSION
from .sessions import HAS_ID, HAS_SHOWN_UUID, shows_id
from .world_transaction import WorldTransaction

Condition: TypeAlias = ColumnElement[bool] | TextClause
Entity = TypeVar("Entity")


@dataclass(frozen=True, slots=True)
class DueTransitions:
    """All sessions and reservations with a transition in a span that ends at `until`, and perhaps others.

    `until` is the instant that was asked for, or an earlier one if there are more transitions than asked for.
    """

    sessions: list[SessionBoundaries]
    reservations: list[models.Reservation]
    until: int


def due_transitions(tx: WorldTransaction, after: int, until: int, count: int) -> DueTransitions:
    """Returns what has a transition after an instant, up to `until` or up to the transition number `count`."""
    given = {"world": tx.world.n, "after": after, "until": until, "count": count}

    def first(query: EntityQuery[Entity], instant: str, **more: object) -> list[Entity]:
        """Returns the first rows. If there may be more, later queries look no further than the last row."""
        found = query.all(tx.db, {**given, **more})
        if len(found) == count:
            given["until"] = attrgetter(instant)(found[-1])
        return found

    sessions = [each for name in tx.channels for each in first(_BEGUN, "created_at", channel=name)]
    sessions += first(_ENDED, "ended_at")
    booked = first(_BOOKED, "created_at")
    given |= {"since": after - partial_indexes.PROMPTLY, "unresolved": after - reservations.LONGEST}
    sessions += [each for query in _CHANGED for each in query.all(tx.db, given)]
    booked += [each for query in _MOVED for each in query.all(tx.db, given)]
    return DueTransitions([_bound(tx, each) for each in _once(sessions)], _once(booked), given["until"])


def boundaries_shown_as(tx: WorldTransaction, shown_id: str) -> SessionBoundaries | None:
    """Returns the boundaries of the session that a vendor shows under that id, be it created or planned."""
    named = {"world": tx.world.n, "id": shown_id}
    found = _BY_ID.first(tx.db, named)
    if found is None or not shows_id(tx, str(found.channel)):
        found = _BY_UUID.first(tx.db, named)
    return None if found is None else _bound(tx, found)


def _bound(tx: WorldTransaction, read: SessionBoundaries) -> SessionBoundaries:
    """Replaces the name of the channel, which the column holds, by the channel."""
    return read._replace(channel=tx.channels[str(read.channel)])


def _once(things: Iterable[Any]) -> list[Any]:
    return list({each.n: each for each in things}.values())


_BOUNDARIES: Final = EntityMapping(
    SessionBoundaries,
    {**dict(SESSION.c), "has_smart_charging": SESSION.c.at_home.is_not(None).label("has_smart_charging")},
)


def _first(
    of: EntityTable[Any], mapping: EntityMapping[Entity], instant: Column[int], *conditions: Condition
) -> EntityQuery[Entity]:
    """The first rows by an instant that lies in the span."""
    here = (of.in_world, instant > bindparam("after"), instant <= bindparam("until"))
    return EntityQuery(mapping, select().where(*here, *conditions).order_by(instant).limit(bindparam("count")))


def _first_session(instant: Column[int], *conditions: Condition) -> EntityQuery[SessionBoundaries]:
    return _first(SESSION, _BOUNDARIES, instant, *conditions)


def _first_reservation(instant: Column[int], *conditions: Condition) -> EntityQuery[models.Reservation]:
    return _first(RESERVATION, RESERVATION.mapping, instant, *conditions)


_JUST_ENDED: Final = (SESSION.c.ended_at > bindparam("since"), SESSION.c.ended_at <= bindparam("after"))
_BEGUN: Final = _first_session(SESSION.c.created_at, SESSION.c.channel == bindparam("channel"))
_ENDED: Final = _first_session(SESSION.c.ended_at)
_CHANGED: Final = [
    _first_session(SESSION.c.settled_at, *_JUST_ENDED),
    _first_session(SESSION.c.unplugged_at, *_JUST_ENDED),
    _first_session(SESSION.c.settled_at, partial_indexes.SETTLES_LATE),
    _first_session(SESSION.c.unplugged_at, partial_indexes.LEAVES_LATE),
]

_UNRESOLVED: Final = (
    RESERVATION.c.created_at > bindparam("unresolved"),
    RESERVATION.c.created_at <= bindparam("until"),
)
_BOOKED: Final = _first_reservation(RESERVATION.c.created_at)
_MOVED: Final = [
    _first_reservation(instant, *_UNRESOLVED) for instant in (RESERVATION.c.confirms_at, RESERVATION.c.resolves_at)
]

_BY_ID: Final = EntityQuery(_BOUNDARIES, select().where(SESSION.in_world, HAS_ID))
_BY_UUID: Final = EntityQuery(_BOUNDARIES, select().where(SESSION.in_world, *HAS_SHOWN_UUID).limit(1))
