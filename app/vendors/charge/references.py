"""Objects that a body names: policies, and payment methods by which a driver, a fleet or an account pays by default."""

from collections.abc import Collection, Mapping
from typing import Any, Final

from ...domain.models import PaymentMethod
from ...operations.policy_checks import POLICY
from ...store import documents, parties
from ...store.world_transaction import WorldTransaction
from .errors import not_found
from .vendor import NAME

_DEFAULT: Final = "default_payment_method"


def check_policies(tx: WorldTransaction, policy_ids: Collection[str]) -> None:
    """Refuses the id of a policy that does not exist (CHARGE-040)."""
    if policy_ids:
        found = {policy.id for policy in documents.documents_by_id(tx, NAME, POLICY, policy_ids)}
        if not found.issuperset(policy_ids):
            raise not_found("policy", param="policy_ids")


def check_default_payment_method(
    tx: WorldTransaction, preferences: Mapping[str, Any], owners: Collection[str] | None
) -> None:
    """Refuses a default payment method that does not exist or belongs to others (CHARGE-041).

    `owners` are the ids of the driver and the fleets who may own it; None allows those of every fleet. A payment method
    without an owner can be used by all.
    """
    named = preferences.get(_DEFAULT)
    if named is None:
        return
    method = parties.payment_method(tx, named)
    if method is None or method.created_at > tx.now or not _is_usable(method, owners):
        raise not_found("payment_method", param=f"preferences.{_DEFAULT}")


def _is_usable(method: PaymentMethod, owners: Collection[str] | None) -> bool:
    if method.user is not None:
        return False
    if owners is None:
        return method.driver is None
    return all(owner is None or owner in owners for owner in (method.driver, method.fleet))
