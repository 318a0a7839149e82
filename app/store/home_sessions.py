"""Sessions at home that have not ended, and the vehicles that charge there."""

from typing import Final

from sqlalchemy import bindparam, true

from ..domain.models import DELETED, Session, Vehicle
from ..domain.sessions.view import LONGEST
from .schema.tables import SESSION, VEHICLE
from .world_transaction import WorldTransaction


def unended_at_home(tx: WorldTransaction, vehicle: str) -> list[Session]:
    """Returns the sessions of a vehicle at home that go on or are planned."""
    named = {"world": tx.world.n, "vehicle": vehicle, "now": tx.now, "since": tx.now - LONGEST}
    return _UNENDED.all(tx.db, named)


def vehicles_of_owner(tx: WorldTransaction, owner: str) -> list[Vehicle]:
    """Returns the vehicles of a user with smart charging that were not deleted."""
    return _OF_OWNER.all(tx.db, {"world": tx.world.n, "owner": owner})


_UNENDED: Final = SESSION.query(
    SESSION.c.vehicle == bindparam("vehicle"),
    SESSION.c.created_at > bindparam("since"),
    SESSION.c.unplugged_at > bindparam("now"),
    SESSION.c.at_home == true(),
)
_OF_OWNER: Final = VEHICLE.query(VEHICLE.c.owner == bindparam("owner"), VEHICLE.c.status != DELETED)
