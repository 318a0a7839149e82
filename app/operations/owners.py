"""The driver or the fleet to which a caller attaches a vehicle or a payment method."""

from typing import NamedTuple

from ..domain.errors import UnknownObjectError, UnknownOwnerError
from ..domain.exclusivity import DRIVER
from ..store.world_transaction import WorldTransaction
from .drivers import known_driver
from .fleets import known_fleet


class Owner(NamedTuple):
    """A `driver` or a `fleet`, as `kind` says, by its id."""

    kind: str
    id: str


def known_owner(tx: WorldTransaction, owner: Owner, thing: str) -> None:
    """Raises UnknownOwnerError, for a thing of that kind, unless the driver or the fleet is there."""
    try:
        if owner.kind == DRIVER:
            known_driver(tx, owner.id)
        else:
            known_fleet(tx, owner.id)
    except UnknownObjectError:
        raise UnknownOwnerError(thing, owner.kind, owner.id) from None
