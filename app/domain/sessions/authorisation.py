"""Whether a session may start: what is wrong with the people, the vehicle, the station or the payment."""

from ..clock import millis
from ..errors import (
    AuthenticationRequiredError,
    CardExpiredError,
    ConnectorBusyError,
    ConnectorReservedError,
    Holder,
    InsufficientFundsError,
    NotActiveError,
    PaymentDeclinedError,
    PaymentScopeError,
    PlugMismatchError,
    StationOfflineError,
    VehicleBusyError,
)
from ..models import ACTIVE, Card, Connector, Driver, Fleet, PaymentMethod, Station, Vehicle
from ..payment_cards import expiry, is_expired
from ..start_refusals import StationUnreachableError, UnconfirmedError
from .start import fits, in_order


def authorise_visit(
    station: Station,
    connector: Connector,
    vehicle: Vehicle,
    *,
    driver: Driver | None,
    fleet: Fleet | None,
    now: int,
    connector_held_by: Holder | None,
    vehicle_held_by: Holder | None,
    connector_kept_for: Holder | None = None,
) -> None:
    """Refuses a start for what is wrong with the driver, the vehicle, the fleet or the station.

    The first that applies is raised: NotActiveError, StationUnreachableError, StationOfflineError, PlugMismatchError,
    ConnectorBusyError, ConnectorReservedError or VehicleBusyError. `fleet` is that of the session.
    """
    if driver is not None and driver.status != ACTIVE:
        raise NotActiveError("driver", driver.id, driver.status, "driver")
    if vehicle.status != ACTIVE:
        raise NotActiveError("vehicle", vehicle.id, vehicle.status, "vehicle")
    if fleet is not None and fleet.status != ACTIVE:
        raise NotActiveError("fleet", fleet.id, fleet.status, "driver" if vehicle.fleet is None else "vehicle")
    if not in_order(station, connector, now):
        is_heard = station.online and not station.silent_from <= now < station.silent_until
        raise (StationOfflineError if is_heard else StationUnreachableError)(_disorder(station, connector, now))
    if not fits(vehicle, connector):
        raise PlugMismatchError(vehicle.id, vehicle.plug, connector.id, connector.standard)
    if connector_held_by is not None:
        raise ConnectorBusyError(connector.id, station.id, connector_held_by)
    if connector_kept_for is not None:
        raise ConnectorReservedError(connector.id, station.id, connector_kept_for)
    if vehicle_held_by is not None:
        raise VehicleBusyError(vehicle.id, vehicle_held_by)


def refuse_unconfirmed(connector: Connector, now: int) -> None:
    """Raises UnconfirmedError while the operator of a connector confirms nothing."""
    if connector.unconfirmed_from <= now < connector.unconfirmed_until:
        raise UnconfirmedError(connector.evse_id, connector.unconfirmed_until)


def authorise_payment(method: PaymentMethod, *, driver: Driver | None, fleet: Fleet | None, now: int) -> None:
    """Refuses a payment for a driver's session, which is for that fleet, if it is for any.

    A payment method that belongs to drivers or fleets pays for them only. Raises PaymentScopeError, CardExpiredError,
    PaymentDeclinedError, InsufficientFundsError or AuthenticationRequiredError.
    """
    if (method.driver is not None or method.fleet is not None) and not (
        (driver is not None and method.driver == driver.id) or (fleet is not None and method.fleet == fleet.id)
    ):
        raise PaymentScopeError(method.id)
    expires = expiry(method)
    if expires is not None and is_expired(expires, now):
        raise CardExpiredError(method.id)
    if method.card is Card.DECLINED or method.declined_from <= now:
        raise PaymentDeclinedError(method.id)
    if method.card is Card.INSUFFICIENT_FUNDS:
        raise InsufficientFundsError(method.id)
    if method.card is Card.NEEDS_AUTHENTICATION:
        raise AuthenticationRequiredError(method.id)


def _disorder(station: Station, connector: Connector, now: int) -> str:
    """Why a station or its connector is not in order."""
    if not station.online:
        return f"Station {station.id} is offline."
    if not connector.in_service:
        return f"Connector {connector.id} of {station.id} is out of service."
    if station.silent_from <= now < station.silent_until:
        return f"Station {station.id} is silent until {millis(station.silent_until)}."
    state = "in maintenance" if connector.for_maintenance else "broken"
    return f"Connector {connector.id} of {station.id} is {state} until {millis(connector.broken_until)}."
