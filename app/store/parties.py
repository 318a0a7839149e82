"""Fleets, drivers, users, payment methods and vehicles."""

from typing import Final

from sqlalchemy import bindparam, null, update

from ..domain import models
from .database.compiled_statements import CompiledStatement
from .schema.tables import ATTACHMENT, DRIVER, END_USER, FLEET, PAYMENT_METHOD, VEHICLE
from .world_transaction import WorldTransaction

insert_fleets: Final = FLEET.insert
insert_drivers: Final = DRIVER.insert
insert_attachments: Final = ATTACHMENT.insert
insert_users: Final = END_USER.insert
insert_payment_methods: Final = PAYMENT_METHOD.insert
insert_vehicles: Final = VEHICLE.insert


def user(tx: WorldTransaction, user_id: str | None) -> models.User | None:
    """Returns the user with that id."""
    return _USER.first(tx.db, {"world": tx.world.n, "id": user_id})


def driver(tx: WorldTransaction, driver_id: str | None) -> models.Driver | None:
    """Returns the driver with that id."""
    return _DRIVER.first(tx.db, {"world": tx.world.n, "id": driver_id})


def vehicle(tx: WorldTransaction, vehicle_id: str) -> models.Vehicle | None:
    """Returns the vehicle with that id."""
    return _VEHICLE.first(tx.db, {"world": tx.world.n, "id": vehicle_id})


def leave_payment_methods(tx: WorldTransaction, owner: str, owner_id: str) -> None:
    """Makes the payment methods of a `driver` or a `fleet` belong to nothing, so that they can be attached again."""
    _LEAVE_PAYMENT_METHODS[owner].run(tx.db, {"world": tx.world.n, "id": owner_id})


def leave_vehicles(tx: WorldTransaction, fleet_id: str) -> None:
    """Makes the vehicles of a fleet belong to no fleet."""
    _LEAVE_VEHICLES.run(tx.db, {"world": tx.world.n, "id": fleet_id, "now": tx.now})


def payment_method(tx: WorldTransaction, payment_method_id: str | None) -> models.PaymentMethod | None:
    """Returns the payment method with that id."""
    return _PAYMENT_METHOD.first(tx.db, {"world": tx.world.n, "id": payment_method_id})


_USER: Final = END_USER.query(END_USER.c.id == bindparam("id"))
_DRIVER: Final = DRIVER.query(DRIVER.c.id == bindparam("id"))
_VEHICLE: Final = VEHICLE.query(VEHICLE.c.id == bindparam("id"))
_PAYMENT_METHOD: Final = PAYMENT_METHOD.query(PAYMENT_METHOD.c.id == bindparam("id"))
_LEAVE_PAYMENT_METHODS: Final = {
    owner: CompiledStatement(
        update(PAYMENT_METHOD.table)
        .where(PAYMENT_METHOD.in_world, PAYMENT_METHOD.c[owner] == bindparam("id"))
        .values({owner: null()})
    )
    for owner in ("driver", "fleet")
}
_LEAVE_VEHICLES: Final = CompiledStatement(
    update(VEHICLE.table)
    .where(VEHICLE.in_world, VEHICLE.c.fleet == bindparam("id"))
    .values(fleet=null(), touched_at=bindparam("now"))
)
