"""The payment methods of users: added, made the default, and deleted."""

from dataclasses import replace
from typing import Any, Final

import orjson

from ..domain.channels import Channel
from ..domain.errors import InUseError, UnknownObjectError
from ..domain.models import DELETED, PaymentMethod, User
from ..domain.payment_cards import Expiry, behaviour, kept, renewed
from ..domain.start_refusals import UnpaidDebtError
from ..store import payment_methods, sessions, users
from ..store.customers import customer_state
from ..store.user_payment_methods import DEFAULT, payment_methods_of
from ..store.world_transaction import WorldTransaction
from .payment_methods import PAYMENT_METHOD, create_payment_method
from .users import known_user

_LAST_MONTH: Final = 12


def add_card(tx: WorldTransaction, user: User, number: str, wallet: str | None) -> PaymentMethod:
    """Adds the card with that number to a user, who may have it in a wallet. The first card is the default."""
    details: dict[str, Any] = {"card": kept(number, Expiry(renewed(tx.now), _LAST_MONTH), tx.world.seed)}
    if wallet is not None:
        details["wallet"] = {"type": wallet}
    before = payment_methods_of(tx, user.id)
    made = create_payment_method(
        tx, kind="card", card=behaviour(number), details=orjson.dumps(details).decode(), user=user.id
    )
    _save_default(tx, user, _default(user, before) or made.id)
    return made


def set_default(tx: WorldTransaction, user_id: str, method_id: str) -> None:
    """Makes a payment method of a user the default. Raises UnknownObjectError."""
    user = known_user(tx, user_id)
    _found(payment_methods_of(tx, user_id), method_id)
    _save_default(tx, user, method_id)


def delete_payment_method(tx: WorldTransaction, user_id: str, method_id: str, channel: Channel) -> None:
    """Deletes a payment method of a user; the newest that is left becomes the default if it was.

    Raises UnknownObjectError, UnpaidDebtError while the user has a debt, or InUseError while it is to pay for an active
    session.
    """
    user = known_user(tx, user_id)
    held = payment_methods_of(tx, user_id)
    method = _found(held, method_id)
    state = customer_state(tx, channel.name, user_id)
    if state.unpaid is not None:
        raise UnpaidDebtError(user_id, state.unpaid)
    active = None if state.active is None else sessions.session_shown_as(tx, state.active)
    if active is not None and active.payment_method == method_id:
        raise InUseError(PAYMENT_METHOD, method_id)
    payment_methods.save_payment_method(tx, replace(method, status=DELETED))
    if _default(user, held) == method_id:
        left = (each.id for each in held if each.id != method_id)
        _save_default(tx, user, next(left, None))


def _found(held: list[PaymentMethod], method_id: str) -> PaymentMethod:
    found = next((each for each in held if each.id == method_id), None)
    if found is None:
        raise UnknownObjectError(PAYMENT_METHOD, method_id)
    return found


def _default(user: User, held: list[PaymentMethod]) -> str | None:
    """The id of the default: the one that was chosen, or else the newest."""
    chosen = orjson.loads(user.details).get(DEFAULT)
    ids = [each.id for each in held]
    return chosen if chosen in ids else next(iter(ids), None)


def _save_default(tx: WorldTransaction, user: User, method_id: str | None) -> None:
    details = orjson.dumps({**orjson.loads(user.details), DEFAULT: method_id}).decode()
    users.save_user(tx, replace(user, details=details))
