"""Charge's errors: a table gives each exception its status, code and message.

A resource adds the refusals of its own operations in `REFUSALS`, a table like `_TABLE`.
"""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Final

from fastapi import FastAPI
from fastapi.exceptions import RequestValidationError
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response

from ...domain import errors as domain
from ...domain.start_refusals import UnconfirmedError
from ...wall_clock import random_token
from ...web import validation_messages
from ...web.refusals import Table, install_refusals
from ...web.request_body import BadJsonError, BodyTooLargeError, NotJsonError
from ...web.responses import json_answer
from ...web.world_access import BadInstantError
from ...worlds.directory import WorldGoneError

_DOCS: Final = "https://docs.chargeapi.co/errors"
_UNAUTHENTICATED: Final = 401
_FIRST_SERVER_ERROR: Final = 500
_LONGEST_PARAM: Final = 128
_KINDS: Final = {"session": "charging_session", "station": "charging_station"}
_REQUEST_ID: Final = "wattif.charge.request_id"


class ChargeError(Exception):
    """An error in Charge's terms; `code` is None where Charge has none (CHARGE-009)."""

    def __init__(self, status: int, message: str, *, code: str | None = None, param: str | None = None) -> None:
        super().__init__(message)
        self.status = status
        self.message = message
        self.code = code
        self.param = param


class CodedValidationError(RequestValidationError):
    """A body is not valid, for which its resource has the code, or none."""

    def __init__(self, errors: Sequence[Any], code: str | None) -> None:
        super().__init__(errors)
        self.code = code


def install_errors(app: FastAPI, tables: Iterable[Table[ChargeError]] = ()) -> None:
    """Makes Charge's application answer every exception in Charge's words; `tables` are those of its resources."""
    app.state.refusals = dict(_TABLE)
    for table in tables:
        app.state.refusals.update(table)
    install_refusals(app, app.state.refusals, _answer, refusal=ChargeError, unrouted=_unrouted)


def refusal_of(request: Request, error: Exception) -> ChargeError:
    """What the application's tables say of an exception. Raises the exception again if they do not know it."""
    table: Table[ChargeError] = request.app.state.refusals
    meaning = next((table[kind] for kind in type(error).__mro__ if kind in table), None)
    if meaning is None:
        raise error
    return meaning(error) if callable(meaning) else meaning


def shown(request: Request, error: ChargeError) -> dict[str, Any]:
    """An error as the body of the answer to a request."""
    return {
        "code": error.code,
        "doc_url": f"{_DOCS}#{error.code}" if error.code else _DOCS,
        "message": error.message,
        "object": "error",
        "param": error.param,
        "request": _request_id(request),
        "status": error.status,
        "type": _type(error.status),
    }


def not_found(kind: str, *, param: str | None = None) -> ChargeError:
    """The refusal of an id that names no object of that kind, such as `fleet` (CHARGE-010).

    The parameter is called like the kind if it is not given.
    """
    words = kind.replace("_", " ").capitalize()
    return ChargeError(404, f"{words} not found.", code=f"{kind}_not_found", param=param or kind)


def unsupported_expand(message: str) -> ChargeError:
    """The refusal of a path in `expand`."""
    return ChargeError(400, message, code="unsupported_expand_value", param="expand")


def shown_param(name: str) -> str:
    """A parameter's name as the caller wrote it, cut to the length that errors show."""
    return name.encode("utf-8", "replace").decode()[:_LONGEST_PARAM]


def _conflict(message: str, param: str) -> ChargeError:
    return ChargeError(409, message, code="charging_session_conflict", param=param)


def _not_active(error: domain.NotActiveError) -> ChargeError:
    """The refusal of a start with a driver, vehicle or fleet that is not active (CHARGE-055)."""
    return _conflict(f"The {error.kind} is {error.status}.", error.named_by)


def _in_use(error: domain.InUseError) -> ChargeError:
    """The refusal to delete, or to rebuild, what has an active session (CHARGE-048, CHARGE-059, CHARGE-060)."""
    return _conflict(f"The {error.kind} has an active charging session.", error.kind)


def _payment(message: str) -> ChargeError:
    return ChargeError(402, message, code="payment_authorization_failed", param="payment_method")


def _kind(kind: str) -> str:
    """The name that Charge gives a kind of objects."""
    return _KINDS.get(kind, kind)


