"""The visits of a vehicle, a driver or a user that are next to an instant, before and after it."""

from collections.abc import Callable
from typing import Final

from sqlalchemy import Select, and_, bindparam, select

from ..domain.clock import EARLIEST
from ..domain.exclusivity import DRIVER, USER, VEHICLE
from ..domain.visits import Traveller, Visit
from .schema.entity_mapping import EntityMapping, EntityQuery
from .schema.tables import SESSION, STATION
from .world_transaction import WorldTransaction


def last_visit(tx: WorldTransaction, traveller: Traveller, *, before: int, since: int = EARLIEST) -> Visit | None:
    """Returns the last visit of a traveller that began before an instant, planned ones included.

    None if there is none that began at `since` or later.
    """
    kind, name = traveller
    return _LAST[kind].first(tx.db, {"world": tx.world.n, "name": name, "since": since, "before": before})


def next_visit(tx: WorldTransaction, traveller: Traveller, *, after: int) -> Visit | None:
    """Returns the first visit of a traveller that begins after an instant, planned ones included."""
    kind, name = traveller
    return _NEXT[kind].first(tx.db, {"world": tx.world.n, "name": name, "after": after})


def _by_kind(narrowed: Callable[[Select[tuple[()]]], Select[tuple[()]]]) -> dict[str, EntityQuery[Visit]]:
    """A query of visits for each kind of traveller, so that each is found in its own index."""
    mapping = EntityMapping(
        Visit, {**dict(SESSION.c), "latitude": STATION.c.latitude, "longitude": STATION.c.longitude}
    )
    at_station = and_(STATION.c.world == SESSION.c.world, STATION.c.id == SESSION.c.station)
    columns = {VEHICLE: SESSION.c.vehicle, DRIVER: SESSION.c.driver, USER: SESSION.c.user}
    return {
        kind: EntityQuery(
            mapping,
            narrowed(
                select()
                .join_from(SESSION.table, STATION.table, at_station)
                .where(SESSION.in_world, column == bindparam("name"))
                .limit(1)
            ),
        )
        for kind, column in columns.items()
    }


_LAST: Final = _by_kind(
    lambda query: query.where(
        SESSION.c.created_at >= bindparam("since"), SESSION.c.created_at < bindparam("before")
    ).order_by(SESSION.c.created_at.desc(), SESSION.c.n.desc())
)
_NEXT: Final = _by_kind(
    lambda query: query.where(SESSION.c.created_at > bindparam("after")).order_by(SESSION.c.created_at, SESSION.c.n)
)
