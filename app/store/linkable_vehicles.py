"""The vehicles that a user of an organisation could link: the user's own, and those that the same person drives."""

from operator import attrgetter
from typing import Final

from sqlalchemy import and_, bindparam, func, or_, select

from ..domain.models import ACTIVE, TO_VEHICLE, User, Vehicle
from .schema.tables import ATTACHMENT, DRIVER, VEHICLE
from .world_transaction import WorldTransaction


def linkable_vehicles(tx: WorldTransaction, user: User) -> list[Vehicle]:
    """Returns the vehicles of a user, and those of a driver with the same address that are not linked, oldest first."""
    named = {"world": tx.world.n, "now": tx.now, "user": user.id, "driver": user.driver}
    found = _LINKABLE.all(tx.db, {**named, "email": (user.email or "").lower()})
    return sorted(found, key=attrgetter("created_at", "n"))


_SAME_PERSON: Final = (
    select(ATTACHMENT.c.target)
    .join(DRIVER.table, and_(DRIVER.c.world == ATTACHMENT.c.world, DRIVER.c.id == ATTACHMENT.c.driver))
    .where(
        ATTACHMENT.in_world,
        ATTACHMENT.c.kind == TO_VEHICLE,
        DRIVER.c.status == ACTIVE,
        or_(DRIVER.c.id == bindparam("driver"), func.lower(DRIVER.c.email) == bindparam("email")),
    )
)
_LINKABLE: Final = VEHICLE.query(
    VEHICLE.c.status == ACTIVE,
    VEHICLE.c.created_at <= bindparam("now"),
    or_(VEHICLE.c.owner == bindparam("user"), and_(VEHICLE.c.org.is_(None), VEHICLE.c.id.in_(_SAME_PERSON))),
)
