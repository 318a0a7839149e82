"""The driver or the fleet to which a vehicle or a payment method belongs, as a body or a query names one of them."""

from collections.abc import Mapping
from typing import Final

from ...domain.errors import NotAttachedError, UnknownOwnerError
from ...operations.owners import Owner
from ...web.refusals import Table
from .errors import ChargeError
from .inputs import Input, Reference


class NamedOwner(Input):
    """A body that names a driver or a fleet."""

    driver: Reference = ""
    fleet: Reference = ""


def owner_of(body: NamedOwner, code: str) -> Owner:
    """The only owner that a body names. Refuses two, or none (CHARGE-056)."""
    named = [Owner(kind, owner) for kind, owner in (("driver", body.driver), ("fleet", body.fleet)) if owner]
    if len(named) != 1:
        raise ChargeError(400, "Name either a driver or a fleet.", code=code, param="driver")
    return named[0]


def _unknown(error: UnknownOwnerError) -> ChargeError:
    code = f"{error.thing}_owner_not_found"
    return ChargeError(404, f"{error.owner.capitalize()} not found.", code=code, param=error.owner)


def _not_theirs(error: NotAttachedError) -> ChargeError:
    words = error.thing.replace("_", " ")
    return ChargeError(
        404,
        f"The {words} does not belong to this {error.owner}.",
        code=_NOT_THEIRS[error.thing],
        param=error.owner,
    )


_NOT_THEIRS: Final[Mapping[str, str]] = {
    "payment_method": "payment_method_scope_not_found",
    "vehicle": "vehicle_owner_not_found",
}
OWNER_REFUSALS: Final[Table[ChargeError]] = {UnknownOwnerError: _unknown, NotAttachedError: _not_theirs}
"""Owners that are not there, and those who have not what a request says that they have (CHARGE-057)."""
