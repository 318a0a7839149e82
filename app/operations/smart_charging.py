"""The smart-charging side of a session whose plan has changed."""

from ..domain import smart_charging
from ..domain.errors import UnknownReferenceError
from ..domain.models import Session
from ..domain.smart_charging import Market
from ..store import parties
from ..store.world_transaction import WorldTransaction
from .energy_prices import market_for


def market_of(tx: WorldTransaction) -> Market:
    """The prices of the world, in which charging away from home is counted; `market_for` has those at home."""
    return Market(tx.world.seed, tx.world.monday)


def with_new_summary(tx: WorldTransaction, session: Session) -> Session:
    """The session with its smart-charging side computed from its new plan; unchanged if it has no such side."""
    if session.smart is None:
        return session
    vehicle = parties.vehicle(tx, session.vehicle)
    if vehicle is None:
        raise UnknownReferenceError("vehicle", session.vehicle)
    market = market_for(tx, vehicle) if session.smart.at_home else market_of(tx)
    return smart_charging.with_new_summary(market, session, vehicle)
