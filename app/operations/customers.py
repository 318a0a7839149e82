"""What the start of a user's session asks of the user: no active session, no debt, billing data, and a vehicle."""

from collections.abc import Sequence
from dataclasses import replace
from functools import cache
from typing import Final

from ..domain import billing_details
from ..domain.channels import Channel
from ..domain.ids import draw, prefixed_id, uuid_text
from ..domain.models import Connector, Station, User, Vehicle
from ..domain.sessions.start import fits
from ..domain.start_refusals import AlreadyChargingError, BillingDataError, UnpaidDebtError
from ..store import users, vehicles
from ..store.customers import active_session_of_driver, customer_state
from ..store.sessions import take_number
from ..store.world_transaction import WorldTransaction
from ..vehicle_models import vehicle_models, vehicle_of

_CAR: Final = "car_of_user"
_CHARGE_TO: Final = 0.8


def refuse_customer(tx: WorldTransaction, channel: Channel, user: User) -> None:
    """Raises AlreadyChargingError for a user with an active session, UnpaidDebtError for one with a debt.

    A user who is a driver as well is one person, who may have started the session as the driver.
    """
    state = customer_state(tx, channel.name, user.id)
    active = state.active
    if active is None and user.driver is not None:
        active = active_session_of_driver(tx, user.driver)
    if active is not None:
        raise AlreadyChargingError(user.id, active)
    if state.unpaid is not None:
        raise UnpaidDebtError(user.id, state.unpaid)


def refuse_unbilled(user: User, station: Station) -> None:
    """Raises BillingDataError if no invoice for a session at the station can be written to the user."""
    missing = billing_details.missing(billing_details.of_user(user), station.country)
    if missing:
        raise BillingDataError(f"The billing details lack {', '.join(missing)}.")


def car_for(tx: WorldTransaction, user: User, connector: Connector) -> Vehicle | None:
    """A car for a user who has none: of the models in the catalogue that fit the connector, one that is drawn.

    It has no id before `hand_over` saves it.
    """
    fitting = [each for each in _cars() if fits(each, connector)]
    return fitting[int(draw(tx.world.seed, _CAR, user.id) * len(fitting))] if fitting else None


def hand_over(tx: WorldTransaction, user: User, car: Vehicle) -> Vehicle:
    """Saves a new car, which the user drives from now on."""
    n = take_number(tx)
    seed = tx.world.seed
    made = replace(
        car,
        id=prefixed_id("veh", seed, _CAR, n),
        uuid=uuid_text(seed, _CAR, n),
        n=n,
        created_at=tx.now,
        touched_at=tx.now,
    )
    vehicles.insert_vehicle(tx, made)
    users.save_user(tx, replace(user, vehicle=made.id))
    return made


@cache
def _cars() -> Sequence[Vehicle]:
    """A car of each model, without an id."""
    return [vehicle_of(model, charge_to=_CHARGE_TO) for model in vehicle_models()]
