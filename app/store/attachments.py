"""Which drivers belong to which fleets, and which vehicles they use."""

from typing import Any, Final

from sqlalchemy import BigInteger, ColumnElement, bindparam, delete, func, literal_column, select

from ..domain import models
from .database.compiled_statements import CompiledStatement
from .database.joined_texts import joined
from .schema.entity_table import EntityTable
from .schema.tables import ATTACHMENT, DRIVER, VEHICLE
from .world_transaction import WorldTransaction


def attachment(tx: WorldTransaction, driver: str, target: str) -> models.Attachment | None:
    """Returns the attachment of a driver to a fleet or a vehicle, or None."""
    return _ATTACHMENT.first(tx.db, {"world": tx.world.n, "driver": driver, "target": target})


def insert_attachment(tx: WorldTransaction, new: models.Attachment) -> None:
    """Inserts an attachment."""
    ATTACHMENT.insert(tx.db, tx.world.n, [new])


def remove_attachment(tx: WorldTransaction, driver: str, target: str) -> None:
    """Removes the attachment of a driver to a fleet or a vehicle."""
    _REMOVE.run(tx.db, {"world": tx.world.n, "driver": driver, "target": target})


def remove_attachments_of(tx: WorldTransaction, driver: str) -> None:
    """Removes all attachments of a driver."""
    _REMOVE_OF_DRIVER.run(tx.db, {"world": tx.world.n, "driver": driver})


def remove_attachments_to(tx: WorldTransaction, target: str) -> None:
    """Removes the attachments of all drivers to a fleet or a vehicle."""
    _REMOVE_OF_TARGET.run(tx.db, {"world": tx.world.n, "target": target})


def targets_of_driver(kind: str) -> ColumnElement[str]:
    """A column of a statement that reads drivers: the ids of each one's fleets, or vehicles, in the order of attaching.

    They are separated by blanks, which no id has.
    """
    ordered = (
        select(ATTACHMENT.c.target)
        .where(ATTACHMENT.c.world == DRIVER.c.world, ATTACHMENT.c.driver == DRIVER.c.id, ATTACHMENT.c.kind == kind)
        .order_by(ATTACHMENT.c.n, ATTACHMENT.c.target)
        .correlate(DRIVER.table)
        .subquery()
    )
    return func.coalesce(
        select(joined(ordered.c.target)).select_from(ordered).correlate(DRIVER.table).scalar_subquery(), ""
    )


def drivers_of_vehicle() -> ColumnElement[str]:
    """A column of a statement that reads vehicles: the ids of each one's drivers, as in `targets_of_driver`."""
    ordered = (
        select(ATTACHMENT.c.driver)
        .where(
            ATTACHMENT.c.world == VEHICLE.c.world,
            ATTACHMENT.c.target == VEHICLE.c.id,
            ATTACHMENT.c.kind == models.TO_VEHICLE,
        )
        .order_by(ATTACHMENT.c.n, ATTACHMENT.c.driver)
        .correlate(VEHICLE.table)
        .subquery()
    )
    return func.coalesce(
        select(joined(ordered.c.driver)).select_from(ordered).correlate(VEHICLE.table).scalar_subquery(), ""
    )


def first_fleet(driver: ColumnElement[Any], *of: EntityTable[Any]) -> ColumnElement[str]:
    """The fleet to which a driver was attached first; a column of a statement that reads the tables `of`."""
    return (
        select(ATTACHMENT.c.target)
        .where(ATTACHMENT.in_world, ATTACHMENT.c.driver == driver, ATTACHMENT.c.kind == models.TO_FLEET)
        .order_by(ATTACHMENT.c.n, ATTACHMENT.c.target)
        .limit(literal_column("1", BigInteger))
        .correlate(*(each.table for each in of))
        .scalar_subquery()
    )


def fleet_of(of: EntityTable[models.Session] | EntityTable[models.Reservation]) -> ColumnElement[str]:
    """A column of sessions or reservations: the fleet that each is for, that of its vehicle or else its driver's first.

    The statement has the parameter `world`.
    """
    of_vehicle = select(VEHICLE.c.fleet).where(VEHICLE.in_world, VEHICLE.c.id == of.c.vehicle)
    return func.coalesce(of_vehicle.correlate(of.table).scalar_subquery(), first_fleet(of.c.driver, of))


_IS_IT: Final = (ATTACHMENT.c.driver == bindparam("driver"), ATTACHMENT.c.target == bindparam("target"))
_ATTACHMENT: Final = ATTACHMENT.query(*_IS_IT)
_REMOVE: Final = CompiledStatement(delete(ATTACHMENT.table).where(ATTACHMENT.in_world, *_IS_IT))
_REMOVE_OF_DRIVER: Final = CompiledStatement(delete(ATTACHMENT.table).where(ATTACHMENT.in_world, _IS_IT[0]))
_REMOVE_OF_TARGET: Final = CompiledStatement(delete(ATTACHMENT.table).where(ATTACHMENT.in_world, _IS_IT[1]))
