"""A session with all that its invoice names: the station, the connector, and the customer."""

from dataclasses import dataclass

from ..domain import models
from ..domain.billing_details import addressee
from . import parties, sessions, stations
from .world_transaction import WorldTransaction


@dataclass(frozen=True, slots=True)
class BilledSession:
    """A session and what its invoice names: `shown_id`, the id by which it was asked for, and `customer`.

    That is the name of its driver, or to whom its user wants invoices to be written, if it has one.
    """

    shown_id: str
    session: models.Session
    station: models.Station
    connector: models.Connector
    customer: str | None


def billed_session(tx: WorldTransaction, shown_id: str) -> BilledSession | None:
    """Returns the session that a vendor shows under that id, once it was created; None if no operator sells it."""
    session = sessions.session_shown_as(tx, shown_id)
    if session is None or session.created_at > tx.now:
        return None
    station = stations.station(tx, session.station)
    connector = stations.connector(tx, session.station, session.connector)
    if station is None or connector is None or not station.operator:
        return None
    user, driver = parties.user(tx, session.user), parties.driver(tx, session.driver)
    customer = addressee(user) if user is not None else None if driver is None else driver.name
    return BilledSession(shown_id, session, station, connector, customer)
