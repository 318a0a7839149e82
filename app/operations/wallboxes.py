"""Boosts at the charger of a home: of the vehicle that is plugged in there, or of the one that comes next."""

from ..domain.boosts import REFUSED_AT_ALL, BoostRefusal
from ..domain.errors import BoostRefusedError
from ..store.wallboxes import HomeCharger
from ..store.world_transaction import WorldTransaction
from .boosts import arm_vehicle, boost_session, disarm_vehicle, end_boost


def boost_charger(tx: WorldTransaction, charger: HomeCharger) -> None:
    """Has the vehicle that is plugged in charge at once, or else the newest one when it is plugged in next.

    Raises BoostRefusedError.
    """
    there = charger.plugged(tx.now)
    if there is None:
        arm_vehicle(tx, charger.vehicles[0].vehicle)
        return
    owned, session = there
    try:
        boost_session(tx, session, owned.vehicle)
    except BoostRefusedError as error:
        if error.reason != BoostRefusal.NO_ACTIVE_SESSION:
            raise
        # A vehicle may have no session; where one is plugged into a charger, it is the charger that fails.
        raise BoostRefusedError(error.state, REFUSED_AT_ALL) from None


def end_boosts(tx: WorldTransaction, charger: HomeCharger) -> None:
    """Has the optimiser plan the present session again if it is boosted, and forgets boosts that are to come."""
    there = charger.plugged(tx.now)
    if there is not None:
        owned, session = there
        end_boost(tx, session, owned.vehicle)
    for each in charger.vehicles:
        disarm_vehicle(tx, each.vehicle)
