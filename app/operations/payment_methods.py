"""Creates and changes payment methods, and attaches them to drivers and fleets."""

from collections.abc import Callable
from dataclasses import replace

from ..domain.errors import NotAttachedError, UnknownObjectError
from ..domain.exclusivity import DRIVER
from ..domain.ids import prefixed_id
from ..domain.models import Card, PaymentMethod
from ..store import parties, payment_methods, sessions
from ..store.world_transaction import WorldTransaction
from .owners import Owner, known_owner

PAYMENT_METHOD = "payment_method"


def known_payment_method(tx: WorldTransaction, method_id: str) -> PaymentMethod:
    """The payment method with that id. Raises UnknownObjectError if there is none, or if it is a user's."""
    found = parties.payment_method(tx, method_id)
    if found is None or found.user is not None or found.created_at > tx.now:
        raise UnknownObjectError(PAYMENT_METHOD, method_id)
    return found


def create_payment_method(
    tx: WorldTransaction, *, kind: str, card: Card, details: str, user: str | None = None
) -> PaymentMethod:
    """Creates a payment method of a user, or one that belongs to nothing yet. `details` is JSON."""
    n = sessions.take_number(tx)
    made = PaymentMethod(
        id=prefixed_id("pm", tx.world.seed, "created_payment_method", n),
        driver=None,
        user=user,
        card=card,
        kind=kind,
        n=n,
        created_at=tx.now,
        details=details,
    )
    payment_methods.insert_payment_method(tx, made)
    return made


def change_payment_method(
    tx: WorldTransaction, method_id: str, changed: Callable[[PaymentMethod], PaymentMethod]
) -> None:
    """Saves what `changed` makes of a payment method. Raises UnknownObjectError."""
    payment_methods.save_payment_method(tx, changed(known_payment_method(tx, method_id)))


def attach_payment_method(tx: WorldTransaction, method_id: str, owner: Owner) -> None:
    """Makes a payment method belong to a driver or a fleet, instead of the one that it belonged to.

    It may belong to a driver and a fleet. Raises UnknownObjectError or UnknownOwnerError.
    """
    method = known_payment_method(tx, method_id)
    known_owner(tx, owner, PAYMENT_METHOD)
    payment_methods.save_payment_method(tx, _owned(method, owner.kind, owner.id))


def detach_payment_method(tx: WorldTransaction, method_id: str, owner: Owner) -> None:
    """Takes a payment method from a driver or a fleet.

    Raises UnknownObjectError, UnknownOwnerError, or NotAttachedError if it is not theirs.
    """
    method = known_payment_method(tx, method_id)
    known_owner(tx, owner, PAYMENT_METHOD)
    if (method.driver if owner.kind == DRIVER else method.fleet) != owner.id:
        raise NotAttachedError(PAYMENT_METHOD, method_id, owner.kind, owner.id)
    payment_methods.save_payment_method(tx, _owned(method, owner.kind, None))


def _owned(method: PaymentMethod, kind: str, owner_id: str | None) -> PaymentMethod:
    return replace(method, driver=owner_id) if kind == DRIVER else replace(method, fleet=owner_id)
