"""Creates, changes and deletes drivers, and attaches them to fleets."""

from collections.abc import Callable, Sequence
from dataclasses import replace

from ..domain.channels import Channel
from ..domain.errors import DriverAttachmentError, InUseError, UnknownObjectError
from ..domain.exclusivity import DRIVER
from ..domain.ids import prefixed_id
from ..domain.models import ACTIVE, DELETED, TO_FLEET, Attachment, Driver
from ..domain.parties import is_there
from ..store import attachments, drivers, parties, sessions, sessions_of
from ..store.world_transaction import WorldTransaction
from .fleets import known_fleet
from .planned_sessions import drop_plans_of
from .reservation_plans import cancel_all_of


def known_driver(tx: WorldTransaction, driver_id: str) -> Driver:
    """The driver with that id. Raises UnknownObjectError if there is none, or if the driver was deleted."""
    found = parties.driver(tx, driver_id)
    if found is None or not is_there(found, tx.now):
        raise UnknownObjectError(DRIVER, driver_id)
    return found


def create_driver(tx: WorldTransaction, *, name: str, email: str, policy_ids: Sequence[str], details: str) -> Driver:
    """Creates a driver. `details` is JSON."""
    n = sessions.take_number(tx)
    made = Driver(
        id=prefixed_id("drv", tx.world.seed, "created_driver", n),
        name=name,
        email=email,
        policy_ids=tuple(policy_ids),
        n=n,
        created_at=tx.now,
        touched_at=tx.now,
        details=details,
    )
    drivers.insert_driver(tx, made)
    return made


def change_driver(tx: WorldTransaction, driver_id: str, changed: Callable[[Driver], Driver], channel: Channel) -> None:
    """Saves what `changed` makes of a driver. One who is no longer active has no planned sessions any more.

    Raises UnknownObjectError.
    """
    before = known_driver(tx, driver_id)
    after = changed(before)
    drivers.save_driver(tx, replace(after, touched_at=tx.now))
    if before.status == ACTIVE != after.status:
        drop_plans_of(tx, DRIVER, driver_id, channel)


def delete_driver(tx: WorldTransaction, driver_id: str, channel: Channel) -> None:
    """Deletes a driver, who leaves fleets, vehicles and payment methods, and has no plans and no reservations any more.

    Raises UnknownObjectError, or InUseError while the driver has an active session.
    """
    driver = known_driver(tx, driver_id)
    if sessions_of.has_active(tx, DRIVER, driver_id, channel):
        raise InUseError(DRIVER, driver_id)
    drop_plans_of(tx, DRIVER, driver_id, channel)
    cancel_all_of(tx, DRIVER, driver_id)
    attachments.remove_attachments_of(tx, driver_id)
    parties.leave_payment_methods(tx, DRIVER, driver_id)
    drivers.save_driver(tx, replace(driver, status=DELETED, touched_at=tx.now))


def attach_driver(tx: WorldTransaction, driver_id: str, fleet_id: str, channel: Channel) -> None:
    """Puts a driver into a fleet. Planned sessions of the channel are for that fleet if they were for none.

    Raises UnknownObjectError or DriverAttachmentError.
    """
    driver, fleet = known_driver(tx, driver_id), known_fleet(tx, fleet_id)
    if attachments.attachment(tx, driver.id, fleet.id) is not None:
        raise DriverAttachmentError(driver.id, fleet.id, is_attached=True)
    attachments.insert_attachment(tx, Attachment(driver.id, TO_FLEET, fleet.id, sessions.take_number(tx)))
    _renew(tx, driver, channel)


def detach_driver(tx: WorldTransaction, driver_id: str, fleet_id: str, channel: Channel) -> None:
    """Takes a driver out of a fleet, which planned sessions of the channel are then no longer for.

    Raises UnknownObjectError or DriverAttachmentError.
    """
    driver, fleet = known_driver(tx, driver_id), known_fleet(tx, fleet_id)
    if attachments.attachment(tx, driver.id, fleet.id) is None:
        raise DriverAttachmentError(driver.id, fleet.id, is_attached=False)
    attachments.remove_attachment(tx, driver.id, fleet.id)
    _renew(tx, driver, channel)


def _renew(tx: WorldTransaction, driver: Driver, channel: Channel) -> None:
    drivers.save_driver(tx, replace(driver, touched_at=tx.now))
    sessions_of.renew_fleets(tx, DRIVER, driver.id, channel)
