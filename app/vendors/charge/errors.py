"""Charge's refusals: one table from what the world or a check says to status, code and words, and one way out."""

from collections.abc import Callable
from typing import Any, Final

from fastapi import FastAPI
from pydantic import ValidationError
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response

from ...domain import errors as world
from ...store.database.engine import DatabaseUnavailableError, OutcomeUnknownError
from ...wall_clock import random_token
from ...web.allowed_methods import allowed
from ...web.request_body import BadJsonError, BodyTooLargeError
from ...web.responses import json_answer
from ...web.world_access import BadInstantError
from ...worlds.directory import WorldGoneError

_DOCS: Final = "https://docs.chargeapi.co/errors"
_UNAUTHENTICATED: Final = 401
_OURS: Final = 500


class ChargeError(Exception):
    """A refusal in Charge's terms; `code` is None where Charge has none (CHARGE-009)."""

    def __init__(self, status: int, message: str, *, code: str | None = None, param: str | None = None) -> None:
        super().__init__(message)
        self.status = status
        self.message = message
        self.code = code
        self.param = param


_REFUSALS: Final[dict[type[Exception], ChargeError]] = {
    world.UnknownSessionError: ChargeError(
        404, "Charging session not found.", code="charging_session_not_found", param="charging_session"
    ),
    world.SessionEndedError: ChargeError(
        409, "The charging session is not active.", code="charging_session_state_conflict", param="charging_session"
    ),
    world.ConnectorBusyError: ChargeError(
        409, "The connector is in use.", code="charging_session_conflict", param="connector"
    ),
    world.VehicleBusyError: ChargeError(
        409, "The vehicle is plugged in already.", code="charging_session_conflict", param="vehicle"
    ),
    world.StationOfflineError: ChargeError(
        409,
        "The charging station or its connector is out of service.",
        code="charging_session_conflict",
        param="charging_station",
    ),
    world.PlugMismatchError: ChargeError(
        409, "The connector does not fit the vehicle.", code="charging_session_conflict", param="connector"
    ),
    world.AuthenticationRequiredError: ChargeError(
        402,
        "The payment method has to be authenticated by its holder.",
        code="payment_authorization_failed",
        param="payment_method",
    ),
    world.PaymentDeclinedError: ChargeError(
        402, "The payment method was declined.", code="payment_authorization_failed", param="payment_method"
    ),
    DatabaseUnavailableError: ChargeError(503, "The sandbox's database did not answer. Nothing was saved; try again."),
    OutcomeUnknownError: ChargeError(
        503, "The sandbox's database went away while it was saving. Look before you try again."
    ),
    WorldGoneError: ChargeError(401, "Invalid API key provided."),
}


def add_handlers(app: FastAPI) -> None:
    """Gives every exception its one way out."""

    async def refuse(request: Request, error: Exception) -> Response:
        explained = _EXPLAINED.get(type(error))
        return _answer(request, _REFUSALS[type(error)] if explained is None else explained(error))

    async def refuse_http(request: Request, error: Exception) -> Response:
        status = error.status_code if isinstance(error, HTTPException) else _OURS
        if status == 405:  # noqa: PLR2004 - the status that must name what is allowed
            refusal = ChargeError(405, f"{request.method} is not allowed here.")
            return _answer(request, refusal, {"Allow": allowed(request, app.router.routes)})
        return _answer(request, ChargeError(status, f"Unrecognized request URL ({request.method} {request.url.path})."))

    async def fail(request: Request, _error: Exception) -> Response:
        return _answer(request, ChargeError(_OURS, "The sandbox failed. This is a bug in Wattif, not in your request."))

    for kind in (*_REFUSALS, *_EXPLAINED):
        app.add_exception_handler(kind, refuse)
    app.add_exception_handler(HTTPException, refuse_http)
    app.add_exception_handler(Exception, fail)


def _unknown(error: world.UnknownReferenceError) -> ChargeError:
    param = "charging_station" if error.kind == "station" else error.kind
    words = param.replace("_", " ")
    return ChargeError(404, f"No such {words}.", code="charging_session_dependency_not_found", param=param)


def _full(error: world.WorldFullError) -> ChargeError:
    return ChargeError(
        409, f"This sandbox's worlds take {error.most} sessions (WATTIF_MAX_ROWS), and this one has them."
    )


def _invalid(error: ValidationError) -> ChargeError:
    """The first thing that is wrong with a query or a body; a misspelt name before what is missing for it."""
    faults = error.errors(include_url=False, include_input=False, include_context=False)
    fault = next((fault for fault in faults if fault["type"] == "extra_forbidden"), faults[0])
    name = ".".join(str(step) for step in fault["loc"]) or None
    if fault["type"] == "extra_forbidden":
        return ChargeError(400, f"Received unknown parameter: {_shown(name)}.", param=_shown(name))
    if fault["type"] == "missing":
        return ChargeError(400, f"Missing required parameter: {name}.", param=name)
    reason = str(fault["msg"]).removeprefix("Value error, ")
    return ChargeError(400, f"Invalid {name or 'request body'}: {reason}.", param=name)


_EXPLAINED: Final[dict[type[Exception], Callable[[Any], ChargeError]]] = {
    ChargeError: lambda error: error,
    ValidationError: _invalid,
    world.UnknownReferenceError: _unknown,
    world.WorldFullError: _full,
    BadJsonError: lambda error: ChargeError(400, f"The request body is not valid JSON: {error}."),
    BodyTooLargeError: lambda error: ChargeError(413, str(error)),
    BadInstantError: lambda error: ChargeError(400, str(error), param="X-Sandbox-At"),
}
"""Refusals whose words depend on what is refused."""


def _shown(name: str | None) -> str | None:
    """A name that a caller made up, cut to what an error may carry."""
    return None if name is None else name.encode("utf-8", "replace").decode()[:128]


def _answer(request: Request, error: ChargeError, headers: dict[str, str] | None = None) -> Response:
    body: dict[str, Any] = {
        "code": error.code,
        "doc_url": f"{_DOCS}#{error.code}" if error.code else _DOCS,
        "message": error.message,
        "object": "error",
        "param": error.param,
        "request": f"req_{random_token(32)}",
        "status": error.status,
        "type": _type(error.status),
    }
    return json_answer(request, body, error.status, headers=headers)


def _type(status: int) -> str:
    if status == _UNAUTHENTICATED:
        return "authentication_error"
    return "api_error" if status >= _OURS else "invalid_request_error"