def _unknown_reference(error: domain.UnknownReferenceError) -> ChargeError:
    param = _kind(error.kind)
    words = param.replace("_", " ")
    return ChargeError(404, f"No such {words}.", code="charging_session_dependency_not_found", param=param)


def _world_full(error: domain.WorldFullError) -> ChargeError:
    return ChargeError(
        409, f"Callers have created {error.most} objects in this world, the most that WATTIF_MAX_ROWS allows."
    )


def _invalid(error: RequestValidationError) -> ChargeError:
    """The first fault of a request's parameters, an unknown parameter before a missing one."""
    faults = error.errors()
    code = error.code if isinstance(error, CodedValidationError) else None
    fault = next((fault for fault in faults if fault["type"] == "extra_forbidden"), faults[0])
    name = shown_param(".".join(str(step) for step in fault["loc"][1:])) or None
    if fault["type"] == "extra_forbidden":
        return ChargeError(400, f"Received unknown parameter: {name}.", code=code, param=name)
    if fault["type"] == "missing":
        return ChargeError(400, f"Missing required parameter: {name}.", code=code, param=name)
    sentence = validation_messages.sentence(fault)
    return ChargeError(400, f"Invalid {name or 'request body'}: {sentence}.", code=code, param=name)


_TABLE: Final[Table[ChargeError]] = {
    ChargeError: lambda error: error,
    RequestValidationError: _invalid,
    domain.UnknownReferenceError: _unknown_reference,
    domain.UnknownObjectError: lambda error: not_found(_kind(error.kind)),
    domain.UnknownSessionError: not_found("charging_session"),
    domain.SessionEndedError: ChargeError(
        409, "The charging session is not active.", code="charging_session_state_conflict", param="charging_session"
    ),
    domain.ConnectorBusyError: _conflict("The connector is in use.", "connector"),
    domain.ConnectorReservedError: _conflict("The connector is reserved.", "connector"),
    domain.VehicleBusyError: _conflict("The vehicle is already plugged in.", "vehicle"),
    domain.StationOfflineError: _conflict(
        "The charging station or its connector is out of service.", "charging_station"
    ),
    domain.PlugMismatchError: _conflict("The connector does not fit the vehicle.", "connector"),
    domain.NotActiveError: _not_active,
    domain.InUseError: _in_use,
    domain.PaymentScopeError: ChargeError(
        404,
        "The payment method belongs to another driver or fleet.",
        code="payment_method_scope_not_found",
        param="payment_method",
    ),
    domain.AuthenticationRequiredError: _payment("The payment method has to be authenticated by its holder."),
    domain.PaymentDeclinedError: _payment("The payment method was declined."),
    domain.InsufficientFundsError: _payment("The payment method has insufficient funds."),
    domain.CardExpiredError: _payment("The card has expired."),
    UnconfirmedError: ChargeError(409, "The charging station's operator does not confirm this now."),
    domain.WorldFullError: _world_full,
    BadJsonError: lambda error: ChargeError(400, error.reason),
    NotJsonError: lambda error: ChargeError(400, str(error)),
    BodyTooLargeError: lambda error: ChargeError(413, str(error)),
    BadInstantError: lambda error: ChargeError(400, str(error), param="X-Sandbox-At"),
    WorldGoneError: ChargeError(401, "Invalid API key provided."),
}


def _unrouted(request: Request, error: HTTPException) -> Response:
    message = f"Unrecognized request URL ({request.method} {request.url.path})."
    if error.status_code == 405:  # noqa: PLR2004 - the path exists, the method does not
        message = f"{request.method} is not allowed here."
    return _answer(request, ChargeError(error.status_code, message), error.headers)


def _answer(request: Request, error: ChargeError, headers: Mapping[str, str] | None = None) -> Response:
    return json_answer(request, shown(request, error), error.status, headers=headers)


def _request_id(request: Request) -> str:
    """The id of a request, which stays the same when its refusal is shown again."""
    known: str = request.scope.setdefault(_REQUEST_ID, f"req_{random_token(32)}")
    return known


def _type(status: int) -> str:
    if status == _UNAUTHENTICATED:
        return "authentication_error"
    return "api_error" if status >= _FIRST_SERVER_ERROR else "invalid_request_error"
