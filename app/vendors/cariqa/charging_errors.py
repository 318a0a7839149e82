"""The refusals of a start and a stop in Cariqa's words: `Charging Error`, and the type of the error (CARIQA-048)."""

from collections.abc import Callable
from typing import Any, Final

from ...domain import errors as domain
from ...domain import start_refusals
from .errors import NOT_FOUND, CariqaError

_DETAIL: Final = "Charging Error"
_TRY_AGAIN: Final = "We didn't manage to pre-authorize payment before starting charging. User should {}."


def charging_error(error: domain.Refusal, client_secret: str | None = None) -> CariqaError:
    """What Cariqa says of a refusal. Raises the refusal again if it is none of a start or a stop.

    `client_secret` is that of the payment intent by which the user authenticates the payment.
    """
    meaning = next((_MEANINGS[kind] for kind in type(error).__mro__ if kind in _MEANINGS), None)
    if meaning is None:
        raise error
    status, error_type, details = meaning(error) if callable(meaning) else meaning
    if error_type is None:
        return CariqaError(status, details, reason=str(error))
    return CariqaError(status, _DETAIL, error_type, details, client_secret, reason=str(error))


_Meaning = tuple[int, str | None, str]
"""A status, the type of the error, and its details; without a type the details are the `detail`."""


def _unknown_reference(error: domain.UnknownReferenceError) -> _Meaning:
    """A user or a connector is not found; a payment method is not authorised (CARIQA-051)."""
    if error.kind == "payment_method":
        return _DECLINED
    if error.kind == "vehicle":
        return _UNAVAILABLE
    return 404, None, NOT_FOUND


_DECLINED: Final[_Meaning] = (402, "pre_authorization_failed", _TRY_AGAIN.format("use another payment method"))
_UNAVAILABLE: Final[_Meaning] = (409, "station_availability_issue", "The charging point is not available.")
_ALREADY: Final[_Meaning] = (
    409,
    "already_charging",
    "User already has active charging session OR is starting charging",
)
_MEANINGS: Final[dict[type[Exception], _Meaning | Callable[[Any], _Meaning]]] = {
    start_refusals.AlreadyChargingError: _ALREADY,
    domain.VehicleBusyError: _ALREADY,
    start_refusals.UnpaidDebtError: (402, "payment_error", "User has an unpaid charging session."),
    domain.UnknownReferenceError: _unknown_reference,
    start_refusals.StationUnreachableError: (
        *(424, "station_availability_issue"),
        "The data of the charging station could not be fetched.",
    ),
    domain.StationOfflineError: (409, "station_availability_issue", "The charging point is out of order."),
    domain.ConnectorReservedError: (409, "station_availability_issue", "The charging point is reserved."),
    domain.ConnectorBusyError: (409, "station_availability_issue", "The charging point is in use."),
    domain.PlugMismatchError: _UNAVAILABLE,
    domain.NotActiveError: _UNAVAILABLE,
    start_refusals.BillingDataError: lambda error: (409, "billing_data_required", error.sentence),
    domain.AuthenticationRequiredError: (402, "pre_authorization_failed", _TRY_AGAIN.format("try again")),
    domain.PaymentScopeError: _DECLINED,
    domain.PaymentDeclinedError: _DECLINED,
    domain.InsufficientFundsError: _DECLINED,
    domain.CardExpiredError: _DECLINED,
    start_refusals.UnconfirmedError: (
        *(424, "charging_provider_error"),
        "The charging provider did not confirm the command.",
    ),
    start_refusals.UnexpectedFailureError: lambda error: (
        *(500, "unexpected_error"),
        f"Something went wrong. Support code: {error.support_code}",
    ),
    domain.UnknownSessionError: (404, None, "User session with this id was not found"),
    domain.SessionEndedError: (409, "already_stopped", "The charging session has been stopped already."),
}
